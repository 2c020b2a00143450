package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class BootstrapTest {
    private static final double ROUND_OFF = 1e-12;
    private static final int N = 8;
    private static final int RESAMPLES = 2000;
    /** One resample in forty. */
    private static final int MOST_UNKNOWN = 50;

    private static final int REPEATS = 2000;

    /** Standard errors a coverage may be off; two-sided false-alarm probability below 7e-5. */
    private static final double COVERAGE_ERRORS = 4;

    /** Expanded percentile intervals miss by up to about half a percent a side at small n (Hesterberg 2015). */
    private static final double BIAS = 0.01;

    private static Stream stream(String name) {
        return Streams.of(1).at(name);
    }

    private static double[] normals(int n, Stream stream) {
        double[] values = new double[n];
        Arrays.setAll(values, k -> 7 + 3 * stream.nextGaussian());
        return values;
    }

    private static ToDoubleFunction<int[]> meanOf(double[] values) {
        return replicas -> {
            double sum = 0;
            for (int r : replicas) {
                sum += values[r];
            }
            return sum / replicas.length;
        };
    }

    /**
     * The share of simulated data sets whose interval holds the true mean. Power: plain percentiles cover about 0.90 at
     * n = 8, three standard errors outside the band; resamples that never repeat a replica have no width at all.
     */
    @Tag("statistical")
    @Test
    void intervalsOfAMeanCoverAsOftenAsTheySay() {
        int covered = 0;
        for (int k = 0; k < REPEATS; k++) {
            double[] values = normals(N, stream("data").part(k));
            covered +=
                    Bootstrap.of(N, stream("bootstrap").part(k), meanOf(values)).covers(7) ? 1 : 0;
        }
        double room = COVERAGE_ERRORS * StrictMath.sqrt(Estimate.LEVEL * (1 - Estimate.LEVEL) / REPEATS) + BIAS;
        assertThat((double) covered / REPEATS)
                .as("coverage of n = %d over %d data sets, false-alarm probability below 7e-5", N, REPEATS)
                .isCloseTo(Estimate.LEVEL, within(room));
    }

    /**
     * The standard error of a mean is σ/√n with the unbiased σ; 2000 resamples know it to 1.6 %, and 8 % is five of these:
     * false-alarm probability below 1e-6. Would catch a factor √(n/(n−1)) = 1.15 left out at n = 4.
     */
    @Tag("statistical")
    @Test
    void theErrorOfAMeanIsTheUsualOne() {
        for (int n : new int[] {4, 64}) {
            double[] values = normals(n, stream("error/" + n));
            Estimate usual = Estimate.ofMean(values);
            Estimate estimate = Bootstrap.of(n, stream("bootstrap/" + n), meanOf(values));
            assertThat(estimate.mean()).isEqualTo(usual.mean());
            assertThat(estimate.n()).isEqualTo(n);
            assertThat(estimate.stdError() / usual.stdError())
                    .as("n = %d, false-alarm probability below 1e-6", n)
                    .isCloseTo(1, within(0.08));
        }
    }

    @Test
    void theSameStreamGivesTheSameInterval() {
        double[] values = normals(N, stream("same"));
        Estimate first = Bootstrap.of(N, stream("bootstrap"), meanOf(values));
        assertThat(Bootstrap.of(N, stream("bootstrap"), meanOf(values))).isEqualTo(first);
        assertThat(Bootstrap.of(N, stream("other"), meanOf(values))).isNotEqualTo(first);
    }

    @Test
    void aStatisticWithoutAValueHasNoInterval() {
        int[] all = {0, 1, 2, 3, 4, 5, 6, 7};
        Estimate estimate =
                Bootstrap.of(N, stream("bootstrap"), replicas -> Arrays.equals(replicas, all) ? Double.NaN : 1);
        assertThat(estimate).isEqualTo(new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, N));
    }

    /** A statistic whose first resamples do not exist; call 0 is that of all replicas. */
    private static Estimate withUnknown(int unknown, double[] known) {
        ToDoubleFunction<int[]> mean = meanOf(normals(N, stream("unknown")));
        int[] calls = {0};
        Estimate estimate = Bootstrap.of(N, stream("bootstrap"), replicas -> {
            int call = calls[0]++;
            double value = mean.applyAsDouble(replicas);
            if (call > unknown) {
                known[call - unknown - 1] = value;
            }
            return call >= 1 && call <= unknown ? Double.NaN : value;
        });
        assertThat(calls[0]).isEqualTo(1 + RESAMPLES);
        return estimate;
    }

    @Test
    void fewUnknownResamplesAreLeftOut() {
        for (int unknown : new int[] {0, 1, MOST_UNKNOWN}) {
            double[] known = new double[RESAMPLES - unknown];
            Estimate estimate = withUnknown(unknown, known);
            assertThat(estimate).isEqualTo(PowerFit.interval(estimate.mean(), known, N));
            assertThat(estimate.low()).isLessThan(estimate.mean());
            assertThat(estimate.high()).isGreaterThan(estimate.mean());
        }
    }

    @Test
    void moreThanOneUnknownResampleInFortyLeavesNoInterval() {
        for (int unknown : new int[] {MOST_UNKNOWN + 1, RESAMPLES}) {
            double mean = withUnknown(0, new double[RESAMPLES]).mean();
            assertThat(withUnknown(unknown, new double[RESAMPLES - unknown]))
                    .isEqualTo(new Estimate(mean, Double.NaN, Double.NaN, Double.NaN, N));
        }
    }

    @Test
    void oneReplicaHasNoInterval() {
        assertThat(Bootstrap.of(1, stream("bootstrap"), replicas -> 3))
                .isEqualTo(new Estimate(3, Double.NaN, Double.NaN, Double.NaN, 1));
    }

    @Test
    void aConstantHasAnIntervalOfNoWidth() {
        Estimate estimate = Bootstrap.of(N, stream("bootstrap"), replicas -> 3);
        assertThat(estimate).isEqualTo(new Estimate(3, 0, 3, 3, N));
    }

    /** A statistic may keep and change what it is given: no later resample shows in it, and it shows in none. */
    @Test
    void everyCallHasReplicasOfItsOwn() {
        List<int[]> kept = new ArrayList<>();
        double[] values = normals(N, stream("own"));
        Estimate plain = Bootstrap.of(N, stream("bootstrap"), replicas -> {
            kept.add(replicas);
            return meanOf(values).applyAsDouble(replicas);
        });
        assertThat(kept.get(0)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
        assertThat(kept.stream().map(Arrays::toString).distinct().count())
                .as("of 8^8 resamples")
                .isGreaterThan(RESAMPLES / 2);
        assertThat(kept).allMatch(replicas -> Arrays.stream(replicas).allMatch(r -> r >= 0 && r < N));
        assertThat(Bootstrap.of(N, stream("bootstrap"), replicas -> {
                    double mean = meanOf(values).applyAsDouble(replicas);
                    Arrays.fill(replicas, -1);
                    return mean;
                }))
                .isEqualTo(plain);
        assertThat(plain.mean()).isCloseTo(Estimate.mean(values), within(ROUND_OFF));
    }
}
