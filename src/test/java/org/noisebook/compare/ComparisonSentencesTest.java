package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** What a reader must not find side by side. */
class ComparisonSentencesTest {
    /** One task, noise 0.01 about each mean. */
    private static RunTable runs(int seeds, String stream, double... means) {
        Stream noise = Streams.of(7).at(stream);
        double[][][] y = new double[means.length][1][seeds];
        for (int s = 0; s < seeds; s++) {
            for (int m = 0; m < means.length; m++) {
                y[m][0][s] = means[m] + 0.01 * noise.nextGaussian();
            }
        }
        return RunTable.of(
                y,
                IntStream.range(0, means.length)
                        .mapToObj(m -> String.valueOf((char) ('A' + m)))
                        .toList(),
                List.of("t"));
    }

    @Test
    void theEndsOfAnIntervalAreInOrderAndReachFiveSeeds() {
        for (Stopping stopping : List.of(
                new Stopping(Stopping.Rule.ANYTIME, 0.05, 0),
                new Stopping(Stopping.Rule.ANYTIME, 0.01, 10),
                new Stopping(Stopping.Rule.LATE, 0.05, 12))) {
            for (int n = 2; n < 12; n++) {
                for (double effect : new double[] {0, 0.1, 0.5, 1, 3, 30, 1e6, Double.POSITIVE_INFINITY}) {
                    int[] more = Duel.more(stopping, effect, n);
                    assertThat(more[0])
                            .as("%s n=%d effect=%s", stopping, n, effect)
                            .isLessThanOrEqualTo(more[1]);
                    assertThat(more[0] == Integer.MAX_VALUE || n + more[0] >= Stopping.FEWEST)
                            .isTrue();
                }
            }
        }
    }

    @Test
    void theFirstLineNamesTheStrongestFinding() {
        Comparison comparison = Compared.compare(runs(12, "four", 0.800, 0.799, 0.700, 0.795));
        assertThat(comparison.report().answer().get(0))
                .isEqualTo(
                        "A is better than C after 12 seeds, the clearest of 3 decided pairs out of 6; A, B and D may each be the best.");
        assertThat(comparison.report().answer().get(1)).startsWith("A wins against C in 100 %");
        assertThat(Compared.compare(runs(12, "four", 0.800, 0.799, 0.700, 0.795), Optional.of("B"))
                        .report()
                        .answer()
                        .get(0))
                .isEqualTo("C is worse than B after 12 seeds; the others are not separated from it.");
        assertThat(Compared.compare(runs(12, "alike", 0.8, 0.8, 0.8))
                        .report()
                        .answer()
                        .get(0))
                .isEqualTo("No model is shown to be better than another after 12 seeds; C and B may each be the best.");
        assertThat(Compared.compare(runs(12, "alike", 0.8, 0.8, 0.8), Optional.of("A"))
                        .report()
                        .answer()
                        .get(0))
                .isEqualTo("No model is separated from A after 12 seeds.");
    }

    @Test
    void aHangingVerdictIsNoReasonToStop() {
        RunTable table = runs(14, "hang", 0.80, 0.76);
        for (int s : new int[] {1, 4, 9, 11}) {
            table.score()[0][0][s] = Double.NaN;
        }
        Comparison comparison = Compared.compare(table);
        assertThat(comparison.hinges()).containsExactly(0);
        assertThat(comparison.duels().get(0).verdict().isDecided()).isTrue();
        List<String> answer = comparison.report().answer();
        assertThat(answer.get(0))
                .isEqualTo(
                        "The verdict depends on 4 failed runs: without, A is better than B; with, the runs suggest that A is better than B.");
        assertThat(answer.get(2))
                .isEqualTo(
                        "Do not stop yet: 1 verdict hangs on runs that failed or are far off: run these again, or fix"
                                + " beforehand how they count.");
        assertThat(comparison.report().text())
                .contains("1 of 1 pair is decided; the verdict on 1 hangs on runs that failed or are far off.")
                .doesNotContain("every pair is decided");
    }

    @Test
    void whatIsNotSeparatedDoesNotMatter() {
        for (int table = 0; table < 40; table++) {
            var pairs = Compared.compare(runs(8, "pairs" + table, 0.8, 0.795, 0.79))
                    .report()
                    .frames()
                    .get("pairs");
            for (int row = 0; row < pairs.rows(); row++) {
                assertThat(pairs.text(row, "verdict") + ": " + pairs.text(row, "matters"))
                        .isNotIn("not separated: yes", "suggests better: yes", "suggests worse: yes");
            }
        }
    }

    @Test
    void namesAreShownAsTheyAreInMarkdownAndLatex() {
        RunTable runs = runs(8, "names", 0.8, 0.7, 0.6);
        RunTable table = new RunTable(
                List.of("\u6A21\u578B_\u4E00", "a*b_c<d>[x](y)", "x~y^z\\q"),
                runs.tasks(),
                runs.seeds(),
                runs.seed(),
                runs.score(),
                "score",
                false,
                List.of(),
                Optional.empty());
        ComparisonReport report = Compared.compare(table).report();
        assertThat(report.markdown())
                .contains("| a\\*b\\_c\\<d>[x\\](y) |", "x\\~y^z\\\\q")
                .doesNotContain("a*b_c");
        assertThat(report.latex())
                .startsWith("% \\usepackage{booktabs}\n% \\usepackage{CJKutf8}\n")
                .contains(
                        "\\begin{CJK}{UTF8}{gbsn}\u6A21\u578B\\end{CJK}\\_\\begin{CJK}{UTF8}{gbsn}\u4E00\\end{CJK} & ",
                        "a*b\\_c$<$d$>$",
                        "x{\\textasciitilde}y{\\textasciicircum}z{\\textbackslash}q")
                .doesNotContain("{tabular}{}");
    }
}
