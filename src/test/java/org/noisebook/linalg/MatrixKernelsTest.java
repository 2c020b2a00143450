package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

@Tag("long")
class MatrixKernelsTest {
    private static final MatrixKernels[] TWINS = {MatrixKernels.plain(), MatrixKernels.fastest()};
    private static final Activation[] ACTIVATIONS = Activation.values();
    private static final int ARGUMENTS = 2400;
    /** What the documentation of activate promises. */
    private static final double VALUE_ULPS = 3.5;

    private static final double SLOPE_ULPS = 4.5;
    private static final float SLOPE_SIZE = 0.125f;
    private static final double ERF_ULPS = 1.5;
    private static final double ERF_SLOPE_ULPS = 2.5;
    /** Rounding of a chain of 100 terms of size 1 in float, with room for a few times the root of their number. */
    private static final double FLOAT_ROUNDING = 1e-5;
    /** Most rounds of 200 calls to wait for compiled code, which allocates nothing; about 10 on an idle machine. */
    private static final int ROUNDS = 2000;

    /** At the borders below which the vector twin transposes D instead of W, and of registers and blocks there. */
    private static final int[][] SMALL_BATCHES = {
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

    @Test
    void floatTwinsAreChainsOfFusedMultiplyAdds() {
        Stream stream = Streams.of(1).at("float shapes");
        for (int[] shape : shapes(stream)) {
            int batch = shape[0];
            int inputs = shape[1];
            int outputs = shape[2];
            FloatMatrix a = new FloatMatrix(batch, inputs, stream);
            FloatMatrix d = new FloatMatrix(batch, outputs, stream);
            FloatMatrix w = new FloatMatrix(inputs, outputs, stream);
            for (MatrixKernels kernels : TWINS) {
                FloatMatrix z = new FloatMatrix(batch, outputs, null);
                kernels.multiply(
                        batch, inputs, outputs, a.values, a.start, a.stride, w.values, w.start, w.stride, z.values,
                        z.start, z.stride);
                z.check(kernels, shape, (i, j) -> {
                    float sum = 0;
                    for (int p = 0; p < inputs; p++) {
                        sum = Math.fma(a.at(i, p), w.at(p, j), sum);
                    }
                    return sum;
                });

                FloatMatrix e = new FloatMatrix(batch, inputs, null);
                kernels.multiplyTransposed(
                        batch, inputs, outputs, d.values, d.start, d.stride, w.values, w.start, w.stride, e.values,
                        e.start, e.stride);
                e.check(kernels, shape, (i, j) -> {
                    float sum = 0;
                    for (int p = 0; p < outputs; p++) {
                        sum = Math.fma(d.at(i, p), w.at(j, p), sum);
                    }
                    return sum;
                });

                FloatMatrix sums = w.copy();
                kernels.addOuter(
                        batch,
                        inputs,
                        outputs,
                        a.values,
                        a.start,
                        a.stride,
                        d.values,
                        d.start,
                        d.stride,
                        sums.values,
                        sums.start,
                        sums.stride);
                sums.check(kernels, shape, (i, j) -> {
                    float sum = w.at(i, j);
                    for (int b = 0; b < batch; b++) {
                        sum = Math.fma(a.at(b, i), d.at(b, j), sum);
                    }
                    return sum;
                });

                FloatMatrix product = d.copy();
                kernels.multiplyElements(
                        z.values, z.start, product.values, product.start, outputs * Math.min(1, batch));
                for (int j = 0; j < outputs * Math.min(1, batch); j++) {
                    assertThat(product.at(0, j)).isEqualTo(d.at(0, j) * z.at(0, j));
                }
            }
            a.unchanged();
            d.unchanged();
            w.unchanged();
        }
    }

    @Test
    void floatSlopesOfReluAreReadOffItsResults() {
        Stream stream = Streams.of(5).at("float slopes");
        for (MatrixKernels kernels : List.of(MatrixKernels.plain(), MatrixKernels.fastest())) {
            float[] z = new float[48];
            float[] y = new float[49];
            for (int k = 0; k < z.length; k++) {
                z[k] = (float) stream.nextGaussian();
                y[k + 1] = (float) stream.nextGaussian();
            }
            z[3] = 0;
            z[4] = -0.0f;
            z[5] = Float.NaN;
            z[6] = Float.POSITIVE_INFINITY;
            z[7] = Float.NEGATIVE_INFINITY;
            float[] slope = z.clone();
            float[] out = z.clone();
            kernels.activate(Activation.RELU, 0.3f, z, 0, out, 0, slope, 0, 48);
            float[] expected = y.clone();
            kernels.multiplyElements(slope, 1, expected, 2, 43);
            kernels.multiplyReluSlopes(0.3f, out, 1, y, 2, 43);
            assertThat(y).isEqualTo(expected);
        }
    }

    @Test
    void floatTransposedProductsAgreeForNaNAndInfinities() {
        Stream stream = Streams.of(4).at("float special values");
        MatrixKernels fastest = MatrixKernels.fastest();
        for (int[] shape : SMALL_BATCHES) {
            for (float special : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 1}) {
                FloatMatrix d = new FloatMatrix(shape[0], shape[2], stream);
                FloatMatrix w = new FloatMatrix(shape[1], shape[2], stream);
                for (int b = 0; b < shape[0]; b += 3) {
                    d.values[d.start + b * d.stride + stream.nextIndex(shape[2])] = special;
                }
                w.values[w.start + (shape[1] - 1) * w.stride + stream.nextIndex(shape[2])] = special;
                FloatMatrix expected = new FloatMatrix(shape[0], shape[1], null);
                FloatMatrix e = expected.copy();
                transposed(MatrixKernels.plain(), shape, d, w, expected);
                transposed(fastest, shape, d, w, e);
                assertThat(e.values)
                        .as("%s %s", Arrays.toString(shape), special)
                        .containsExactly(expected.values);
            }
        }
    }

    private static void transposed(MatrixKernels kernels, int[] shape, FloatMatrix d, FloatMatrix w, FloatMatrix e) {
        kernels.multiplyTransposed(
                shape[0], shape[1], shape[2], d.values, d.start, d.stride, w.values, w.start, w.stride, e.values,
                e.start, e.stride);
    }

    @Test
    void floatActivationsAreAccurate() {
        for (Activation activation : Activation.values()) {
            boolean erf = activation == Activation.ERF;
            float least = erf ? Float.MIN_NORMAL : SLOPE_SIZE;
            float[] z = new float[ARGUMENTS];
            double[] arguments = arguments(activation, 86, 8);
            for (int i = 0; i < z.length; i++) {
                z[i] = (float) arguments[i];
            }
            float[] out = new float[ARGUMENTS];
            float[] slope = new float[ARGUMENTS];
            MatrixKernels.fastest().activate(activation, 1, z, 0, out, 0, slope, 0, ARGUMENTS);
            for (int i = 0; i < z.length; i++) {
                BigDecimal value = ActivationReference.value(activation, z[i]);
                if (Math.abs(value.doubleValue()) >= Float.MIN_NORMAL) {
                    assertThat(error(out[i], value) / Math.ulp(value.floatValue()))
                            .as("%s(%s)", activation, z[i])
                            .isLessThan(erf ? ERF_ULPS : VALUE_ULPS);
                }
                BigDecimal exact = ActivationReference.slope(activation, z[i]);
                assertThat(error(slope[i], exact) / Math.ulp(Math.max(least, Math.abs(exact.floatValue()))))
                        .as("%s'(%s)", activation, z[i])
                        .isLessThan(erf ? ERF_SLOPE_ULPS : SLOPE_ULPS);
            }
        }
    }

    @Test
    void floatActivationTwinsGiveTheSameBits() {
        Stream stream = Streams.of(3).at("float activations");
        float[] special = {
            0,
            -0.0f,
            Float.NaN,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.MAX_VALUE,
            -Float.MAX_VALUE,
            Float.MIN_VALUE,
            -Float.MIN_VALUE,
            Float.MIN_NORMAL,
            87,
            -87,
            43.5f,
            -43.5f,
            16,
            -16,
            128,
            -128,
            88,
            -88
        };
        for (Activation activation : Activation.values()) {
            float[] z = new float[4096];
            for (int i = 0; i < z.length; i++) {
                z[i] = i < special.length
                        ? special[i]
                        : (float) (stream.nextGaussian() * Math.pow(10, stream.nextIndex(10) - 6));
            }
            float[][] results = new float[4][z.length + 3];
            MatrixKernels.plain().activate(activation, 0.7f, z, 0, results[0], 1, results[1], 3, z.length);
            MatrixKernels.fastest().activate(activation, 0.7f, z, 0, results[2], 1, results[3], 3, z.length);
            assertThat(results[2]).as("%s", activation).containsExactly(results[0]);
            assertThat(results[3]).as("%s", activation).containsExactly(results[1]);
            valuesAloneAreTheSame(activation, 0.7f, z, results[0]);

            float[] out = new float[16];
            float[] slope = new float[16];
            MatrixKernels.fastest().activate(activation, 1, z, 0, out, 0, slope, 0, 16);
            boolean relu = activation == Activation.RELU;
            boolean linear = activation == Activation.LINEAR;
            boolean bounded = activation == Activation.TANH || activation == Activation.ERF;
            float atZero = (float) ActivationReference.slope(activation, 0).doubleValue();
            assertThat(out[0]).isEqualTo(0.0f);
            assertThat(out[1]).isEqualTo(relu ? 0.0f : -0.0f);
            assertThat(slope[0]).isEqualTo(atZero);
            assertThat(slope[1]).isEqualTo(atZero);
            assertThat(out[2]).isNaN();
            assertThat(out[3]).isEqualTo(bounded ? 1 : Float.POSITIVE_INFINITY);
            assertThat(slope[3]).isEqualTo(bounded ? 0 : 1);
            assertThat(out[4]).isEqualTo(bounded ? -1 : linear ? Float.NEGATIVE_INFINITY : relu ? 0.0f : -0.0f);
            assertThat(Math.abs(slope[4])).isEqualTo(linear ? 1 : 0);
            assertThat(out[5]).isEqualTo(bounded ? 1 : Float.MAX_VALUE);
            assertThat(out[7]).isEqualTo(bounded || relu || linear ? Float.MIN_VALUE : 0);
        }
    }

    /** Compares arrays of numbers; element by element only for the message, as that takes a hundred times as long. */
    static void assertSame(Object values, Object expected, String name) {
        if (!Objects.deepEquals(values, expected)) {
            assertThat(values).as(name).isEqualTo(expected);
        }
    }

    /** Beside the argument and in its place, which starts within a register. */
    private static void valuesAloneAreTheSame(Activation activation, float scale, float[] z, float[] expected) {
        for (MatrixKernels kernels : TWINS) {
            float[] out = new float[expected.length];
            kernels.activate(activation, scale, z, 0, out, 1, z.length);
            assertSame(out, expected, activation + ", " + kernels.describe());
            System.arraycopy(z, 0, out, 1, z.length);
            kernels.activate(activation, scale, out, 1, out, 1, z.length);
            assertSame(out, expected, activation + " in place, " + kernels.describe());
        }
    }

    /** The same in double. */
    private static void valuesAloneAreTheSame(Activation activation, double scale, double[] z, double[] expected) {
        for (MatrixKernels kernels : TWINS) {
            double[] out = new double[expected.length];
            kernels.activate(activation, scale, z, 0, out, 1, z.length);
            assertSame(out, expected, activation + ", " + kernels.describe());
            System.arraycopy(z, 0, out, 1, z.length);
            kernels.activate(activation, scale, out, 1, out, 1, z.length);
            assertSame(out, expected, activation + " in place, " + kernels.describe());
        }
    }

    @Test
    void doubleTwinsAreChainsOfFusedMultiplyAdds() {
        Stream stream = Streams.of(1).at("double shapes");
        for (int[] shape : shapes(stream)) {
            int batch = shape[0];
            int inputs = shape[1];
            int outputs = shape[2];
            DoubleMatrix a = new DoubleMatrix(batch, inputs, stream);
            DoubleMatrix d = new DoubleMatrix(batch, outputs, stream);
            DoubleMatrix w = new DoubleMatrix(inputs, outputs, stream);
            for (MatrixKernels kernels : TWINS) {
                DoubleMatrix z = new DoubleMatrix(batch, outputs, null);
                kernels.multiply(
                        batch, inputs, outputs, a.values, a.start, a.stride, w.values, w.start, w.stride, z.values,
                        z.start, z.stride);
                z.check(kernels, shape, (i, j) -> {
                    double sum = 0;
                    for (int p = 0; p < inputs; p++) {
                        sum = Math.fma(a.at(i, p), w.at(p, j), sum);
                    }
                    return sum;
                });

                DoubleMatrix e = new DoubleMatrix(batch, inputs, null);
                kernels.multiplyTransposed(
                        batch, inputs, outputs, d.values, d.start, d.stride, w.values, w.start, w.stride, e.values,
                        e.start, e.stride);
                e.check(kernels, shape, (i, j) -> {
                    double sum = 0;
                    for (int p = 0; p < outputs; p++) {
                        sum = Math.fma(d.at(i, p), w.at(j, p), sum);
                    }
                    return sum;
                });

                DoubleMatrix sums = w.copy();
                kernels.addOuter(
                        batch,
                        inputs,
                        outputs,
                        a.values,
                        a.start,
                        a.stride,
                        d.values,
                        d.start,
                        d.stride,
                        sums.values,
                        sums.start,
                        sums.stride);
                sums.check(kernels, shape, (i, j) -> {
                    double sum = w.at(i, j);
                    for (int b = 0; b < batch; b++) {
                        sum = Math.fma(a.at(b, i), d.at(b, j), sum);
                    }
                    return sum;
                });

                DoubleMatrix product = d.copy();
                kernels.multiplyElements(
                        z.values, z.start, product.values, product.start, outputs * Math.min(1, batch));
                for (int j = 0; j < outputs * Math.min(1, batch); j++) {
                    assertThat(product.at(0, j)).isEqualTo(d.at(0, j) * z.at(0, j));
                }
            }
            a.unchanged();
            d.unchanged();
            w.unchanged();
        }
    }

    @Test
    void doubleSlopesOfReluAreReadOffItsResults() {
        Stream stream = Streams.of(5).at("double slopes");
        for (MatrixKernels kernels : List.of(MatrixKernels.plain(), MatrixKernels.fastest())) {
            double[] z = new double[48];
            double[] y = new double[49];
            for (int k = 0; k < z.length; k++) {
                z[k] = (double) stream.nextGaussian();
                y[k + 1] = (double) stream.nextGaussian();
            }
            z[3] = 0;
            z[4] = -0.0;
            z[5] = Double.NaN;
            z[6] = Double.POSITIVE_INFINITY;
            z[7] = Double.NEGATIVE_INFINITY;
            double[] slope = z.clone();
            double[] out = z.clone();
            kernels.activate(Activation.RELU, 0.3, z, 0, out, 0, slope, 0, 48);
            double[] expected = y.clone();
            kernels.multiplyElements(slope, 1, expected, 2, 43);
            kernels.multiplyReluSlopes(0.3, out, 1, y, 2, 43);
            assertThat(y).isEqualTo(expected);
        }
    }

    @Test
    void doubleTransposedProductsAgreeForNaNAndInfinities() {
        Stream stream = Streams.of(4).at("double special values");
        MatrixKernels fastest = MatrixKernels.fastest();
        for (int[] shape : SMALL_BATCHES) {
            for (double special : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1}) {
                DoubleMatrix d = new DoubleMatrix(shape[0], shape[2], stream);
                DoubleMatrix w = new DoubleMatrix(shape[1], shape[2], stream);
                for (int b = 0; b < shape[0]; b += 3) {
                    d.values[d.start + b * d.stride + stream.nextIndex(shape[2])] = special;
                }
                w.values[w.start + (shape[1] - 1) * w.stride + stream.nextIndex(shape[2])] = special;
                DoubleMatrix expected = new DoubleMatrix(shape[0], shape[1], null);
                DoubleMatrix e = expected.copy();
                transposed(MatrixKernels.plain(), shape, d, w, expected);
                transposed(fastest, shape, d, w, e);
                assertThat(e.values)
                        .as("%s %s", Arrays.toString(shape), special)
                        .containsExactly(expected.values);
            }
        }
    }

    private static void transposed(MatrixKernels kernels, int[] shape, DoubleMatrix d, DoubleMatrix w, DoubleMatrix e) {
        kernels.multiplyTransposed(
                shape[0], shape[1], shape[2], d.values, d.start, d.stride, w.values, w.start, w.stride, e.values,
                e.start, e.stride);
    }

    @Test
    void doubleActivationsAreAccurate() {
        for (Activation activation : Activation.values()) {
            boolean erf = activation == Activation.ERF;
            double least = erf ? Double.MIN_NORMAL : SLOPE_SIZE;
            double[] z = new double[ARGUMENTS];
            double[] arguments = arguments(activation, 700, 21);
            for (int i = 0; i < z.length; i++) {
                z[i] = arguments[i];
            }
            double[] out = new double[ARGUMENTS];
            double[] slope = new double[ARGUMENTS];
            MatrixKernels.fastest().activate(activation, 1, z, 0, out, 0, slope, 0, ARGUMENTS);
            for (int i = 0; i < z.length; i++) {
                BigDecimal value = ActivationReference.value(activation, z[i]);
                if (Math.abs(value.doubleValue()) >= Double.MIN_NORMAL) {
                    assertThat(error(out[i], value) / Math.ulp(value.doubleValue()))
                            .as("%s(%s)", activation, z[i])
                            .isLessThan(erf ? ERF_ULPS : VALUE_ULPS);
                }
                BigDecimal exact = ActivationReference.slope(activation, z[i]);
                assertThat(error(slope[i], exact) / Math.ulp(Math.max(least, Math.abs(exact.doubleValue()))))
                        .as("%s'(%s)", activation, z[i])
                        .isLessThan(erf ? ERF_SLOPE_ULPS : SLOPE_ULPS);
            }
        }
    }

    @Test
    void doubleActivationTwinsGiveTheSameBits() {
        Stream stream = Streams.of(3).at("double activations");
        double[] special = {
            0,
            -0.0,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            708,
            -708,
            354,
            -354,
            32,
            -32,
            1024,
            -1024,
            709,
            -709
        };
        for (Activation activation : Activation.values()) {
            double[] z = new double[4096];
            for (int i = 0; i < z.length; i++) {
                z[i] = i < special.length
                        ? special[i]
                        : (stream.nextGaussian() * Math.pow(10, stream.nextIndex(10) - 6));
            }
            double[][] results = new double[4][z.length + 3];
            MatrixKernels.plain().activate(activation, 0.7, z, 0, results[0], 1, results[1], 3, z.length);
            MatrixKernels.fastest().activate(activation, 0.7, z, 0, results[2], 1, results[3], 3, z.length);
            assertThat(results[2]).as("%s", activation).containsExactly(results[0]);
            assertThat(results[3]).as("%s", activation).containsExactly(results[1]);
            valuesAloneAreTheSame(activation, 0.7, z, results[0]);

            double[] out = new double[16];
            double[] slope = new double[16];
            MatrixKernels.fastest().activate(activation, 1, z, 0, out, 0, slope, 0, 16);
            boolean relu = activation == Activation.RELU;
            boolean linear = activation == Activation.LINEAR;
            boolean bounded = activation == Activation.TANH || activation == Activation.ERF;
            double atZero = ActivationReference.slope(activation, 0).doubleValue();
            assertThat(out[0]).isEqualTo(0.0);
            assertThat(out[1]).isEqualTo(relu ? 0.0 : -0.0);
            assertThat(slope[0]).isEqualTo(atZero);
            assertThat(slope[1]).isEqualTo(atZero);
            assertThat(out[2]).isNaN();
            assertThat(out[3]).isEqualTo(bounded ? 1 : Double.POSITIVE_INFINITY);
            assertThat(slope[3]).isEqualTo(bounded ? 0 : 1);
            assertThat(out[4]).isEqualTo(bounded ? -1 : linear ? Double.NEGATIVE_INFINITY : relu ? 0.0 : -0.0);
            assertThat(Math.abs(slope[4])).isEqualTo(linear ? 1 : 0);
            assertThat(out[5]).isEqualTo(bounded ? 1 : Double.MAX_VALUE);
            assertThat(out[7]).isEqualTo(bounded || relu || linear ? Double.MIN_VALUE : 0);
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
        kernels.multiply(size, size, size, a, 0, stride, w, 0, stride, z, 0, stride);
        kernels.multiply(size, size, size, floatA, 0, stride, floatW, 0, stride, floatZ, 0, stride);
        for (int i = 0; i < z.length; i++) {
            assertThat(floatZ[i] - z[i]).isBetween(-size * FLOAT_ROUNDING, size * FLOAT_ROUNDING);
        }
    }

    /** On the plain twin: whether vectors stay out of the heap is up to the compiler, and shows in the benchmarks. */
    @Test
    void nothingIsAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        float[] a = new float[70 * 80];
        double[] b = new double[70 * 80];
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS && least > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int k = 0; k < 200; k++) {
                use(TWINS[0], a, b);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).as("200 calls after warm-up").isZero();
    }

    private static void use(MatrixKernels kernels, float[] a, double[] b) {
        kernels.multiply(11, 11, 80, a, 0, 80, a, 880, 80, a, 1760, 80);
        kernels.multiplyTransposed(11, 11, 80, a, 0, 80, a, 880, 80, a, 1760, 80);
        kernels.multiplyTransposed(11, 64, 64, a, 0, 64, a, 704, 64, a, 4800, 64);
        kernels.addOuter(11, 11, 80, a, 0, 80, a, 880, 80, a, 1760, 80);
        kernels.multiply(11, 11, 80, b, 0, 80, b, 880, 80, b, 1760, 80);
        kernels.multiplyTransposed(11, 11, 80, b, 0, 80, b, 880, 80, b, 1760, 80);
        kernels.multiplyTransposed(11, 64, 64, b, 0, 64, b, 704, 64, b, 4800, 64);
        kernels.addOuter(11, 11, 80, b, 0, 80, b, 880, 80, b, 1760, 80);
        kernels.multiplyElements(a, 0, a, 880, 880);
        kernels.multiplyElements(b, 0, b, 880, 880);
        kernels.multiplyReluSlopes(1, a, 0, a, 880, 880);
        kernels.multiplyReluSlopes(1, b, 0, b, 880, 880);
        for (Activation activation : ACTIVATIONS) {
            kernels.activate(activation, 1, a, 0, a, 880, a, 1760, 880);
            kernels.activate(activation, 1, b, 0, b, 880, b, 1760, 880);
            kernels.activate(activation, 1, a, 0, a, 880, 880);
            kernels.activate(activation, 1, b, 0, b, 880, 880);
        }
    }

    @Test
    void argumentsAreChecked() {
        float[] a = new float[64];
        for (MatrixKernels kernels : TWINS) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.multiply(-1, 1, 1, a, 0, 16, a, 16, 16, a, 32, 16))
                    .withMessageContaining("got -1, 1, 1");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.multiply(1, 1, 17, a, 0, 16, a, 16, 16, a, 32, 32))
                    .withMessageContaining("w must");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.addOuter(1, 4, 1, a, 0, 16, a, 16, 16, a, 32, 16))
                    .withMessageContaining("w must");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.multiplyTransposed(4, 1, 1, a, 0, 16, a, 0, 16, a, 16, 16))
                    .withMessageContaining("e must");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> kernels.activate(Activation.RELU, 1, a, 0, a, 16, a, 32, 15))
                    .withMessageContaining("got 15");
        }
    }

    /** Shapes at the edges of tiles, panels and blocks, then random ones. */
    private static List<int[]> shapes(Stream stream) {
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

    private static double[] arguments(Activation activation, double farthest, double gelu) {
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

    private static double error(double value, BigDecimal exact) {
        return new BigDecimal(value).subtract(exact).abs().doubleValue();
    }

    /** A matrix amid other numbers, its padding zero. */
    private static final class FloatMatrix {
        private static final float OUTSIDE = 7.5f;
        private final int rows;
        private final int columns;
        private final int start = 5;
        private final int stride;
        private final float[] values;
        private final float[] original;

        private FloatMatrix(int rows, int columns, Stream stream) {
            this.rows = rows;
            this.columns = columns;
            stride = Kernels.padded(columns) + Kernels.PAD;
            values = new float[start + rows * stride + 3];
            Arrays.fill(values, OUTSIDE);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < Kernels.padded(columns); j++) {
                    values[start + i * stride + j] = stream == null
                            ? OUTSIDE
                            : j < columns ? (float) (stream.nextGaussian() * Math.pow(10, stream.nextIndex(5) - 2)) : 0;
                }
            }
            original = values.clone();
        }

        private FloatMatrix(FloatMatrix other) {
            rows = other.rows;
            columns = other.columns;
            stride = other.stride;
            values = other.values.clone();
            original = other.values.clone();
        }

        private FloatMatrix copy() {
            return new FloatMatrix(this);
        }

        private float at(int i, int j) {
            return values[start + i * stride + j];
        }

        private void unchanged() {
            assertThat(values).containsExactly(original);
        }

        private void check(MatrixKernels kernels, int[] shape, FloatElement expected) {
            float[] whole = original.clone();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < Kernels.padded(columns); j++) {
                    whole[start + i * stride + j] = j < columns ? expected.at(i, j) : 0;
                }
            }
            assertSame(values, whole, kernels.describe() + " " + Arrays.toString(shape));
        }
    }

    private interface FloatElement {
        float at(int i, int j);
    }

    /** A matrix amid other numbers, its padding zero. */
    private static final class DoubleMatrix {
        private static final double OUTSIDE = 7.5;
        private final int rows;
        private final int columns;
        private final int start = 5;
        private final int stride;
        private final double[] values;
        private final double[] original;

        private DoubleMatrix(int rows, int columns, Stream stream) {
            this.rows = rows;
            this.columns = columns;
            stride = Kernels.padded(columns) + Kernels.PAD;
            values = new double[start + rows * stride + 3];
            Arrays.fill(values, OUTSIDE);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < Kernels.padded(columns); j++) {
                    values[start + i * stride + j] = stream == null
                            ? OUTSIDE
                            : j < columns ? (stream.nextGaussian() * Math.pow(10, stream.nextIndex(5) - 2)) : 0;
                }
            }
            original = values.clone();
        }

        private DoubleMatrix(DoubleMatrix other) {
            rows = other.rows;
            columns = other.columns;
            stride = other.stride;
            values = other.values.clone();
            original = other.values.clone();
        }

        private DoubleMatrix copy() {
            return new DoubleMatrix(this);
        }

        private double at(int i, int j) {
            return values[start + i * stride + j];
        }

        private void unchanged() {
            assertThat(values).containsExactly(original);
        }

        private void check(MatrixKernels kernels, int[] shape, DoubleElement expected) {
            double[] whole = original.clone();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < Kernels.padded(columns); j++) {
                    whole[start + i * stride + j] = j < columns ? expected.at(i, j) : 0;
                }
            }
            assertSame(values, whole, kernels.describe() + " " + Arrays.toString(shape));
        }
    }

    private interface DoubleElement {
        double at(int i, int j);
    }
}
