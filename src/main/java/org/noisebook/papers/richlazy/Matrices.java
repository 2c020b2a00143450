package org.noisebook.papers.richlazy;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.RealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.noisebook.linalg.Dot;
import org.noisebook.rng.Stream;

/** Dense linear algebra for initial connectivities and their ranks; row-major, sums in ascending order. */
final class Matrices {
    /** Singular values below this share of the largest, times the size, count as zero. */
    private static final double ROUNDING = 0x1.0p-52;

    private Matrices() {}

    static double largestElement(double[] matrix) {
        double largest = 0;
        for (double element : matrix) {
            largest = Math.max(largest, Math.abs(element));
        }
        return largest;
    }

    static double frobenius(double[] matrix) {
        double sum = 0;
        for (double element : matrix) {
            sum = Math.fma(element, element, sum);
        }
        return StrictMath.sqrt(sum);
    }

    /** The singular value decomposition of a matrix of rows of this length; the elements must be finite. */
    static SingularValueDecomposition decompose(double[] matrix, int columns) {
        return new SingularValueDecomposition(matrix(matrix, columns));
    }

    static RealMatrix matrix(double[] matrix, int columns) {
        double[][] rows = new double[matrix.length / columns][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(matrix, i * columns, (i + 1) * columns));
        return new Array2DRowRealMatrix(rows, false);
    }

    /** The best rank-r approximation Σ_{i ≤ rank} s_i u_i v_iᵀ of a square matrix. */
    static double[] truncate(double[] matrix, int size, int rank) {
        SingularValueDecomposition svd = decompose(matrix, size);
        double[] s = svd.getSingularValues();
        RealMatrix u = svd.getU();
        RealMatrix vt = svd.getVT();
        double[] sum = new double[matrix.length];
        for (int k = 0; k < rank; k++) {
            addOuter(u.getColumn(k), s[k], vt.getRow(k), sum);
        }
        return sum;
    }

    /** Adds factor a bᵀ to sum. */
    private static void addOuter(double[] a, double factor, double[] b, double[] sum) {
        for (int i = 0; i < a.length; i++) {
            double scaled = factor * a[i];
            for (int j = 0; j < b.length; j++) {
                sum[i * b.length + j] = Math.fma(scaled, b[j], sum[i * b.length + j]);
            }
        }
    }

    /** Orthonormal vectors that span the rows, those of the largest singular values first. */
    static double[][] rowSpace(double[] rows, int columns) {
        if (largestElement(rows) == 0) {
            return new double[0][];
        }
        SingularValueDecomposition svd = decompose(rows, columns);
        double[] s = svd.getSingularValues();
        int rank = 0;
        while (rank < s.length && s[rank] > ROUNDING * columns * s[0]) {
            rank++;
        }
        double[][] space = new double[rank][];
        RealMatrix vt = svd.getVT();
        Arrays.setAll(space, vt::getRow);
        return space;
    }

    /** Random orthonormal vectors that are orthogonal to given orthonormal ones. */
    static double[][] orthogonalTo(double[][] some, int count, int length, Stream stream) {
        double[][] all = Arrays.copyOf(some, some.length + count);
        for (int k = some.length; k < all.length; k++) {
            double[] vector = new double[length];
            for (int i = 0; i < length; i++) {
                vector[i] = stream.nextGaussian();
            }
            // One pass leaves a relative rounding error in the rest; two are enough (Parlett 1998, section 6.9).
            for (int pass = 0; pass < 2; pass++) {
                for (int m = 0; m < k; m++) {
                    addScaled(-Dot.inOrder(all[m], vector), all[m], vector);
                }
                double norm = frobenius(vector);
                Arrays.setAll(vector, i -> vector[i] / norm);
            }
            all[k] = vector;
        }
        return Arrays.copyOfRange(all, some.length, all.length);
    }

    /** The product M Σ v vᵀ: each row of a square matrix projected onto the span of orthonormal vectors. */
    static double[] projectRows(double[] matrix, int size, double[][] vectors) {
        double[] sum = new double[matrix.length];
        double[] image = new double[size];
        for (double[] vector : vectors) {
            Arrays.setAll(image, i -> Dot.inOrder(vector, 0, matrix, i * size, vector.length));
            addOuter(image, 1, vector, sum);
        }
        return sum;
    }

    private static void addScaled(double factor, double[] x, double[] y) {
        for (int i = 0; i < x.length; i++) {
            y[i] = Math.fma(factor, x[i], y[i]);
        }
    }
}
