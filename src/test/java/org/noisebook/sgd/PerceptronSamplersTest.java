package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Kernels;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.PerceptronConfig.Sampler;
import org.noisebook.stats.Estimate;

/**
 * Plain SGD and the fast forward give the same law of t*.
 *
 * <p>Both samplers see the same data in a replica and draw different batches. The mean over replicas of the difference of
 * ln t* is compared with zero, two-sided at level {@link #LEVEL}; replicas are so many that a planted 7 % shift of t* is
 * found with power 0.9 or more, which every test computes from the spread it sees.
 */
@Tag("statistical")
@Tag("long")
class PerceptronSamplersTest {
    /** Four settings and one planted error: 8e-4 in all. */
    private static final double LEVEL = 2e-4;

    private static final double SHIFT = 0.07;
    private static final double POWER = 0.9;
    private static final int REPLICAS = 4600;
    private static final Kernels KERNELS = Kernels.fastest();
    /** Times of plain SGD by setting: two tests have one of them. */
    private static final Map<PerceptronConfig, double[]> PLAIN = new ConcurrentHashMap<>();

    /** Settings in which drawing, counting, skipping, revealing and both screens take part. */
    @ParameterizedTest
    @CsvSource({
        "1, 16, 256, 2, 2, 3.0517578125e-5",
        "0, 8, 64, 2, 2, 3.0517578125e-5",
        "2, 16, 256, 32, 0.5, 0.5",
        "3, 8, 512, 4, 1, 0.25"
    })
    void giveTheSameTrainingTime(double chi, int d, int p, int b, double rate, double margin) {
        Estimate difference = difference(config(chi, d, p, b, rate, margin), 0);

        assertThat(power(difference)).as("power against a 7 % shift of t*").isGreaterThan(POWER);
        assertThat(zScore(difference)).as("two-sided test at level " + LEVEL).isLessThan(critical());
    }

    @Test
    void aPlantedOffByOneInTheSkipIsFound() {
        Estimate difference = difference(config(2, 16, 256, 32, 0.5, 0.5), 1);

        assertThat(zScore(difference)).isGreaterThan(critical());
    }

    private static PerceptronConfig config(double chi, int d, int p, int b, double rate, double margin) {
        return Schema.with(
                PerceptronConfig.standard(),
                "chi",
                chi,
                "dimension",
                d,
                "trainSize",
                p,
                "batchSize",
                b,
                "learningRate",
                rate,
                "margin",
                margin,
                "testSize",
                0);
    }

    private static Estimate difference(PerceptronConfig config, int skipOffset) {
        double[] direct = PLAIN.computeIfAbsent(config, PerceptronSamplersTest::plain);
        List<Double> differences = new ArrayList<>();
        for (int r = 0; r < REPLICAS; r++) {
            Streams streams = Streams.of(21).withReplica(r);
            Streams reordered = Streams.of(21).withReplica(r + REPLICAS);
            double skipped = new PerceptronRun(config, streams, reordered.at("order"), KERNELS, skipOffset)
                    .run(streams)
                    .time();
            differences.add(Math.log(skipped / direct[r]));
        }
        return Estimate.ofMean(differences.stream().mapToDouble(x -> x).toArray());
    }

    private static double[] plain(PerceptronConfig config) {
        PerceptronConfig plain = Schema.with(config, "sampler", Sampler.PLAIN);
        return IntStream.range(0, REPLICAS)
                .mapToObj(Streams.of(21)::withReplica)
                .mapToDouble(streams -> new PerceptronRun(plain, streams, KERNELS, 0)
                        .run(streams)
                        .time())
                .toArray();
    }

    private static double zScore(Estimate difference) {
        return Math.abs(difference.mean()) / difference.stdError();
    }

    private static double critical() {
        return new NormalDistribution().inverseCumulativeProbability(1 - LEVEL / 2);
    }

    private static double power(Estimate difference) {
        double shift = Math.log1p(SHIFT) / difference.stdError();
        return new NormalDistribution().cumulativeProbability(shift - critical());
    }
}
