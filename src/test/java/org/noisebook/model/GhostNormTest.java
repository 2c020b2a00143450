package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleConsumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class GhostNormTest {
    private static final int CASES = 11;
    /** Two ghost batches of four and one of three. */
    private static final int GHOST = 4;

    private static final int[] WIDTHS = {5, 16, 7, 3};
    private static final int[] INDEX = IntStream.range(0, CASES).toArray();
    private static final int[] LABELS =
            IntStream.range(0, CASES).map(k -> k * k % 3).toArray();
    /** Sums of some tens of rounded terms of order 1. */
    private static final double ROUNDING = 1e-13;

    private static final double FLOAT_ROUNDING = 5e-5;
    /** Central differences with this step are good to its square times a third derivative, which 1/σ makes large. */
    private static final double STEP = 1e-6;

    private static final double DIFFERENCE_ERROR = 1e-7;

    private static double[] draws(String name, int count) {
        Stream stream = Streams.of(8).at(name);
        return IntStream.range(0, count).mapToDouble(k -> stream.nextGaussian()).toArray();
    }

    private static final double[] POINTS = draws("data", CASES * WIDTHS[0]);

    private static Mlp network(Precision precision, MatrixKernels products, int ghostBatch) {
        Mlp network = Mlp.of(WIDTHS, Activation.TANH, CASES + 2, precision, products);
        network.normalise(ghostBatch);
        network.initialise(Streams.of(8).at("init"), 1);
        return network;
    }

    private static double loss(Mlp network) {
        network.forward(POINTS, INDEX, 0, CASES);
        return network.crossEntropy(LABELS, INDEX, 0);
    }

    private static LayerMatrix matrix(Precision precision, double[] values, int rows) {
        int columns = values.length / rows;
        LayerMatrix matrix = LayerMatrix.of(precision, rows, columns + 1, MatrixKernels.plain());
        for (int k = 0; k < rows; k++) {
            matrix.setRow(k, values, k * columns, columns);
        }
        return matrix;
    }

    private static double derivative(DoubleConsumer move, double at, Mlp network) {
        move.accept(at + STEP);
        double up = loss(network);
        move.accept(at - STEP);
        double down = loss(network);
        move.accept(at);
        return (up - down) / (2 * STEP);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, GHOST, CASES, 100})
    void gradientsAreDerivatives(int ghostBatch) {
        Mlp network = network(Precision.FLOAT64, MatrixKernels.plain(), ghostBatch);
        GhostNorm[] norms = network.norms();
        for (int l = 0; l < norms.length; l++) {
            double[] moves = draws("norm" + l, 2 * WIDTHS[l + 1]);
            for (int j = 0; j < WIDTHS[l + 1]; j++) {
                norms[l].gamma[j] += 0.2 * moves[2 * j];
                norms[l].beta[j] += 0.2 * moves[2 * j + 1];
            }
        }
        loss(network);
        network.backward();
        double[] gradient = network.gradient();
        double[] weights = network.weights();
        for (int k = 0; k < weights.length; k++) {
            int at = k;
            double[] moved = weights.clone();
            double expected = derivative(
                    value -> {
                        moved[at] = value;
                        network.setWeights(moved);
                    },
                    weights[k],
                    network);
            assertThat(gradient[k]).as("weight %d", k).isCloseTo(expected, within(DIFFERENCE_ERROR));
        }
        loss(network);
        network.backward();
        for (GhostNorm norm : norms) {
            double[] byGamma = norm.gammaGradient.clone();
            double[] byBeta = norm.betaGradient.clone();
            for (int j = 0; j < byGamma.length; j++) {
                int at = j;
                assertThat(byGamma[j])
                        .isCloseTo(
                                derivative(v -> norm.gamma[at] = v, norm.gamma[j], network), within(DIFFERENCE_ERROR));
                assertThat(byBeta[j])
                        .isCloseTo(derivative(v -> norm.beta[at] = v, norm.beta[j], network), within(DIFFERENCE_ERROR));
            }
        }
    }

    /** The definition, case by case. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void eachGhostBatchIsNormalisedByItself(Precision precision) {
        int width = 3;
        double[] z = draws("z", CASES * width);
        double tolerance = precision == Precision.FLOAT64 ? ROUNDING : FLOAT_ROUNDING;
        GhostNorm norm = new GhostNorm(GHOST, width, CASES, precision, MatrixKernels.plain());
        Arrays.setAll(norm.gamma, j -> 1 + 0.5 * j);
        Arrays.setAll(norm.beta, j -> 0.1 * j);
        LayerMatrix matrix = matrix(precision, z, CASES);
        norm.forward(CASES, matrix);
        double[] runningMean = new double[width];
        double[] runningDeviation = {1, 1, 1};
        for (int from = 0; from < CASES; from += GHOST) {
            int to = Math.min(from + GHOST, CASES);
            for (int j = 0; j < width; j++) {
                double mean = 0;
                double square = 0;
                for (int k = from; k < to; k++) {
                    mean += z[k * width + j] / (to - from);
                }
                for (int k = from; k < to; k++) {
                    square += Math.pow(z[k * width + j] - mean, 2) / (to - from);
                }
                double deviation = Math.sqrt(square + 1e-5);
                for (int k = from; k < to; k++) {
                    assertThat(matrix.get(k, j))
                            .isCloseTo(
                                    norm.gamma[j] * (z[k * width + j] - mean) / deviation + norm.beta[j],
                                    within(tolerance));
                }
                runningMean[j] = 0.9 * runningMean[j] + 0.1 * mean;
                runningDeviation[j] = 0.9 * runningDeviation[j] + 0.1 * deviation;
            }
        }
        LayerMatrix tested = matrix(precision, z, CASES);
        norm.evaluate(CASES, tested);
        for (int k = 0; k < CASES; k++) {
            assertThat(tested.get(k, width)).as("the bias column stays").isZero();
            for (int j = 0; j < width; j++) {
                assertThat(tested.get(k, j))
                        .isCloseTo(
                                norm.gamma[j] * (z[k * width + j] - runningMean[j]) / runningDeviation[j]
                                        + norm.beta[j],
                                within(tolerance));
            }
        }
    }

    @Test
    void oneCaseAloneIsTheShift() {
        GhostNorm norm = new GhostNorm(1, 2, 3, Precision.FLOAT64, MatrixKernels.plain());
        norm.beta[1] = 7;
        LayerMatrix z = matrix(Precision.FLOAT64, draws("z", 6), 3);
        norm.forward(3, z);
        for (int k = 0; k < 3; k++) {
            assertThat(z.get(k, 0)).isZero();
            assertThat(z.get(k, 1)).isEqualTo(7);
        }
        norm.forward(0, z);
        norm.backward(0, z);
        assertThat(norm.betaGradient).containsOnly(0);
    }

    @Test
    void stepsFollowTheHeavyBall() {
        GhostNorm norm = new GhostNorm(2, 1, 2, Precision.FLOAT64, MatrixKernels.plain());
        norm.gammaGradient[0] = 2;
        norm.betaGradient[0] = -3;
        norm.descend(0.1, 0.5);
        norm.descend(0.1, 0.5);
        assertThat(norm.gamma[0]).isCloseTo(1 - 0.1 * (2 + 3), within(ROUNDING));
        assertThat(norm.beta[0]).isCloseTo(0.1 * (3 + 4.5), within(ROUNDING));
        norm.forgetSteps();
        norm.gammaGradient[0] = 0;
        norm.betaGradient[0] = 0;
        norm.descend(0.1, 0.5);
        assertThat(norm.gamma[0]).as("no velocity left").isCloseTo(0.5, within(ROUNDING));
        norm.restart();
        assertThat(norm.gamma[0]).isEqualTo(1);
        assertThat(norm.beta[0]).isZero();
    }

    /** What is normalised keeps neither scale nor shift, up to ε. */
    @Test
    void scaleAndShiftOfTheSumsDoNotMatter() {
        Mlp network = network(Precision.FLOAT64, MatrixKernels.plain(), GHOST);
        double before = loss(network);
        double[] weights = network.weights();
        int first = (WIDTHS[0] + 1) * WIDTHS[1];
        for (int k = 0; k < first; k++) {
            weights[k] *= 1000;
        }
        for (int j = 0; j < WIDTHS[1]; j++) {
            weights[WIDTHS[0] * WIDTHS[1] + j] += 50;
        }
        network.setWeights(weights);
        assertThat(loss(network)).isCloseTo(before, within(1e-3));
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void enginesGiveTheSameBitsAndTrain(Precision precision) {
        double[][] weights = new double[2][];
        MatrixKernels[] twins = {MatrixKernels.plain(), MatrixKernels.fastest()};
        for (int e = 0; e < 2; e++) {
            Mlp network = network(precision, twins[e], GHOST);
            double first = loss(network);
            for (int step = 0; step < 60; step++) {
                loss(network);
                network.backward();
                network.descend(0.05, 0.9);
            }
            weights[e] = network.weights();
            assertThat(loss(network)).isLessThan(first / 2);
            for (GhostNorm norm : network.norms()) {
                assertThat(norm.gamma).as("trained too").doesNotContain(1);
                assertThat(norm.beta).doesNotContain(0);
            }
            network.evaluate(POINTS, INDEX, 0, CASES);
            assertThat(network.crossEntropy(LABELS, INDEX, 0))
                    .as("running averages")
                    .isLessThan(first);
            network.initialise(Streams.of(8).at("init"), 1);
            assertThat(loss(network)).as("initialise starts γ and β anew").isEqualTo(first);
        }
        assertThat(weights[1]).isEqualTo(weights[0]);
    }

    @Test
    void float32IsFloat64Rounded() {
        Mlp single = network(Precision.FLOAT32, MatrixKernels.fastest(), GHOST);
        Mlp exact = network(Precision.FLOAT64, MatrixKernels.fastest(), GHOST);
        exact.setWeights(single.weights());
        assertThat(loss(single)).isCloseTo(loss(exact), within(FLOAT_ROUNDING));
        single.backward();
        exact.backward();
        double[] gradient = single.gradient();
        double[] expected = exact.gradient();
        for (int k = 0; k < expected.length; k++) {
            assertThat(gradient[k]).isCloseTo(expected[k], within(FLOAT_ROUNDING));
        }
    }

    @Test
    void whatKnowsNoBatchesIsRefused() {
        Mlp network = network(Precision.FLOAT64, MatrixKernels.plain(), GHOST);
        loss(network);
        network.backward();
        refused("adam", () -> network.adam(0.1));
        refused("average", () -> network.average(0.9));
        refused("along", () -> network.along(new double[5][CASES], new double[3][CASES]));
        refused("caseGradientSquares", () -> network.caseGradientSquares(0));
        for (int bad : new int[] {0, -1}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> network.normalise(bad))
                    .withMessage("ghostBatch must be at least 1, got " + bad);
        }
    }

    private static void refused(String name, Runnable call) {
        assertThatIllegalStateException()
                .isThrownBy(call::run)
                .withMessage(name + " does not go with ghost normalisation");
    }
}
