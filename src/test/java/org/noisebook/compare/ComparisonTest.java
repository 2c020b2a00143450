package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.noisebook.compare.Comparison.Options;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ComparisonTest {
    private static final List<String> TASKS = Compared.tasks(6);

    /** Models whose scores are noise, in scales that double from task to task. */
    private static double[][][] noise(int models, int tasks, int seeds, Stream noise) {
        double[][][] y = new double[models][tasks][seeds];
        for (int s = 0; s < seeds; s++) {
            for (int m = 0; m < models; m++) {
                for (int k = 0; k < tasks; k++) {
                    y[m][k][s] = (1 << k) * (0.8 + 0.01 * noise.nextGaussian());
                }
            }
        }
        return y;
    }

    @Test
    void oneDivergedRunHangsTheVerdictInsteadOfBuryingTheWinner() {
        double[][][] y = noise(2, 1, 12, Streams.of(2).at("noise"));
        for (int s = 0; s < 12; s++) {
            y[0][0][s] += 0.1;
        }
        assertThat(Compared.compare(Compared.pair(y)).verdict("A", "B")).isEqualTo(Verdict.BETTER);
        y[0][0][4] = 0.1;
        Comparison hung = Compared.compare(Compared.pair(y));
        assertThat(hung.hinges()).containsExactly(0);
        assertThat(hung.report().answer().get(0))
                .startsWith(
                        "Not decided: the verdict hangs on runs far off; left out, A is better than B, but with them, ");
        y[0][0][4] = Double.NaN;
        Comparison failed = Compared.compare(Compared.pair(y));
        assertThat(failed.verdict("A", "B")).isEqualTo(Verdict.BETTER);
        assertThat(failed.report().preface()).anyMatch(line -> line.startsWith("1 of 24 runs failed"));
    }

    @Test
    void fewSeedsSuggestAtMost() {
        double[][][] y = noise(2, 3, 4, Streams.of(3).at("noise"));
        for (double[] task : y[0]) {
            for (int s = 0; s < 4; s++) {
                task[s] += 0.3;
            }
        }
        Comparison four = Compared.compare(Compared.pair(y));
        assertThat(four.verdict("A", "B")).isEqualTo(Verdict.SUGGESTS_BETTER);
        assertThat(four.verdict("B", "A")).isEqualTo(Verdict.SUGGESTS_WORSE);
        assertThat(four.report().answer().get(0))
                .contains("The runs suggest that A is better than B", "Below 5 seeds nothing is decided");
        double[][][] two = {{{1, 2}}, {{0, 1}}};
        assertThat(Compared.compare(Compared.pair(two)).report().text())
                .contains("not separated")
                .doesNotContain("NaN", "Infinity", "1400");
    }

    @Test
    void looksAfterEverySeedKeepTheLevel() {
        int tables = 300;
        int wrong = 0;
        for (int k = 0; k < tables; k++) {
            RunTable table = RunTable.of(
                    noise(3, 6, 20, Streams.of(4).withReplica(k).at("noise")), List.of("A", "B", "C"), TASKS);
            boolean any = false;
            for (int pair = 0; pair < 3; pair++) {
                PairComparison duel = PairComparison.of(
                        table,
                        pair == 2 ? 1 : 0,
                        pair == 0 ? 1 : 2,
                        new Stopping(Stopping.Rule.ANYTIME, 0.05 / 3, 50),
                        3,
                        Streams.of(1).at("x"),
                        new HashMap<>());
                any |= duel.verdict().isDecided();
            }
            wrong += any ? 1 : 0;
        }
        assertThat(wrong)
                .as(
                        "tables of %d without effect where a pair is decided in 18 looks, level .05: P(more than 29) = 4e-4; t at each look"
                                + " decides in a third",
                        tables)
                .isBetween(0, 29);
    }

    @Test
    void freshPartialAndAbsentRunsDoNotKillTheComparison() {
        double[][][] y = noise(3, 1, 10, Streams.of(5).at("noise"));
        RunTable all = RunTable.of(y, List.of("A", "B", "C"), List.of("t"));
        all.seed()[1][0] = new int[] {8, 9, 10, 11, 12, 13, 14, 15, 16, 17};
        all.seed()[2][0] = new int[] {3};
        all.score()[2][0] = new double[] {0.5};
        Comparison comparison = Compared.compare(all);
        assertThat(comparison.toString().split("\n"))
                .as("printed, it is its topic and its answer")
                .containsExactly(
                        comparison.report().title(),
                        String.join(" ", comparison.report().answer()));
        assertThat(comparison.duel("A", "B").design())
                .as("two shared seeds are too few")
                .isEqualTo(PairComparison.Design.FRESH);
        assertThat(comparison.verdict("A", "C")).isEqualTo(Verdict.NONE);
        assertThat(comparison.report().text()).contains("2 pairs without a common task of two runs each");
    }

    @Test
    void freshRunsOnSeveralTasksAreJudgedWithFailedRunsAndWithout() {
        double[][][] y = noise(2, 4, 12, Streams.of(9).at("noise"));
        for (int k = 0; k < 4; k++) {
            for (int s = 0; s < 12; s++) {
                y[0][k][s] += 0.02 * (1 << k);
            }
        }
        Comparison won = Compared.compare(Compared.fresh(y));
        assertThat(won.verdict("A", "B")).isEqualTo(Verdict.BETTER);
        assertThat(won.duel("A", "B").lead().any().low()).as("lead at any look").isPositive();
        for (double[] task : y[0]) {
            task[0] = Double.NaN;
            task[5] = Double.NaN;
            task[9] = Double.NaN;
            task[11] = Double.NaN;
        }
        Comparison hung = Compared.compare(Compared.fresh(y));
        assertThat(hung.failedLeftOut().get(0)).isEqualTo(Verdict.BETTER);
        assertThat(hung.report().answer().get(0))
                .startsWith(
                        "Not decided: finished runs of A are better than those of B, but A fails more often (p = 6.8e-6);");
    }

    @Test
    void partlySharedSeedsAreReadBothWays() {
        RunTable table = Compared.pair(noise(2, 1, 10, Streams.of(5).at("noise")));
        table.seed()[1][0] = new int[] {2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
        assertThat(Compared.compare(table).report().text().replaceAll("\\s+", " "))
                .contains("A and B share some seeds, and these decide. With all runs treated as fresh: ");
    }

    @Test
    void theReportSaysTheSameInEveryForm() {
        Comparison comparison = Compared.compare(
                RunTable.of(noise(3, 6, 6, Streams.of(6).at("noise")), List.of("A|x", "B_1", "C"), TASKS));
        ComparisonReport report = comparison.report();
        assertThat(report.text().lines().limit(3).toList()).isEqualTo(report.answer());
        assertThat(report.markdown()).contains("A\\|x").contains("## Which models differ?");
        assertThat(report.latex()).contains("B\\_1", "\\toprule", "\\bottomrule");
        assertThat(report.frames().get("pairs").rows()).isEqualTo(3);
        assertThat(comparison.standardised()).isTrue();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Compared.compare(comparison.table(), Optional.of("D")))
                .withMessageContaining("unknown model 'D'");
    }

    @Test
    void aPlannedNumberIsLookedAtOnce() {
        double[][][] y = noise(2, 1, 6, Streams.of(8).at("noise"));
        for (int s = 0; s < 6; s++) {
            y[0][0][s] += 0.05;
        }
        RunTable table = Compared.pair(y);
        for (int planned : new int[] {6, 7}) {
            Options options = Compared.options(Stopping.Rule.PLANNED, planned, Optional.empty(), false);
            PairComparison duel = Compared.compare(table, options).duel("A", "B");
            assertThat(duel.pFixed()).isLessThan(0.05);
            assertThat(duel.verdict()).isEqualTo(planned == 6 ? Verdict.BETTER : Verdict.SUGGESTS_BETTER);
        }
    }
}
