package org.noisebook.linalg;

/**
 * The shortest vectors with given inner products: K = R Rᵀ for a positive semi-definite K, by Cholesky decomposition
 * with diagonal pivoting (Higham 2002, Accuracy and Stability of Numerical Algorithms, section 10.3).
 *
 * <p>It stops when the largest remaining diagonal element is below n unit roundoffs times the largest of K; every
 * element of K − R Rᵀ is then below that bound too.
 *
 * <p><b>Shapes</b>: K[n × n] and R[n × rank], row-major; the rank is at least 1; K = 0 gives one column of zeros.
 * <b>Special cases</b>: non-finite numbers give non-finite rows. <b>Error</b>: n unit roundoffs times the largest
 * diagonal element. <b>Cost</b>: n rank² operations, twice the memory of K.
 */
public final class PivotedCholesky {
    private static final double ROUNDING = 0x1.0p-52;

    private final int rank;
    private final double[] rows;

    private PivotedCholesky(int rank, double[] rows) {
        this.rank = rank;
        this.rows = rows;
    }

    /**
     * Decomposes a matrix.
     *
     * @param size n, at least 1
     * @param matrix K; only its lower triangle is read; not modified
     */
    public static PivotedCholesky of(int size, double[] matrix) {
        if (size < 1 || matrix.length != (long) size * size) {
            throw new IllegalArgumentException(
                    "matrix must have size² numbers with size=" + size + ", got " + matrix.length);
        }
        double[] left = new double[size];
        int[] order = new int[size];
        double largest = 0;
        for (int i = 0; i < size; i++) {
            left[i] = matrix[i * size + i];
            order[i] = i;
            largest = Math.max(largest, left[i]);
        }
        double bound = size * ROUNDING * largest;
        // Row i of the factor starts at factor[i · size]; columns are found one by one, for all remaining rows at once.
        double[] factor = new double[size * size];
        int rank = 0;
        while (rank < size) {
            int best = rank;
            for (int k = rank + 1; k < size; k++) {
                best = left[order[k]] > left[order[best]] ? k : best;
            }
            int pivot = order[best];
            if (left[pivot] <= bound) {
                break;
            }
            order[best] = order[rank];
            order[rank] = pivot;
            double root = Math.sqrt(left[pivot]);
            factor[pivot * size + rank] = root;
            for (int k = rank + 1; k < size; k++) {
                int i = order[k];
                double value = matrix[Math.max(i, pivot) * size + Math.min(i, pivot)];
                double element = (value - Dot.inChains(factor, i * size, factor, pivot * size, rank)) / root;
                factor[i * size + rank] = element;
                left[i] = Math.fma(-element, element, left[i]);
            }
            rank++;
        }
        int columns = Math.max(rank, 1);
        double[] rows = new double[size * columns];
        for (int i = 0; i < size; i++) {
            System.arraycopy(factor, i * size, rows, i * columns, columns);
        }
        return new PivotedCholesky(columns, rows);
    }

    /** The rank, which is the length of a row. */
    public int rank() {
        return rank;
    }

    /** R, row-major; a copy. */
    public double[] rows() {
        return rows.clone();
    }
}
