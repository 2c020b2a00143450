package org.noisebook.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.linalg.Activation;
import org.noisebook.model.RegressionReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Weights and losses of networks that learn by regression, bit by bit against the exact engine. */
@Tag("long")
class OpenclRegressionTest extends OnOpencl {
    private static final int SETTINGS = 100;

    private static OpenclRegression oneItem;
    private static OpenclRegression manyItems;

    /**
     * What is learned; where steep, learning rates and targets are so large that losses soon are not finite; where flat, moments are so small
     * that they are rounded to 0.
     */
    private record Setting(
            int[] widths,
            Activation activation,
            int batchSize,
            int steps,
            double learningRate,
            double averaging,
            boolean steep,
            boolean flat,
            int replicas) {
        static Setting draw(Stream stream) {
            int[] widths = IntStream.range(0, 2 + stream.nextIndex(4))
                    .map(l -> 1 + stream.nextIndex(stream.nextIndex(3) == 0 ? 70 : 20))
                    .toArray();
            return new Setting(
                    widths,
                    Activation.values()[stream.nextIndex(Activation.values().length)],
                    2 + stream.nextIndex(40),
                    1 + stream.nextIndex(40),
                    StrictMath.exp(-2 + 2 * stream.nextGaussian()),
                    stream.nextIndex(2) == 0 ? 0 : stream.nextDouble(),
                    stream.nextIndex(5) == 0,
                    stream.nextIndex(5) == 0,
                    1 + stream.nextIndex(4));
        }

        RegressionReplicas replicas(long seed) {
            List<Supplier<RegressionReplicas.Job>> jobs = new ArrayList<>();
            for (int r = 0; r < replicas; r++) {
                Streams streams = Streams.of(seed).withReplica(r);
                jobs.add(() -> {
                    Stream stream = streams.at("batches");
                    return new RegressionReplicas.Job(weights(stream), () -> batch(stream));
                });
            }
            return new RegressionReplicas(
                    widths,
                    activation,
                    batchSize,
                    steps,
                    step -> (steep ? 1e15 : 1) * learningRate / (1 + step),
                    averaging,
                    jobs);
        }

        private double[] weights(Stream stream) {
            int count = IntStream.range(1, widths.length)
                    .map(l -> (widths[l - 1] + 1) * widths[l])
                    .sum();
            double[] weights = new double[count];
            Arrays.setAll(weights, i -> stream.nextIndex(5) == 0 ? 0 : (float) (stream.nextGaussian() / 3));
            return weights;
        }

        private RegressionReplicas.Batch batch(Stream stream) {
            int outputs = widths[widths.length - 1];
            double[] scale = new double[batchSize];
            Arrays.setAll(scale, k -> (flat ? 1e-27 : 1) * stream.nextDouble());
            return new RegressionReplicas.Batch(
                    numbers(widths[0], stream), numbers(outputs, stream), numbers(outputs, stream), scale);
        }

        private double[][] numbers(int coordinates, Stream stream) {
            double[][] x = new double[coordinates][batchSize];
            for (double[] row : x) {
                Arrays.setAll(row, k -> stream.nextIndex(9) == 0 ? 0 : (steep ? 1e140 : 1) * stream.nextGaussian());
            }
            return x;
        }
    }

    @BeforeAll
    static void open() {
        oneItem = new OpenclRegression(queue, 3, 1, 16);
        manyItems = new OpenclRegression(queue, 3, 16, 1);
    }

    private static int assertSameBits(RegressionReplicas replicas, OpenclRegression regression, String what) {
        RegressionReplicas.TrainingEnd[] exact =
                new RegressionReplicas.TrainingEnd[replicas.jobs().size()];
        RegressionReplicas.TrainingEnd[] ends = new RegressionReplicas.TrainingEnd[exact.length];
        ReplicaEngine.plain().train(replicas, (job, end) -> exact[job] = end);
        regression.train(replicas, (job, end) -> ends[job] = end);
        int diverged = 0;
        for (int r = 0; r < exact.length; r++) {
            assertThat(Arrays.mismatch(exact[r].losses(), ends[r].losses()))
                    .as(what)
                    .isEqualTo(-1);
            assertThat(Arrays.mismatch(exact[r].weights(), ends[r].weights()))
                    .as(what)
                    .isEqualTo(-1);
            diverged += Double.isFinite(exact[r].losses()[exact[r].losses().length - 1]) ? 0 : 1;
        }
        return diverged;
    }

    /** A fixed stream draws the settings; half of them go through groups of one item, half through groups of many. */
    @Test
    void twoHundredSettingsHaveTheBitsOfTheExactEngine() {
        Stream stream = Streams.of(12).at("settings");
        int diverged = 0;
        for (int k = 0; k < SETTINGS; k++) {
            Setting one = Setting.draw(stream);
            Setting many = Setting.draw(stream);
            if (!isTried(k)) {
                continue;
            }
            diverged += assertSameBits(one.replicas(k), oneItem, k + ", one item: " + one);
            diverged += assertSameBits(many.replicas(k), manyItems, k + ", many items: " + many);
        }
        assertThat(diverged)
                .as("settings must reach losses that are not finite")
                .isPositive();
    }

    @Test
    void anInterruptEndsIt() {
        RegressionReplicas replicas = Setting.draw(Streams.of(1).at("settings")).replicas(1);
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> oneItem.train(replicas, (job, end) -> {}));
        } finally {
            Thread.interrupted();
        }
    }
}
