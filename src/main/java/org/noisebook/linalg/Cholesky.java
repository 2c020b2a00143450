package org.noisebook.linalg;

import java.util.Optional;

/**
 * C = L Lᵀ for positive definite C, with L⁻¹ and C⁻¹ (Golub and Van Loan 2013, Matrix Computations, section 4.2).
 *
 * <p><b>Shapes</b>: row-major [n × n]; L and L⁻¹ are zero above the diagonal. <b>Special cases</b>: no decomposition
 * exists if a pivot is not a positive finite number. <b>Error</b>: n units of rounding times the condition number.
 * <b>Cost</b>: n³/6 multiply-adds each for L, L⁻¹ and C⁻¹; without pivoting (see {@link PivotedCholesky}).
 */
public final class Cholesky {
    private final int size;
    private final double[] lower;

    private Cholesky(int size, double[] lower) {
        this.size = size;
        this.lower = lower;
    }

    /**
     * Decomposes.
     *
     * @param size n
     * @param matrix C; only its lower triangle is read; not modified
     * @return empty if C is not positive definite
     */
    public static Optional<Cholesky> of(int size, double[] matrix) {
        if (size < 1 || matrix.length != (long) size * size) {
            throw new IllegalArgumentException(
                    "matrix must have size² numbers with size=" + size + ", got " + matrix.length);
        }
        double[] root = new double[size * size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = matrix[i * size + j];
                for (int k = 0; k < j; k++) {
                    sum = Math.fma(-root[i * size + k], root[j * size + k], sum);
                }
                if (i != j) {
                    root[i * size + j] = sum / root[j * size + j];
                } else if (sum > 0 && sum < Double.POSITIVE_INFINITY) {
                    root[i * size + i] = Math.sqrt(sum);
                } else {
                    return Optional.empty();
                }
            }
        }
        return Optional.of(new Cholesky(size, root));
    }

    /** L; a copy. */
    public double[] lower() {
        return lower.clone();
    }

    /** log det C. */
    public double logDeterminant() {
        double sum = 0;
        for (int i = 0; i < size; i++) {
            sum += 2 * StrictMath.log(lower[i * size + i]);
        }
        return sum;
    }

    /** L⁻¹. */
    public double[] inverseLower() {
        double[] inverse = new double[size * size];
        for (int i = 0; i < size; i++) {
            double diagonal = 1 / lower[i * size + i];
            inverse[i * size + i] = diagonal;
            // Row i of the inverse is minus a sum of earlier rows, so all memory access runs along rows.
            for (int k = 0; k < i; k++) {
                double factor = -lower[i * size + k];
                for (int j = 0; j <= k; j++) {
                    inverse[i * size + j] = Math.fma(factor, inverse[k * size + j], inverse[i * size + j]);
                }
            }
            for (int j = 0; j < i; j++) {
                inverse[i * size + j] *= diagonal;
            }
        }
        return inverse;
    }

    /** C⁻¹ = L⁻ᵀ L⁻¹, exactly symmetric. */
    public double[] inverse() {
        double[] root = inverseLower();
        double[] inverse = new double[size * size];
        for (int k = 0; k < size; k++) {
            for (int i = 0; i <= k; i++) {
                double factor = root[k * size + i];
                for (int j = 0; j <= i; j++) {
                    inverse[i * size + j] = Math.fma(factor, root[k * size + j], inverse[i * size + j]);
                }
            }
        }
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < i; j++) {
                inverse[j * size + i] = inverse[i * size + j];
            }
        }
        return inverse;
    }
}
