package org.noisebook.papers.edge;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.SymmetricSpectrum;

/**
 * The largest eigenvalue of a symmetric matrix given by its products with vectors (Lanczos 1950, J. Res. NBS 45, 255).
 */
public final class Lanczos {
    private static final int MOST_PRODUCTS = 400;
    /** Number of products between two checks of the eigenvalues. */
    private static final int ROUND = 4;

    private static final double GOLDEN = 0.6180339887498949;

    private Lanczos() {}

    /**
     * The algebraically largest eigenvalue, from a fixed start vector, with every basis vector orthogonalised twice
     * against all previous ones.
     *
     * <p>Stops at a Ritz value θ whose vector v has ‖Av − θv‖ ≤ tolerance |θ|: an eigenvalue lies within that distance,
     * and within its square if θ is well separated from the next. <b>Special cases</b>: NaN if a product is not finite,
     * or without convergence after 400 products. <b>Cost</b>: k products and 4 k² n operations.
     *
     * @param n length of the vectors
     * @param times returns the product in a new array
     * @param tolerance relative residual
     */
    public static double largest(int n, UnaryOperator<double[]> times, double tolerance) {
        double[] next = new double[n];
        for (int i = 0; i < n; i++) {
            next[i] = (i + 1) * GOLDEN % 1 - 0.5;
        }
        double norm = StrictMath.sqrt(Dot.inOrder(next, next));
        List<double[]> basis = new ArrayList<>();
        double[] diagonal = new double[Math.min(n, MOST_PRODUCTS)];
        double[] beside = new double[diagonal.length];
        double scale = 0;
        for (int k = 0; k < diagonal.length; k++) {
            double[] q = new double[n];
            add(1 / norm, next, q);
            basis.add(q);
            next = times.apply(q);
            diagonal[k] = Dot.inOrder(next, q);
            for (int pass = 0; pass < 2; pass++) {
                for (double[] other : basis) {
                    add(-Dot.inOrder(next, other), other, next);
                }
            }
            norm = StrictMath.sqrt(Dot.inOrder(next, next));
            if (!Double.isFinite(norm + diagonal[k])) {
                return Double.NaN;
            }
            beside[k] = norm;
            scale = Math.max(scale, Math.abs(diagonal[k]) + norm);
            boolean whole = k + 1 == n || norm <= n * Math.ulp(scale);
            if (whole || (k + 1) % ROUND == 0) {
                SymmetricSpectrum spectrum = SymmetricSpectrum.of(k + 1, tridiagonal(k + 1, diagonal, beside));
                double[] last = new double[k + 1];
                last[k] = 1;
                double value = spectrum.values()[0];
                if (whole || Math.abs(norm * spectrum.parts(last)[0]) <= tolerance * Math.abs(value)) {
                    return value;
                }
            }
        }
        return Double.NaN;
    }

    private static double[] tridiagonal(int size, double[] diagonal, double[] beside) {
        double[] matrix = new double[size * size];
        for (int k = 0; k < size; k++) {
            matrix[k * size + k] = diagonal[k];
            if (k > 0) {
                matrix[k * size + k - 1] = beside[k - 1];
                matrix[(k - 1) * size + k] = beside[k - 1];
            }
        }
        return matrix;
    }

    private static void add(double factor, double[] a, double[] to) {
        for (int i = 0; i < a.length; i++) {
            to[i] = Math.fma(factor, a[i], to[i]);
        }
    }
}
