package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.FloatView;
import org.noisebook.linalg.MatrixKernels;

@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
class TensorActivationTest {
    private static final double NAN = Double.NaN;
    /** A multiple of sixteen, as the reference wants it. */
    private static final double[] FINITE = {0, -0.0, 1, -1, 20, -20, 0.5, -0.5, 3, -3, 1e-20, -1e-20, 8, -8, 1e8, -1e8};
    /**
     * Units in the last place of the larger of result and 1/8: 4.5 of the reference, and as many of the seven roundings of
     * GELU's slope, some of which are multiplied by the exponent's derivative.
     */
    private static final double UNITS = 16;

    /** Values, then slopes. */
    private static double[][] tensor(Activation activation, DataType type, double... z) {
        try (TensorProgram program = new TensorProgram()) {
            INDArray values = program.array(type, z.length);
            INDArray slopes = program.array(type, z.length);
            TensorActivation.add(activation, program, values, slopes);
            TensorCopy.put(z, values);
            program.run();
            return new double[][] {TensorCopy.get(values), TensorCopy.get(slopes)};
        }
    }

    private static void assertClose(double[] actual, double[] expected, double unit) {
        for (int k = 0; k < expected.length; k++) {
            assertThat(actual[k])
                    .as("at %s", FINITE[k])
                    .isCloseTo(expected[k], within(UNITS * unit * Math.max(Math.abs(expected[k]), 0.125)));
        }
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void valuesAndSlopesAreThoseOfTheKernels(Activation activation) {
        double[] values = new double[FINITE.length];
        double[] slopes = new double[FINITE.length];
        DoubleView out = DoubleView.of(values, 0);
        MatrixKernels.plain()
                .activate(activation, 1, FINITE.length, DoubleView.of(FINITE, 0), out, DoubleView.of(slopes, 0));
        double[][] actual = tensor(activation, DataType.DOUBLE, FINITE);
        assertClose(actual[0], values, Math.ulp(1.0));
        assertClose(actual[1], slopes, Math.ulp(1.0));
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void valuesAndSlopesInSinglePrecisionAreThoseOfTheKernels(Activation activation) {
        float[] z = new float[FINITE.length];
        for (int k = 0; k < z.length; k++) {
            z[k] = (float) FINITE[k];
        }
        float[] values = new float[z.length];
        float[] slopes = new float[z.length];
        FloatView out = FloatView.of(values, 0);
        MatrixKernels.plain().activate(activation, 1, z.length, FloatView.of(z, 0), out, FloatView.of(slopes, 0));
        double[][] actual = tensor(activation, DataType.FLOAT, FINITE);
        assertClose(actual[0], widened(values), Math.ulp(1f));
        assertClose(actual[1], widened(slopes), Math.ulp(1f));
    }

    private static double[] widened(float[] values) {
        double[] wide = new double[values.length];
        Arrays.setAll(wide, k -> values[k]);
        return wide;
    }

    /** Limits and NaN as the class says, which differ from those of the kernels. */
    @ParameterizedTest
    @EnumSource(
            value = DataType.class,
            names = {"FLOAT", "DOUBLE"})
    void infinityAndNaNGoAsTheClassSays(DataType type) {
        double[] ends = {Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, NAN};
        assertThat(Arrays.asList(tensor(Activation.RELU, type, ends)))
                .usingElementComparator(Arrays::compare)
                .containsExactly(new double[] {Double.POSITIVE_INFINITY, 0, NAN}, new double[] {1, 0, 0});
        assertThat(Arrays.asList(tensor(Activation.TANH, type, ends)))
                .usingElementComparator(Arrays::compare)
                .containsExactly(new double[] {1, -1, NAN}, new double[] {0, 0, NAN});
        assertThat(Arrays.asList(tensor(Activation.SILU, type, ends)))
                .usingElementComparator(Arrays::compare)
                .containsExactly(new double[] {Double.POSITIVE_INFINITY, NAN, NAN}, new double[] {NAN, NAN, NAN});
        double[][] gelu = tensor(Activation.GELU, type, ends);
        assertThat(gelu[0][0]).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(Double.compare(gelu[0][1], type == DataType.FLOAT ? NAN : Double.NEGATIVE_INFINITY))
                .isZero();
        assertThat(gelu[0][2]).isNaN();
        assertThat(gelu[1][0]).isEqualTo(1);
        assertThat(gelu[1][1]).isCloseTo(0, within(1e-250));
        assertThat(gelu[1][2]).isEqualTo(1);
    }
}
