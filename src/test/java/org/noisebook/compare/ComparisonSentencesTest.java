package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
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
                    int[] more = PairComparison.more(stopping, effect, n);
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
                        "A is better than C after 12 seeds, the clearest of 3 decided pairs out of 6; A, B and D lost no pair.");
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
                .isEqualTo("No pair is decided after 12 seeds.");
        assertThat(Compared.compare(runs(12, "alike", 0.8, 0.8, 0.8))
                        .report()
                        .text()
                        .replaceAll("\\s+", " "))
                .contains(
                        "May be the best: C and B [2 of 3;",
                        "a guarantee for each model, not for all that are left out together");
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
        assertThat(comparison.duels().get(0).verdict()).isEqualTo(PairComparison.Verdict.HANGS);
        assertThat(comparison.duels().get(0).lead().any().isFinite()).isTrue();
        assertThat(comparison.duels().get(0).p()).isGreaterThan(0.05);
        assertThat(comparison.report().frames().get("pairs").text(0, "verdict")).isEqualTo("not decided");
        List<String> answer = comparison.report().answer();
        assertThat(answer.get(0))
                .isEqualTo(
                        "Not decided: the verdict hangs on 4 failed runs; left out, A is better than B, but counted as losses, the runs suggest that A is better than B.");
        assertThat(answer.get(2))
                .isEqualTo("Do not stop yet: 1 verdict hangs on runs that failed or are far off: decide beforehand how"
                        + " they count.");
        assertThat(comparison.report().text())
                .contains("0 of 1 pair is decided; the verdict on 1 hangs.")
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
    void ofMoreSeedsThanDeclaredTheFirstCount() {
        RunTable forty = runs(40, "forty", 0.80, 0.80);
        for (int s = 8; s < 40; s++) {
            forty.score()[1][0][s] += 0.05;
        }
        double[][][] y = {{Arrays.copyOf(forty.score()[0][0], 8)}, {Arrays.copyOf(forty.score()[1][0], 8)}};
        for (Stopping.Rule rule : Stopping.Rule.values()) {
            Comparison.Options options = Compared.options(rule, 8, Optional.empty(), false);
            Comparison all = Compared.compare(forty, options);
            assertThat(all.duels())
                    .usingRecursiveComparison()
                    .isEqualTo(Compared.compare(Compared.pair(y), options).duels());
            assertThat(all.models().get(0).runs()).isEqualTo(8);
            assertThat(all.report().answer().get(0)).endsWith(" after the first 8 of 40 seeds, as declared.");
            assertThat(all.report().answer().get(1))
                    .endsWith(
                            rule == Stopping.Rule.PLANNED
                                    ? " Both intervals are for 8 seeds planned."
                                    : " Both intervals hold at every look up to 8 seeds.");
            assertThat(all.report().text().contains("any look")).isEqualTo(rule != Stopping.Rule.PLANNED);
        }
        Comparison fresh = Compared.compare(
                Compared.fresh(forty.score()), Compared.options(Stopping.Rule.PLANNED, 8, Optional.empty(), false));
        assertThat(fresh.duels().get(0).seeds()).isEqualTo(8);
    }

    @Test
    void whatHoldsAtEveryLookIsNoNarrowerThanWhatHoldsOnce() {
        for (int table = 0; table < 30; table++) {
            Stream noise = Streams.of(3).withReplica(table).at("wider");
            double[][][] y = new double[2][1 + table % 4][6];
            for (int s = 0; s < 6; s++) {
                for (double[][] model : y) {
                    for (double[] task : model) {
                        task[s] = noise.nextGaussian();
                    }
                }
            }
            for (int most : new int[] {0, 6}) {
                PairComparison duel = Compared.duel(table % 3 == 0 ? Compared.fresh(y) : Compared.pair(y), most);
                for (PairComparison.Size size : List.of(duel.lead(), duel.share())) {
                    assertThat(size.any().low())
                            .isLessThanOrEqualTo(size.fixed().low());
                    assertThat(size.any().high())
                            .isGreaterThanOrEqualTo(size.fixed().high());
                }
                assertThat(duel.p() <= 0.05).isEqualTo(duel.verdict().isDecided());
            }
        }
    }

    @Test
    void aVerdictBesideAnIntervalThatIncludesNoDifferenceSaysWhy() {
        Comparison three = Compared.compare(runs(8, "why", 0.80, 0.79, 0.70));
        for (PairComparison duel : three.duels()) {
            boolean apart = duel.lead().any().low() > 0 || duel.lead().any().high() < 0;
            boolean half = duel.share().any().low() > 0.5 || duel.share().any().high() < 0.5;
            assertThat(new PairWords(three).kind(duel))
                    .startsWith(" Both intervals hold at every look, for all 3 pairs together.")
                    .matches(
                            apart == duel.verdict().isDecided() && (!apart || half)
                                    ? ".*together\\."
                                    : ".*together\\. They are .*");
        }
    }

    @Test
    void aWorseModelThatCrashesIsNotHarderToBeat() {
        RunTable table = runs(8, "crash", 0.70, 0.80);
        table.score()[0][0][3] = Double.NaN;
        for (int planned : new int[] {0, 8}) {
            Comparison comparison = Compared.compare(
                    table,
                    Compared.options(
                            planned == 0 ? Stopping.Rule.ANYTIME : Stopping.Rule.PLANNED,
                            planned,
                            Optional.empty(),
                            false));
            assertThat(comparison.report().answer().get(0))
                    .isEqualTo("B is better than A after 7 seeds, with 1 of 8 runs of A failed.");
            assertThat(comparison.report().answer().get(2)).startsWith("Stop: every pair is decided");
        }
    }

    private static String first(RunTable table, Stopping.Rule rule, int seeds) {
        return Compared.compare(table, Compared.options(rule, seeds, Optional.empty(), false))
                .report()
                .answer()
                .get(0);
    }

    @Test
    void aModelThatFailsMoreOftenIsNotCalledBetter() {
        RunTable table = runs(30, "dear", 0.90, 0.70);
        for (int s = 0; s < 10; s++) {
            table.score()[0][0][3 * s] = Double.NaN;
        }
        for (Stopping.Rule rule : Stopping.Rule.values()) {
            assertThat(first(table, rule, 30))
                    .isEqualTo(
                            "Not decided: finished runs of A are better than those of B, but A fails more often (p = 0.0020);"
                                    + " decide beforehand what a failed run costs.");
        }
        for (int s = 2; s < 10; s++) {
            table.score()[0][0][3 * s] = 0.9;
        }
        Comparison few = Compared.compare(table);
        assertThat(few.report().answer().get(0))
                .contains("A is better than B after 28 seeds, with 2 of 30 runs of A failed");
    }

    @Test
    void aModelWhoseRunsAllFailedIsSaidToHaveFailed() {
        RunTable table = runs(8, "dead", 0.9, 0.8, 0.7);
        Arrays.fill(table.score()[0][0], Double.NaN);
        Comparison comparison = Compared.compare(table);
        assertThat(comparison.best()).doesNotContain(0);
        assertThat(comparison.ranking()).endsWith(0);
        assertThat(comparison.report().answer().get(0))
                .contains("with all 8 runs of A failed")
                .doesNotContain("be the best");
        assertThat(comparison.report().text()).doesNotContain("-inf", " NaN ");
    }

    @Test
    void tasksThatAModelDidNotRunAreNoTasksOfThePair() {
        RunTable one = runs(10, "easy", 0.9, 0.7);
        double[] none = {};
        double[][][] y = {{one.score()[0][0], none, none}, {one.score()[1][0], one.score()[1][0], one.score()[1][0]}};
        RunTable table = RunTable.of(y, List.of("A", "B"), List.of("t", "u", "v"));
        table.seed()[0][1] = new int[0];
        table.seed()[0][2] = new int[0];
        assertThat(first(table, Stopping.Rule.ANYTIME, 0))
                .isEqualTo(
                        "A is better than B on the 1 task of 3 that both ran after 10 seeds, with 20 of 60 runs missing.");
    }

    @Test
    void aNumberOfSeedsThatWasNotReachedLeavesPOpen() {
        RunTable all = runs(12, "short", 0.9, 0.7);
        RunTable table = Compared.fresh(new double[][][] {all.score()[0], {Arrays.copyOf(all.score()[1][0], 9)}});
        ComparisonReport report = Compared.compare(
                        table, Compared.options(Stopping.Rule.PLANNED, 12, Optional.empty(), false))
                .report();
        assertThat(report.answer().get(1))
                .contains("Both intervals are as if 9 seeds had been planned. The runs suggest it by p")
                .doesNotContain("p = 1");
        assertThat(report.answer().get(2)).endsWith(" Run the ADDITIONAL seeds planned, 3 of B, then look.");
        assertThat(report.text()).containsPattern("A +B +suggests better .* open +open\\n");
    }

    @Test
    void whatTheVerdictTestsIsSaidBesideWinsThatIncludeHalf() {
        double[][][] y = {{{9, 9, 9, 9, 9, 9, -0.1, -0.1}}, {{0, 0, 0, 0, 0, 0, 0, 0}}};
        Stream noise = Streams.of(4).at("wins");
        Arrays.setAll(y[1][0], s -> 0.01 * noise.nextGaussian());
        assertThat(Compared.compare(
                                Compared.pair(y), Compared.options(Stopping.Rule.PLANNED, 8, Optional.empty(), false))
                        .report()
                        .answer()
                        .get(1))
                .startsWith("A wins against B in 75 % of the runs with shared seeds (interval 35 % to 97 %)")
                .contains(" The verdict tests the mean difference (p = ");
    }

    @Test
    void whatMakesAVerdictDoubtfulStandsBesideIt() {
        RunTable table = runs(8, "doubt", 0.9, 0.7);
        assertThat(Doubts.of(table)).isEmpty();
        double[] own = table.score()[0][0];
        assertThat(Doubts.of(Compared.pair(new double[][][] {{own}, {own.clone()}})))
                .isEqualTo(" Beware: A and B have the same score in every run.");
        double[][][] copied = new double[2][1][16];
        for (int s = 0; s < 16; s++) {
            copied[0][0][s] = own[s % 4];
            copied[1][0][s] = table.score()[1][0][s % 4];
        }
        assertThat(Doubts.of(Compared.pair(copied)))
                .isEqualTo(" Beware: the runs of all models repeat together, 4 seeds are different: were rows copied?");
        own[3] *= 100;
        assertThat(Doubts.of(table)).contains("scores of A lie a factor of about 100 apart");
    }

    @Test
    void seedsThatDoNothingDecideNothing() {
        double[][][] y = {{new double[8]}, {new double[8]}};
        Arrays.fill(y[0][0], 0.90);
        Arrays.fill(y[1][0], 0.91);
        Comparison comparison = Compared.compare(Compared.pair(y));
        assertThat(comparison.report().answer())
                .containsExactly(
                        "Not decided: every seed of A and of B has the same score, so the seed seems to do nothing.",
                        "B wins against A in 100 % of the runs with shared seeds (no interval as yet); its lead is +0.010 (no"
                                + " interval as yet).",
                        "More seeds do not help A and B: check that the seed reaches the training.");
        assertThat(comparison.duels().get(0).p()).isEqualTo(1);
    }

    @Test
    void missingRunsAreCountedInTheFirstLine() {
        RunTable all = runs(8, "missing", 0.80, 0.70);
        double[][][] y = {all.score()[0], {Arrays.copyOf(all.score()[1][0], 6)}};
        ComparisonReport report = Compared.compare(Compared.pair(y)).report();
        assertThat(report.answer().get(0)).isEqualTo("A is better than B after 6 seeds, with 2 of 16 runs missing.");
        double[][][] few = {all.score()[0], {Arrays.copyOf(all.score()[1][0], 4)}};
        assertThat(Compared.compare(Compared.pair(few)).report().text().replaceAll("\\s+", " "))
                .contains("A and B share 4 seeds, and 5 are needed to pair them: all their runs are treated as fresh.");
    }

    @Test
    void aLeaderInWinsThatTrailsInTheMeanIsSaidToTrail() {
        double[][][] y = {{{1, 1, 1, 1, 1, -20}}, {{0, 0, 0, 0, 0, 0.1}}};
        assertThat(Compared.compare(Compared.pair(y)).report().answer().get(1))
                .startsWith("A wins against B in 83 %")
                .contains(", but is behind in the mean; its lead is -");
    }

    @Test
    void normalDifferencesAreCalledSkewedAsRarelyAsStated() {
        int[] called = new int[2];
        Stream noise = Streams.of(5).at("skew");
        for (int sample = 0; sample < 20_000; sample++) {
            double[] x = new double[8];
            Arrays.setAll(x, i -> noise.nextGaussian());
            double p = Moments.skewnessP(Moments.skewness(x), 8);
            called[0] += p <= 0.05 ? 1 : 0;
            called[1] += p <= 0.005 ? 1 : 0;
        }
        assertThat(called[0]).as("of 20 000 at .05; standard deviation 31").isBetween(880, 1120);
        assertThat(called[1]).as("at .05 over ten pairs").isBetween(60, 140);
        Comparison comparison = Compared.compare(runs(8, "noskew", 0.8, 0.8, 0.8, 0.8, 0.8, 0.8));
        assertThat(comparison.duels()).as("one looks skewed among 15").anyMatch(duel -> Math.abs(duel.skewness()) > 1);
        assertThat(comparison.report().text()).doesNotContain("are skewed");
    }

    @Test
    void aTaskWhoseMeanIsNearNothingIsOnNoOtherScale() {
        Stream noise = Streams.of(9).at("near");
        double[][][] y = new double[2][12][1];
        for (int k = 0; k < 12; k++) {
            double task = 3 * noise.nextGaussian();
            for (double[][] model : y) {
                model[k][0] = task + noise.nextGaussian();
            }
        }
        Comparison comparison = Compared.compare(Compared.pair(y));
        assertThat(comparison.standardised()).isFalse();
        assertThat(comparison.report().text().replaceAll("\\s+", " "))
                .contains("\"Unknown\": a fixed number, one run a task");
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

    @Test
    void equalDifferencesOnAGridAreNoEvidenceWithoutEnd() {
        double[] grid = {0.3, 0.4, 0.7, 0.1, 0.9};
        double[][][] y = {{grid}, {Arrays.stream(grid).map(x -> x - 0.1).toArray()}};
        Comparison planned =
                Compared.compare(Compared.pair(y), Compared.options(Stopping.Rule.PLANNED, 5, Optional.empty(), false));
        assertThat(planned.duel("A", "B").p()).isEqualTo(1 / 16.0);
        assertThat(planned.report().answer().get(1))
                .endsWith(
                        "The differences vary less than the rounding of the scores, and the flips of their signs do not decide"
                                + " (p = 0.063).");
        assertThat(planned.report().text()).as("all five are used up").doesNotContain("How many more");
        assertThat(SharedRuns.step(new double[] {1, 0.667, 0.333, 0, 0.333})).isCloseTo(1 / 3.0, within(1e-3));
        assertThat(SharedRuns.step(new double[] {0.5, 0.6, 0.601, 0.85})).isCloseTo(0.001, within(1e-12));
    }

    @Test
    void failedRunsCountToTheNumberDeclared() {
        double[][][] y = runs(10, "alike", 0.8, 0.8).score();
        y[0][0][4] = Double.NaN;
        Comparison most = Compared.compare(
                Compared.pair(y), Compared.options(Stopping.Rule.ANYTIME, 10, Optional.empty(), false));
        assertThat(most.report().answer().get(2)).contains("The 10 seeds declared are used up");
        assertThat(most.report().text()).doesNotContain("How many more");
    }

    @Test
    void aVerdictOnWinsBesideALeadOfNoneIsExplained() {
        double[][][] y = {{{1.0, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.7, 1.8, 9}}, {new double[10]}};
        Arrays.setAll(y[1][0], s -> 0.05 * s);
        Comparison fresh = Compared.compare(Compared.fresh(y));
        assertThat(fresh.verdict("A", "B")).isEqualTo(PairComparison.Verdict.BETTER);
        assertThat(fresh.report().answer().get(1))
                .contains("The verdict tests the share of wins (p = ", "), not the lead.");
    }

    @Test
    void smallThingsAreTrueToo() {
        double[][][] y = runs(10, "alike", 0.8, 0.8).score();
        Arrays.setAll(y[1][0], s -> y[0][0][s] - 0.05 - 0.001 * (s % 3));
        for (int failed : new int[] {1, 4}) {
            y[0][0][failed] = Double.NaN;
            y[1][0][failed] = 0.77;
        }
        Comparison cut =
                Compared.compare(Compared.pair(y), Compared.options(Stopping.Rule.PLANNED, 8, Optional.empty(), false));
        assertThat(cut.report().answer().get(0)).endsWith("Judged: the first 8 of 10 seeds, as declared.");
        double[][][] percent = runs(8, "alike", 0.5, 0.5).score();
        Arrays.setAll(percent[0][0], s -> 100 * percent[0][0][s]);
        assertThat(Compared.compare(Compared.pair(percent)).report().answer().get(1))
                .contains("Beware: scores of different models lie a factor of about 100 apart: are some in percent?");
        double[][][] once = {{{1}, {2}}, {{2}, {4}}};
        assertThat(Compared.compare(Compared.pair(once)).report().answer().get(1))
                .doesNotContain("units of the spread");
        double[][][] apart = {{{1, 2, 3}, {}}, {{3, 1, 2}, {}}, {{}, {2, 3, 1}}, {{}, {5, 3, 4}}};
        assertThat(Compared.compare(RunTable.of(apart, List.of("a", "b", "c", "d"), Compared.tasks(2)))
                        .report()
                        .text())
                .contains("tasks that both")
                .doesNotContain("ranks", "Only pairs with the first model");
    }
}
