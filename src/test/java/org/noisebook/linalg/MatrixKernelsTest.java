package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

@Tag("long")
class MatrixKernelsTest {
    static final MatrixKernels[] TWINS = {MatrixKernels.plain(), MatrixKernels.fastest()};
    private static final Activation[] ACTIVATIONS = Activation.values();
    static final int ARGUMENTS = 2400;
    /** Rounding of a chain of 100 terms of size 1 in float, with room for a few times the root of their number. */
    private static final double FLOAT_ROUNDING = 1e-5;
    /** Most rounds of 200 calls to wait for compiled code. */
    private static final int ROUNDS = 100;
    /** Bytes of a few views a call; the smallest array of a result has 3,520. */
    private static final long VIEWS = 200 * 1024;

    /** At the borders below which the vector twin transposes D instead of W, and of registers and blocks there. */
    static final int[][] SMALL_BATCHES = {
        {0, 128, 128},
        {1, 128, 128},
        {15, 130, 127},
        {16, 128, 128},
        {17, 129, 128},
        {31, 128, 128},
        {32, 128, 128},
        {33, 128, 128},
        {49, 203, 310},
        {64, 257, 260},
        {140, 9, 128},
        {1, 48, 48},
        {1, 47, 48},
        {5, 30, 160},
        {5, 160, 30}
    };

    @Test
    void theVectorTwinIsWhatTestsCompare() {
        assertThat(MatrixKernels.fastest().describe()).startsWith("vector");
    }

    /** Compares arrays of numbers; element by element only for the message, as that takes a hundred times as long. */
    static void assertSame(Object values, Object expected, String name) {
        if (!Objects.deepEquals(values, expected)) {
            assertThat(values).as(name).isEqualTo(expected);
        }
    }

    @Test
    void floatFollowsDouble() {
        Stream stream = Streams.of(4).at("precision");
        int size = 100;
        int stride = Kernels.padded(size);
        double[] a = new double[size * stride];
        double[] w = new double[size * stride];
        float[] floatA = new float[a.length];
        float[] floatW = new float[a.length];
        for (int i = 0; i < a.length; i++) {
            floatA[i] = i % stride < size ? (float) stream.nextGaussian() : 0;
            floatW[i] = i % stride < size ? (float) stream.nextGaussian() : 0;
            a[i] = floatA[i];
            w[i] = floatW[i];
        }
        double[] z = new double[a.length];
        float[] floatZ = new float[a.length];
        MatrixKernels kernels = MatrixKernels.fastest();
        kernels.multiply(
                size, size, size, DoubleView.of(a, stride), DoubleView.of(w, stride), DoubleView.of(z, stride));
        kernels.multiply(
                size,
                size,
                size,
                FloatView.of(floatA, stride),
                FloatView.of(floatW, stride),
                FloatView.of(floatZ, stride));
        for (int i = 0; i < z.length; i++) {
            assertThat(floatZ[i] - z[i]).isBetween(-size * FLOAT_ROUNDING, size * FLOAT_ROUNDING);
        }
    }

    /** On the plain twin: whether vectors stay out of the heap is up to the compiler, and shows in the benchmarks. */
    @Test
    void noArraysAreAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        FloatView a = FloatView.of(new float[70 * 80], 80);
        DoubleView b = DoubleView.of(new double[70 * 80], 80);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > VIEWS; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < 200; k++) {
                use(TWINS[0], a, b);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("200 calls after warm-up").isLessThanOrEqualTo(VIEWS);
    }

    private static void use(MatrixKernels kernels, FloatView a, DoubleView b) {
        FloatView a1 = a.from(11);
        FloatView a2 = a.from(22);
        kernels.multiply(11, 11, 80, a, a1, a2);
        kernels.multiplyTransposed(11, 11, 80, a, a1, a2);
        kernels.addOuter(11, 11, 80, a, a1, a2);
        kernels.multiplyElements(a.values(), 0, a.values(), 880, 880);
        kernels.multiplyReluSlopes(1, a.values(), 0, a.values(), 880, 880);
        DoubleView b1 = b.from(11);
        DoubleView b2 = b.from(22);
        kernels.multiply(11, 11, 80, b, b1, b2);
        kernels.multiplyTransposed(11, 11, 80, b, b1, b2);
        kernels.addOuter(11, 11, 80, b, b1, b2);
        kernels.multiplyElements(b.values(), 0, b.values(), 880, 880);
        kernels.multiplyReluSlopes(1, b.values(), 0, b.values(), 880, 880);
        for (Activation activation : ACTIVATIONS) {
            kernels.activate(activation, 1, 880, a, a1, a2);
            kernels.activate(activation, 1, 880, b, b1, b2);
            kernels.activate(activation, 1, 880, a, a1);
            kernels.activate(activation, 1, 880, b, b1);
        }
    }

    @Test
    void argumentsAreChecked() {
        FloatView a = FloatView.of(new float[64], 16);
        for (MatrixKernels kernels : TWINS) {
            refuses("got -1, 1, 1", () -> kernels.multiply(-1, 1, 1, a, a.from(1), a.from(2)));
            refuses("w must", () -> kernels.multiply(1, 1, 17, a, a.from(1), FloatView.of(a.values(), 32, 32)));
            refuses("w must", () -> kernels.addOuter(1, 4, 1, a, a.from(1), a.from(2)));
            refuses("e must", () -> kernels.multiplyTransposed(4, 1, 1, a, a, a.from(1)));
            refuses("+ j * 16 in 64", () -> kernels.multiply(2, 2, 2, a.transposed(), a, a));
            refuses("got 15", () -> kernels.activate(Activation.RELU, 1, 15, a, a.from(1), a.from(2)));
        }
    }

    private static void refuses(String message, ThrowingCallable call) {
        assertThatIllegalArgumentException().isThrownBy(call).withMessageContaining(message);
    }

    /** Shapes at the edges of tiles, panels and blocks, then random ones. */
    static List<int[]> shapes(Stream stream) {
        List<int[]> shapes = new ArrayList<>();
        int[] edges = {0, 1, 2, 5, 6, 7, 8, 9, 16, 17, 33, 65};
        for (int batch : edges) {
            for (int size : edges) {
                shapes.add(new int[] {batch, size, 16});
                shapes.add(new int[] {batch, 3, size});
            }
        }
        shapes.add(new int[] {13, 261, 300});
        shapes.add(new int[] {270, 18, 20});
        shapes.add(new int[] {16, 128, 130});
        shapes.addAll(List.of(SMALL_BATCHES));
        for (int k = 0; k < 60; k++) {
            shapes.add(new int[] {stream.nextIndex(40), stream.nextIndex(140), stream.nextIndex(140)});
        }
        return shapes;
    }

    static double[] arguments(Activation activation, double farthest, double gelu) {
        Stream stream = Streams.of(2).at("arguments");
        double range = switch (activation) {
            case GELU, ERF -> gelu;
            case TANH -> farthest / 2;
            default -> farthest;
        };
        double[] z = new double[ARGUMENTS];
        for (int i = 0; i < z.length; i++) {
            double u = 2 * stream.nextDouble() - 1;
            z[i] = switch (i % 3) {
                case 0 -> 4 * u;
                case 1 -> range * u;
                default -> u * Math.pow(2, -stream.nextIndex(40));
            };
        }
        return z;
    }

    static double error(double value, BigDecimal exact) {
        return new BigDecimal(value).subtract(exact).abs().doubleValue();
    }
}
