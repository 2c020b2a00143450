package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class PairedComparisonTest {
    /** Of t quantiles and of noncentralities solved to 1e-9. */
    private static final double SOLVED = 1e-8;

    private static final double[] FIRST = {1.2, 3.4, 2.2, 5.1, 4.4, 3.3, 2.9, 4.0};
    private static final double[] SECOND = {0.9, 3.0, 2.5, 4.1, 3.9, 2.8, 2.9, 3.1};

    private static Stream stream() {
        return Streams.of(1).at("paired");
    }

    /** By scipy 1.17.1: ttest_rel, permutation_test over all flips, nct.cdf solved by brentq, numpy's corrcoef. */
    @Test
    void aComparisonIsTheRecordedOne() {
        PairedComparison c = PairedComparison.of(FIRST, SECOND, stream());
        assertThat(c.seeds()).isEqualTo(8);
        assertThat(c.difference().mean()).isCloseTo(0.4125, within(1e-12));
        assertThat(c.t()).isCloseTo(2.719152889142055, within(1e-12));
        assertThat(c.pValue()).isCloseTo(0.029802061590397947, within(SOLVED));
        assertThat(c.signFlipP()).isEqualTo(0.046875);
        assertThat(c.effectSize().mean()).isCloseTo(0.9613657234976699, within(1e-12));
        assertThat(c.effectSize().low()).isCloseTo(0.08869586065717636, within(SOLVED));
        assertThat(c.effectSize().high()).isCloseTo(1.790336376431431, within(SOLVED));
        assertThat(c.correlation()).isCloseTo(0.9523228458665777, within(1e-12));
        assertThat(c.varianceRatio()).isCloseTo(0.07411401049529148, within(1e-12));
        assertThat(c.holmP()).isEqualTo(c.pValue());
    }

    /** Ties that only rounding breaks, and a zero: |d| = 0 .3 .3 .4 .5 .5 .9 1, against all flips of the mid-ranks. */
    @Test
    void signedRanksKnowTiesAndZeros() {
        double[] ranks = {1.5, 3, -1.5, 7, 4.5, 4.5, 6};
        assertThat(PairedComparison.of(FIRST, SECOND, stream()).wilcoxonP()).isEqualTo(allFlips(ranks));
    }

    /** Whole numbers with many ties and zeros, against all flips of mid-ranks that are counted anew. */
    @Test
    void signedRanksAreAllFlipsOfMidRanks() {
        Stream stream = Streams.of(1).at("ranks");
        for (int repeat = 0; repeat < 30; repeat++) {
            double[] d = new double[11];
            Arrays.setAll(d, s -> stream.nextIndex(10) - 3);
            double[] kept = Arrays.stream(d).filter(v -> v != 0).toArray();
            double[] ranks = Arrays.stream(kept)
                    .map(v -> Math.signum(v)
                            * (Arrays.stream(kept)
                                            .filter(w -> Math.abs(w) < Math.abs(v))
                                            .count()
                                    + 0.5
                                            * (1
                                                    + Arrays.stream(kept)
                                                            .filter(w -> Math.abs(w) == Math.abs(v))
                                                            .count())))
                    .toArray();
            assertThat(PairedComparison.wilcoxon(d)).isCloseTo(allFlips(ranks), within(1e-12));
        }
    }

    private static double allFlips(double[] d) {
        double observed = Math.abs(Arrays.stream(d).sum());
        int hits = 0;
        for (int bits = 0; bits < 1 << d.length; bits++) {
            double sum = 0;
            for (int s = 0; s < d.length; s++) {
                sum += (bits >> s & 1) == 0 ? d[s] : -d[s];
            }
            hits += Math.abs(sum) >= observed ? 1 : 0;
        }
        return (double) hits / (1 << d.length);
    }

    /** Whole numbers, whose sums are exact; every size from one difference on, ties included. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 6, 11, 14})
    void signFlipsTryAll(int n) {
        Stream stream = Streams.of(1).at("flips").part(n);
        double[] d = new double[n];
        for (int repeat = 0; repeat < 20; repeat++) {
            Arrays.setAll(d, s -> stream.nextIndex(9) - 3);
            assertThat(PairedComparison.signFlip(d, 0, stream)).isEqualTo(allFlips(d));
        }
    }

    /** 64 drawn p of 25 differences against all 2^25 flips, counted by a dynamic programme over whole sums. */
    @Test
    void drawnFlipsAgreeWithAll() {
        double[] d = new double[25];
        Arrays.setAll(d, s -> (s * 7) % 11 - 4);
        double[] law = {1};
        int reach = 0;
        for (double v : d) {
            int step = (int) Math.abs(v);
            double[] next = new double[law.length + 2 * step];
            for (int k = 0; k < law.length; k++) {
                next[k] += law[k] / 2;
                next[k + 2 * step] += law[k] / 2;
            }
            law = next;
            reach += step;
        }
        double observed = Math.abs(Arrays.stream(d).sum());
        double exact = 0;
        for (int k = 0; k < law.length; k++) {
            exact += Math.abs(k - reach) >= observed ? law[k] : 0;
        }
        double drawn = PairedComparison.signFlip(d, 100_000, stream());
        double error = StrictMath.sqrt(exact * (1 - exact) / 100_000);
        assertThat(drawn)
                .as("4 standard errors of 100000 flips, false alarm 6e-5; finds a p off by %.4f", 4 * error)
                .isCloseTo(exact, within(4 * error));
    }

    /** scipy 1.17.1 wilcoxon(d, method='exact'): 20 untied differences; beyond 100 by the normal law, close to the exact one. */
    @Test
    void signedRanksOfManyDifferences() {
        double[] twenty = new double[20];
        Arrays.setAll(twenty, s -> (s % 3 == 0 ? -1 : 1) * (s + 1.0));
        assertThat(PairedComparison.wilcoxon(twenty)).isCloseTo(WILCOXON_TWENTY, within(1e-12));
        double[] hundred = new double[100];
        Arrays.setAll(hundred, s -> (s % 5 < 2 ? -1 : 1) * (s + 1.0));
        assertThat(PairedComparison.wilcoxon(hundred)).isCloseTo(WILCOXON_HUNDRED, within(1e-12));
        double[] more = new double[101];
        Arrays.setAll(more, s -> (s % 5 < 2 ? -1 : 1) * (s + 1.0));
        assertThat(PairedComparison.wilcoxon(more)).isCloseTo(WILCOXON_NORMAL, within(1e-9));
    }

    private static final double WILCOXON_TWENTY = 0.20244979858398438;
    private static final double WILCOXON_HUNDRED = 0.05199156883574818;
    /** scipy 1.17.1 wilcoxon(d, method='asymptotic', correction=True). */
    private static final double WILCOXON_NORMAL = 0.08164059621531142;

    @Test
    void equalDifferencesHaveNoSpread() {
        PairedComparison same =
                PairedComparison.of(new double[] {0.3, 0.7, 1.1}, new double[] {0.1, 0.5, 0.9}, stream());
        assertThat(same.t()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(same.pValue()).isZero();
        assertThat(same.signFlipP()).isEqualTo(0.25);
        assertThat(same.wilcoxonP()).isEqualTo(0.25);
        assertThat(same.effectSize().mean()).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(same.effectSize().low()).isNaN();
        assertThat(same.difference().low()).isEqualTo(same.difference().high()).isCloseTo(0.2, within(1e-15));
        assertThat(same.varianceRatio()).isZero();
    }

    @Test
    void noDifferenceAtAllIsNoEvidence() {
        PairedComparison none = PairedComparison.of(SECOND, SECOND, stream());
        assertThat(List.of(none.pValue(), none.signFlipP(), none.wilcoxonP())).containsOnly(1.0);
        assertThat(none.t()).isZero();
        assertThat(none.effectSize().mean()).isNaN();
    }

    @Test
    void swappingConfigurationsSwapsSigns() {
        PairedComparison one = PairedComparison.of(FIRST, SECOND, stream());
        PairedComparison other = PairedComparison.of(SECOND, FIRST, stream());
        assertThat(other.t()).isEqualTo(-one.t());
        assertThat(other.wilcoxonP()).isEqualTo(one.wilcoxonP());
        assertThat(other.signFlipP()).isEqualTo(one.signFlipP());
        assertThat(other.effectSize().low()).isCloseTo(-one.effectSize().high(), within(SOLVED));
    }

    @Test
    void missingSeedsAreDroppedPairByPair() {
        double nan = Double.NaN;
        double[][] cells = {{1, 2, 4}, {2, nan, 3}, {nan, 1, 2}, {4, 6, 5}, {3, 3, nan}};
        List<PairedComparison> pairs = PairedComparison.all(SeedTable.of(cells), stream());
        assertThat(pairs).extracting(PairedComparison::seeds).containsExactly(3, 3, 3);
        assertThat(pairs.get(1).difference().mean()).isCloseTo(-5.0 / 3, within(1e-12));
        assertThat(pairs).extracting(p -> p.first() + "-" + p.second()).containsExactly("0-1", "0-2", "1-2");
    }

    /** Holm 1979: .01 .04 .03 .005 become .03 .06 .06 .02. */
    @Test
    void holmStepsDown() {
        assertThat(PairedComparison.holm(new double[] {0.01, 0.04, 0.03, 0.005}))
                .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
        assertThat(PairedComparison.holm(new double[] {0.6, 0.9})).containsExactly(1, 1);
    }

    @Test
    void theUnbeatenHoldTheBest() {
        Stream noise = Streams.of(1).at("noise");
        double[][] cells = new double[12][];
        for (int s = 0; s < cells.length; s++) {
            double seed = 3 * noise.nextGaussian();
            cells[s] = new double[] {
                seed + noise.nextGaussian(), seed + 5 + noise.nextGaussian(), seed + 5.1 + noise.nextGaussian()
            };
        }
        List<PairedComparison> pairs =
                PairedComparison.all(SeedTable.of(cells, names(12), List.of("low", "high", "alsoHigh")), stream());
        assertThat(PairedComparison.unbeaten(pairs, 0.05, true)).containsExactly("high", "alsoHigh");
        assertThat(PairedComparison.unbeaten(pairs, 0.05, false)).containsExactly("low");
    }

    private static List<String> names(int count) {
        return Arrays.asList(new String[count]).stream().map(none -> "s").toList();
    }

    /** Size of all three tests and cover of the interval of d_z, of 2000 sets of 9 normal differences, d_z = 0 and 0.7. */
    @Test
    void testsKeepTheirLevelAndIntervalsCover() {
        int sets = 2000;
        int[] found = new int[3];
        int covered = 0;
        for (int i = 0; i < sets; i++) {
            Stream noise = stream().part(i);
            double[] x = new double[9];
            double[] y = new double[9];
            Arrays.setAll(x, s -> noise.nextGaussian());
            PairedComparison null0 = PairedComparison.of(x, y, noise);
            found[0] += null0.pValue() < 0.05 ? 1 : 0;
            found[1] += null0.signFlipP() < 0.05 ? 1 : 0;
            found[2] += null0.wilcoxonP() < 0.05 ? 1 : 0;
            Arrays.fill(y, -0.7);
            covered += PairedComparison.of(x, y, noise).effectSize().covers(0.7) ? 1 : 0;
        }
        // Exact sizes: t .05; flips 12 pairs of 256 below .05; ranks .0390625 = 10 of 256.
        double[] sizes = {0.05, 12 / 256.0, 10 / 256.0};
        for (int k = 0; k < 3; k++) {
            double error = StrictMath.sqrt(sizes[k] * (1 - sizes[k]) / sets);
            assertThat((double) found[k] / sets)
                    .as(
                            "size of test %d at .05, 2000 sets, 4 standard errors, false alarm 6e-5; finds a size off by .02",
                            k)
                    .isCloseTo(sizes[k], within(4 * error));
        }
        assertThat((double) covered / sets)
                .as("cover of the 95 %% interval, 2000 sets, 4 standard errors, false alarm 6e-5; finds 90 %%")
                .isCloseTo(0.95, within(0.0195));
    }

    @Test
    void tooFewCommonSeedsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        PairedComparison.of(new double[] {1, Double.NaN, 3}, new double[] {1, 2, Double.NaN}, stream()))
                .withMessage("seeds that both 'first' and 'second' have must be at least 2, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PairedComparison.of(new double[2], new double[3], stream()))
                .withMessage("both configurations must have a response a seed, got 2 and 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PairedComparison.all(SeedTable.of(new double[][] {{1}, {2}}), stream()))
                .withMessage("conditions must be at least 2 to compare, got 1");
    }
}
