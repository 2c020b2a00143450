package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class BenignOscillationStudyTest {
    private static final BenignOscillationStudy STUDY = new BenignOscillationStudy();
    /** A millisecond; three points of nine lack the strong patch. */
    private static final BenignOscillationConfig SMALL =
            new BenignOscillationConfig(12, 9, 50, 3, 0.5, 1.1, 0.3, 0.7, 0.9, 0.8, 0.3, 30, 10, 10);
    /** Sums of a few dozen rounded terms, a few dozen steps long. */
    private static final double ROUNDING = 1e-12;

    private static BenignOscillationResult run(BenignOscillationConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Patches as vectors of d numbers and plain weights, loops over all coordinates: every number of the study. */
    @Test
    void theStudyIsSgdOnPatchesAndWeights() {
        Streams streams = Streams.of(1);
        Plain plain = new Plain(SMALL, streams);
        int[] order = IntStream.range(0, SMALL.trainSize()).toArray();
        Stream orders = streams.at("order");
        double sum = 0;
        double squares = 0;
        int count = 0;
        double[][] courses = new double[3][4];
        for (int step = 0; step <= SMALL.steps(); step++) {
            if (step % 10 == 0) {
                courses[0][step / 10] = plain.alone(1);
                courses[1][step / 10] = plain.alone(0);
                courses[2][step / 10] = plain.noise();
            }
            if (step == SMALL.steps()) {
                break;
            }
            int place = step % order.length;
            if (place == 0) {
                for (int k = order.length - 1; k > 0; k--) {
                    int other = orders.nextIndex(k + 1);
                    int kept = order[k];
                    order[k] = order[other];
                    order[other] = kept;
                }
            }
            double[][] point = plain.points[order[place]];
            int y = 1 - 2 * (order[place] % 2);
            double residual = y - plain.output(point);
            if (step >= SMALL.discard() && point.length == 3) {
                sum += y * residual;
                squares += residual * residual;
                count++;
            }
            plain.descend(point, SMALL.learningRate() * residual);
        }
        BenignOscillationResult result = STUDY.run(SMALL, streams);
        assertThat(result.meanResidual()).isCloseTo(sum / count, within(ROUNDING));
        assertThat(result.meanSquaredResidual()).isCloseTo(squares / count, within(ROUNDING));
        assertClose(result.strongCourse().toArray(), courses[0]);
        assertClose(result.weakCourse().toArray(), courses[1]);
        assertClose(result.noiseCourse().toArray(), courses[2]);
        assertThat(result.strongOutput()).isEqualTo(result.strongCourse().get(3));
        assertThat(result.weakOutput()).isEqualTo(result.weakCourse().get(3));
        assertThat(result.noiseOutput()).isEqualTo(result.noiseCourse().get(3));
        double loss = 0;
        int right = 0;
        for (int i = 0; i < SMALL.trainSize(); i++) {
            int y = 1 - 2 * (i % 2);
            double output = plain.output(plain.points[i]);
            loss += (y - output) * (y - output) / 2 / SMALL.trainSize();
            right += y * output > 0 ? 1 : 0;
        }
        assertThat(result.trainLoss()).isCloseTo(loss, within(ROUNDING));
        assertThat(result.trainAccuracy()).isEqualTo((double) right / SMALL.trainSize());
        int testRight = 0;
        for (int q = 0; q < SMALL.testSize(); q++) {
            int y = 1 - 2 * (q % 2);
            double[][] point = {
                plain.feature(0, y, SMALL.weakStrength()),
                plain.gaussian(streams.at("test").part(q), SMALL.testNoiseNorm() / Math.sqrt(10))
            };
            testRight += y * plain.output(point) > 0 ? 1 : 0;
        }
        assertThat(result.testAccuracy()).isEqualTo((double) testRight / SMALL.testSize());
        assertThat(testRight).as("neither all nor none").isBetween(5, 49);
    }

    private static void assertClose(double[] values, double[] expected) {
        assertThat(values).hasSize(expected.length);
        for (int k = 0; k < values.length; k++) {
            assertThat(values[k]).isCloseTo(expected[k], within(ROUNDING));
        }
    }

    /** The network with all its coordinates. */
    private static final class Plain {
        final BenignOscillationConfig config;
        final double[][][] points;
        final double[][] weights;

        Plain(BenignOscillationConfig config, Streams streams) {
            this.config = config;
            this.points = new double[config.trainSize()][][];
            for (int i = 0; i < points.length; i++) {
                int y = 1 - 2 * (i % 2);
                double[] weak = feature(0, y, config.weakStrength());
                double[] noise =
                        gaussian(streams.at("data").part(i), config.noiseNorm() / Math.sqrt(config.dimension() - 2));
                boolean lacks = Set.of(2, 3, 8).contains(i);
                points[i] = lacks
                        ? new double[][] {weak, noise}
                        : new double[][] {weak, feature(1, y, config.strongStrength()), noise};
            }
            this.weights = new double[2 * config.width()][];
            for (int j = 0; j < weights.length; j++) {
                Stream init = streams.at("init").part(j);
                double strong = config.initialScale() * init.nextGaussian();
                double weak = config.initialScale() * init.nextGaussian();
                weights[j] = gaussian(init, config.initialScale());
                weights[j][0] = weak;
                weights[j][1] = strong;
            }
        }

        double[] feature(int axis, int y, double strength) {
            double[] patch = new double[config.dimension()];
            patch[axis] = y * strength;
            return patch;
        }

        double[] gaussian(Stream stream, double scale) {
            double[] patch = new double[config.dimension()];
            for (int k = 2; k < patch.length; k++) {
                patch[k] = scale * stream.nextGaussian();
            }
            return patch;
        }

        private double second(int j) {
            return (j < config.width() ? 1.0 : -1.0) / config.width();
        }

        double output(double[]... point) {
            double sum = 0;
            for (double[] patch : point) {
                for (int j = 0; j < weights.length; j++) {
                    sum += second(j) * Math.pow(Math.max(0, dot(weights[j], patch)), 2);
                }
            }
            return sum;
        }

        void descend(double[][] point, double rate) {
            for (int j = 0; j < weights.length; j++) {
                double[] before = weights[j].clone();
                for (double[] patch : point) {
                    double slope = 2 * Math.max(0, dot(before, patch));
                    for (int k = 0; k < before.length; k++) {
                        weights[j][k] += rate * second(j) * slope * patch[k];
                    }
                }
            }
        }

        double alone(int axis) {
            double strength = axis == 0 ? config.weakStrength() : config.strongStrength();
            return 0.5 * output(feature(axis, 1, strength)) - 0.5 * output(feature(axis, -1, strength));
        }

        double noise() {
            double sum = 0;
            for (int i = 0; i < points.length; i++) {
                sum += (1 - 2 * (i % 2)) * output(points[i][points[i].length - 1]) / points.length;
            }
            return sum;
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }

    /** Of ten points a label, one lacks the strong patch; a smaller set is a prefix of a larger one. */
    @Test
    void evenlySpacedPointsOfEitherLabelLackTheStrongPatch() {
        assertThat(lacking(BenignOscillationConfig.standard())).containsExactly(10, 11);
        assertThat(lacking(Schema.with(BenignOscillationConfig.standard(), "trainSize", 60)))
                .startsWith(10, 11)
                .hasSize(6);
        assertThat(lacking(Schema.with(SMALL, "missingShare", 0))).isEmpty();
        assertThat(lacking(Schema.with(SMALL, "missingShare", 1))).hasSize(9);
    }

    private static List<Integer> lacking(BenignOscillationConfig config) {
        PatchNetwork network = new PatchNetwork(config, Streams.of(1));
        return IntStream.range(0, config.trainSize())
                .filter(i -> !network.hasStrong(i))
                .boxed()
                .toList();
    }

    /** Without noise one neuron of either sign that starts on its side is the pair of features, u being the weak patch. */
    @Test
    void withoutNoiseTheNetworkIsTheReducedDynamics() {
        BenignOscillationConfig config =
                new BenignOscillationConfig(5, 2, 1, 1, 0.3, 1, 0, 0, 0, 0.57, 0.2, 400, 200, 1);
        int replica = IntStream.range(0, 200)
                .filter(r -> {
                    double[] start = components(config, r);
                    return start[0] > 0 && start[1] > 0 && start[2] < 0 && start[3] < 0;
                })
                .findFirst()
                .orElseThrow();
        double[] start = components(config, replica);
        BenignOscillationResult result = STUDY.run(config, Streams.of(1).withReplica(replica));
        for (int epoch = 0; epoch <= 200; epoch++) {
            double strong = (start[0] * start[0] + start[2] * start[2]) / 2;
            double weak = 0.09 * (start[1] * start[1] + start[3] * start[3]) / 2;
            assertThat(result.strongCourse().get(2 * epoch)).isCloseTo(strong, within(1e-10));
            assertThat(result.weakCourse().get(2 * epoch)).isCloseTo(weak, within(1e-10));
            for (int k = 0; k < 4; k += 2) {
                double residual = 1 - start[k] * start[k] - 0.09 * start[k + 1] * start[k + 1];
                start[k] *= 1 + 2 * 0.57 * residual;
                start[k + 1] *= 1 + 2 * 0.57 * 0.09 * residual;
            }
        }
        assertThat(result.meanResidual()).isPositive();
        assertThat(config.border()).isEqualTo(0.5);
    }

    private static double[] components(BenignOscillationConfig config, int replica) {
        Stream init = Streams.of(1).withReplica(replica).at("init");
        double[] components = new double[4];
        for (int j = 0; j < 2; j++) {
            Stream own = init.part(j);
            components[2 * j] = config.initialScale() * own.nextGaussian();
            components[2 * j + 1] = config.initialScale() * own.nextGaussian();
        }
        return components;
    }

    /** Neither stronger nor weaker: a point with no patch that moves anything has output 0, which is wrong. */
    @Test
    void withoutPatchesNothingIsLearned() {
        BenignOscillationResult result =
                run(Schema.with(SMALL, "weakStrength", 0, "strongStrength", 0, "noiseNorm", 0, "testNoiseNorm", 0));
        assertThat(result.meanResidual()).isEqualTo(1);
        assertThat(result.trainLoss()).isCloseTo(0.5, within(1e-15));
        assertThat(result.trainAccuracy()).isZero();
        assertThat(result.testAccuracy()).isZero();
    }

    /** Where all points lack the strong patch, no step counts for the means. */
    @Test
    void meansAreOfPointsWithTheStrongPatch() {
        BenignOscillationResult result = run(Schema.with(SMALL, "missingShare", 1));
        assertThat(result.meanResidual()).isNaN();
        assertThat(result.meanSquaredResidual()).isNaN();
        assertThat(result.strongCourse().get(3)).isEqualTo(result.strongCourse().get(0));
        assertThat(result.weakCourse().get(3)).isNotEqualTo(result.weakCourse().get(0));
    }

    @Test
    void aRunThatDivergesSaysSo() {
        BenignOscillationResult result = run(Schema.with(SMALL, "learningRate", 100));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.testAccuracy()).isNaN();
        assertThat(result.trainLoss()).isNaN();
        assertThat(result.strongCourse().toArray()).hasSize(4);
        assertThat(result.strongCourse().get(0)).isFinite();
        assertThat(result.strongCourse().get(3)).isNaN();
        BenignOscillationResult huge = run(Schema.with(
                SMALL,
                "learningRate",
                1e30,
                "strongStrength",
                1e30,
                "steps",
                1,
                "discard",
                0,
                "recordEvery",
                1,
                "initialScale",
                1e30));
        assertThat(huge.stopReason()).isEqualTo(StopReason.DIVERGED);
    }

    /**
     * The effect itself: points of the weak feature alone are near chance after small steps and known after large ones.
     *
     * <p>Level: 12 replicas, 4 standard errors from 0.75 either way; false alarm below 2e-3 in twelve of normal spread, and the
     * distance is 10 of them. Power: a sign or a factor wrong in one patch's step loses the difference.
     */
    @Test
    @Tag("statistical")
    void largeStepsTeachTheWeakFeature() {
        double[][] accuracy = new double[2][12];
        for (int r = 0; r < 12; r++) {
            Streams streams = Streams.of(77).withReplica(r);
            accuracy[0][r] = STUDY.run(Schema.with(BenignOscillationConfig.standard(), "learningRate", 2), streams)
                    .testAccuracy();
            accuracy[1][r] =
                    STUDY.run(BenignOscillationConfig.standard(), streams).testAccuracy();
        }
        Estimate small = Estimate.ofMean(accuracy[0]);
        Estimate large = Estimate.ofMean(accuracy[1]);
        assertThat(small.mean() + 4 * small.stdError()).isLessThan(0.75);
        assertThat(large.mean() - 4 * large.stdError()).isGreaterThan(0.75);
    }

    @Test
    void workAndMemoryGrowWithTheRun() {
        BenignOscillationConfig standard = BenignOscillationConfig.standard();
        assertThat(STUDY.memory(standard)).isBetween(40_000L, 100_000L);
        assertThat(STUDY.memory(Schema.with(standard, "trainSize", 4000))).isGreaterThan(128_000_000L);
        assertThat(STUDY.work(Schema.with(standard, "steps", 60_000))).isGreaterThan(3 * STUDY.work(standard));
        assertThat(Arrays.asList(STUDY.id(), new FeatureOscillationStudy().id()))
                .containsExactly("benign-oscillation", "feature-oscillation");
    }
}
