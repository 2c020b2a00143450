package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.noisebook.linalg.MatrixKernelsTest.ARGUMENTS;
import static org.noisebook.linalg.MatrixKernelsTest.SMALL_BATCHES;
import static org.noisebook.linalg.MatrixKernelsTest.TWINS;
import static org.noisebook.linalg.MatrixKernelsTest.arguments;
import static org.noisebook.linalg.MatrixKernelsTest.assertSame;
import static org.noisebook.linalg.MatrixKernelsTest.error;
import static org.noisebook.linalg.MatrixKernelsTest.shapes;

import java.math.BigDecimal;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** {@link MatrixKernels} in {@code double}: both twins against chains of fused multiply-adds and exact activations. */
@Tag("long")
class DoubleProductsTest {
    /** What the documentation of activate promises. */
    private static final double VALUE_ULPS = 3.5; // double in both

    private static final double SLOPE_ULPS = 4.5; // double in both
    private static final double SLOPE_SIZE = 0.125; // float: 0.125f
    private static final double ERF_ULPS = 1.5; // double in both
    private static final double ERF_SLOPE_ULPS = 2.5; // double in both
    private static final double SCALE = 0.7; // float: 0.7f
    private static final double MINUS_ZERO = -0.0; // float: -0.0f

    /** A number in the precision of the test. */
    // float: private static float rounded(double number) {
    private static double rounded(double number) { // double only
        return number; // float: (float) number
    }

    @Test
    void resultsAreChainsOfFusedMultiplyAdds() {
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
                kernels.multiply(batch, inputs, outputs, a.view, w.view, z.view);
                z.check(kernels, shape, (i, j) -> {
                    double sum = 0;
                    for (int p = 0; p < inputs; p++) {
                        sum = Math.fma(a.at(i, p), w.at(p, j), sum);
                    }
                    return sum;
                });

                DoubleMatrix e = new DoubleMatrix(batch, inputs, null);
                kernels.multiplyTransposed(batch, inputs, outputs, d.view, w.view, e.view);
                e.check(kernels, shape, (i, j) -> {
                    double sum = 0;
                    for (int p = 0; p < outputs; p++) {
                        sum = Math.fma(d.at(i, p), w.at(j, p), sum);
                    }
                    return sum;
                });

                DoubleMatrix sums = w.copy();
                kernels.addOuter(batch, inputs, outputs, a.view, d.view, sums.view);
                sums.check(kernels, shape, (i, j) -> {
                    double sum = w.at(i, j);
                    for (int b = 0; b < batch; b++) {
                        sum = Math.fma(a.at(b, i), d.at(b, j), sum);
                    }
                    return sum;
                });

                DoubleMatrix product = d.copy();
                int length = outputs * Math.min(1, batch);
                kernels.multiplyElements(
                        z.view.values(), z.view.start(), product.view.values(), z.view.start(), length);
                for (int j = 0; j < length; j++) {
                    assertThat(product.at(0, j)).isEqualTo(d.at(0, j) * z.at(0, j));
                }
            }
            a.unchanged();
            d.unchanged();
            w.unchanged();
        }
    }

    @Test
    void slopesOfReluAreReadOffItsResults() {
        Stream stream = Streams.of(5).at("double slopes");
        for (MatrixKernels kernels : TWINS) {
            double[] z = new double[48];
            double[] y = new double[49];
            for (int k = 0; k < z.length; k++) {
                z[k] = rounded(stream.nextGaussian());
                y[k + 1] = rounded(stream.nextGaussian());
            }
            z[3] = 0;
            z[4] = MINUS_ZERO;
            z[5] = Double.NaN;
            z[6] = Double.POSITIVE_INFINITY;
            z[7] = Double.NEGATIVE_INFINITY;
            double[] slope = z.clone();
            double[] out = z.clone();
            kernels.activate(Activation.RELU, SCALE, 48, view(z), view(out), view(slope));
            double[] expected = y.clone();
            kernels.multiplyElements(slope, 1, expected, 2, 43);
            kernels.multiplyReluSlopes(SCALE, out, 1, y, 2, 43);
            assertThat(y).isEqualTo(expected);
        }
    }

    @Test
    void transposedProductsAgreeForNaNAndInfinities() {
        Stream stream = Streams.of(4).at("double special values");
        MatrixKernels fastest = MatrixKernels.fastest();
        for (int[] shape : SMALL_BATCHES) {
            for (double special : new double[] {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1}) {
                DoubleMatrix d = new DoubleMatrix(shape[0], shape[2], stream);
                DoubleMatrix w = new DoubleMatrix(shape[1], shape[2], stream);
                for (int b = 0; b < shape[0]; b += 3) {
                    d.view.set(b, stream.nextIndex(shape[2]), special);
                }
                w.view.set(shape[1] - 1, stream.nextIndex(shape[2]), special);
                DoubleMatrix expected = new DoubleMatrix(shape[0], shape[1], null);
                DoubleMatrix e = expected.copy();
                transposed(MatrixKernels.plain(), shape, d, w, expected);
                transposed(fastest, shape, d, w, e);
                assertThat(e.view.values())
                        .as("%s %s", Arrays.toString(shape), special)
                        .containsExactly(expected.view.values());
            }
        }
    }

    private static DoubleView view(double... values) {
        return DoubleView.of(values, 0);
    }

    private static void transposed(MatrixKernels kernels, int[] shape, DoubleMatrix d, DoubleMatrix w, DoubleMatrix e) {
        kernels.multiplyTransposed(shape[0], shape[1], shape[2], d.view, w.view, e.view);
    }

    @Test
    void activationsAreAccurate() {
        for (Activation activation : Activation.values()) {
            boolean erf = activation == Activation.ERF;
            double least = erf ? Double.MIN_NORMAL : SLOPE_SIZE;
            double[] z = new double[ARGUMENTS];
            double range = 700; // float: 86
            double gelu = 21; // float: 8
            double[] arguments = arguments(activation, range, gelu); // double in both
            for (int i = 0; i < z.length; i++) {
                z[i] = rounded(arguments[i]);
            }
            double[] out = new double[ARGUMENTS];
            double[] slope = new double[ARGUMENTS];
            MatrixKernels.fastest().activate(activation, 1, ARGUMENTS, view(z), view(out), view(slope));
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
    void activationTwinsGiveTheSameBits() {
        Stream stream = Streams.of(3).at("double activations");
        double[] special = {
            0,
            MINUS_ZERO,
            Double.NaN,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.MAX_VALUE,
            -Double.MAX_VALUE,
            Double.MIN_VALUE,
            -Double.MIN_VALUE,
            Double.MIN_NORMAL,
            PlainDoubleActivations.LARGEST,
            -PlainDoubleActivations.LARGEST,
            PlainDoubleActivations.LARGEST / 2,
            -PlainDoubleActivations.LARGEST / 2,
            PlainDoubleActivations.GELU_FLAT,
            -PlainDoubleActivations.GELU_FLAT,
            PlainDoubleActivations.SILU_FLAT,
            -PlainDoubleActivations.SILU_FLAT,
            PlainDoubleActivations.LARGEST + 1,
            -PlainDoubleActivations.LARGEST - 1
        };
        for (Activation activation : Activation.values()) {
            double[] z = new double[4096];
            for (int i = 0; i < z.length; i++) {
                z[i] = i < special.length
                        ? special[i]
                        : rounded(stream.nextGaussian() * Math.pow(10, stream.nextIndex(10) - 6));
            }
            double[][] results = new double[4][z.length + 3];
            for (int k = 0; k < 4; k += 2) {
                DoubleView out = DoubleView.of(results[k], 1, 0);
                TWINS[k / 2].activate(activation, SCALE, z.length, view(z), out, DoubleView.of(results[k + 1], 3, 0));
            }
            assertThat(results[2]).as("%s", activation).containsExactly(results[0]);
            assertThat(results[3]).as("%s", activation).containsExactly(results[1]);
            valuesAloneAreTheSame(activation, z, results[0]);

            double[] out = new double[16];
            double[] slope = new double[16];
            MatrixKernels.fastest().activate(activation, 1, 16, view(z), view(out), view(slope));
            boolean relu = activation == Activation.RELU;
            boolean linear = activation == Activation.LINEAR;
            boolean bounded = activation == Activation.TANH || activation == Activation.ERF;
            double atZero = ActivationReference.slope(activation, 0).doubleValue();
            assertThat(out[0]).isEqualTo(-MINUS_ZERO);
            assertThat(out[1]).isEqualTo(relu ? -MINUS_ZERO : MINUS_ZERO);
            assertThat(slope[0]).isEqualTo(atZero);
            assertThat(slope[1]).isEqualTo(atZero);
            assertThat(out[2]).isNaN();
            assertThat(out[3]).isEqualTo(bounded ? 1 : Double.POSITIVE_INFINITY);
            assertThat(slope[3]).isEqualTo(bounded ? 0 : 1);
            assertThat(out[4])
                    .isEqualTo(bounded ? -1 : linear ? Double.NEGATIVE_INFINITY : relu ? -MINUS_ZERO : MINUS_ZERO);
            assertThat(Math.abs(slope[4])).isEqualTo(linear ? 1 : 0);
            assertThat(out[5]).isEqualTo(bounded ? 1 : Double.MAX_VALUE);
            assertThat(out[7]).isEqualTo(bounded || relu || linear ? Double.MIN_VALUE : 0);
        }
    }

    /** Beside the argument and in its place, which starts within a register. */
    private static void valuesAloneAreTheSame(Activation activation, double[] z, double[] expected) {
        for (MatrixKernels kernels : TWINS) {
            double[] out = new double[expected.length];
            DoubleView from1 = DoubleView.of(out, 1, 0);
            kernels.activate(activation, SCALE, z.length, view(z), from1);
            assertSame(out, expected, activation + ", " + kernels.describe());
            System.arraycopy(z, 0, out, 1, z.length);
            kernels.activate(activation, SCALE, z.length, from1, from1);
            assertSame(out, expected, activation + " in place, " + kernels.describe());
        }
    }

    /** A matrix amid other numbers, its padding zero. */
    private static final class DoubleMatrix {
        private static final double OUTSIDE = 7.5; // float: 7.5f
        private final int rows;
        private final int columns;
        private final DoubleView view;
        private final double[] original;

        private DoubleMatrix(int rows, int columns, Stream stream) {
            this.rows = rows;
            this.columns = columns;
            int stride = Kernels.padded(columns) + Kernels.PAD;
            view = DoubleView.of(new double[5 + rows * stride + 3], 5, stride);
            Arrays.fill(view.values(), OUTSIDE);
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < Kernels.padded(columns); j++) {
                    double number = stream == null || j >= columns ? 0 : number(stream);
                    view.set(i, j, stream == null ? OUTSIDE : number);
                }
            }
            original = view.values().clone();
        }

        private static double number(Stream stream) {
            return rounded(stream.nextGaussian() * Math.pow(10, stream.nextIndex(5) - 2));
        }

        private DoubleMatrix(DoubleMatrix other) {
            rows = other.rows;
            columns = other.columns;
            view = DoubleView.of(other.view.values().clone(), other.view.start(), other.view.rowStride());
            original = other.view.values().clone();
        }

        private DoubleMatrix copy() {
            return new DoubleMatrix(this);
        }

        private double at(int i, int j) {
            return view.get(i, j);
        }

        private void unchanged() {
            assertThat(view.values()).containsExactly(original);
        }

        private void check(MatrixKernels kernels, int[] shape, DoubleElement expected) {
            double[] whole = original.clone();
            for (int i = 0; i < rows; i++) {
                for (int j = 0; j < Kernels.padded(columns); j++) {
                    whole[view.at(i, j)] = j < columns ? expected.at(i, j) : 0;
                }
            }
            assertSame(view.values(), whole, kernels.describe() + " " + Arrays.toString(shape));
        }
    }

    private interface DoubleElement {
        double at(int i, int j);
    }
}
