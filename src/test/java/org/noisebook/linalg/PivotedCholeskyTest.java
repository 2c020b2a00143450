package org.noisebook.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class PivotedCholeskyTest {
    /** A hundred units of rounding of diagonals of order 10. */
    private static final double ROUNDING = 1e-12;

    private static double[] gram(int size, int length, double[] rows) {
        double[] gram = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                for (int k = 0; k < length; k++) {
                    gram[i * size + j] += rows[i * length + k] * rows[j * length + k];
                }
            }
        }
        return gram;
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "7, 7", "40, 40", "40, 13", "40, 1", "9, 30"})
    void rowsHaveTheProductsAndTheRank(int size, int length) {
        Stream stream = Streams.of(1).at("data");
        double[] rows = new double[size * length];
        for (int k = 0; k < rows.length; k++) {
            rows[k] = stream.nextGaussian();
        }
        double[] matrix = gram(size, length, rows);
        double[] before = matrix.clone();
        PivotedCholesky found = PivotedCholesky.of(size, matrix);

        assertThat(matrix).isEqualTo(before);
        assertThat(found.rank()).isEqualTo(Math.min(size, length));
        double[] again = gram(size, found.rank(), found.rows());
        for (int k = 0; k < matrix.length; k++) {
            assertThat(again[k]).isCloseTo(matrix[k], within(ROUNDING * length));
        }
    }

    /** Rows 3, 4 and their multiples: the factor is theirs up to sign. */
    @Test
    void aMatrixOfRankOneIsItsRow() {
        PivotedCholesky found = PivotedCholesky.of(3, gram(3, 1, new double[] {1, 3, -2}));

        assertThat(found.rank()).isEqualTo(1);
        assertThat(found.rows()).containsExactly(1, 3, -2);
    }

    @Test
    void zeroGivesOneColumnOfZeros() {
        assertThat(PivotedCholesky.of(2, new double[4]).rows()).containsExactly(0, 0);
    }

    @Test
    void refusesWhatIsNotSquare() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PivotedCholesky.of(2, new double[3]))
                .withMessage("matrix must have size² numbers with size=2, got 3");
        assertThatIllegalArgumentException().isThrownBy(() -> PivotedCholesky.of(0, new double[0]));
    }
}
