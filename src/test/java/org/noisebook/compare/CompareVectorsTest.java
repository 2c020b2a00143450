package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Streams;

/** Numbers recorded from NumPy 1.26 and SciPy 1.11 in float64, to the digits printed. */
class CompareVectorsTest {
    private static final double PRINTED = 6e-8;
    private static final double[][] A = {{.81, .83, .80, .84}, {.55, .61, .58, .60}, {.90, .92, .91, .20}};
    private static final double[][] B = {{.79, .80, .82, .78}, {.57, .54, .56, .59}, {.88, .90, .89, .91}};
    private static final double[] D = {.012, .005, .021, -.004, .015, .009, .018, .011, .002, .014};

    /** The list of resamples that anyone can draw again: SplitMix64's finaliser of the place. */
    private static int index(int b, int k, int s, int runs, int tasks) {
        long z = ((long) (b * tasks + k) * runs + s + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ z >>> 30) * 0xBF58476D1CE4E5B9L;
        z = (z ^ z >>> 27) * 0x94D049BB133111EBL;
        z ^= z >>> 31;
        return (int) (runs * ((z >>> 11) * 0x1p-53));
    }

    @Test
    void aggregatesAreTheRecordedOnes() {
        assertThat(Aggregate.interquartileMean(A)).isCloseTo(.7483333333, within(PRINTED));
        assertThat(Aggregate.interquartileMean(B)).isCloseTo(.7766666667, within(PRINTED));
        assertThat(Aggregate.interquartileMean(new double[][] {{1, 4, 9, 16, 25, 36, 49, 64, 81, 100}}))
                .isCloseTo(33.1666667, within(1e-7));
        assertThat(Aggregate.mean(A)).isCloseTo(.7125, within(PRINTED));
        assertThat(Aggregate.median(A)).as("of the runs: between .80 and .81").isCloseTo(.805, within(PRINTED));
        assertThat(Aggregate.median(B)).as("of the runs: between .79 and .80").isCloseTo(.795, within(PRINTED));
        assertThat(Aggregate.optimalityGap(A, 1)).isCloseTo(.2875, within(PRINTED));
        assertThat(Aggregate.optimalityGap(A, .85)).isCloseTo(.1525, within(PRINTED));
        assertThat(Aggregate.optimalityGap(B, 1)).isCloseTo(.2475, within(PRINTED));
        double[] levels = {.5, .6, .8, .9};
        assertThat(Arrays.stream(levels).map(x -> Aggregate.profile(A, x)).toArray())
                .containsExactly(new double[] {.916667, .666667, .5, .166667}, within(1e-6));
        assertThat(Arrays.stream(levels).map(x -> Aggregate.profile(B, x)).toArray())
                .containsExactly(new double[] {1, .666667, .416667, .083333}, within(1e-6));
    }

    @Test
    void theStratifiedBootstrapIsTheRecordedOne() {
        assertThat(index(0, 0, 0, 4, 3)).isEqualTo(3);
        double[] a = Aggregate.resampled(A, 2000, (b, k, s, n) -> index(b, k, s, n, 3), Aggregate::interquartileMean);
        double[] b = Aggregate.resampled(B, 2000, (r, k, s, n) -> index(r, k, s, n, 3), Aggregate::interquartileMean);
        assertThat(Moments.mean(a)).isCloseTo(.74999917, within(1e-8));
        assertThat(Math.sqrt(Moments.variance(a))).isCloseTo(.04107223, within(1e-8));
        assertThat(Moments.mean(b)).isCloseTo(.77617000, within(1e-8));
        assertThat(Moments.sortedQuantile(a, .025)).isCloseTo(.66166667, within(1e-8));
        assertThat(Moments.sortedQuantile(a, .975)).isCloseTo(.805, within(1e-8));
        double level = Aggregate.expandedLevel(3, 4);
        assertThat(level).isCloseTo(.00449921, within(1e-8));
        assertThat(Moments.sortedQuantile(a, level)).isCloseTo(.64498987, within(1e-8));
        assertThat(Moments.sortedQuantile(a, 1 - level)).isCloseTo(.81, within(1e-8));
        assertThat(Moments.sortedQuantile(b, level)).isCloseTo(.765, within(1e-8));
        assertThat(Moments.sortedQuantile(b, 1 - level)).isCloseTo(.79, within(1e-8));
    }

    @Test
    void brunnerMunzelIsTheRecordedOne() {
        BrunnerMunzel first = BrunnerMunzel.of(A[0], B[0]);
        assertThat(first.p()).isCloseTo(.84375, within(PRINTED));
        assertThat(first.stdError()).isCloseTo(.1509518411, within(1e-10));
        assertThat(first.t()).isCloseTo(2.2772163458, within(1e-9));
        assertThat(first.degrees()).isCloseTo(5.7020946470, within(1e-9));
        assertThat(first.pValue()).isCloseTo(.0653147037, within(1e-9));
        assertThat(first.interval(.05)).containsExactly(new double[] {.2402743, .9892705}, within(PRINTED));
        BrunnerMunzel second =
                BrunnerMunzel.of(new double[] {1.1, 2.3, .7, 3.1, 2.3}, new double[] {.4, 1.1, .9, 1.9, .2, 1, .7});
        assertThat(second.p()).isCloseTo(.8285714286, within(1e-9));
        assertThat(second.pValue()).isCloseTo(.0561843025, within(1e-9));
        assertThat(second.interval(.05)).containsExactly(new double[] {.3050804, .9815541}, within(PRINTED));
        PairComparison duel = Compared.duel(Compared.fresh(new double[][][] {A, B}), 0);
        assertThat(duel.design()).isEqualTo(PairComparison.Design.FRESH);
        assertThat(duel.wins()).isCloseTo(.7395833, within(1e-7));
        BrunnerMunzel apart = BrunnerMunzel.of(new double[] {4, 5, 6, 7, 8}, new double[] {1, 2, 3, 0, -1});
        assertThat(apart.t()).isNaN();
        assertThat(apart.pValue()).isCloseTo(2 / 252.0, within(1e-12));
    }

    /** SciPy: beta.ppf of the two ends. */
    @Test
    void winsOfFewRunsHaveTheExactInterval() {
        assertThat(SharedRuns.interval(new double[] {1}, 1, 0.05 / 3))
                .containsExactly(new double[] {.00833333, 1}, within(1e-8));
        assertThat(SharedRuns.interval(new double[] {1, 1, 1, 1, 1, 1, 1, 1}, 1, 0.05 / 780))
                .containsExactly(new double[] {.27430307, 1}, within(1e-7));
        assertThat(SharedRuns.interval(new double[] {1, 1, 1, 1, 1, 1, 0, 0}, 1, 0.05))
                .containsExactly(new double[] {.34914421, .96814596}, within(1e-7));
    }

    @Test
    void freshRunsStopByTheRecordedE() {
        double[][] a = {{.842, .853, .848, .861, .839, .857, .850, .864}};
        double[][] b = {{.835, .846, .849, .838, .841, .832, .851, .844}};
        PairComparison duel = Compared.duel(Compared.fresh(new double[][][] {a, b}), 0);
        assertThat(duel.t()).isCloseTo(2.820380, within(1e-6));
        assertThat(MixtureT.eValue(duel.t(), 8, MixtureT.G)).isCloseTo(4.106307, within(1e-6));
        assertThat(duel.share().any().low()).isCloseTo(.281176, within(1e-6));
        assertThat(duel.share().any().high()).isEqualTo(1);
        assertThat(duel.p()).isCloseTo(1 / 4.106307, within(1e-6));
    }

    @Test
    void ranksAndTheirCriticalDifferenceAreTheRecordedOnes() {
        double[][] x = {
            {81, 78, 80, 75}, {62, 60, 66, 58}, {91, 90, 90, 88}, {55, 50, 57, 52}, {74, 70, 73, 71}, {88, 86, 89, 83}
        };
        RankComparison ranks = RankComparison.of(x, Streams.of(1).at("ranks")).orElseThrow();
        assertThat(ranks.ranks()).containsExactly(new double[] {1.5, 3.25, 1.583333, 3.666667}, within(1e-6));
        assertThat(ranks.friedman()).isCloseTo(13.7796610, within(1e-6));
        assertThat(ranks.p()).isCloseTo(.000393337674, within(1e-9));
        assertThat(ranks.order()).containsExactly(0, 2, 1, 3);
        assertThat(ranks.groups())
                .as("p .09 of the first against the third in order, .01 and .02 of both against the last")
                .containsExactly(List.of(0, 2, 1), List.of(1, 3));
    }

    @Test
    void tasksOfUnlikeScaleAreJoinedAsRecorded() {
        double[][] rows = {{.02, .5, -1}, {.01, .8, 3}, {.03, -.2, 4}, {.02, .9, 2}, {-.01, .4, 5}, {.04, .7, 1}};
        double[] t = {5.405329, 6.442221, 7.554332, 8.391276};
        double[] e = {2.178537, 4.034821, 8.384650, 18.569382};
        for (int n = 3; n <= 6; n++) {
            double[][] a = new double[3][n];
            for (int k = 0; k < 3; k++) {
                for (int s = 0; s < n; s++) {
                    a[k][s] = rows[s][k];
                }
            }
            PairComparison duel = Compared.duel(Compared.pair(new double[][][] {a, new double[3][n]}), 50);
            assertThat(duel.t()).isCloseTo(t[n - 3], within(1e-6));
            assertThat(MixtureT.eValue(duel.t(), n, MixtureT.G)).isCloseTo(e[n - 3], within(1e-6));
            assertThat(duel.decidedAt()).isEqualTo(n < 6 ? 0 : 6);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "3, 2.735300, 1.655242, Infinity, Infinity",
        "5, 2.275995, 1.941470, 12.378625, Infinity",
        "6, 2.747612, 3.024690, 5.324017, 9.134533",
        "8, 3.920556, 10.874363, 3.875856, 4.795317",
        "10, 4.301219, 24.927447, 3.476667, 4.079245"
    })
    void theMixtureSequenceIsTheRecordedOne(int n, double t, double e, double fifty, double endless) {
        double[] d = Arrays.copyOf(D, n);
        assertThat(PairComparison.t(d, 0)).isCloseTo(t, within(1e-6));
        assertThat(MixtureT.eValue(PairComparison.t(d, 0), n, MixtureT.G)).isCloseTo(e, within(1e-6));
        assertThat(MixtureT.halfWidth(n, 10.5, MixtureT.G))
                .satisfies(x -> assertThat(same(x, fifty)).isTrue());
        assertThat(MixtureT.halfWidth(n, 20, MixtureT.G))
                .satisfies(x -> assertThat(same(x, endless)).isTrue());
    }

    private static boolean same(double x, double y) {
        return x == y || Math.abs(x - y) < 1e-6;
    }

    @Test
    void thresholdsAndNeedsAreTheRecordedOnes() {
        assertThat(MixtureT.threshold(.0508, 50)).isCloseTo(9.844, within(1e-12));
        assertThat(MixtureT.threshold(.0508, 40)).isCloseTo(9.844, within(1e-12));
        assertThat(MixtureT.threshold(.001016, 10)).isCloseTo(51.65, within(1e-9));
        assertThat(MixtureT.threshold(.05, 0)).isEqualTo(20);
        assertThat(MixtureT.threshold(.05, 101)).isEqualTo(20);
        for (double alpha : new double[] {.04, .02, .007, .003, 1e-5}) {
            assertThat(MixtureT.pValue(MixtureT.threshold(alpha, 50), 50)).isCloseTo(alpha, within(1e-9));
        }
        double[] effects = {.2, .3, .4, .5, .6, .8, 1, 1.2, 1.5, 2, 3, 5};
        int[] fifty = {244, 102, 56, 36, 26, 16, 12, 10, 8, 7, 6, 6};
        int[] endless = {280, 119, 66, 42, 30, 19, 14, 11, 9, 8, 7, 6};
        for (int i = 0; i < effects.length; i++) {
            assertThat(new Stopping(Stopping.Rule.ANYTIME, 1 / 10.5, 0).needed(effects[i]))
                    .isEqualTo(fifty[i]);
            assertThat(new Stopping(Stopping.Rule.ANYTIME, .05, 0).needed(effects[i]))
                    .isEqualTo(endless[i]);
        }
        int[] more = PairComparison.more(new Stopping(Stopping.Rule.ANYTIME, .05, 50), 1.017854, 5);
        assertThat(more).as("111 at a height of 10.5").containsExactly(2, 110);
    }

    @Test
    void winsAreTheRecordedOnes() {
        double[] w = {1, 1, .5, 1, 0, 1, 1, 1, 1, 1, 1, 1};
        int[] at = {4, 5, 8, 12};
        double[] e = {2, .8, 2.285714, 15.515152};
        for (int i = 0; i < at.length; i++) {
            assertThat(Math.exp(WinShare.logMixture(Arrays.copyOf(w, at[i]), .5)))
                    .isCloseTo(e[i], within(1e-6));
        }
        assertThat(WinShare.interval(new double[] {1}, true, .05))
                .containsExactly(new double[] {.025, 1}, within(1e-6));
        assertThat(WinShare.interval(Arrays.copyOf(w, 5), true, .05))
                .containsExactly(new double[] {.183566, .978450}, within(1e-6));
        assertThat(WinShare.interval(w, true, .05)).containsExactly(new double[] {.487118, .994361}, within(1e-6));
        double[] sixths = {4, 5, 3, 6, 5, 4, 5, 6, 4, 5, 5, 6};
        double[] share = Arrays.stream(sixths).map(x -> x / 6).toArray();
        assertThat(Math.exp(WinShare.logHedged(Arrays.copyOf(share, 4), WinShare.bets(share, .05), .5)))
                .isCloseTo(1.166667, within(1e-6));
        assertThat(Math.exp(WinShare.logHedged(share, WinShare.bets(share, .05), .5)))
                .isCloseTo(11.292181, within(1e-6));
        assertThat(WinShare.interval(Arrays.copyOf(share, 8), false, .05))
                .containsExactly(new double[] {.359088, .960528}, within(1e-6));
        assertThat(WinShare.interval(share, false, .05)).containsExactly(new double[] {.463057, .926563}, within(1e-6));
    }

    @Test
    void theLateBoundaryKeepsItsConstant() {
        Stopping late = new Stopping(Stopping.Rule.LATE, .05, 50);
        assertThat(late.pValue(late.halfWidth(50), 50)).isCloseTo(.05, within(1e-9));
        assertThat(late.pValue(late.halfWidth(20), 20)).isCloseTo(.05, within(1e-9));
        assertThat(late.halfWidth(3)).isGreaterThan(1000);
        assertThat(late.halfWidth(51)).isInfinite();
    }
}
