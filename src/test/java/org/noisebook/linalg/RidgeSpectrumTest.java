package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class RidgeSpectrumTest {
    private static double[][] matrix(int rows, int columns) {
        Stream stream = Streams.of(3).at("matrix");
        double[][] a = new double[rows][columns];
        for (double[] row : a) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        return a;
    }

    /** By hand: A = diag(2, 1), y = (6, 3), ridge 2: c = (2·6/6, 3/3). */
    @Test
    void twoByTwo() {
        RidgeSpectrum ridge = RidgeSpectrum.of(new double[][] {{2, 0}, {0, 1}});
        assertThat(ridge.largest()).isCloseTo(4, within(1e-14));
        assertThat(ridge.fit(new double[] {6, 3}, 2)).containsExactly(new double[] {2, 1}, within(1e-14));
    }

    /** The gradient Aᵀ(A c − y) + r c vanishes, for more rows than columns, for fewer, and with equal rows. */
    @ParameterizedTest
    @CsvSource({"7, 4, 0.3", "4, 7, 0.3", "5, 5, 1e-3", "30, 3, 10", "1, 6, 1"})
    void theGradientVanishes(int rows, int columns, double r) {
        double[][] a = matrix(rows, columns);
        a[rows - 1] = a[0].clone();
        double[] y = matrix(1, rows)[0];
        double[][] copy = Arrays.stream(a).map(double[]::clone).toArray(double[][]::new);
        RidgeSpectrum ridge = RidgeSpectrum.of(a);
        double[] c = ridge.fit(y, r);
        double[] fitted = ridge.predict(c);
        for (int j = 0; j < columns; j++) {
            double gradient = r * c[j];
            for (int i = 0; i < rows; i++) {
                gradient += a[i][j] * (fitted[i] - y[i]);
            }
            assertThat(gradient).isCloseTo(0, within(1e-8));
        }
        assertThat(a).isDeepEqualTo(copy);
    }

    @Test
    void badInputIsNamed() {
        assertThatThrownBy(() -> RidgeSpectrum.of(new double[0][])).hasMessageContaining("got 0 × 0");
        assertThatThrownBy(() -> RidgeSpectrum.of(new double[][] {{1, 2}, {1}}))
                .hasMessage("all rows of A must have 2 numbers, got 1");
        RidgeSpectrum ridge = RidgeSpectrum.of(matrix(3, 2));
        assertThatThrownBy(() -> ridge.fit(new double[3], 0)).hasMessage("ridge must be above 0, got 0.0");
        assertThatThrownBy(() -> ridge.fit(new double[2], 1)).hasMessage("y must have rows = 3 numbers, got 2");
    }
}
