package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Claim;
import org.noisebook.stats.Estimate;

/** What the README says of the claims is what the committed table says. */
class CommittedClaimsTest {
    private static final Path CLAIMS = Path.of("figures", "claims.csv");
    private static final String NOT_REPRODUCED = Claim.Verdict.NOT_REPRODUCED.text();

    /** A table row whose first cell is one name in backticks. */
    private static final Pattern NAMED_ROW = Pattern.compile("(?m)^\\|\\s*`([^`|]+)`\\s*\\|(.*)\\|\\s*$");

    private static final Set<String> VERDICTS = new TreeSet<>(
            Arrays.stream(Claim.Verdict.values()).map(v -> marked(v.text())).toList());

    /**
     * What a text gets wrong about the claims of a table, nothing if it is right.
     *
     * <p>It quotes every theory claim of the perceptron as {@code 0.98 ± 0.04, reproduced}; every other claim that is not
     * reproduced has a row {@code | `id` | 0.502 ± 0.018 | **not reproduced** |}; in every such row of any claim one cell is
     * the number as {@link Estimate#brief} writes it and the one cell that is a verdict is the claim's. A minus sign may stand
     * for a hyphen, and a row may have further cells.
     */
    private static List<String> mistakes(Frame claims, String text) {
        List<String> mistakes = new ArrayList<>();
        TreeMap<String, Integer> rowOf = new TreeMap<>();
        for (int row = 0; row < claims.rows(); row++) {
            rowOf.put(claims.text(row, "id"), row);
        }
        Set<String> quoted = new TreeSet<>();
        for (Matcher line = NAMED_ROW.matcher(text); line.find(); ) {
            String id = line.group(1);
            List<String> cells = Arrays.stream(line.group(2).split("(?<!\\\\)\\|"))
                    .map(cell -> cell.strip().replace('−', '-'))
                    .toList();
            if (rowOf.containsKey(id)) {
                quoted.add(id);
                checkRow(claims, rowOf.get(id), cells, mistakes);
            } else if (cells.stream().anyMatch(cell -> VERDICTS.contains(marked(cell)))) {
                mistakes.add(id + ": no such claim");
            }
        }
        rowOf.forEach((id, row) -> {
            if (id.startsWith("perceptron-") && claims.text(row, "kind").equals("theory")) {
                String phrase = phrase(claims, row);
                if (!text.contains(phrase)) {
                    mistakes.add(id + ": must be quoted as '" + phrase + "'");
                }
            } else if (claims.text(row, "verdict").equals(NOT_REPRODUCED) && !quoted.contains(id)) {
                mistakes.add(id + ": not reproduced, must have a row | `" + id + "` | " + brief(claims, row) + " | "
                        + marked(NOT_REPRODUCED) + " |");
            }
        });
        return mistakes;
    }

    private static void checkRow(Frame claims, int row, List<String> cells, List<String> mistakes) {
        String id = claims.text(row, "id");
        String number = brief(claims, row);
        if (!cells.contains(number)) {
            mistakes.add(id + ": no cell is " + number + " in " + cells);
        }
        String verdict = marked(claims.text(row, "verdict"));
        List<String> said =
                cells.stream().filter(cell -> VERDICTS.contains(marked(cell))).toList();
        if (!said.equals(List.of(verdict))) {
            mistakes.add(id + ": the verdict is " + verdict + ", got " + said);
        }
    }

    private static String marked(String verdict) {
        return verdict.equals(NOT_REPRODUCED) ? "**" + verdict + "**" : verdict;
    }

    private static double number(Frame claims, int row, String column) {
        return Numbers.parse(claims.text(row, column));
    }

    private static String brief(Frame claims, int row) {
        return new Estimate(
                        number(claims, row, "measured"),
                        Double.NaN,
                        number(claims, row, "low"),
                        number(claims, row, "high"),
                        Integer.parseInt(claims.text(row, "n")))
                .brief();
    }

    private static String phrase(Frame claims, int row) {
        String digits = "%." + (claims.text(row, "id").contains("delta") ? 3 : 2) + "f";
        double half = (number(claims, row, "high") - number(claims, row, "low")) / 2;
        String text = String.format(Locale.ROOT, digits + " ± " + digits, number(claims, row, "measured"), half)
                .replace('-', '−');
        return text + ", " + marked(claims.text(row, "verdict"));
    }

    @Test
    void theReadmeQuotesTheCommittedClaims() throws IOException {
        Frame claims = Frame.parseCsv(Files.readString(CLAIMS));
        assertThat(claims.rows()).isPositive();
        assertThat(mistakes(claims, Files.readString(Path.of("README.md")))).isEmpty();
    }

    @Test
    void claimIdsAreUnique() throws IOException {
        assertThat(Frame.parseCsv(Files.readString(CLAIMS)).column("id")).doesNotHaveDuplicates();
    }

    private static final Claim PERCEPTRON = Claim.theory(
            "perceptron-noise", "constant", 0, 0.1, new Estimate(-0.0814, 0.01, -0.1134, -0.0504, 24), "none");
    private static final Claim DELTA =
            Claim.theory("perceptron-delta", "delta", 1, new Estimate(0.9963, 0.002, 0.9911, 1.0016, 16), "none");
    private static final Claim HOLDS =
            Claim.theory("network-holds", "holds", 0.5, 0.05, new Estimate(0.5021, 0.009, 0.4841, 0.5201, 32), "none");
    private static final Claim FAILS = Claim.theory(
            "network-fails", "fails", 0.5, 0.05, new Estimate(-0.2021, 0.01, -0.2241, -0.1901, 32), "none");
    private static final Claim REGRESSION = Claim.regression(
            "perceptron-reference", "fails", 0.5, 0.01, new Estimate(0.7, 0.01, 0.68, 0.72, 32), "none");
    private static final Claim UNKNOWN = Claim.theory(
            "network-unknown", "none", 1, new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0), "none");
    private static final List<Claim> ALL = List.of(PERCEPTRON, DELTA, HOLDS, FAILS, REGRESSION, UNKNOWN);

    private static final String PHRASES = "| noise | −0.08 ± 0.03, not resolved |\n| δ | 0.996 ± 0.005, reproduced |\n";
    private static final String FAILED_ROW = "| `network-fails` | -0.202 [-0.224, -0.190] | **not reproduced** |\n";
    private static final String REFERENCE_ROW = "| `perceptron-reference` | 0.700 ± 0.020 | **not reproduced** |\n";
    private static final String RIGHT = PHRASES + FAILED_ROW + REFERENCE_ROW;

    private static List<String> mistakes(String text) {
        return mistakes(Frame.parseCsv(Claim.frame(ALL).csv()), text);
    }

    @Test
    void aTextThatQuotesWhatItMustIsRight() {
        assertThat(mistakes(RIGHT)).isEmpty();
        assertThat(mistakes(
                        RIGHT.replace('-', '−').replace("network−", "network-").replace("perceptron−", "perceptron-")))
                .as("minus signs")
                .isEmpty();
        assertThat(mistakes(RIGHT + "| `network-holds` | 0.502 ± 0.018 | reproduced |\n"))
                .isEmpty();
        assertThat(mistakes(RIGHT + "|`network-holds`| 1/2 \\| k | 0.502 ± 0.018 | n = 32 | reproduced |\n"))
                .as("further cells")
                .isEmpty();
        assertThat(mistakes(RIGHT + "| `network-unknown` | NaN | not resolved |\n"))
                .isEmpty();
        assertThat(mistakes(RIGHT + "| `perceptron-exponents`, cold | 14.8 s |\n| `perceptron` | a study |\n"))
                .as("other tables")
                .isEmpty();
    }

    @Test
    void perceptronTheoryClaimsMustBeQuoted() {
        assertThat(mistakes(FAILED_ROW + REFERENCE_ROW))
                .containsExactly(
                        "perceptron-delta: must be quoted as '0.996 ± 0.005, reproduced'",
                        "perceptron-noise: must be quoted as '−0.08 ± 0.03, not resolved'");
        assertThat(mistakes(RIGHT.replace("−0.08", "−0.09"))).hasSize(1);
        assertThat(mistakes(RIGHT.replace("not resolved", "reproduced"))).hasSize(1);
    }

    @Test
    void everyClaimThatIsNotReproducedMustHaveARow() {
        assertThat(mistakes(PHRASES))
                .containsExactly(
                        "network-fails: not reproduced, must have a row | `network-fails` | -0.202 [-0.224, -0.190] |"
                                + " **not reproduced** |",
                        "perceptron-reference: not reproduced, must have a row | `perceptron-reference` | 0.700 ± 0.020 |"
                                + " **not reproduced** |");
        assertThat(mistakes(RIGHT.replace("| `network-fails`", "of `network-fails`")))
                .as("named outside a table")
                .hasSize(1);
    }

    @Test
    void rowsMustHaveNumberAndVerdictOfTheTable() {
        assertThat(mistakes(RIGHT + "| `network-holds` | 0.50 ± 0.02 | reproduced |\n"))
                .containsExactly("network-holds: no cell is 0.502 ± 0.018 in [0.50 ± 0.02, reproduced]");
        assertThat(mistakes(RIGHT + "| `network-holds` | 0.502 ± 0.018 | not resolved |\n"))
                .containsExactly("network-holds: the verdict is reproduced, got [not resolved]");
        assertThat(mistakes(RIGHT + "| `network-holds` | 0.502 ± 0.018 |\n"))
                .containsExactly("network-holds: the verdict is reproduced, got []");
        assertThat(mistakes(RIGHT.replace("**not reproduced**", "not reproduced")))
                .as("without bold")
                .hasSize(2);
        assertThat(mistakes(RIGHT.replace("[-0.224, -0.190]", "± 0.017"))).hasSize(1);
    }

    @Test
    void aRowOfAClaimThatDoesNotExistIsRefused() {
        assertThat(mistakes(RIGHT + "| `network-hold` | 0.502 ± 0.018 | reproduced |\n"))
                .containsExactly("network-hold: no such claim");
    }
}
