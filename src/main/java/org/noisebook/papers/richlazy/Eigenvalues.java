package org.noisebook.papers.richlazy;

import java.util.Arrays;

/**
 * The absolute values of the eigenvalues of a real square matrix.
 *
 * <p>Householder reduction to Hessenberg form, then double-shift QR steps until it decouples (Francis 1961,
 * doi:10.1093/comjnl/4.3.265; Golub and Van Loan 2013, Matrix Computations, sections 7.4 and 7.5). Commons Math's
 * {@code EigenDecomposition} compares with an absolute 2^−53 and fails to converge on matrices of low rank.
 *
 * <p><b>Special cases</b>: zero gives zeros. <b>Error</b>: the eigenvalues of a matrix that differs by a few N units of
 * rounding of the Frobenius norm. <b>Cost</b>: about 10 N³ operations.
 */
final class Eigenvalues {
    private static final double ROUNDING = 0x1.0p-52;
    /** QR steps for one eigenvalue; two to three are usual. */
    private static final int MOST_STEPS = 300;
    /** After this many unsuccessful steps an exceptional shift breaks the symmetry of, say, a permutation matrix. */
    private static final int PATIENCE = 10;

    private final int size;
    private final double[] h;
    private final double[] magnitudes;

    private Eigenvalues(double[] matrix, int size) {
        this.size = size;
        this.h = matrix.clone();
        this.magnitudes = new double[size];
    }

    /** The absolute eigenvalues of a finite row-major matrix whose squared elements neither overflow nor vanish. */
    static double[] magnitudes(double[] matrix, int size) {
        Eigenvalues work = new Eigenvalues(matrix, size);
        work.reduce();
        work.solve();
        return work.magnitudes;
    }

    /** Reduces the matrix to Hessenberg form by reflections from both sides. */
    private void reduce() {
        double[] v = new double[size];
        double[] products = new double[size];
        for (int k = 0; k < size - 2; k++) {
            double squares = 0;
            boolean reduced = true;
            for (int i = k + 1; i < size; i++) {
                v[i] = h[i * size + k];
                squares = Math.fma(v[i], v[i], squares);
                reduced &= i == k + 1 || v[i] == 0;
            }
            // Not by the sum of squares, which misses elements much smaller than the first.
            if (reduced) {
                continue;
            }
            v[k + 1] += Math.copySign(Math.sqrt(squares), v[k + 1]);
            double norm = 0;
            for (int i = k + 1; i < size; i++) {
                norm = Math.fma(v[i], v[i], norm);
            }
            Arrays.fill(products, 0);
            for (int i = k + 1; i < size; i++) {
                for (int j = k; j < size; j++) {
                    products[j] = Math.fma(v[i], h[i * size + j], products[j]);
                }
            }
            for (int i = k + 1; i < size; i++) {
                double factor = -2 * v[i] / norm;
                for (int j = k; j < size; j++) {
                    h[i * size + j] = Math.fma(factor, products[j], h[i * size + j]);
                }
            }
            for (int i = 0; i < size; i++) {
                double product = 0;
                for (int j = k + 1; j < size; j++) {
                    product = Math.fma(h[i * size + j], v[j], product);
                }
                double factor = -2 * product / norm;
                for (int j = k + 1; j < size; j++) {
                    h[i * size + j] = Math.fma(factor, v[j], h[i * size + j]);
                }
            }
            for (int i = k + 2; i < size; i++) {
                h[i * size + k] = 0;
            }
        }
    }

    /** Deflates the Hessenberg matrix by one or two eigenvalues at a time from its end. */
    private void solve() {
        double negligible = ROUNDING * Matrices.frobenius(h);
        int end = size - 1;
        int steps = 0;
        while (end >= 0) {
            int start = end;
            while (start > 0 && Math.abs(h[start * size + start - 1]) > negligible) {
                start--;
            }
            if (end - start < 2) {
                split(start, end);
                end = start - 1;
                steps = 0;
            } else if (++steps > MOST_STEPS) {
                throw new ArithmeticException(
                        "no eigenvalue after " + MOST_STEPS + " QR steps on a matrix of size " + size);
            } else {
                step(start, end, steps % PATIENCE == 0);
            }
        }
    }

    /** The eigenvalues of a block of one or two rows. */
    private void split(int start, int end) {
        double d = h[end * size + end];
        if (start == end) {
            magnitudes[end] = Math.abs(d);
            return;
        }
        double a = h[start * size + start];
        double mean = (a + d) / 2;
        double half = (a - d) / 2;
        double discriminant = Math.fma(half, half, h[start * size + end] * h[end * size + start]);
        double root = Math.sqrt(Math.abs(discriminant));
        magnitudes[start] = discriminant < 0 ? StrictMath.hypot(mean, root) : Math.abs(mean + root);
        magnitudes[end] = discriminant < 0 ? magnitudes[start] : Math.abs(mean - root);
    }

    /** One double-shift step on rows and columns start to end, at least three. */
    private void step(int start, int end, boolean exceptional) {
        double corner = h[(end - 1) * size + end - 1];
        double last = h[end * size + end];
        double trace = corner + last;
        double determinant = corner * last - h[(end - 1) * size + end] * h[end * size + end - 1];
        if (exceptional) {
            double weight = Math.abs(h[end * size + end - 1]) + Math.abs(h[(end - 1) * size + end - 2]);
            trace = 1.5 * weight;
            determinant = weight * weight;
        }
        double first = h[start * size + start];
        double below = h[(start + 1) * size + start];
        double x = first * (first - trace) + h[start * size + start + 1] * below + determinant;
        double y = below * (first + h[(start + 1) * size + start + 1] - trace);
        double z = below * h[(start + 2) * size + start + 1];
        for (int k = start; k < end; k++) {
            boolean three = k < end - 1;
            reflect(start, end, k, x, y, three ? z : 0, three);
            if (three) {
                x = h[(k + 1) * size + k];
                y = h[(k + 2) * size + k];
                z = k + 3 <= end ? h[(k + 3) * size + k] : 0;
            }
        }
    }

    /** The reflection that takes (x, y, z) to its first axis, on rows and columns k to k + 2, or to k + 1. */
    private void reflect(int start, int end, int k, double x, double y, double z, boolean three) {
        double length = Math.sqrt(x * x + y * y + z * z);
        if (length == 0) {
            return;
        }
        double u = x + Math.copySign(length, x);
        // I − f (1, b, c)ᵀ (1, b, c)
        double b = y / u;
        double c = z / u;
        double f = 2 / (1 + b * b + c * c);
        int row = k * size;
        for (int j = Math.max(start, k - 1); j <= end; j++) {
            double product = h[row + j] + b * h[row + size + j] + (three ? c * h[row + 2 * size + j] : 0);
            double amount = f * product;
            h[row + j] -= amount;
            h[row + size + j] -= b * amount;
            if (three) {
                h[row + 2 * size + j] -= c * amount;
            }
        }
        int lowest = Math.min(k + 3, end);
        for (int i = start; i <= lowest; i++) {
            int at = i * size + k;
            double product = h[at] + b * h[at + 1] + (three ? c * h[at + 2] : 0);
            double amount = f * product;
            h[at] -= amount;
            h[at + 1] -= b * amount;
            if (three) {
                h[at + 2] -= c * amount;
            }
        }
        if (k > start) {
            h[row + size + k - 1] = 0;
            if (three) {
                h[row + 2 * size + k - 1] = 0;
            }
        }
    }
}
