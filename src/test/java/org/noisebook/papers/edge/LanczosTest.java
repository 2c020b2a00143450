package org.noisebook.papers.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class LanczosTest {
    /** A residual of 1e-6 at a gap of about 1/n. */
    private static final double ERROR = 1e-9;

    private static double[] times(double[] matrix, double[] vector) {
        int n = vector.length;
        double[] product = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                product[i] += matrix[i * n + j] * vector[j];
            }
        }
        return product;
    }

    private static double largest(int n, double... matrix) {
        return Lanczos.largest(n, vector -> times(matrix, vector), 1e-6);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8, 60, 150})
    void theLargestIsThatOfAllEigenvalues(int n) {
        Stream stream = Streams.of(1).at("lanczos", n);
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                matrix[i * n + j] = stream.nextGaussian();
                matrix[j * n + i] = matrix[i * n + j];
            }
        }
        double reference = SymmetricSpectrum.of(n, matrix).values()[0];
        assertThat(largest(n, matrix)).isCloseTo(reference, within(ERROR * Math.max(1, Math.abs(reference))));
    }

    /** By sign, not by size; equal ones; none. */
    @Test
    void specialCases() {
        assertThat(largest(2, -10, 0, 0, 1)).isCloseTo(1, within(ERROR));
        assertThat(largest(2, -10, 0, 0, -3)).isCloseTo(-3, within(ERROR));
        assertThat(largest(3, 2, 0, 0, 0, 2, 0, 0, 0, 2)).isCloseTo(2, within(ERROR));
        assertThat(largest(2, 0, 0, 0, 0)).isZero();
        assertThat(largest(2, Double.NaN, 0, 0, 0)).isNaN();
    }

    /** 1 − (i/n)² crowd at 1: a residual of 1e-12 takes more than 400 products, and no number is made up. */
    @Test
    void whatDoesNotConvergeIsNoNumber() {
        int n = 1500;
        UnaryOperator<double[]> times = vector -> {
            double[] product = new double[n];
            Arrays.setAll(product, i -> vector[i] * (1 - (double) i * i / n / n));
            return product;
        };
        assertThat(Lanczos.largest(n, times, 1e-12)).isNaN();
        assertThat(Lanczos.largest(n, times, 1e-2)).isCloseTo(1, within(1e-2));
    }
}
