package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.compare.Comparison.Options;
import org.noisebook.compare.Family.Control;
import org.noisebook.compare.PairComparison.Verdict;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class FamilyTest {
    private static final Stopping TEN = Stopping.of(Stopping.Rule.ANYTIME, .05, 0, 10, false);
    private static final double[] E = {900, 400, 80, 60, 55, 45, 8, 3, 1, .5};

    private static Options options(Stopping.Rule rule, int seeds, Control control) {
        return new Options(0.05, 0.75, rule, seeds, Optional.empty(), 100, Optional.empty(), control, false);
    }

    /** A pair of eight seeds whose E is given, negative where the second leads. */
    private static PairComparison pair(int first, int second, double e) {
        double[][][] y = {{{0, 1, 2, 0, 1, 2, 0, 1}}, {new double[8]}, {new double[8]}};
        RunTable table = RunTable.of(y, List.of("A", "B", "C"), List.of("t"));
        SequentialEvidence looks = new SequentialEvidence(first, second, new SharedRuns(table, first, second), TEN, 10);
        looks.at(8, 1, e, Math.abs(e));
        PairComparison.Size none =
                new PairComparison.Size(0, new PairComparison.Span(0, 0), new PairComparison.Span(0, 0));
        return looks.duel(8, 1, none, 3, 1, none, 0, new int[] {1, 2});
    }

    private static List<PairComparison> pairs(double... e) {
        return Arrays.stream(e).mapToObj(x -> pair(0, 1, x)).toList();
    }

    private static Stream noise(int replica) {
        return Streams.of(3).withReplica(replica).at("family");
    }

    @Test
    void meansOfEvidenceAreTheRecordedOnes() {
        double[] p = Family.closedP(E);
        assertThat(Arrays.copyOf(p, 3)).containsExactly(new double[] {.00780911, .01397380, .05405405}, within(5e-9));
        List<PairComparison> closed = Family.judged(pairs(E), TEN, .05, Control.ANY);
        assertThat(closed.stream().map(PairComparison::verdict).filter(v -> v == Verdict.BETTER))
                .hasSize(2);
        assertThat(Family.judged(pairs(E), TEN, .05, Control.SHARE).stream()
                        .map(PairComparison::verdict)
                        .filter(v -> v == Verdict.BETTER))
                .hasSize(6);
        assertThat(Family.judged(pairs(87.5, 8, 3, 1, .5), TEN, .05, Control.ANY)
                        .get(0)
                        .decidedAt())
                .as("20 + 12 + 17 + 19 + 19.5 = 87.5 are needed")
                .isEqualTo(8);
        assertThat(Family.judged(pairs(87.4, 8, 3, 1, .5), TEN, .05, Control.ANY)
                        .get(0)
                        .decidedAt())
                .isZero();
        assertThat(MixtureT.eValue(5, 8, 10)).isCloseTo(40.832940, within(1e-6));
        assertThat(MixtureT.eValue(8, 8, 10)).isCloseTo(766.678923, within(1e-6));
        assertThat(MixtureT.eValue(12, 8, 10)).isCloseTo(9730.316174, within(1e-6));
    }

    /** The closed test by its definition: all sets that hold a pair have a mean of 1/p or more. */
    @Test
    void theClosedTestIsThatOfAllSets() {
        double[] e = {22, 2, 55, .4, 90, 7};
        double[] p = Family.closedP(e);
        for (int i = 0; i < e.length; i++) {
            double least = Double.POSITIVE_INFINITY;
            for (int set = 0; set < 1 << e.length; set++) {
                int of = set;
                if ((set >> i & 1) == 1) {
                    least = Math.min(
                            least,
                            IntStream.range(0, e.length)
                                    .filter(j -> (of >> j & 1) == 1)
                                    .mapToDouble(j -> e[j])
                                    .average()
                                    .orElseThrow());
                }
            }
            assertThat(p[i]).isCloseTo(Math.min(1, 1 / least), within(1e-12));
        }
    }

    @Test
    void heightsOfADeclaredMaximumAreTheRecordedOnes() {
        assertThat(MixtureT.threshold(.0508, 8)).isCloseTo(4.352, within(1e-9));
        assertThat(MixtureT.threshold(1.14e-5, 8)).isCloseTo(130.1, within(1e-9));
        assertThat(MixtureT.threshold(.05, 8))
                .as("raised by the error of its chance")
                .isBetween(4.352, 4.45);
        assertThat(MixtureT.threshold(.05, 9)).isEqualTo(MixtureT.threshold(.05, 10));
        for (double alpha : new double[] {.04, .007, 6.4e-5}) {
            assertThat(MixtureT.pValue(MixtureT.threshold(alpha, 8), 8)).isCloseTo(alpha, within(1e-12));
        }
    }

    /** Forty models on a line of 19 standard deviations, eight seeds. */
    private static RunTable board() {
        double[][][] y = new double[40][1][8];
        Stream noise = noise(1);
        for (int m = 0; m < 40; m++) {
            double mean = 19 * m / 39.0;
            Arrays.setAll(y[m][0], s -> mean + noise.nextGaussian());
        }
        return RunTable.of(y, IntStream.range(0, 40).mapToObj(m -> "m" + m).toList(), List.of("t"));
    }

    private static long decided(Comparison of) {
        return of.duels().stream().filter(duel -> duel.verdict().isDecided()).count();
    }

    @Test
    void aLeaderboardOfEightSeedsIsDecidedInMostPairs() {
        RunTable board = board();
        Comparison nothing = Comparison.of(board, options(Stopping.Rule.ANYTIME, 0, Control.ANY), noise(2));
        Comparison share = Comparison.of(board, options(Stopping.Rule.ANYTIME, 0, Control.SHARE), noise(2));
        Comparison most = Comparison.of(board, options(Stopping.Rule.ANYTIME, 8, Control.ANY), noise(2));
        Comparison planned = Comparison.of(board, options(Stopping.Rule.PLANNED, 8, Control.ANY), noise(2));
        assertThat(decided(nothing)).as("0 under Bonferroni with g = 1/2").isGreaterThan(450);
        assertThat(decided(share)).isGreaterThan(600);
        assertThat((double) decided(most) / decided(planned)).isBetween(.97, 1.01);
        assertThat(nothing.best()).contains(39).hasSizeLessThan(10);
        assertThat(most.best()).contains(39).hasSizeLessThan(nothing.best().size() + 1);
        assertThat(nothing.duels().stream()
                        .filter(duel -> duel.verdict().isDecided())
                        .allMatch(duel -> duel.verdict() == Verdict.WORSE))
                .as("the second model of each pair is the better one")
                .isTrue();
        assertThat(nothing.report().answer().get(0))
                .isEqualTo(
                        "No model beats every other one after 8 seeds; 477 of 780 pairs are decided, and 7 of 40 models"
                                + " lost no pair.");
        assertThat(nothing.report().sections().get(0).remarks().get(0))
                .startsWith(
                        "Verdicts and p are those of a family of 780 comparisons [closed test of mean e-values]: the chance that any"
                                + " verdict is false is at most 5 %, though you may look after every seed. Intervals are Bonferroni's and"
                                + " wider. ");
        assertThat(nothing.report().sections().get(0).remarks().get(1))
                .isEqualTo(
                        "May be the best: m37, m39, m38, m36, m35 and m34 [6 of 40; mean of the e-values of all others against"
                                + " each]. A given model that is the best stays in this set with a chance of at least 95 %: a guarantee for each"
                                + " model, not for all that are left out together; models that lost a pair above are left out too.");
        assertThat(share.report().sections().get(0).remarks().get(0))
                .startsWith(
                        "Verdicts and p are those of a family of 780 comparisons [e-BH]: of all verdicts at most 5 % are false on"
                                + " average, though you may look after every seed. Each rests on the present seeds and may be withdrawn");
    }

    @Test
    void aModelLeavesTheBestOnceTheOthersTogetherBeatIt() {
        double gone = 10 + 0.5 / Math.sqrt(17);
        for (double e : new double[] {gone + 1e-6, gone - 1e-6}) {
            assertThat(Family.best(List.of(pair(0, 1, -e), pair(0, 2, -e)), 3, TEN, .05, Control.ANY))
                    .as("mean of 2E − 1/√17 twice is 20")
                    .isEqualTo(e > gone ? List.of(1, 2) : List.of(0, 1, 2));
        }
    }

    @Test
    void looksOfEqualModelsKeepTheFamilysLevel() {
        int tables = 300;
        int any = 0;
        for (int r = 0; r < tables; r++) {
            Stream noise = noise(100 + r);
            double[][][] y = new double[8][1][12];
            Arrays.stream(y).forEach(of -> Arrays.setAll(of[0], s -> noise.nextGaussian()));
            RunTable table =
                    RunTable.of(y, IntStream.range(0, 8).mapToObj(m -> "m" + m).toList(), List.of("t"));
            Stopping stopping = Stopping.of(Stopping.Rule.ANYTIME, .05, 0, 28, false);
            List<PairComparison> duels = IntStream.range(0, 8)
                    .boxed()
                    .flatMap(a -> IntStream.range(a + 1, 8)
                            .mapToObj(b -> PairComparison.of(table, a, b, stopping, 28, noise, new HashMap<>())))
                    .toList();
            any += Family.judged(duels, stopping, .05, Control.ANY).stream().anyMatch(d -> d.decidedAt() > 0) ? 1 : 0;
        }
        assertThat(any)
                .as(
                        "of %d tables of eight equal models where a pair is decided in 10 looks, level .05: P(more than 29) = 4e-4",
                        tables)
                .isBetween(1, 29);
    }
}
