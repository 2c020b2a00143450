package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Streams;

class NetworkEngineTest {
    private static final int DIMENSION = 7;
    private static final int POINTS = 5;
    private static final Points DATA = points(POINTS);
    /** Central differences of step 1e-5 in float64: truncation 1e-10, rounding 1e-11 of numbers of order 1. */
    private static final double DIFFERENCE_STEP = 1e-5;

    private static final double DIFFERENCE_ERROR = 1e-8;
    /** A few hundred roundings of float32 on numbers of order 1. */
    private static final double FLOAT_ERROR = 2e-5;

    private static final double ROUNDING = 1e-13;

    private static Points points(int count) {
        return Split.of(DataSource.SIGN, new Task.Parity(), count, 0, DIMENSION, Streams.of(1))
                .train();
    }

    private static NetworkEngine engine(Network network, Precision precision, int capacity) {
        NetworkEngine engine = network.engine(DIMENSION, capacity, precision);
        engine.initialise(Streams.of(2).at("init"));
        return engine;
    }

    static Stream<Arguments> architectures() {
        return Stream.of(Activation.values())
                .flatMap(activation -> IntStream.of(1, 2, 3, 5)
                        .boxed()
                        .flatMap(depth -> IntStream.of(1, 6, 17)
                                .mapToObj(width -> Arguments.of(new FullyConnected(depth, width, activation)))));
    }

    /** The formula of the class, written out apart from the engine. */
    private static double byHand(FullyConnected network, double[] w, Points data, int point) {
        int width = network.width();
        double[] a = new double[DIMENSION];
        for (int j = 0; j < DIMENSION; j++) {
            a[j] = data.x(point, j);
        }
        int at = 0;
        for (int l = 0; l < network.depth(); l++) {
            double[] next = new double[width];
            for (int j = 0; j < width; j++) {
                double z = 0;
                for (int i = 0; i < a.length; i++) {
                    z += w[at + i * width + j] * a[i];
                }
                next[j] = activation(network.activation(), z / Math.sqrt(a.length));
            }
            at += a.length * width;
            a = next;
        }
        double f = 0;
        for (int j = 0; j < width; j++) {
            f += w[at + j] * a[j];
        }
        return f / width;
    }

    static double activation(Activation activation, double z) {
        return switch (activation) {
            case RELU -> 1.41421356237309505 * Math.max(z, 0);
            case TANH -> 1.59253741972283 * Math.tanh(z);
            case GELU ->
                1.53358052166615 * z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * z * z * z))) / 2;
            case SILU -> 1.6765324703311 * z / (1 + Math.exp(-z));
            case ERF -> 1.46716695048914 * Erf.erf(z);
            case LINEAR -> z;
        };
    }

    /** E φ(ξ)² by the trapezoidal rule, which is exact to rounding for such integrands. */
    @ParameterizedTest
    @EnumSource(Activation.class)
    void activationsAreNormalised(Activation activation) {
        double sum = 0;
        double step = 1 / 512.0;
        for (double z = -12; z <= 12; z += step) {
            double value = activation(activation, z);
            sum += value * value * Math.exp(-z * z / 2) * step / Math.sqrt(2 * Math.PI);
        }
        assertThat(sum).isCloseTo(1, within(1e-10));
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void outputsFollowTheFormula(FullyConnected network) {
        for (Precision precision : Precision.values()) {
            NetworkEngine engine = engine(network, precision, 3);
            double[] weights = engine.weights();
            double[] outputs = engine.outputs(DATA);
            for (int i = 0; i < POINTS; i++) {
                double tolerance = precision == Precision.FLOAT64 ? ROUNDING * 100 : FLOAT_ERROR;
                assertThat(outputs[i]).isCloseTo(byHand(network, weights, DATA, i), within(tolerance));
            }
        }
    }

    /** An update by ε along a point's gradient moves the weights by ε times the central differences. */
    @ParameterizedTest
    @MethodSource("architectures")
    void gradientsAgreeWithFiniteDifferences(FullyConnected network) {
        NetworkEngine engine = engine(network, Precision.FLOAT64, POINTS);
        double[] start = engine.weights();
        int[] index = {0, 1, 2, 3, 4};
        engine.forward(DATA, index, POINTS, new double[POINTS]);
        double[] factor = {1, -0.5};
        engine.update(new int[] {1, 4}, factor, 2);
        double[] moved = engine.weights();
        for (int k = 0; k < start.length; k++) {
            double[] changed = start.clone();
            changed[k] = start[k] + DIFFERENCE_STEP;
            double above = value(network, changed);
            changed[k] = start[k] - DIFFERENCE_STEP;
            double below = value(network, changed);
            double slope = (above - below) / (2 * DIFFERENCE_STEP);
            assertThat(moved[k] - start[k]).as("%s, weight %d", network, k).isCloseTo(slope, within(DIFFERENCE_ERROR));
        }
    }

    private static double value(FullyConnected network, double[] weights) {
        return byHand(network, weights, DATA, 1) - 0.5 * byHand(network, weights, DATA, 4);
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void floatUpdatesAgreeWithDouble(FullyConnected network) {
        NetworkEngine exact = engine(network, Precision.FLOAT64, POINTS);
        NetworkEngine fast = engine(network, Precision.FLOAT32, POINTS);
        exact.set(fast.weights());
        for (int step = 0; step < 3; step++) {
            for (NetworkEngine engine : List.of(exact, fast)) {
                engine.forward(DATA, new int[] {3, 0, 2}, 3, new double[POINTS]);
                engine.update(new int[] {0, 2}, new double[] {0.25, -0.125}, 2);
            }
        }
        double[] a = exact.weights();
        double[] b = fast.weights();
        for (int k = 0; k < a.length; k++) {
            assertThat(b[k]).isCloseTo(a[k], within(FLOAT_ERROR));
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void twinsGiveTheSameBits(FullyConnected network) {
        for (Precision precision : Precision.values()) {
            NetworkEngine vector = network.engine(DIMENSION, POINTS, precision, NetworkKernels.fastest());
            NetworkEngine plain = network.engine(DIMENSION, POINTS, precision, NetworkKernels.plain());
            for (NetworkEngine engine : List.of(vector, plain)) {
                engine.initialise(Streams.of(2).at("init"));
                for (int step = 0; step < 3; step++) {
                    engine.forward(DATA, new int[] {4, 1, 2, 0}, 4, new double[POINTS]);
                    engine.update(new int[] {0, 1, 3}, new double[] {1, -1, 0.5}, 3);
                }
            }
            assertThat(vector.weights()).isEqualTo(plain.weights());
            assertThat(vector.outputs(DATA)).isEqualTo(plain.outputs(DATA));
        }
    }

    /** Rows with factor 0 and rows left out give the same bits, and so does any company in the batch. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void leavingOutRowsOfFactorZeroChangesNoBit(Precision precision) {
        FullyConnected network = new FullyConnected(3, 20, Activation.GELU);
        NetworkEngine dense = engine(network, precision, POINTS);
        NetworkEngine sparse = engine(network, precision, POINTS);
        NetworkEngine lone = engine(network, precision, POINTS);
        int[] all = {0, 1, 2, 3, 4};
        double[] outputs = new double[POINTS];
        dense.forward(DATA, all, POINTS, outputs);
        dense.update(all, new double[] {0, 0.3, 0, 0, -0.7}, POINTS);
        sparse.forward(DATA, all, POINTS, new double[POINTS]);
        sparse.update(new int[] {1, 4}, new double[] {0.3, -0.7}, 2);
        double[] two = new double[2];
        lone.forward(DATA, new int[] {1, 4}, 2, two);
        lone.update(new int[] {0, 1}, new double[] {0.3, -0.7}, 2);

        assertThat(sparse.weights()).isEqualTo(dense.weights());
        assertThat(lone.weights()).isEqualTo(dense.weights());
        assertThat(two).containsExactly(outputs[1], outputs[4]);
    }

    /** One unit, one layer, exact numbers: f = v √2 max(w·x/√d, 0) / h, so a step is known in closed form. */
    @Test
    void oneStepByHand() {
        Points one = Points.of(1, 4, new float[] {1, 2, 3, 4}, new byte[] {1});
        NetworkEngine engine = new FullyConnected(1, 1, Activation.RELU).engine(4, 1, Precision.FLOAT64);
        engine.set(new double[] {1, 0.5, 0, 0.25, 3});
        double[] out = new double[1];
        engine.forward(one, new int[] {0}, 1, out);
        // z = (1 + 1 + 0 + 1)/2 = 1.5
        double root = Math.sqrt(2);
        assertThat(out[0]).isCloseTo(3 * root * 1.5, within(ROUNDING));
        engine.update(new int[] {0}, new double[] {0.1}, 1);
        // df/dw_i = 3 √2 x_i / 2, df/dv = √2 · 1.5
        assertThat(engine.weights()[0]).isCloseTo(1 + 0.1 * 3 * root * 0.5, within(ROUNDING));
        assertThat(engine.weights()[3]).isCloseTo(0.25 + 0.1 * 3 * root * 2, within(ROUNDING));
        assertThat(engine.weights()[4]).isCloseTo(3 + 0.1 * root * 1.5, within(ROUNDING));
    }

    @Test
    void permutingHiddenUnitsChangesNothing() {
        int width = 12;
        FullyConnected network = new FullyConnected(2, width, Activation.SILU);
        NetworkEngine first = engine(network, Precision.FLOAT64, POINTS);
        NetworkEngine second = engine(network, Precision.FLOAT64, POINTS);
        double[] w = first.weights();
        double[] permuted = new double[w.length];
        int hidden = DIMENSION * width;
        int readOut = hidden + width * width;
        for (int i = 0; i < DIMENSION; i++) {
            for (int j = 0; j < width; j++) {
                permuted[i * width + (j + 5) % width] = w[i * width + j];
            }
        }
        for (int i = 0; i < width; i++) {
            for (int j = 0; j < width; j++) {
                permuted[hidden + (i + 5) % width * width + (j + 3) % width] = w[hidden + i * width + j];
            }
        }
        for (int j = 0; j < width; j++) {
            permuted[readOut + (j + 3) % width] = w[readOut + j];
        }
        second.set(permuted);
        HingeSgd rule = new HingeSgd(0.5, 4, 2, 200);
        rule.run(first, DATA, Streams.of(1).at("order"));
        rule.run(second, DATA, Streams.of(1).at("order"));

        assertThat(second.outputs(DATA)).containsExactly(first.outputs(DATA), within(1e-11));
        assertThat(ProbeKernel.tangent(network, second.weights(), DATA).norm())
                .isCloseTo(ProbeKernel.tangent(network, first.weights(), DATA).norm(), within(1e-10));
    }

    /** Θ(x, x′) is the change of f(x) under a small update along ∇f(x′). */
    @ParameterizedTest
    @MethodSource("architectures")
    void theTangentKernelIsTheProductOfGradients(FullyConnected network) {
        NetworkEngine engine = engine(network, Precision.FLOAT64, POINTS);
        double[] start = engine.weights();
        ProbeKernel kernel = ProbeKernel.tangent(network, start, DATA);
        double[][] gradients = new double[POINTS][];
        for (int i = 0; i < POINTS; i++) {
            engine.set(start);
            engine.forward(DATA, new int[] {i}, 1, new double[1]);
            engine.update(new int[] {0}, new double[] {1}, 1);
            double[] moved = engine.weights();
            gradients[i] = IntStream.range(0, start.length)
                    .mapToDouble(k -> moved[k] - start[k])
                    .toArray();
        }
        for (int i = 0; i < POINTS; i++) {
            for (int j = 0; j < POINTS; j++) {
                double product = 0;
                for (int k = 0; k < start.length; k++) {
                    product += gradients[i][k] * gradients[j][k];
                }
                assertThat(kernel.value(i, j)).isCloseTo(product, within(1e-12 * Math.max(1, product)));
                assertThat(kernel.value(i, j)).isEqualTo(kernel.value(j, i));
            }
        }
        if (kernel.norm() > 0) {
            assertThat(kernel.relativeChange(kernel)).isZero();
        }
    }

    @ParameterizedTest
    @MethodSource("architectures")
    void theTangentKernelOnAnEngineIsTheSame(FullyConnected network) {
        NetworkEngine engine = engine(network, Precision.FLOAT64, 4);
        ProbeKernel start = engine.tangentKernel(DATA);
        engine.forward(DATA, new int[] {0, 1}, 2, new double[2]);
        engine.update(new int[] {0, 1}, new double[] {1, -2}, 2);
        ProbeKernel end = engine.tangentKernel(DATA);
        double[] matrix = end.matrix(ReplicaEngine.plain()::gram);
        double largest = Arrays.stream(matrix).map(Math::abs).max().orElseThrow();
        for (int i = 0; i < POINTS; i++) {
            for (int j = 0; j < POINTS; j++) {
                assertThat(matrix[i * POINTS + j]).isCloseTo(end.value(i, j), within(1e-14 * largest));
                assertThat(matrix[i * POINTS + j]).isEqualTo(matrix[j * POINTS + i]);
            }
        }
        double change = end.relativeChange(start);
        if (start.norm() > 0) {
            assertThat(end.relativeChange(start, ReplicaEngine.plain()::gram))
                    .isCloseTo(change, within(1e-12 * change));
        } else {
            assertThat(end.relativeChange(start, ReplicaEngine.plain()::gram)).isNaN();
        }
    }

    @Test
    void theTangentKernelOfNothingIsEmpty() {
        FullyConnected network = new FullyConnected(1, 4, Activation.RELU);
        double[] weights = engine(network, Precision.FLOAT64, 1).weights();
        ProbeKernel none = ProbeKernel.tangent(network, weights, DATA.first(0));
        ProbeKernel two = ProbeKernel.tangent(network, weights, DATA.first(2));

        assertThat(none.size()).isZero();
        assertThat(none.relativeChange(none)).isNaN();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.relativeChange(none))
                .withMessage("kernels must be of equal size, got 2 and 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> two.relativeChange(none, ReplicaEngine.plain()::gram))
                .withMessage("kernels must be of equal size, got 2 and 0");
        assertThat(none.matrix(ReplicaEngine.plain()::gram)).isEmpty();
        assertThat(two.value(1, 1)).isPositive();
        assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> two.value(0, 2)))
                .isInstanceOf(IndexOutOfBoundsException.class);
    }

    /** Points with factor 0 change no bit, but make an update large: few points go back by other products than many. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void updatesOfFewPointsAreThoseOfMany(Precision precision) {
        int most = 20;
        Points data = points(most);
        FullyConnected network = new FullyConnected(3, 130, Activation.TANH);
        NetworkEngine few = engine(network, precision, most);
        NetworkEngine many = engine(network, precision, most);
        int[] all = IntStream.range(0, most).toArray();
        double[] out = new double[most];
        for (int count : new int[] {1, 2, 16, 3, 17, 5, 4, 20, 6, 1}) {
            double[] factor = new double[most];
            for (int k = 0; k < count; k++) {
                factor[k] = 0.01 * (k + 1);
            }
            few.forward(data, all, most, out);
            few.update(all, factor, count);
            many.forward(data, all, most, out);
            many.update(all, factor, most);
            assertThat(few.weights()).as("after %d points", count).isEqualTo(many.weights());
        }
    }

    /** On the plain kernels: of vectors the compiler decides. */
    @Test
    void stepsAllocateNoArrays() {
        NetworkEngine engine = new FullyConnected(3, 32, Activation.RELU)
                .engine(DIMENSION, 4, Precision.FLOAT32, NetworkKernels.plain());
        engine.initialise(Streams.of(2).at("init"));
        int[] index = {0, 1, 2, 3};
        int[] place = {1, 3};
        double[] factor = {1e-3, -1e-3};
        double[] out = new double[4];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 100 && least > 200 * 256; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < 200; k++) {
                engine.forward(DATA, index, 4, out);
                engine.update(place, factor, 2);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        // The smallest array of a step has 512 bytes.
        assertThat(least).isLessThanOrEqualTo(200 * 256);
    }

    @Test
    void badArgumentsAreNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FullyConnected(0, 4, Activation.RELU))
                .withMessage("depth must be in [1, 100], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FullyConnected(1, 0, Activation.RELU))
                .withMessage("width must be in [1, 16384], got 0");
        Network network = new FullyConnected(2, 4, Activation.RELU);
        NetworkEngine engine = network.engine(DIMENSION, 2, Precision.FLOAT32);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.set(new double[3]))
                .withMessage("weights must be 48 numbers, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.forward(DATA, new int[] {0, 1, 2}, 3, new double[3]))
                .withMessage("count must be in [0, capacity=2], got 3");
        Points other = Points.of(1, 2, new float[2], new byte[] {1});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> engine.forward(other, new int[] {0}, 1, new double[1]))
                .withMessage("points must have dimension 7, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.engine(DIMENSION, 0, Precision.FLOAT32))
                .withMessage("capacity must be in [1, 2^31 / largest layer], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> network.blockSizes(0))
                .withMessage("inputDimension must be in [1, 2^31 / width], got 0");
    }
}
