package org.noisebook.linalg;

import java.util.Arrays;

/**
 * The coefficients of Σ_k w_k(x) (c_k + G_k (x − m_k)) with w_k ∝ exp(ℓ_k − |R_k (x − m_k)|²/2), Σ w_k = 1: every
 * conditional mean of a Gaussian mixture has this form.
 *
 * <p>Exponents are kept in bits, and R m and G m are precomputed; their rounding is like changing x in its last place.
 *
 * <p><b>Shapes</b>: row-major, {@code means[K × d]} of m, {@code roots[K × d × d]} of the lower triangular R, {@code
 * logs[K]} of ℓ, {@code offsets[K × d]} of c and {@code slopes[K × d × d]} of G. <b>Special cases</b>: ℓ_k = −∞ drops a
 * component; at least one must remain.
 */
public final class AffineMixture {
    private static final double LOG2_E = 0x1.71547652b82fep0;

    final int dimension;
    final int components;
    /** R √(log₂ e / 2), so that the Gaussian factor is 2^−|·|². */
    final double[] roots;
    /** −R m on the same scale. */
    final double[] shifts;
    /** −ℓ log₂ e. */
    final double[] costs;
    /** c − G m. */
    final double[] offsets;

    final double[] slopes;

    /** Checks the lengths. */
    public AffineMixture(
            int dimension, double[] means, double[] roots, double[] logs, double[] offsets, double[] slopes) {
        int n = logs.length;
        int square = n * dimension * dimension;
        if (dimension < 1
                || n < 1
                || means.length != n * dimension
                || offsets.length != n * dimension
                || roots.length != square
                || slopes.length != square) {
            throw new IllegalArgumentException("means, offsets, roots and slopes must fit components=" + n
                    + " and dimension=" + dimension + ", got " + means.length + ", " + offsets.length + ", "
                    + roots.length + " and " + slopes.length);
        }
        this.dimension = dimension;
        this.components = n;
        double scale = Math.sqrt(LOG2_E / 2);
        this.roots = Arrays.stream(roots).map(r -> r * scale).toArray();
        this.costs = Arrays.stream(logs).map(l -> -l * LOG2_E).toArray();
        this.slopes = slopes.clone();
        this.shifts = subtractProducts(this.roots, means, new double[means.length]);
        this.offsets = subtractProducts(slopes, means, offsets.clone());
    }

    /** d. */
    public int dimension() {
        return dimension;
    }

    /** K. */
    public int components() {
        return components;
    }

    /** R √(log₂ e / 2), a copy, {@code [K × d × d]}: w ∝ 2^−q with q_k = costs + |roots x + shifts|². */
    public double[] roots() {
        return roots.clone();
    }

    /** −R m on the scale of {@link #roots}, a copy: {@code [K × d]}. */
    public double[] shifts() {
        return shifts.clone();
    }

    /** −ℓ log₂ e, a copy: {@code [K]}. */
    public double[] costs() {
        return costs.clone();
    }

    /** c − G m, a copy: {@code [K × d]}; values are offsets + slopes x. */
    public double[] offsets() {
        return offsets.clone();
    }

    /** G, a copy: {@code [K × d × d]}. */
    public double[] slopes() {
        return slopes.clone();
    }

    /** b_k − A_k m_k for all k. */
    private double[] subtractProducts(double[] a, double[] means, double[] b) {
        for (int row = 0; row < b.length; row++) {
            int k = row / dimension;
            for (int j = 0; j < dimension; j++) {
                b[row] = Math.fma(-a[row * dimension + j], means[k * dimension + j], b[row]);
            }
        }
        return b;
    }
}
