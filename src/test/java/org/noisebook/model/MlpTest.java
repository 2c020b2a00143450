package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class MlpTest {
    /** Sums of some tens of rounded terms of order 1. */
    private static final double ROUNDING = 1e-13;
    /** Central differences with this step are good to its square times a third derivative. */
    private static final double STEP = 1e-5;

    private static final double DIFFERENCE_ERROR = 1e-8;
    /** Widths below, at and above a row of registers; 16 and 32 leave no room beside the bias. */
    private static final int[] WIDTHS = {5, 16, 7, 32, 3};

    private static final int CASES = 11;
    /** Compiled code allocates nothing; rounds until then. */
    private static final int ROUNDS = 200;

    private static final int[] INDEX =
            IntStream.range(0, CASES).map(k -> (7 * k + 3) % CASES).toArray();

    private static double[] points(int width) {
        Stream stream = Streams.of(5).at("data");
        double[] points = new double[CASES * width];
        Arrays.setAll(points, k -> stream.nextGaussian());
        return points;
    }

    private static int[] labels(int classes) {
        return IntStream.range(0, CASES).map(k -> k * k % classes).toArray();
    }

    private static Mlp network(int[] widths, Activation activation, MatrixKernels products) {
        Mlp network = Mlp.of(widths, activation, CASES + 2, products);
        network.initialise(Streams.of(5).at("init"), 1);
        double[] weights = network.weights();
        for (int k = 0; k < weights.length; k++) {
            weights[k] += weights[k] == 0 ? 0.1 + 0.01 * k / weights.length : 0;
        }
        network.setWeights(weights);
        return network;
    }

    private static double loss(Mlp network, double[] points, int[] labels) {
        network.forward(points, INDEX, 0, CASES);
        return network.crossEntropy(labels, INDEX, 0);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void gradientsAreDerivatives(Activation activation) {
        Mlp network = network(WIDTHS, activation, MatrixKernels.plain());
        double[] points = points(WIDTHS[0]);
        int[] labels = labels(3);
        loss(network, points, labels);
        network.backward();
        double[] gradient = network.gradient();
        double[] weights = network.weights();
        for (int k = 0; k < weights.length; k++) {
            double[] moved = weights.clone();
            moved[k] += STEP;
            network.setWeights(moved);
            double up = loss(network, points, labels);
            moved[k] = weights[k] - STEP;
            network.setWeights(moved);
            double down = loss(network, points, labels);
            assertThat(gradient[k]).as("weight %d", k).isCloseTo((up - down) / (2 * STEP), within(DIFFERENCE_ERROR));
        }
    }

    /** Two inputs, one hidden unit of each kind in turn, two scores, by hand. */
    @Test
    void scoresFollowTheirFormula() {
        Activation[] activations = {Activation.TANH, Activation.RELU};
        Mlp network = new Mlp(new int[] {2, 2, 1, 2}, activations, 1, MatrixKernels.plain());
        network.setWeights(new double[] {1, 2, 3, 4, 0.5, -0.5, 2, -3, 0.25, 5, 6, 7, 8});
        network.forward(new double[] {9, 9, 0.1, -0.2}, new int[] {1}, 0, 1);
        double first = StrictMath.tanh(0.1 - 0.6 + 0.5);
        double second = StrictMath.tanh(0.2 - 0.8 - 0.5);
        double third = 2 * first - 3 * second + 0.25;

        assertThat(network.activity(0, 0, 1)).isEqualTo(-0.2);
        assertThat(network.activity(1, 0, 0)).isCloseTo(first, within(ROUNDING));
        assertThat(network.activity(1, 0, 1)).isCloseTo(second, within(ROUNDING));
        assertThat(network.activity(2, 0, 0)).isCloseTo(third, within(ROUNDING));
        assertThat(network.activity(3, 0, 0)).isCloseTo(5 * third + 7, within(ROUNDING * 10));
        assertThat(network.activity(3, 0, 1)).isCloseTo(6 * third + 8, within(ROUNDING * 10));
        assertThat(network.predicted(0)).isEqualTo(1);
        double[] scores = new double[2];
        network.copyActivities(3, scores);
        assertThat(scores).containsExactly(network.activity(3, 0, 0), network.activity(3, 0, 1));
    }

    @Test
    void equalScoresPredictTheFirstClass() {
        Mlp network = Mlp.of(new int[] {1, 3}, Activation.TANH, 1, MatrixKernels.plain());
        network.forward(new double[] {1}, new int[] {0}, 0, 1);

        assertThat(network.predicted(0)).isZero();
    }

    /** Squared error of a linear map: derivative of ½ Σ (s − t)² by hand. */
    @Test
    void slopesOfAnyLossGoBack() {
        Mlp network = Mlp.of(new int[] {2, 1}, Activation.TANH, 2, MatrixKernels.plain());
        network.setWeights(new double[] {0.5, -1, 2});
        double[] points = {1, 2, 3, -1};
        network.forward(points, new int[] {0, 1}, 0, 2);
        double first = 0.5 - 2 + 2 - 4;
        double second = 1.5 + 1 + 2 - 4;
        network.setSlopes(new double[] {network.activity(1, 0, 0) - 4, network.activity(1, 1, 0) - 4});
        network.backward();

        assertThat(network.gradient())
                .containsExactly(
                        new double[] {first + 3 * second, 2 * first - second, first + second}, within(ROUNDING));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void enginesGiveTheSameBits(Activation activation) {
        double[][] weights = new double[2][];
        double[] points = points(WIDTHS[0]);
        for (int twin = 0; twin < 2; twin++) {
            Mlp network = network(WIDTHS, activation, twin == 0 ? MatrixKernels.plain() : MatrixKernels.fastest());
            for (int step = 0; step < 30; step++) {
                int from = step % 4;
                network.forward(points, INDEX, from, CASES - 4);
                network.crossEntropy(labels(3), INDEX, from);
                network.backward();
                network.descend(0.2, 0.5);
            }
            weights[twin] = network.weights();
        }

        assertThat(weights[1]).containsExactly(weights[0]);
    }

    /** What a larger batch left behind changes nothing. */
    @Test
    void batchesOfAnySizeFollowEachOther() {
        double[] points = points(WIDTHS[0]);
        Mlp fresh = network(WIDTHS, Activation.GELU, MatrixKernels.fastest());
        Mlp used = network(WIDTHS, Activation.GELU, MatrixKernels.fastest());
        loss(used, points, labels(3));
        used.backward();
        for (Mlp network : new Mlp[] {fresh, used}) {
            network.forward(points, INDEX, 2, 3);
            network.crossEntropy(labels(3), INDEX, 2);
            network.backward();
        }

        assertThat(used.gradient()).containsExactly(fresh.gradient());
        assertThat(used.count()).isEqualTo(3);
    }

    @Test
    void stepsFollowTheHeavyBall() {
        Mlp network = network(new int[] {5, 4, 3}, Activation.TANH, MatrixKernels.fastest());
        double[] points = points(5);
        double[] weights = network.weights();
        double[] velocity = new double[weights.length];
        for (int step = 0; step < 4; step++) {
            loss(network, points, labels(3));
            network.backward();
            double[] gradient = network.gradient();
            network.descend(0.3, 0.9);
            for (int k = 0; k < weights.length; k++) {
                velocity[k] = 0.9 * velocity[k] + gradient[k];
                weights[k] -= 0.3 * velocity[k];
            }
            assertThat(network.weights()).containsExactly(weights, within(ROUNDING));
        }
    }

    @Test
    void squaresOfGradientsAreThoseOfSingleCases() {
        Mlp network = network(WIDTHS, Activation.TANH, MatrixKernels.fastest());
        double[] points = points(WIDTHS[0]);
        int[] labels = labels(3);
        loss(network, points, labels);
        network.backward();
        int layers = network.layers();
        double[] squares = new double[layers];
        double[] whole = new double[layers];
        double[] weights = new double[layers];
        for (int l = 0; l < layers; l++) {
            squares[l] = network.caseGradientSquares(l);
            whole[l] = network.gradientSquare(l);
            weights[l] = network.weightSquare(l);
        }
        assertThat(whole).containsExactly(layerSquares(network.gradient()), within(ROUNDING));
        assertThat(weights).containsExactly(layerSquares(network.weights()), within(ROUNDING * 100));
        double[] sums = new double[layers];
        for (int k = 0; k < CASES; k++) {
            network.forward(points, INDEX, k, 1);
            network.crossEntropy(labels, INDEX, k);
            network.backward();
            double[] single = layerSquares(network.gradient());
            for (int l = 0; l < layers; l++) {
                sums[l] += single[l] / (CASES * CASES);
            }
        }
        assertThat(squares).containsExactly(sums, within(ROUNDING));
    }

    private static double[] layerSquares(double[] packed) {
        double[] squares = new double[WIDTHS.length - 1];
        int at = 0;
        for (int l = 0; l < squares.length; l++) {
            for (int k = 0; k < (WIDTHS[l] + 1) * WIDTHS[l + 1]; k++) {
                squares[l] += packed[at] * packed[at];
                at++;
            }
        }
        return squares;
    }

    /** 9900 weights: the standard deviation is known to 0.7 %; 4 % is off by chance once in 10^8 times. */
    @Test
    void initialWeightsHaveTheirVariance() {
        Mlp network = Mlp.of(new int[] {99, 100}, Activation.TANH, 1, MatrixKernels.plain());
        network.initialise(Streams.of(5).at("init"), 2);
        double[] weights = network.weights();
        double square = network.weightSquare(0);

        assertThat(square / 9900).isCloseTo(4.0 / 99, within(0.08 * 4 / 99));
        assertThat(Arrays.copyOfRange(weights, 9900, 10_000)).containsOnly(0);
        Mlp same = Mlp.of(new int[] {99, 100}, Activation.TANH, 1, MatrixKernels.plain());
        same.initialise(Streams.of(5).at("init"), 2);
        assertThat(same.weights()).containsExactly(weights);
    }

    @Test
    void packedWeightsSurvive() {
        Mlp network = network(WIDTHS, Activation.TANH, MatrixKernels.plain());
        double[] weights = new double[network.weightCount()];
        Arrays.setAll(weights, k -> k + 1);
        network.setWeights(weights);

        assertThat(network.weights()).containsExactly(weights);
        assertThat(network.weightCount()).isEqualTo(6 * 16 + 17 * 7 + 8 * 32 + 33 * 3);
        assertThat(network.widths()).containsExactly(WIDTHS);
        assertThat(network.layers()).isEqualTo(4);
    }

    @Test
    void aStepAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        double[] points = points(WIDTHS[0]);
        int[] labels = labels(3);
        for (MatrixKernels kernels : new MatrixKernels[] {MatrixKernels.plain(), MatrixKernels.fastest()}) {
            Mlp network = network(WIDTHS, Activation.TANH, kernels);
            long least = Long.MAX_VALUE;
            for (int round = 0; round < ROUNDS && least > 0; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int step = 0; step < 100; step++) {
                    network.forward(points, INDEX, 0, CASES);
                    network.crossEntropy(labels, INDEX, 0);
                    network.backward();
                    network.descend(0.1, 0.9);
                }
                least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
            }
            assertThat(least)
                    .as("%s, 100 steps after warm-up", kernels.describe())
                    .isZero();
        }
    }

    @Test
    void badShapesAreRefused() {
        MatrixKernels kernels = MatrixKernels.plain();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mlp.of(new int[] {3}, Activation.TANH, 1, kernels))
                .withMessage("widths must hold 2 to 101 layers, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mlp.of(new int[] {3, 0, 2}, Activation.TANH, 1, kernels))
                .withMessage("widths must be in [1, 16384], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Mlp(new int[] {3, 2}, new Activation[1], 1, kernels))
                .withMessage("activations must hold one for each of 0 hidden layers, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mlp.of(new int[] {3, 2}, Activation.TANH, 0, kernels))
                .withMessage("capacity must be in [1, 2^31 / largest layer], got 0");
        Mlp network = Mlp.of(new int[] {3, 2}, Activation.TANH, 4, kernels);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.forward(new double[15], new int[5], 0, 5))
                .withMessage("cases must be in [0, capacity=4], got 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.setWeights(new double[7]))
                .withMessage("weights must hold 8 numbers, got 7");
    }
}
