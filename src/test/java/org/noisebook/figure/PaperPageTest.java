package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Study;

/** Claims belong to figures, and no figure or study is without a paper. */
class PaperPageTest {
    private static final Path ROOT = Path.of("");

    @Test
    void everyFigureHasOnePaper() throws IOException {
        assertThat(PaperPage.all(ROOT).stream().flatMap(page -> page.figures().stream()))
                .containsExactlyInAnyOrderElementsOf(
                        Catalogue.figures().stream().map(Story::id).toList());
    }

    @Test
    void everyStudyHasAPaper() throws IOException {
        assertThat(PaperPage.all(ROOT).stream().flatMap(page -> page.studies().stream()))
                .containsAll(Catalogue.studies().stream().map(Study::id).toList());
    }

    @Test
    void claimIdsAreUniqueAndBelongToTheirFigure() throws IOException {
        Frame claims = Frame.parseCsv(Files.readString(Path.of("figures", "claims.csv")));
        Set<String> ids = PaperPage.claims(ROOT).values().stream()
                .flatMap(List::stream)
                .map(Claim::id)
                .collect(Collectors.toSet());
        PaperPage.claims(ROOT)
                .values()
                .forEach(all -> all.stream()
                        .filter(claim -> claim.kind() == Claim.Kind.THEORY || claim.kind() == Claim.Kind.BOUND)
                        .forEach(claim -> assertThat(claim.control())
                                .as("the control of %s", claim.id())
                                .isNotEqualTo(claim.id())
                                .matches(control -> control.matches("(run|none): .+") || ids.contains(control))));
        assertThat(claims.column("id")).doesNotHaveDuplicates();
        for (int row = 0; row < claims.rows(); row++) {
            assertThat(claims.text(row, "id")).startsWith(claims.text(row, "figure") + "-");
            assertThat(claims.text(row, "expected")).isNotEqualTo("NaN");
        }
    }

    @Test
    void aPageWithoutItsHeadIsRefused() {
        assertThatThrownBy(() -> PaperPage.parse("1", "# A paper\nby: nobody\n\ntext"))
                .hasMessage("line 2 of the page of 1 must begin with 'cite: '");
        assertThat(PaperPage.parse("1", "# A\ncite: B\nfigures: a b\nstudies: c\n\ntext")
                        .figures())
                .isEqualTo(List.of("a", "b"));
    }
}
