package org.noisebook.papers.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.Mlp;
import org.noisebook.papers.plane.InformationPlane.Config;
import org.noisebook.papers.plane.InformationPlane.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class InformationPlaneTest {
    private static final InformationPlane PAPER = new InformationPlane();
    private static final Config SMALL = Schema.with(
            PAPER.defaults(),
            "hiddenWidths",
            new double[] {6, 3},
            "learningRate",
            0.5,
            "batchSize",
            64,
            "steps",
            400,
            "recordsPerDecade",
            3,
            "bins",
            new double[] {30, 8});
    /** Learns three quarters of the rule and more. */
    private static final Config LEARNING = Schema.with(SMALL, "hiddenWidths", new double[] {12, 6}, "steps", 1500);

    private static final Config DIVERGING = Schema.with(
            SMALL,
            "activation",
            Activation.RELU,
            "hiddenWidths",
            DoubleStream.generate(() -> 8).limit(20).toArray(),
            "learningRate",
            1e6,
            "initialScale",
            100);

    /** Sums of thousands of rounded terms. */
    private static final double ROUNDING = 1e-10;

    private static Result run(Config config) {
        return PAPER.run(config, Streams.of(1));
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"TANH", "RELU"})
    void enginesGiveTheSameBits(Activation activation) {
        Config config = Schema.with(SMALL, "activation", activation);

        assertThat(PAPER.measure(config, Streams.of(3), MatrixKernels.plain()))
                .isEqualTo(PAPER.run(config, Streams.of(3)));
    }

    @Test
    void recordsAreEvenInLogarithms() {
        assertThat(Schema.with(SMALL, "steps", 12_000).recordSteps())
                .containsExactly(0, 1, 2, 5, 10, 22, 46, 100, 215, 464, 1000, 2154, 4642, 10_000, 12_000);
        assertThat(Schema.with(SMALL, "steps=1000, recordsPerDecade=1").recordSteps())
                .containsExactly(0, 1, 10, 100, 1000);
        assertThat(Schema.with(SMALL, "steps=1, recordsPerDecade=9").recordSteps())
                .containsExactly(0, 1);
        assertThat(run(SMALL).trainLosses().size()).isEqualTo(SMALL.recordSteps().length);
    }

    /** A run of more steps begins as the shorter one. */
    @Test
    void recordsDoNotDisturbTheTraining() {
        Result few = run(Schema.with(SMALL, "recordsPerDecade", 1));
        Result many = run(Schema.with(SMALL, "recordsPerDecade", 20));

        assertThat(few.finalInputInformation()).isEqualTo(many.finalInputInformation());
        assertThat(few.trainLosses().last()).isEqualTo(many.trainLosses().last());
    }

    /** Full batches: the first record's gradient is what the first step follows, and has no noise. */
    @Test
    void gradientsOfTheFullBatchHaveNoNoise() {
        Config full = Schema.with(SMALL, "batchSize", SMALL.trainSize(), "steps", 3);
        Result result = run(full);

        assertThat(result.gradientNoise().toArray()).containsOnly(0);
        assertThat(result.gradientMean().toArray()).doesNotContain(0);
    }

    /** The noise of single patterns, from the gradient of every pattern by itself. */
    @Test
    void noiseIsTheScatterOfTheGradientsOfPatterns() {
        Config config =
                Schema.with(SMALL, "trainShare", 0.02, "batchSize", 5, "steps", 1, "hiddenWidths", new double[] {3});
        Streams streams = Streams.of(1);
        Result result = PAPER.run(config, streams);
        Mlp network = Mlp.of(new int[] {12, 3, 2}, Activation.TANH, 1, MatrixKernels.plain());
        network.initialise(streams.at("init"), 1);
        DipoleRule rule = new DipoleRule(config.sharpness());
        Stream data = streams.at("data");
        int[] labels = IntStream.range(0, 4096)
                .map(x -> data.nextDouble() < rule.probability(x) ? 1 : 0)
                .toArray();
        int[] order = IntStream.range(0, 4096).toArray();
        for (int k = 4095; k > 0; k--) {
            int other = data.nextIndex(k + 1);
            int value = order[k];
            order[k] = order[other];
            order[other] = value;
        }
        int n = 82;
        double[][] gradients = new double[n][];
        double[] mean = new double[network.weightCount()];
        for (int k = 0; k < n; k++) {
            network.forward(DipoleRule.points(), order, k, 1);
            network.crossEntropy(labels, order, k);
            network.backward();
            gradients[k] = network.gradient();
            for (int j = 0; j < mean.length; j++) {
                mean[j] += gradients[k][j] / n;
            }
        }
        double[] weights = network.weights();
        int[] starts = {0, 13 * 3, mean.length};
        for (int l = 0; l < 2; l++) {
            double square = 0;
            double scatter = 0;
            double norm = 0;
            for (int j = starts[l]; j < starts[l + 1]; j++) {
                square += mean[j] * mean[j];
                norm += weights[j] * weights[j];
                for (int k = 0; k < n; k++) {
                    scatter += (gradients[k][j] - mean[j]) * (gradients[k][j] - mean[j]) / n;
                }
            }
            double noise = Math.sqrt(scatter / 5 * (n - 5) / (n - 1));
            assertThat(result.gradientMean().get(l)).isCloseTo(Math.sqrt(square / norm), within(ROUNDING));
            assertThat(result.gradientNoise().get(l)).isCloseTo(noise / Math.sqrt(norm), within(ROUNDING));
        }
    }

    /** What must hold of every run: bounds by the inputs, the label, and coarser bins. */
    @Test
    void informationHasItsBounds() {
        Config config = Schema.with(SMALL, "bins", new double[] {30, 15});
        Result result = run(config);
        double most = new DipoleRule(SMALL.sharpness()).information();
        int last = config.recordSteps().length - 1;
        double rise = 0;
        for (int k = 0; k <= last; k++) {
            for (int l = 0; l < 2; l++) {
                int at = config.index(0, k, l);
                double fine = result.inputInformation().get(at);
                assertThat(fine).isBetween(0.0, 12 + ROUNDING);
                assertThat(result.labelInformation().get(at)).isBetween(-ROUNDING, Math.min(most, fine) + ROUNDING);
                assertThat(result.inputInformation().get(config.index(1, k, l))).isLessThanOrEqualTo(fine + ROUNDING);
                rise = l == 0
                        ? rise
                        : Math.max(rise, fine - result.inputInformation().get(at - 1));
            }
        }
        int end = config.index(0, last, 1);
        assertThat(result.inputInformation().size()).isEqualTo(config.informations());
        assertThat(result.finalInputInformation())
                .isEqualTo(result.inputInformation().get(end));
        assertThat(result.finalLabelInformation())
                .isEqualTo(result.labelInformation().get(end));
        assertThat(result.compression()).isEqualTo(result.compressions().get(0)).isNotNegative();
        assertThat(result.largestRises().get(0)).isEqualTo(rise);
        assertThat(result.trainLosses().get(0)).isBetween(0.5, 1.5);
    }

    /** By the definitions, from the lists of a run that learns: from three quarters right on, largest value less the last. */
    @Test
    void fallsAndOnsetsAreThoseOfTheLists() {
        Config config = LEARNING;
        Result result = run(config);
        int[] steps = config.recordSteps();
        int start = PlaneTraining.learnt(result.trainAccuracies().toArray());
        assertThat(start).isBetween(1, steps.length - 2);
        for (int b = 0; b < 2; b++) {
            int bins = b;
            double[] last = IntStream.range(0, steps.length)
                    .mapToDouble(k -> result.inputInformation().get(config.index(bins, k, 1)))
                    .toArray();
            double most = Arrays.stream(last, start, steps.length).max().orElseThrow();
            assertThat(result.compressions().get(b)).isEqualTo(most - last[steps.length - 1]);
            if (b == 0) {
                assertThat(last[Arrays.binarySearch(steps, (int) result.compressionOnset())])
                        .isEqualTo(most);
            }
        }
        double most = Arrays.stream(result.runBinned().toArray(), start, steps.length)
                .max()
                .orElseThrow();
        assertThat(result.runBinnedCompression())
                .isEqualTo(most - result.runBinned().last());
        double[] ratios = new double[steps.length];
        for (int k = 0; k < ratios.length; k++) {
            double means = 0;
            double noises = 0;
            for (int at = 3 * k; at < 3 * k + 3; at++) {
                means += Math.pow(result.gradientMean().get(at), 2);
                noises += Math.pow(result.gradientNoise().get(at), 2);
            }
            ratios[k] = Math.sqrt(means / noises);
        }
        assertThat(result.noiseStep()).isEqualTo(PlaneTraining.fallBelowOne(start, steps, ratios));
    }

    /** tanh has one range; ReLU's bins of the run are no finer than those of the record that reaches furthest. */
    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"TANH", "RELU"})
    void binsOfTheRunAreThoseOfItsLargestActivity(Activation activation) {
        Config config = Schema.with(LEARNING, "activation", activation);
        Result result = run(config);
        int records = config.recordSteps().length;
        int same = 0;
        for (int k = 0; k < records; k++) {
            same += result.runBinned().get(k) == result.inputInformation().get(config.index(0, k, 1)) ? 1 : 0;
        }
        assertThat(same).isBetween(1, records);
        assertThat(same == records).isEqualTo(activation == Activation.TANH);
    }

    /** The network learns: without it I(T;Y) of the last layer would stay below half a bit. */
    @Test
    void theRuleIsLearnt() {
        Result result = run(Schema.with(SMALL, "hiddenWidths", new double[] {12, 6}, "steps", 3000));

        assertThat(result.trainAccuracy()).isGreaterThan(0.95);
        assertThat(result.testAccuracy()).isGreaterThan(0.9);
        assertThat(result.finalLabelInformation()).isGreaterThan(0.8);
    }

    @Test
    void onsetsAreThoseOfTheLaterMaximum() {
        assertThat(PlaneTraining.learnt(new double[] {0.9, 0.5})).isZero();
        assertThat(PlaneTraining.learnt(new double[] {0.5, 0.75, 0.6})).isEqualTo(1);
        assertThat(PlaneTraining.learnt(new double[] {0.5, 0.6, 0.6})).isEqualTo(2);
        double[] values = {9, 1, 3, 3, 2};
        assertThat(PlaneTraining.largest(1, 5, k -> values[k])).isEqualTo(2);
        int[] steps = {0, 10, 100, 1000, 10_000};
        assertThat(PlaneTraining.fallBelowOne(1, steps, new double[] {9, 0.5, 4, 0.25, 7}))
                .as("the first of two values is not later than the start, 7 the largest, which stays")
                .isNaN();
        assertThat(PlaneTraining.fallBelowOne(1, steps, new double[] {9, 0.5, 4, 0.25, 3}))
                .isCloseTo(StrictMath.pow(10, 2.5), within(1e-9));
        assertThat(PlaneTraining.fallBelowOne(1, steps, new double[] {9, 0.5, 0.6, 0.25, 0.1}))
                .as("never above 1")
                .isNaN();
    }

    @Test
    void divergenceIsAnOutcome() {
        assertThat(run(DIVERGING).ends().diverged()).isOne();
    }

    @Test
    void badConfigsAreRefused() {
        assertRefused("hiddenWidths", new double[] {}, "hiddenWidths.length must be in [1, 20], got 0");
        assertRefused("hiddenWidths", new double[] {1.5}, "hiddenWidths must be whole numbers, got 1.5");
        assertRefused("activation", Activation.GELU, "activation must be tanh or relu, got GELU");
        assertRefused("batchSize", 3483, "batchSize must be in [1, 4096 trainShare=3482], got 3483");
    }

    private static void assertRefused(String name, Object value, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, name, value))
                .withMessage(message);
    }

    @Test
    void costsAreForeseen() {
        assertThat(PAPER.work(SMALL)).isEqualTo(400.0 * 64 * 6 * (13 * 6 + 7 * 3 + 4 * 2));
        assertThat(PAPER.memory(SMALL)).isBetween(3_000_000L, 50_000_000L);
    }
}
