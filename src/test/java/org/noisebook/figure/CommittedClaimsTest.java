package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;

/** What the README says of the claims is what the committed table says. */
class CommittedClaimsTest {
    private static final Path CLAIMS = Path.of("figures", "claims.csv");

    @Test
    void theReadmeQuotesTheCommittedTheoryClaims() throws IOException {
        Frame claims = Frame.parseCsv(Files.readString(CLAIMS));
        String readme = Files.readString(Path.of("README.md"));
        Set<String> quoted = new TreeSet<>();
        for (int row = 0; row < claims.rows(); row++) {
            String id = claims.text(row, "id");
            if (claims.text(row, "kind").equals("theory")) {
                double low = Double.parseDouble(claims.text(row, "low"));
                double high = Double.parseDouble(claims.text(row, "high"));
                int digits = id.contains("delta") ? 3 : 2;
                String number = "%." + digits + "f";
                String text = String.format(
                                Locale.ROOT,
                                number + " ± " + number,
                                Double.parseDouble(claims.text(row, "measured")),
                                (high - low) / 2)
                        .replace('-', '−');
                String verdict = claims.text(row, "verdict");
                assertThat(readme)
                        .as(id)
                        .contains(text + ", " + (verdict.equals("not reproduced") ? "**not reproduced**" : verdict));
                quoted.add(id);
            }
        }
        assertThat(quoted).isNotEmpty();
    }

    @Test
    void claimIdsAreUnique() throws IOException {
        assertThat(Frame.parseCsv(Files.readString(CLAIMS)).column("id")).doesNotHaveDuplicates();
    }
}
