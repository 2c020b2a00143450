package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SymmetricSpectrumTest {
    /** A hundred roundings of the largest eigenvalue. */
    private static final double ROUNDING = 1e-12;

    private static double[] gram(int n, int rank, Stream stream) {
        double[] rows = new double[n * rank];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = stream.nextGaussian();
        }
        double[] gram = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                for (int k = 0; k < rank; k++) {
                    gram[i * n + j] += rows[i * rank + k] * rows[j * rank + k];
                }
            }
        }
        return gram;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 7, 33, 80})
    void valuesAndPartsAreThoseOfCommonsMath(int n) {
        Stream stream = Streams.of(1).at("spectrum", n);
        double[] matrix = gram(n, Math.max(1, n - 2), stream);
        double[] vector = new double[n];
        double[][] rows = new double[n][n];
        for (int i = 0; i < n; i++) {
            vector[i] = stream.nextGaussian();
            System.arraycopy(matrix, i * n, rows[i], 0, n);
        }
        SymmetricSpectrum spectrum = SymmetricSpectrum.of(n, matrix);
        double[] parts = spectrum.parts(vector);
        EigenDecomposition reference = new EigenDecomposition(new Array2DRowRealMatrix(rows));
        double largest = reference.getRealEigenvalue(0);
        double left = 0;
        for (int k = 0; k < n; k++) {
            double value = spectrum.values()[k];
            assertThat(value).isCloseTo(reference.getRealEigenvalue(k), within(ROUNDING * largest));
            double along = 0;
            for (int i = 0; i < n; i++) {
                along += reference.getEigenvector(k).getEntry(i) * vector[i];
            }
            left += parts[k] * parts[k];
            // Zero eigenvalues share their space.
            if (value > 1e-9 * largest) {
                assertThat(Math.abs(parts[k])).isCloseTo(Math.abs(along), within(1e-9));
            }
        }
        double norm = java.util.stream.DoubleStream.of(vector).map(v -> v * v).sum();
        assertThat(left).isCloseTo(norm, within(ROUNDING * norm));
        assertThat(spectrum.vector(parts)).containsExactly(vector, within(ROUNDING * norm));
    }

    @Test
    void blocksAndZerosAreFine() {
        double[] matrix = {2, 0, 0, 0, 0, 0, 0, 0, -3};
        assertThat(SymmetricSpectrum.of(3, matrix).values()).containsExactly(2, 0, -3);
        assertThat(SymmetricSpectrum.of(2, new double[4]).parts(3, 4)).containsExactly(3, 4);
    }

    @Test
    void whatIsNotFiniteIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SymmetricSpectrum.of(1, new double[] {Double.NaN}));
        assertThatIllegalArgumentException().isThrownBy(() -> SymmetricSpectrum.of(2, new double[3]));
    }
}
