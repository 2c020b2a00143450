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
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Streams;

@Tag("long")
class InvertedResidualTest {
    private static final int POINTS = 5;
    private static final int KERNEL = 5;
    private static final int BLOCKS = 17;
    /** Central differences of step 1e-6 in float64: truncation 1e-12, rounding 1e-10 of numbers of order 1. */
    private static final double DIFFERENCE_STEP = 1e-6;

    private static final double DIFFERENCE_ERROR = 2e-8;
    /** A few hundred roundings of float32 on numbers of order 1. */
    private static final double FLOAT_ERROR = 5e-5;

    private static final double ROUNDING = 1e-12;

    /** A network and the points it reads. */
    private record Example(InvertedResidual network, int side, Points data) {
        static Example of(int channels, int width, Activation activation, int side) {
            int dimension = channels * side * side;
            org.noisebook.rng.Stream draws = Streams.of(3).at("points");
            float[] x = new float[POINTS * dimension];
            for (int k = 0; k < x.length; k++) {
                x[k] = (float) draws.nextGaussian();
            }
            byte[] labels = {1, -1, 1, 1, -1};
            return new Example(
                    new InvertedResidual(channels, width, activation), side, Points.of(POINTS, dimension, x, labels));
        }

        NetworkEngine engine(Precision precision, int capacity) {
            NetworkEngine engine = network.engine(data.dimension(), capacity, precision);
            engine.initialise(Streams.of(2).at("init"));
            return engine;
        }

        @Override
        public String toString() {
            return network + " on " + side + " × " + side;
        }
    }

    static Stream<Arguments> small() {
        return Stream.of(
                        Example.of(1, 1, Activation.GELU, 1),
                        Example.of(1, 1, Activation.TANH, 2),
                        Example.of(2, 2, Activation.ERF, 4),
                        Example.of(1, 2, Activation.LINEAR, 5),
                        Example.of(3, 2, Activation.SILU, 3),
                        Example.of(1, 2, Activation.GELU, 7),
                        Example.of(3, 2, Activation.RELU, 7),
                        Example.of(1, 1, Activation.SILU, 14),
                        Example.of(2, 3, Activation.TANH, 9),
                        Example.of(1, 4, Activation.RELU, 14),
                        Example.of(1, 2, Activation.GELU, 28))
                .map(Arguments::of);
    }

    /** Maps as {@code [channel][row][column]}. */
    private record Hand(InvertedResidual network, double[] weights, int[] at) {
        private double next() {
            return weights[at[0]++];
        }

        /** All channels of all windows; {@code kernel} 1 is a 1 × 1 convolution. */
        double[][][] dense(double[][][] a, int kernel, int stride, int outputs) {
            int side = a[0].length;
            int out = (side + stride - 1) / stride;
            double[][][][] w = new double[kernel][kernel][a.length][outputs];
            for (double[][][] row : w) {
                for (double[][] tap : row) {
                    for (double[] from : tap) {
                        Arrays.setAll(from, j -> next());
                    }
                }
            }
            double[][][] z = new double[outputs][out][out];
            for (int j = 0; j < outputs; j++) {
                for (int c = 0; c < a.length; c++) {
                    double[][] window = new double[kernel][kernel];
                    for (int ky = 0; ky < kernel; ky++) {
                        for (int kx = 0; kx < kernel; kx++) {
                            window[ky][kx] = w[ky][kx][c][j] / (kernel * Math.sqrt(a.length));
                        }
                    }
                    addConvolved(a[c], window, stride, z[j]);
                }
            }
            return z;
        }

        double[][][] channelwise(double[][][] a, int stride) {
            int out = (a[0].length + stride - 1) / stride;
            double[][][] windows = new double[a.length][KERNEL][KERNEL];
            for (int ky = 0; ky < KERNEL; ky++) {
                for (int kx = 0; kx < KERNEL; kx++) {
                    for (double[][] window : windows) {
                        window[ky][kx] = next() / KERNEL;
                    }
                }
            }
            double[][][] z = new double[a.length][out][out];
            for (int c = 0; c < a.length; c++) {
                addConvolved(a[c], windows[c], stride, z[c]);
            }
            return z;
        }

        private static void addConvolved(double[][] a, double[][] window, int stride, double[][] z) {
            int before = Math.max((z.length - 1) * stride + window.length - a.length, 0) / 2;
            for (int oy = 0; oy < z.length; oy++) {
                for (int ox = 0; ox < z.length; ox++) {
                    for (int ky = 0; ky < window.length; ky++) {
                        for (int kx = 0; kx < window.length; kx++) {
                            int y = oy * stride + ky - before;
                            int x = ox * stride + kx - before;
                            if (y >= 0 && y < a.length && x >= 0 && x < a.length) {
                                z[oy][ox] += window[ky][kx] * a[y][x];
                            }
                        }
                    }
                }
            }
        }

        double[][][] activated(double[][][] z) {
            for (double[][] map : z) {
                for (double[] row : map) {
                    for (int x = 0; x < row.length; x++) {
                        row[x] = NetworkEngineTest.activation(network.activation(), row[x]);
                    }
                }
            }
            return z;
        }

        double[][][] block(double[][][] x, int outputs, int stride) {
            double[][][] wide = activated(dense(x, 1, 1, 3 * x.length));
            double[][][] y = dense(activated(channelwise(wide, stride)), 1, 1, outputs);
            if (x.length == outputs && stride == 1) {
                for (int c = 0; c < outputs; c++) {
                    for (int i = 0; i < y[c].length; i++) {
                        for (int j = 0; j < y[c].length; j++) {
                            y[c][i][j] = (y[c][i][j] + x[c][i][j]) / Math.sqrt(2);
                        }
                    }
                }
            }
            return y;
        }

        double output(double[][][] image) {
            int h = network.width();
            double[][][] a = activated(dense(image, KERNEL, 2, 4 * h));
            a = activated(channelwise(a, 1));
            a = activated(dense(a, 1, 1, 2 * h));
            a = block(a, h, 2);
            a = block(a, h, 1);
            a = block(a, 3 * h, 2);
            a = block(a, 3 * h, 1);
            a = activated(dense(a, 1, 1, 20 * h));
            double f = 0;
            for (double[][] map : a) {
                double mean = Arrays.stream(map)
                        .flatMapToDouble(Arrays::stream)
                        .average()
                        .orElseThrow();
                f += next() * mean;
            }
            assertThat(at[0]).isEqualTo(weights.length);
            return f / a.length;
        }
    }

    /** The formula of the class, written out apart from the engine. */
    private static double byHand(Example example, double[] weights, int point) {
        int side = example.side;
        double[][][] image = new double[example.network.channels()][side][side];
        for (int k = 0; k < example.data.dimension(); k++) {
            image[k / (side * side)][k / side % side][k % side] = example.data.x(point, k);
        }
        return new Hand(example.network, weights, new int[1]).output(image);
    }

    @ParameterizedTest
    @MethodSource("small")
    void outputsFollowTheFormula(Example example) {
        for (Precision precision : Precision.values()) {
            NetworkEngine engine = example.engine(precision, 3);
            double[] weights = engine.weights();
            double[] outputs = engine.outputs(example.data);
            double[] forward = new double[3];
            engine.forward(example.data, new int[] {4, 0, 2}, 3, forward);
            double tolerance = precision == Precision.FLOAT64 ? ROUNDING : FLOAT_ERROR;
            for (int i = 0; i < POINTS; i++) {
                assertThat(outputs[i]).isCloseTo(byHand(example, weights, i), within(tolerance));
            }
            assertThat(outputs).as("not zero").isNotEqualTo(new double[POINTS]);
            assertThat(forward).containsExactly(outputs[4], outputs[0], outputs[2]);
        }
    }

    /** An update by ε along a point's gradient moves the weights by ε times the central differences, in every block. */
    @ParameterizedTest
    @MethodSource("small")
    void gradientsAgreeWithFiniteDifferences(Example example) {
        NetworkEngine engine = example.engine(Precision.FLOAT64, POINTS);
        double[] start = engine.weights();
        engine.forward(example.data, new int[] {0, 1, 2, 3, 4}, POINTS, new double[POINTS]);
        engine.update(new int[] {1, 4}, new double[] {1, -0.5}, 2);
        double[] moved = engine.weights();
        int from = 0;
        int block = 0;
        for (int size : example.network.blockSizes(example.data.dimension())) {
            int step = Math.max(1, size / 9);
            for (int k = from; k < from + size; k += step) {
                double[] changed = start.clone();
                changed[k] = start[k] + DIFFERENCE_STEP;
                double above = value(example, changed);
                changed[k] = start[k] - DIFFERENCE_STEP;
                double below = value(example, changed);
                assertThat(moved[k] - start[k])
                        .as("%s, block %d, weight %d", example, block, k - from)
                        .isCloseTo((above - below) / (2 * DIFFERENCE_STEP), within(DIFFERENCE_ERROR));
            }
            from += size;
            block++;
        }
        assertThat(block).isEqualTo(BLOCKS);
        assertThat(moved).isNotEqualTo(start);
    }

    private static double value(Example example, double[] weights) {
        return byHand(example, weights, 1) - 0.5 * byHand(example, weights, 4);
    }

    @ParameterizedTest
    @MethodSource("small")
    void floatUpdatesAgreeWithDouble(Example example) {
        NetworkEngine exact = example.engine(Precision.FLOAT64, POINTS);
        NetworkEngine fast = example.engine(Precision.FLOAT32, POINTS);
        exact.set(fast.weights());
        for (int step = 0; step < 3; step++) {
            for (NetworkEngine engine : List.of(exact, fast)) {
                engine.forward(example.data, new int[] {3, 0, 2}, 3, new double[POINTS]);
                engine.update(new int[] {0, 2}, new double[] {0.25, -0.125}, 2);
            }
        }
        assertThat(fast.weights()).containsExactly(exact.weights(), within(FLOAT_ERROR));
    }

    @ParameterizedTest
    @MethodSource("small")
    void twinsGiveTheSameBits(Example example) {
        for (Precision precision : Precision.values()) {
            NetworkEngine vector = example.engine(precision, POINTS);
            NetworkEngine plain =
                    example.network.engine(example.data.dimension(), POINTS, precision, NetworkKernels.plain());
            plain.set(vector.weights());
            for (NetworkEngine engine : List.of(vector, plain)) {
                for (int step = 0; step < 3; step++) {
                    engine.forward(example.data, new int[] {4, 1, 2, 0}, 4, new double[POINTS]);
                    engine.update(new int[] {0, 1, 3}, new double[] {1, -1, 0.5}, 3);
                }
            }
            assertThat(vector.weights()).isEqualTo(plain.weights());
            assertThat(vector.outputs(example.data)).isEqualTo(plain.outputs(example.data));
        }
    }

    /** Of one group of points that stays in the cache, and of several. */
    static Stream<Arguments> sizes() {
        return Stream.of(Precision.values())
                .flatMap(precision -> Stream.of(
                        Arguments.of(Example.of(1, 4, Activation.GELU, 14), precision),
                        Arguments.of(Example.of(3, 20, Activation.SILU, 21), precision)));
    }

    /** Rows with factor 0 and rows left out give the same bits, and so does any company in the batch. */
    @ParameterizedTest
    @MethodSource("sizes")
    void leavingOutPointsOfFactorZeroChangesNoBit(Example example, Precision precision) {
        NetworkEngine dense = example.engine(precision, POINTS);
        NetworkEngine sparse = example.engine(precision, POINTS);
        NetworkEngine lone = example.engine(precision, 2);
        int[] all = {0, 1, 2, 3, 4};
        double[] outputs = new double[POINTS];
        dense.forward(example.data, all, POINTS, outputs);
        dense.update(all, new double[] {0, 0.3, 0, 0, -0.7}, POINTS);
        sparse.forward(example.data, all, POINTS, new double[POINTS]);
        sparse.update(new int[] {1, 4}, new double[] {0.3, -0.7}, 2);
        double[] two = new double[2];
        lone.forward(example.data, new int[] {1, 4}, 2, two);
        lone.update(new int[] {0, 1}, new double[] {0.3, -0.7}, 2);

        assertThat(sparse.weights()).isEqualTo(dense.weights());
        assertThat(lone.weights()).isEqualTo(dense.weights());
        assertThat(two).containsExactly(outputs[1], outputs[4]);
    }

    /** An update after an update starts from the weights of the first, however many groups it has. */
    @ParameterizedTest
    @MethodSource("sizes")
    void updatesFollowEachOther(Example example, Precision precision) {
        NetworkEngine engine = example.engine(precision, POINTS);
        NetworkEngine fresh = example.engine(precision, POINTS);
        for (int[] index : new int[][] {{0, 1, 2, 3, 4}, {3}, {4, 2}, {1, 0, 3, 2}}) {
            for (NetworkEngine each : List.of(engine, fresh)) {
                each.forward(example.data, index, index.length, new double[POINTS]);
                int[] place = IntStream.range(0, index.length).toArray();
                each.update(place, new double[] {0.1, -0.2, 0.3, -0.1, 0.4}, index.length);
            }
            double[] weights = fresh.weights();
            fresh.set(weights);
            assertThat(engine.weights()).isEqualTo(weights);
        }
        engine.forward(example.data, new int[] {0}, 1, new double[1]);
        double[] before = engine.weights();
        engine.update(new int[0], new double[0], 0);
        assertThat(engine.weights()).isEqualTo(before);
    }

    /** One pixel, one channel, all weights 1: every layer is a number. */
    @Test
    void onePixelByHand() {
        Points one = Points.of(1, 1, new float[] {1.5f}, new byte[] {1});
        InvertedResidual network = new InvertedResidual(1, 1, Activation.RELU);
        NetworkEngine engine = network.engine(1, 1, Precision.FLOAT64);
        double[] ones = engine.weights();
        Arrays.fill(ones, 1);
        engine.set(ones);
        double root = Math.sqrt(2);
        double window = root / 5;
        double stem = 1.5 * window * window * 2 * root;
        double first = stem * root * root * window * Math.sqrt(6);
        double second = first * (1 + root * window * Math.sqrt(3)) / root;
        double third = second * root * window * Math.sqrt(3);
        double fourth = third * (1 + Math.sqrt(3) * root * window * 3) / root;
        double f = fourth * Math.sqrt(3) * root;
        assertThat(engine.outputs(one)[0]).isCloseTo(f, within(ROUNDING));

        engine.forward(one, new int[] {0}, 1, new double[1]);
        engine.update(new int[] {0}, new double[] {0.5}, 1);
        double[] weights = engine.weights();
        assertThat(weights[weights.length - 1]).as("read-out").isCloseTo(1 + 0.5 * f / 20, within(ROUNDING));
        assertThat(weights[4 * 12]).as("middle of the stem").isCloseTo(1 + 0.5 * f / 4, within(ROUNDING));
        assertThat(weights[0]).as("a tap outside").isEqualTo(1);
    }

    /** Images and windows with rows and columns exchanged give the same function. */
    @Test
    void transposedImagesAndWindowsGiveTheSameOutput() {
        Example example = Example.of(2, 3, Activation.GELU, 14);
        NetworkEngine engine = example.engine(Precision.FLOAT64, POINTS);
        double[] weights = engine.weights();
        double[] turned = weights.clone();
        int[] sizes = example.network.blockSizes(example.data.dimension());
        int from = 0;
        for (int b = 0; b < sizes.length; b++) {
            boolean windows = b == 0 || b == 1 || b < BLOCKS - 2 && b % 3 == 1;
            int length = sizes[b] / 25;
            for (int tap = 0; windows && tap < 25; tap++) {
                int to = tap % 5 * 5 + tap / 5;
                System.arraycopy(weights, from + tap * length, turned, from + to * length, length);
            }
            from += sizes[b];
        }
        int side = example.side;
        float[] x = example.data.x();
        float[] other = x.clone();
        for (int k = 0; k < x.length; k++) {
            int map = k / (side * side);
            other[(map * side + k % side) * side + k / side % side] = x[k];
        }
        double[] outputs = engine.outputs(example.data);
        engine.set(turned);
        Points transposed = Points.of(POINTS, example.data.dimension(), other, example.data.label());

        assertThat(engine.outputs(transposed)).containsExactly(outputs, within(ROUNDING));
        assertThat(engine.outputs(example.data)[0]).isNotCloseTo(outputs[0], within(1e-6));
    }

    /** Θ(x, x′) is the change of f(x) under a small update along ∇f(x′). */
    @ParameterizedTest
    @MethodSource("small")
    void theTangentKernelIsTheProductOfGradients(Example example) {
        NetworkEngine engine = example.engine(Precision.FLOAT64, POINTS);
        double[] start = engine.weights();
        ProbeKernel kernel = ProbeKernel.tangent(example.network, start, example.data);
        double[][] gradients = new double[POINTS][];
        for (int i = 0; i < POINTS; i++) {
            engine.set(start);
            engine.forward(example.data, new int[] {i}, 1, new double[1]);
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
                assertThat(kernel.value(i, j)).isCloseTo(product, within(1e-12 * Math.max(1, Math.abs(product))));
                assertThat(kernel.value(i, j)).isEqualTo(kernel.value(j, i));
            }
        }
        assertThat(kernel.blocks()).isEqualTo(BLOCKS);
        assertThat(kernel.norm()).isPositive();
        engine.set(start);
        assertThat(engine.tangentKernel(example.data).relativeChange(kernel)).isZero();
        NetworkEngine single = example.engine(Precision.FLOAT32, POINTS);
        assertThat(single.tangentKernel(example.data).relativeChange(kernel))
                .isPositive()
                .isLessThan(FLOAT_ERROR);
    }

    /**
     * f ~ h^(−1/2) at the start, and so is √E[f²] over 400 draws of the weights, each known to 1/√(2 · 400) = 3.5 % for
     * Gaussian f. Level: 5 standard errors of a ratio, false alarm below 1e-4 for tails twice as wide; a read-out over
     * √h or over h² is off by a factor 2.
     */
    @Test
    @Tag("statistical")
    void outputsShrinkWithTheRootOfTheWidth() {
        double[] size = new double[2];
        for (int k = 0; k < 2; k++) {
            Example example = Example.of(1, k == 0 ? 4 : 16, Activation.RELU, 7);
            NetworkEngine engine = example.network.engine(example.data.dimension(), POINTS, Precision.FLOAT32);
            for (int r = 0; r < 400; r++) {
                engine.initialise(Streams.of(1).withReplica(r).at("init"));
                double f = engine.outputs(example.data)[0];
                size[k] += f * f / 400;
            }
        }
        assertThat(Math.sqrt(size[0] / size[1])).isBetween(1.5, 2.7);
    }

    /** The rule of the perceptron and of dense networks, on a network that reads pictures. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void trainingFitsEveryPoint(Precision precision) {
        Example example = Example.of(1, 4, Activation.RELU, 14);
        NetworkEngine engine = example.engine(precision, POINTS);
        double[] start = engine.outputs(example.data);
        HingeSgd.Outcome outcome = new HingeSgd(0.5, 4, 2, 4000)
                .run(engine, example.data, Streams.of(1).at("order"));
        double[] end = engine.outputs(example.data);

        assertThat(outcome.stopReason()).isEqualTo(StopReason.FITTED);
        for (int i = 0; i < POINTS; i++) {
            assertThat(example.data.label(i) * (end[i] - start[i])).isGreaterThanOrEqualTo(0.5);
        }
    }

    /** On the plain kernels, for vectors are objects until the compiler is done. */
    @Test
    void stepsAllocateNoArrays() {
        Example example = Example.of(1, 2, Activation.GELU, 7);
        NetworkEngine engine =
                example.network.engine(example.data.dimension(), 4, Precision.FLOAT32, NetworkKernels.plain());
        int[] index = {0, 1, 2, 3};
        int[] place = {1, 3};
        double[] factor = {1e-3, -1e-3};
        double[] out = new double[4];
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 100 && least > 20 * 4096; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < 20; k++) {
                engine.forward(example.data, index, 4, out);
                engine.update(place, factor, 2);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isLessThanOrEqualTo(20 * 4096);
    }

    @Test
    void sizesFollowTheArchitecture() {
        InvertedResidual network = new InvertedResidual(3, 2, Activation.RELU);
        assertThat(network.blockSizes(3 * 28 * 28))
                .containsExactly(
                        25 * 3 * 8,
                        25 * 8,
                        8 * 4,
                        4 * 12,
                        25 * 12,
                        12 * 2,
                        2 * 6,
                        25 * 6,
                        6 * 2,
                        2 * 6,
                        25 * 6,
                        6 * 6,
                        6 * 18,
                        25 * 18,
                        18 * 6,
                        6 * 40,
                        40);
        assertThat(network.blockSizes(3)).isEqualTo(network.blockSizes(3 * 28 * 28));
        assertThat(network.depth()).isEqualTo(BLOCKS - 1);
        int late = 25 * 12 + 12 * 2 + 2 * 6 + 25 * 6 + 6 * 2 + 2 * 6;
        int last = 25 * 6 + 6 * 6 + 6 * 18 + 25 * 18 + 18 * 6 + 6 * 40;
        assertThat(network.multiplyAdds(3 * 28 * 28))
                .isEqualTo(14 * 14 * (25 * 3 * 8 + 25 * 8 + 8 * 4 + 4 * 12) + 7 * 7 * late + 4 * 4 * last + 40);
        assertThat(network.hiddenLength(3 * 28 * 28)).isEqualTo(16 * (196 * 4 + 49 * 6 + 16 * (1 + 1 + 2 + 2 + 1 + 3)));
        assertThat(network.kernelLength(3)).isEqualTo(2624);
    }

    @Test
    void badArgumentsAreNamed() {
        refused("channels must be in [1, 64], got 0", () -> new InvertedResidual(0, 4, Activation.RELU));
        refused("channels must be in [1, 64], got 65", () -> new InvertedResidual(65, 4, Activation.RELU));
        refused("width must be in [1, 1024], got 0", () -> new InvertedResidual(1, 0, Activation.RELU));
        refused("width must be in [1, 1024], got 1025", () -> new InvertedResidual(1, 1025, Activation.RELU));
        Network network = new InvertedResidual(3, 2, Activation.RELU);
        refused("inputDimension must be channels=3 times the square of a side, got 49", () -> network.blockSizes(49));
        refused("inputDimension must be channels=3 times the square of a side, got 0", () -> network.blockSizes(0));
        refused(
                "inputDimension must be channels=3 times the square of a side, got 1",
                () -> network.engine(1, 1, Precision.FLOAT32));
        refused("capacity must be in [1, 28633115], got 0", () -> network.engine(12, 0, Precision.FLOAT32));
        refused(
                "capacity must be in [1, 28633115], got 28633116",
                () -> network.engine(12, 28_633_116, Precision.FLOAT32));
        NetworkEngine engine = network.engine(12, 2, Precision.FLOAT32);
        refused("weights must be 2522 numbers, got 3", () -> engine.set(new double[3]));
        Points data = Points.of(1, 12, new float[12], new byte[] {1});
        refused(
                "count must be in [0, capacity=2], got 3",
                () -> engine.forward(data, new int[] {0, 0, 0}, 3, new double[3]));
        Points other = Points.of(1, 3, new float[3], new byte[] {1});
        refused("points must have dimension 12, got 3", () -> engine.forward(other, new int[] {0}, 1, new double[1]));
        refused("points must have dimension 12, got 3", () -> engine.outputs(other));
        refused("points must have dimension 12, got 3", () -> engine.tangentKernel(other));
    }

    /** The largest block has 3h × 20h = 245760 weights at h = 64. */
    @Test
    void aTangentKernelBeyondAnArrayIsRefused() {
        NetworkEngine engine = new InvertedResidual(1, 64, Activation.RELU).engine(1, 1, Precision.FLOAT64);
        byte[] labels = new byte[8739];
        Arrays.fill(labels, (byte) 1);
        Points many = Points.of(labels.length, 1, new float[labels.length], labels);
        refused("points must be at most 8738 for a tangent kernel, got 8739", () -> engine.tangentKernel(many));
    }

    private static void refused(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessage(message);
    }

    @Test
    void nothingGivesNothing() {
        Example example = Example.of(1, 2, Activation.RELU, 4);
        NetworkEngine engine = example.engine(Precision.FLOAT32, 2);
        assertThat(engine.outputs(example.data.first(0))).isEmpty();
        assertThat(engine.tangentKernel(example.data.first(0)).size()).isZero();
        engine.forward(example.data, new int[0], 0, new double[0]);
        engine.set(new double[engine.weights().length]);
        assertThat(engine.outputs(example.data)).containsOnly(0);
    }
}
