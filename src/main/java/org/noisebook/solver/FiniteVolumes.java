package org.noisebook.solver;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;

/**
 * The steady state of 0 = −J′ − n/τ + S on cells of a line with no flux through its ends, J = −D n′ + v n.
 *
 * <p>Exponential fitting takes J constant between two centres, J = (D/h)(B(−P) n_i − B(P) n_{i+1}), P = vh/D, B(z) = z/(e^z − 1), with
 * D and v at the edge: it conserves and keeps n positive at any P, where central differences need |P| ≤ 2. Source: Scharfetter and
 * Gummel 1969, doi:10.1109/T-ED.1969.16566.
 *
 * <p><b>Shapes</b>: n, S per cell, densities. <b>Range</b>: D positive, v finite, τ positive. <b>Error</b>: order h², none where D and v are
 * constant. <b>Cost</b>: linear in cells (Thomas algorithm). The backward equation is stepped in time, densities are not.
 */
public final class FiniteVolumes {
    private final double[] edges;
    private final double[] centres;

    private FiniteVolumes(double[] edges, double... centres) {
        this.edges = edges;
        this.centres = centres;
    }

    /** Cells of equal ratio between two positive ends, centres at geometric means. */
    public static FiniteVolumes logarithmic(double low, double high, int cells) {
        if (!(low > 0 && high > low && cells > 1)) {
            throw new IllegalArgumentException(
                    "ends must be 0 < low < high and cells at least 2, got " + low + ", " + high + " and " + cells);
        }
        double[] edges = new double[cells + 1];
        double[] centres = new double[cells];
        double ratio = StrictMath.log(high / low) / cells;
        for (int i = 0; i <= cells; i++) {
            edges[i] = low * StrictMath.exp(i * ratio);
            if (i < cells) {
                centres[i] = low * StrictMath.exp((i + 0.5) * ratio);
            }
        }
        return new FiniteVolumes(edges, centres);
    }

    /** Cells of equal width between two ends. */
    public static FiniteVolumes uniform(double low, double high, int cells) {
        if (!(high > low && cells > 1)) {
            throw new IllegalArgumentException(
                    "ends must be low < high and cells at least 2, got " + low + ", " + high + " and " + cells);
        }
        double[] edges = new double[cells + 1];
        double[] centres = new double[cells];
        for (int i = 0; i <= cells; i++) {
            edges[i] = low + (high - low) * i / cells;
            if (i < cells) {
                centres[i] = low + (high - low) * (i + 0.5) / cells;
            }
        }
        return new FiniteVolumes(edges, centres);
    }

    public double[] centres() {
        return centres.clone();
    }

    /** The edges, one more than cells. */
    public double[] edges() {
        return edges.clone();
    }

    /** A source of 1 at a place, shared by the two nearest centres in proportion to logarithmic distance. */
    public double[] pointSource(double at) {
        double[] source = new double[centres.length];
        int right = 1;
        while (right < centres.length - 1 && centres[right] < at) {
            right++;
        }
        double share = StrictMath.log(at / centres[right - 1]) / StrictMath.log(centres[right] / centres[right - 1]);
        share = Math.max(0, Math.min(1, share));
        source[right - 1] = (1 - share) / (edges[right] - edges[right - 1]);
        source[right] = share / (edges[right + 1] - edges[right]);
        return source;
    }

    /** The steady density; {@code fitted} false takes central differences instead. */
    public double[] steady(
            DoubleUnaryOperator diffusion, DoubleUnaryOperator drift, double tau, boolean fitted, double... source) {
        int cells = centres.length;
        double[] below = new double[cells];
        double[] on = new double[cells];
        double[] above = new double[cells];
        double[] n = new double[cells];
        for (int i = 0; i < cells; i++) {
            double width = edges[i + 1] - edges[i];
            on[i] += width / tau;
            n[i] = source[i] * width;
            if (i + 1 < cells) {
                double[] rates = rates(i, diffusion, drift, fitted);
                on[i] += rates[0];
                above[i] = -rates[1];
                on[i + 1] += rates[1];
                below[i + 1] = -rates[0];
            }
        }
        return solve(below, on, above, n);
    }

    /**
     * E[f(x(t + dt)) | x(t)] at the centres from f there, by one trapezoidal step (Crank and Nicolson) of the backward equation with exponential
     * fitting; error of order dt³ in f.
     */
    public double[] expectation(DoubleUnaryOperator diffusion, DoubleUnaryOperator drift, double dt, double... f) {
        int cells = centres.length;
        double[] below = new double[cells];
        double[] on = new double[cells];
        double[] above = new double[cells];
        double[] out = f.clone();
        Arrays.fill(on, 1);
        for (int i = 0; i + 1 < cells; i++) {
            double[] rates = rates(i, diffusion, drift, true);
            double right = dt / 2 * rates[0] / (edges[i + 1] - edges[i]);
            double left = dt / 2 * rates[1] / (edges[i + 2] - edges[i + 1]);
            out[i] += right * (f[i + 1] - f[i]);
            out[i + 1] += left * (f[i] - f[i + 1]);
            on[i] += right;
            above[i] = -right;
            on[i + 1] += left;
            below[i + 1] = -left;
        }
        return solve(below, on, above, out);
    }

    /** What leaves centre i over the edge at its right, and what enters over it, per density. */
    private double[] rates(int i, DoubleUnaryOperator diffusion, DoubleUnaryOperator drift, boolean fitted) {
        double d = diffusion.applyAsDouble(edges[i + 1]) / (centres[i + 1] - centres[i]);
        double v = drift.applyAsDouble(edges[i + 1]);
        return fitted
                ? new double[] {d * bernoulli(-v / d), d * bernoulli(v / d)}
                : new double[] {d + v / 2, d - v / 2};
    }

    /** The tridiagonal system by elimination; on and right-hand side are overwritten. */
    private static double[] solve(double[] below, double[] on, double[] above, double[] n) {
        for (int i = 1; i < n.length; i++) {
            double factor = below[i] / on[i - 1];
            on[i] -= factor * above[i - 1];
            n[i] -= factor * n[i - 1];
        }
        for (int i = n.length - 1; i >= 0; i--) {
            n[i] = (n[i] - (i + 1 < n.length ? above[i] * n[i + 1] : 0)) / on[i];
        }
        return n;
    }

    private static double bernoulli(double z) {
        return Math.abs(z) < 1e-8 ? 1 - z / 2 : z / StrictMath.expm1(z);
    }
}
