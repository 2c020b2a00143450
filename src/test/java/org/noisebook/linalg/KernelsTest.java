package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class KernelsTest {
    private static final int ROWS = 71;
    /** Rounding of a sum of n terms in 64 accumulators, in units of its absolute sum. */
    private static final double DOUBLE_ROUNDING = 1e-14;

    @Test
    void theVectorTwinIsWhatTestsCompare() {
        assertThat(Kernels.fastest().describe())
                .as("surefire adds the vector module, so both twins are under test")
                .startsWith("vector");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 64, 80, 96, 112, 128, 144, 256, 1008})
    void twinsGiveTheSameBitsInDouble(int stride) {
        Stream stream = Streams.of(1).at("kernels");
        double[] rows = new double[ROWS * stride];
        double[] vector = new double[stride];
        Arrays.setAll(rows, i -> stream.nextGaussian() * Math.pow(10, stream.nextIndex(7) - 3));
        Arrays.setAll(vector, i -> stream.nextGaussian());
        int[] index = index(stream);
        double[] plain = new double[ROWS];
        double[] fast = new double[ROWS];

        Kernels.plain().dots(rows, 0, stride, index, ROWS, vector, plain);
        Kernels.fastest().dots(rows, 0, stride, index, ROWS, vector, fast);

        assertThat(fast).containsExactly(plain);
        for (int k = 0; k < ROWS; k++) {
            assertThat(plain[k])
                    .isCloseTo(
                            exact(rows, index[k] * stride, vector),
                            org.assertj.core.data.Offset.offset(
                                    DOUBLE_ROUNDING * absolute(rows, index[k] * stride, vector)));
        }

        double[] a = vector.clone();
        double[] b = vector.clone();
        Kernels.plain().addScaled(0.3, rows, 3 * stride, stride, a);
        Kernels.fastest().addScaled(0.3, rows, 3 * stride, stride, b);
        assertThat(b).containsExactly(a);
        assertThat(a[1]).isEqualTo(Math.fma(0.3, rows[3 * stride + 1], vector[1]));
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 32, 48, 64, 80, 96, 112, 128, 144, 256, 1008})
    void twinsGiveTheSameBitsInFloat(int stride) {
        Stream stream = Streams.of(1).at("kernels");
        float[] rows = new float[ROWS * stride];
        float[] vector = new float[stride];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) (stream.nextGaussian() * Math.pow(10, stream.nextIndex(7) - 3));
        }
        for (int i = 0; i < stride; i++) {
            vector[i] = (float) stream.nextGaussian();
        }
        int[] index = index(stream);
        float[] plain = new float[ROWS];
        float[] fast = new float[ROWS];

        Kernels.plain().dots(rows, 0, stride, index, ROWS, vector, plain);
        Kernels.fastest().dots(rows, 0, stride, index, ROWS, vector, fast);

        assertThat(fast).containsExactly(plain);

        float[] a = vector.clone();
        float[] b = vector.clone();
        Kernels.plain().addScaled(0.3f, rows, 3 * stride, stride, a);
        Kernels.fastest().addScaled(0.3f, rows, 3 * stride, stride, b);
        assertThat(b).containsExactly(a);
    }

    /** The order of additions is part of the contract: a value that only this order gives. */
    @Test
    void additionsFollowTheContract() {
        int stride = 144;
        double[] row = new double[stride];
        double[] ones = new double[stride];
        Arrays.fill(ones, 1);
        Stream stream = Streams.of(2).at("contract");
        Arrays.setAll(row, i -> stream.nextGaussian());
        double[] sums = new double[64];
        for (int i = 0; i < stride; i++) {
            sums[i % 64] += row[i];
        }
        for (int half = 32; half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                sums[j] += sums[j + half];
            }
        }
        double[] out = new double[1];
        Kernels.fastest().dots(row, 0, stride, new int[] {0}, 1, ones, out);

        assertThat(out[0]).isEqualTo(sums[0]);
    }

    @Test
    void nothingIsReadOrWrittenForNoRows() {
        double[] out = {7};
        Kernels.fastest().dots(new double[16], 0, 16, new int[0], 0, new double[16], out);

        assertThat(out).containsExactly(7);
        assertThat(Kernels.padded(1)).isEqualTo(16);
        assertThat(Kernels.padded(16)).isEqualTo(16);
        assertThat(Kernels.padded(17)).isEqualTo(32);
    }

    private static int[] index(Stream stream) {
        int[] index = new int[ROWS];
        Arrays.setAll(index, k -> stream.nextIndex(ROWS));
        return index;
    }

    private static double exact(double[] rows, int offset, double[] vector) {
        BigDecimal sum = BigDecimal.ZERO;
        for (int j = 0; j < vector.length; j++) {
            sum = sum.add(new BigDecimal(rows[offset + j]).multiply(new BigDecimal(vector[j])));
        }
        return sum.doubleValue();
    }

    private static double absolute(double[] rows, int offset, double[] vector) {
        double sum = 0;
        for (int j = 0; j < vector.length; j++) {
            sum += Math.abs(rows[offset + j] * vector[j]);
        }
        return sum;
    }
}
