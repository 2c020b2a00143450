package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
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

    /** The same in float32, sums of order 10. */
    private static final double FLOAT_ROUNDING = 2e-5;

    private static final int CASES = 11;
    /** Compiled code allocates nothing; rounds until then. */
    private static final int ROUNDS = 200;

    private static final String NEEDS_FORWARD = "derivatives need a forward pass of this batch before them";
    private static final int PINNED = 267211956;

    private static final int[] INDEX =
            IntStream.range(0, CASES).map(k -> (7 * k + 3) % CASES).toArray();

    private static final MatrixKernels[] TWINS = {MatrixKernels.plain(), MatrixKernels.fastest()};
    private static final int[] INPUT_WIDTHS = {5, 16, 7, 3};

    private static double[][] draws(String name, int rows) {
        Stream stream = Streams.of(5).at(name);
        double[][] draws = new double[rows][CASES];
        for (double[] row : draws) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        return draws;
    }

    private static double[][] scores(Mlp network, double[][] x) {
        network.begin(CASES);
        network.setInputs(0, x);
        network.forward();
        double[][] scores = new double[3][CASES];
        network.copyScores(scores);
        return scores;
    }

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
        return network(widths, activation, Precision.FLOAT64, products);
    }

    private static Mlp network(int[] widths, Activation activation, Precision precision, MatrixKernels products) {
        Mlp network = Mlp.of(widths, activation, CASES + 2, precision, products);
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

    /** The hash of weights that the network had when it knew float64 and these four activations alone. */
    @Test
    void bitsOfTheHeavyBallStay() {
        int hash = 1;
        for (Activation activation : EnumSet.range(Activation.RELU, Activation.SILU)) {
            Mlp network = network(WIDTHS, activation, MatrixKernels.fastest());
            double[] points = points(WIDTHS[0]);
            for (int step = 0; step < 30; step++) {
                loss(network, points, labels(3));
                network.backward();
                network.descend(0.2, 0.9);
            }
            hash = 31 * hash + Arrays.hashCode(network.weights());
            hash = 31 * hash + Double.hashCode(network.caseGradientSquares(1) + network.gradientSquare(2));
        }
        assertThat(hash).isEqualTo(PINNED);
    }

    /** Algorithm 1 of Kingma and Ba as it stands there. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void stepsFollowAdam(Precision precision) {
        double rounding = precision == Precision.FLOAT64 ? ROUNDING : FLOAT_ROUNDING;
        Mlp network = network(new int[] {5, 4, 3}, Activation.TANH, precision, MatrixKernels.fastest());
        double[] points = points(5);
        for (int start = 0; start < 2; start++) {
            double[] weights = network.weights();
            double[] m = new double[weights.length];
            double[] v = new double[weights.length];
            network.setWeights(weights);
            for (int t = 1; t <= 6; t++) {
                double rate = 0.05 / t;
                loss(network, points, labels(3));
                network.backward();
                double[] gradient = network.gradient();
                network.adam(rate, 0.8, 0.95, 1e-3);
                for (int k = 0; k < weights.length; k++) {
                    m[k] = 0.8 * m[k] + 0.2 * gradient[k];
                    v[k] = 0.95 * v[k] + 0.05 * gradient[k] * gradient[k];
                    double mean = m[k] / (1 - StrictMath.pow(0.8, t));
                    double square = v[k] / (1 - StrictMath.pow(0.95, t));
                    weights[k] -= rate * mean / (Math.sqrt(square) + 1e-3);
                }
                assertThat(network.weights()).as("step %d", t).containsExactly(weights, within(rounding));
            }
        }
    }

    /** The first step of the published settings is η g/(|g| + ε). */
    @Test
    void adamHasItsPublishedSettings() {
        Mlp network = Mlp.of(new int[] {1, 1}, Activation.TANH, 1, MatrixKernels.plain());
        network.forward(new double[] {1e-8}, new int[] {0}, 0, 1);
        network.setSlopes(new double[] {1});
        network.backward();
        network.adam(0.5);

        assertThat(network.weights()).containsExactly(new double[] {-0.25, -0.5}, within(1e-8));
        network.setSlopes(new double[] {0});
        network.backward();
        network.adam(0.5);
        double second = 0.5 * (0.09 / 0.19) / Math.sqrt(0.000999 / 0.001999);
        assertThat(network.weights()[1]).isCloseTo(-0.5 - second, within(1e-7));
    }

    /** Weights without a gradient leave their moments to decay; these must not become subnormal numbers, which are slow. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void momentsVanishInTheEnd(Precision precision) {
        MatrixKernels kernels = MatrixKernels.plain();
        LayerMatrix w = LayerMatrix.of(precision, 1, 16, kernels);
        LayerMatrix g = LayerMatrix.of(precision, 1, 16, kernels);
        LayerMatrix m = LayerMatrix.of(precision, 1, 16, kernels);
        LayerMatrix v = LayerMatrix.of(precision, 1, 16, kernels);
        double smallest = precision == Precision.FLOAT64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
        m.set(0, 0, -smallest);
        v.set(0, 0, smallest);
        m.set(0, 1, 0.125);
        v.set(0, 1, 0.25);
        w.adam(0.5, 1, 0.5, 0.5, 1e-8, g, m, v);

        assertThat(m.get(0, 0)).isZero();
        assertThat(v.get(0, 0)).isZero();
        assertThat(m.get(0, 1)).isEqualTo(0.0625);
        assertThat(v.get(0, 1)).isEqualTo(0.125);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void averagesForgetExponentially(Precision precision) {
        double rounding = precision == Precision.FLOAT64 ? ROUNDING : FLOAT_ROUNDING;
        Mlp network = network(new int[] {5, 4, 3}, Activation.TANH, precision, MatrixKernels.fastest());
        double[] points = points(5);
        assertThat(network.averagedWeights()).containsExactly(network.weights());
        for (int start = 0; start < 2; start++) {
            network.setWeights(network.weights());
            double[] sum = new double[network.weightCount()];
            double total = 0;
            for (int t = 1; t <= 5; t++) {
                loss(network, points, labels(3));
                network.backward();
                network.descend(0.5, 0);
                network.average(0.7);
                double[] weights = network.weights();
                total = 0.7 * total + 1;
                double[] expected = new double[sum.length];
                for (int k = 0; k < sum.length; k++) {
                    sum[k] = 0.7 * sum[k] + weights[k];
                    expected[k] = sum[k] / total;
                }
                assertThat(network.averagedWeights())
                        .as("call %d", t)
                        .containsExactly(expected, within(t == 1 ? 0 : rounding));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void directionalDerivativesAreDerivatives(Activation activation) {
        Mlp network = network(INPUT_WIDTHS, activation, MatrixKernels.fastest());
        double[][] x = draws("x", 5);
        double[][] direction = draws("direction", 4);
        double[][] up = scores(network, moved(x, direction, STEP));
        double[][] down = scores(network, moved(x, direction, -STEP));
        scores(network, x);
        double[][] along = new double[3][CASES];
        network.along(direction, along);
        for (int c = 0; c < 3; c++) {
            for (int k = 0; k < CASES; k++) {
                assertThat(along[c][k])
                        .as("score %d of case %d", c, k)
                        .isCloseTo((up[c][k] - down[c][k]) / (2 * STEP), within(DIFFERENCE_ERROR));
            }
        }
    }

    private static double[][] moved(double[][] x, double[][] direction, double step) {
        double[][] moved = Arrays.stream(x).map(double[]::clone).toArray(double[][]::new);
        for (int j = 0; j < direction.length; j++) {
            for (int k = 0; k < CASES; k++) {
                moved[j][k] += step * direction[j][k];
            }
        }
        return moved;
    }

    /** A derivative along inputs leaves the gradient by weights as it was, and the other way round. */
    @Test
    void derivativesDoNotDisturbEachOther() {
        Mlp network = network(INPUT_WIDTHS, Activation.SILU, MatrixKernels.fastest());
        double[][] x = draws("x", 5);
        double[][] slopes = draws("slopes", 3);
        double[][] along = new double[3][CASES];
        double[][] again = new double[3][CASES];
        scores(network, x);
        network.setSlopes(slopes);
        network.backward();
        double[] gradient = network.gradient();
        scores(network, x);
        network.along(draws("direction", 5), along);
        network.setSlopes(slopes);
        network.backward();
        network.along(draws("direction", 5), again);

        assertThat(network.gradient()).containsExactly(gradient);
        assertThat(again).isDeepEqualTo(along);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void float32IsFloat64Rounded(Activation activation) {
        Mlp exact = network(INPUT_WIDTHS, activation, MatrixKernels.fastest());
        Mlp rounded = network(INPUT_WIDTHS, activation, Precision.FLOAT32, MatrixKernels.fastest());
        double[][] x = draws("x", 5);
        double[][][] scores = {scores(exact, x), scores(rounded, x)};
        double[][][] along = new double[2][3][CASES];
        Mlp[] both = {exact, rounded};
        for (int n = 0; n < 2; n++) {
            both[n].along(x, along[n]);
            both[n].setSlopes(draws("slopes", 3));
            both[n].backward();
        }
        assertClose(scores[1], scores[0]);
        assertClose(along[1], along[0]);
        assertThat(rounded.gradient()).containsExactly(exact.gradient(), within(FLOAT_ROUNDING));
        assertThat(rounded.weightSquare(1)).isCloseTo(exact.weightSquare(1), within(FLOAT_ROUNDING));
        assertThat(rounded.gradientSquare(1)).isCloseTo(exact.gradientSquare(1), withinPercentage(1e-3));
        assertThat(rounded.caseGradientSquares(1)).isCloseTo(exact.caseGradientSquares(1), withinPercentage(1e-3));
        assertThat(rounded.precision()).isEqualTo(Precision.FLOAT32);
        for (double weight : rounded.weights()) {
            assertThat(weight).isEqualTo((float) weight);
        }
    }

    private static void assertClose(double[][] values, double[][] expected) {
        for (int j = 0; j < values.length; j++) {
            assertThat(values[j]).containsExactly(expected[j], within(FLOAT_ROUNDING));
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void evaluationOfRowsIsAForwardPass(Activation activation) {
        Mlp network = network(WIDTHS, activation, MatrixKernels.fastest());
        double[] points = points(WIDTHS[0]);
        double[][] expected = new double[3][CASES];
        double[][] scores = new double[3][CASES];
        network.forward(points, INDEX, 0, CASES);
        network.copyScores(expected);
        network.begin(0);
        network.evaluate(points, INDEX, 0, CASES);
        network.copyScores(scores);
        assertThat(scores).isDeepEqualTo(expected);
        assertThatIllegalStateException().isThrownBy(network::backward).withMessage(NEEDS_FORWARD);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void evaluationIsAForwardPass(Activation activation) {
        for (MatrixKernels kernels : TWINS) {
            for (Precision precision : Precision.values()) {
                Mlp network = network(WIDTHS, activation, precision, kernels);
                double[][] x = draws("x", 5);
                double[][] expected = scores(network, x);
                double[][] scores = new double[3][CASES];
                network.begin(CASES);
                network.setInputs(0, x);
                network.evaluate();
                network.copyScores(scores);
                assertThat(scores).as("%s, %s", precision, kernels.describe()).isDeepEqualTo(expected);
                assertThat(scores(network, x)).isDeepEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void columnsAreTheInputsOfRows(Precision precision) {
        int[] widths = {20, 6, 3};
        Mlp network = network(widths, Activation.TANH, precision, MatrixKernels.fastest());
        double[] points = points(20);
        double[][] first = new double[18][CASES];
        double[][] last = new double[1][CASES + 5];
        for (int k = 0; k < CASES; k++) {
            points[k * 20 + 18] = 0.75;
            for (int j = 0; j < 18; j++) {
                first[j][k] = points[k * 20 + j];
            }
            last[0][k] = points[k * 20 + 19];
        }
        network.forward(points, IntStream.range(0, CASES).toArray(), 0, CASES);
        double[] rows = new double[CASES * 3];
        network.copyActivities(2, rows);
        network.begin(CASES);
        network.setInputs(0, new double[20][CASES]);
        network.setInputs(19, last);
        network.setInput(18, 0.75);
        network.setInputs(0, first);
        network.forward();
        double[][] columns = new double[3][CASES];
        network.copyScores(columns);
        for (int k = 0; k < CASES; k++) {
            for (int c = 0; c < 3; c++) {
                assertThat(columns[c][k]).isEqualTo(rows[k * 3 + c]);
            }
        }
        double[] byRows = new double[CASES * 3];
        Arrays.setAll(byRows, i -> columns[i % 3][i / 3]);
        network.setSlopes(columns);
        network.backward();
        double[] gradient = network.gradient();
        network.setSlopes(byRows);
        network.backward();
        assertThat(network.gradient()).containsExactly(gradient);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void fieldsGiveTheSameBitsOnBothEngines(Activation activation) {
        for (Precision precision : Precision.values()) {
            double[][][] results = new double[2][][];
            for (int twin = 0; twin < 2; twin++) {
                Mlp network = network(WIDTHS, activation, precision, TWINS[twin]);
                double[][] x = draws("x", 5);
                double[][] along = new double[3][CASES];
                for (int step = 0; step < 30; step++) {
                    double[][] slopes = scores(network, x);
                    network.along(x, along);
                    network.setSlopes(slopes);
                    network.backward();
                    network.adam(0.01);
                    network.average(0.9);
                }
                results[twin] = new double[][] {network.weights(), network.averagedWeights(), along[2]};
            }
            assertThat(results[1]).as("%s", precision).isDeepEqualTo(results[0]);
        }
    }

    /** 10 000 numbers: the standard deviation of their variance is 0.9 %; 5 % is off by chance once in 10^7 times. */
    @Test
    void uniformWeightsHaveTheirBounds() {
        Mlp network = Mlp.of(new int[] {99, 100}, Activation.TANH, 1, MatrixKernels.plain());
        network.initialiseUniformly(Streams.of(5).at("init"));
        double bound = 1 / Math.sqrt(99);

        assertThat(Arrays.stream(network.weights())).allMatch(w -> Math.abs(w) <= bound && w != 0);
        assertThat(network.weightSquare(0) / 10_000).isCloseTo(bound * bound / 3, withinPercentage(5));
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

    /** On the plain kernels: of vectors the compiler decides. */
    @Test
    void aStepAllocatesNothing() {
        MatrixKernels kernels = MatrixKernels.plain();
        for (Precision precision : Precision.values()) {
            Mlp network = network(WIDTHS, Activation.TANH, precision, kernels);
            double[] points = points(WIDTHS[0]);
            int[] labels = labels(3);
            double[][] x = draws("x", WIDTHS[0]);
            double[][] y = draws("y", 3);
            assertAllocatesNoArrays(() -> {
                network.forward(points, INDEX, 0, CASES);
                network.crossEntropy(labels, INDEX, 0);
                network.backward();
                network.descend(0.1, 0.9);
                network.begin(CASES);
                network.setInputs(0, x);
                network.forward();
                network.along(x, y);
                network.setSlopes(y);
                network.backward();
                network.adam(1e-6);
                network.average(0.9);
                network.evaluate();
                network.copyScores(y);
            });
        }
    }

    private static void assertAllocatesNoArrays(Runnable step) {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 100 * 2048; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < 100; k++) {
                step.run();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("100 steps after warm-up").isLessThanOrEqualTo(100 * 2048);
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
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.begin(-1))
                .withMessage("cases must be in [0, capacity=4], got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.setInputs(2, new double[2][4]))
                .withMessage("inputs must be in [0, 3), got 2 to 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.setInput(3, 0))
                .withMessage("input must be in [0, 3), got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.copyScores(new double[3][4]))
                .withMessage("scores must have 2 rows, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.setSlopes(new double[1][4]))
                .withMessage("slopes must have 2 rows, got 1");
        network.begin(4);
        network.forward();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.along(new double[4][4], new double[2][4]))
                .withMessage("direction must have at most 3 rows, got 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.along(new double[3][4], new double[3][4]))
                .withMessage("out must have 2 rows, got 3");
    }

    @Test
    void badStepsAreRefused() {
        Mlp network = Mlp.of(new int[] {3, 2}, Activation.TANH, 4, MatrixKernels.plain());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.adam(1, 1, 0.9, 1e-8))
                .withMessage("beta1 must be in [0, 1), got 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.adam(1, 0.9, -0.1, 1e-8))
                .withMessage("beta2 must be in [0, 1), got -0.1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.adam(1, 0.9, 0.9, 0))
                .withMessage("epsilon must be above 0, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.average(Double.NaN))
                .withMessage("decay must be in [0, 1), got NaN");
    }

    /** Slopes of another batch must not be taken for those of this one. */
    @Test
    void derivativesNeedAForwardPass() {
        Mlp network = Mlp.of(new int[] {3, 2}, Activation.TANH, 4, MatrixKernels.plain());
        double[][] out = new double[2][4];
        network.begin(4);
        network.forward();
        network.evaluate();
        assertThatIllegalStateException().isThrownBy(network::backward).withMessage(NEEDS_FORWARD);
        network.forward();
        network.setInput(0, 1);
        assertThatIllegalStateException()
                .isThrownBy(() -> network.along(new double[1][4], out))
                .withMessage(NEEDS_FORWARD);
        network.forward();
        network.begin(3);
        assertThatIllegalStateException()
                .isThrownBy(() -> network.along(new double[1][4], out))
                .withMessage(NEEDS_FORWARD);
    }
}
