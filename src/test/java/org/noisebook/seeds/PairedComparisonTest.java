package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class PairedComparisonTest {
    private static final double[] FIRST = {1.2, 3.4, 2.2, 5.1, 4.4, 3.3, 2.9, 4.0};
    private static final double[] SECOND = {0.9, 3.0, 2.5, 4.1, 3.9, 2.8, 2.9, 3.1};

    private static Stream stream() {
        return Streams.of(1).at("paired");
    }

    /** By scipy 1.17.1: ttest_rel, and permutation_test over all flips. */
    @Test
    void aComparisonIsTheRecordedOne() {
        double[] d = new double[FIRST.length];
        Arrays.setAll(d, s -> FIRST[s] - SECOND[s]);
        assertThat(PairedComparison.tTest(d)).isCloseTo(0.029802061590397947, within(1e-8));
        assertThat(PairedComparison.signFlip(d, 0, stream())).isEqualTo(0.046875);
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
        assertThat(PairedComparison.signFlip(d, 1, 0, stream())).as("on a grid").isCloseTo(exact, within(1e-12));
        double[] halves = Arrays.stream(d).map(v -> v / 2).toArray();
        assertThat(PairedComparison.signFlip(halves, 0.5, 0, stream())).isCloseTo(exact, within(1e-12));
        assertThat(PairedComparison.signFlip(new double[4], 1, 0, stream())).isEqualTo(1);
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

    /** Holm 1979: .01 .04 .03 .005 become .03 .06 .06 .02. */
    @Test
    void holmStepsDown() {
        assertThat(PairedComparison.holm(new double[] {0.01, 0.04, 0.03, 0.005}))
                .containsExactly(new double[] {0.03, 0.06, 0.06, 0.02}, within(1e-15));
        assertThat(PairedComparison.holm(new double[] {0.6, 0.9})).containsExactly(1, 1);
    }
}
