package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class TaskRunsTest {
    private static final double[] Y = {.42, .10, .77, -.15, .61, .33, .90, .05, .48, -.02, .71, .26};

    private static Comparison over(RunTable table, Stopping.Rule rule, int number) {
        return Compared.compare(table, Compared.options(rule, number, Optional.empty(), true));
    }

    /** Two seeds a task, in units of their own, whose mean difference over its root mean square is Y. */
    private static RunTable table() {
        double[][][] y = new double[2][Y.length][2];
        for (int k = 0; k < Y.length; k++) {
            double off = Math.sqrt(1 / Y[k] / Y[k] - 1);
            double unit = Math.signum(Y[k]) * (1 << k);
            y[0][k] = new double[] {unit * (1 + off), unit * (1 - off)};
        }
        return Compared.pair(y);
    }

    @Test
    void tasksAsTheSampleAreTheRecordedOnes() {
        assertThat(Moments.mean(Y)).isCloseTo(.371667, within(1e-6));
        PairComparison any = over(table(), Stopping.Rule.ANYTIME, 0).duel("A", "B");
        assertThat(any.seeds()).as("tasks").isEqualTo(12);
        assertThat(any.t()).isCloseTo(3.834428, within(1e-6));
        assertThat(1 / any.p()).isCloseTo(21.559013, within(1e-5));
        assertThat(any.verdict()).isEqualTo(Verdict.BETTER);
        PairComparison planned = over(table(), Stopping.Rule.PLANNED, 12).duel("A", "B");
        assertThat(planned.p()).isCloseTo(20 / 4096.0, within(1e-12));
        assertThat(planned.verdict()).isEqualTo(Verdict.BETTER);
        assertThat(over(table(), Stopping.Rule.PLANNED, 13).verdict("A", "B")).isEqualTo(Verdict.SUGGESTS_BETTER);
        assertThat(over(table(), Stopping.Rule.ANYTIME, 0).duel("B", "A").t()).isCloseTo(-3.834428, within(1e-6));
    }

    @Test
    void theLeadAllowsForFewSeeds() {
        assertThat(TaskRuns.unbiased(4)).isCloseTo(.797885, within(1e-6));
        assertThat(TaskRuns.unbiased(2)).isCloseTo(.564190, within(1e-6));
        int covered = 0;
        double sum = 0;
        for (int r = 0; r < 400; r++) {
            Stream noise = Streams.of(6).withReplica(r).at("lead");
            double[][][] y = new double[2][12][3];
            for (int k = 0; k < 12; k++) {
                double effect = 1 + 0.5 * noise.nextGaussian();
                Arrays.setAll(y[0][k], s -> effect + noise.nextGaussian());
                Arrays.setAll(y[1][k], s -> noise.nextGaussian());
            }
            Stopping stopping = new Stopping(Stopping.Rule.ANYTIME, 0.05, 0);
            PairComparison.Size lead =
                    TaskRuns.duel(Compared.pair(y), 0, 1, stopping, 1, noise).lead();
            sum += lead.value();
            covered += lead.fixed().low() <= 1 && lead.fixed().high() >= 1 ? 1 : 0;
        }
        assertThat(sum / 400)
                .as("1.25 without the factor; four standard errors")
                .isCloseTo(1, within(0.07));
        assertThat(covered).as("of 400 intervals of 95 %: P(below 362) = 1e-4").isBetween(362, 396);
    }

    @Test
    void theFirstLineSaysWhatTheAnswerTakesForGranted() {
        double[][][] y = new double[2][12][3];
        for (int k = 0; k < 12; k++) {
            for (int s = 0; s < 3; s++) {
                y[1][k][s] = 10 * k + 0.1 * ((3 * s + k) % 5);
                y[0][k][s] = 10 * k + 0.1 * ((4 * s + 2 * k + 1) % 5) + 0.15 + 0.02 * (k % 4);
            }
        }
        RunTable table = Compared.pair(y);
        assertThat(Compared.compare(table).verdict("A", "B"))
                .as("three seeds decide nothing")
                .isNotEqualTo(Verdict.BETTER);
        ComparisonReport report = over(table, Stopping.Rule.ANYTIME, 0).report();
        assertThat(report.answer())
                .containsExactly(
                        "A is better than B on tasks like these, taking the 12 tasks as a random sample of them.",
                        "A wins against B in 78 % of runs, the mean over tasks (interval 45 % to 96 %); its lead is +0.89 (interval"
                                + " +0.43 to +1.35) in units of the spread of a task's runs. Both intervals hold at every look."
                                + " Neither wins nor this lead is tested, but the mean of differences over their root mean square on"
                                + " each task (p = 0.0014).",
                        "Stop: every pair is decided.");
        assertThat(report.text().replaceAll("\\s+", " "))
                .contains(TaskRuns.remark(false), "you may look after every seed and every task")
                .doesNotContain("Which ranks first");
    }

    @Test
    void modelsWithoutCommonSeedsAreComparedByAllPairsOfRuns() {
        double[][][] y = {{{3, 5}, {1, 2}}, {{1, 2, 3}, {1, 2}}};
        PairComparison duel = over(Compared.fresh(y), Stopping.Rule.ANYTIME, 0).duel("A", "B");
        double root = Math.sqrt((4 + 1 + 0 + 16 + 9 + 4) / 6.0);
        assertThat(duel.t())
                .as("y = 2/√(34/6) and 0")
                .isCloseTo(PairComparison.t(new double[] {2 / root, 0}, 0), within(1e-12));
        assertThat(duel.wins()).isCloseTo((5.5 / 6 + .5) / 2, within(1e-12));
    }

    @Test
    void oneTaskIsNoSample() {
        RunTable one = Compared.pair(new double[][][] {{{1, 2}}, {{2, 3}}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> over(one, Stopping.Rule.ANYTIME, 0))
                .withMessage("--over tasks takes tasks as a sample and needs two or more, got 1: name their column with"
                        + " --task");
    }

    @Test
    void ofMoreTasksThanDeclaredTheFirstCount() {
        Comparison ten = over(table(), Stopping.Rule.PLANNED, 10);
        assertThat(ten.duel("A", "B").seeds()).isEqualTo(10);
        assertThat(ten.report().answer().get(0))
                .contains("taking the first 10 of 12 tasks, as declared, as a random sample of them");
        assertThat(ten.duels())
                .usingRecursiveComparison()
                .isEqualTo(
                        over(table().firstTasks(10), Stopping.Rule.PLANNED, 10).duels());
    }

    @Test
    void oneRunATaskIsNoEvidenceWithoutEnd() {
        double[][][] y = new double[2][5][1];
        Arrays.setAll(y[0], k -> new double[] {1 + k});
        PairComparison five = over(Compared.pair(y), Stopping.Rule.ANYTIME, 5).duel("A", "B");
        assertThat(five.p()).as("all five signs alike: 2/2^5").isEqualTo(1 / 16.0);
        assertThat(five.verdict()).isEqualTo(Verdict.OPEN);
        assertThat(over(Compared.pair(y), Stopping.Rule.ANYTIME, 0)
                        .duel("A", "B")
                        .moreLow())
                .isEqualTo(1);
        assertThat(over(table(), Stopping.Rule.ANYTIME, 0).duel("A", "B").pFixed())
                .as("had they been planned")
                .isEqualTo(
                        over(table(), Stopping.Rule.PLANNED, 12).duel("A", "B").p());
    }

    @Test
    void theFirstLineSaysWithHowManyTasksNothingIsDecided() {
        double[][][] y = new double[4][7][2];
        for (int m = 0; m < 4; m++) {
            for (int k = 0; k < 7; k++) {
                y[m][k] = new double[] {m, m + 0.1 * (1 + (k + m) % 3)};
            }
        }
        RunTable table = RunTable.of(y, List.of("a", "b", "c", "d"), Compared.tasks(7));
        ComparisonReport planned = over(table, Stopping.Rule.PLANNED, 7).report();
        assertThat(planned.answer().get(0)).endsWith("Below 8 tasks nothing is decided.");
        assertThat(planned.text()).doesNotContain("How many more").contains("flips of the signs of these decide");
        assertThat(over(table, Stopping.Rule.ANYTIME, 0).report().moreSeeds().column("additional, fewest"))
                .doesNotContain("1");
    }
}
