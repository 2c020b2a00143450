package org.noisebook.solver;

import java.util.function.DoubleUnaryOperator;

/**
 * The steady state of 0 = −J′ − n/τ + S on cells of a line with no flux through its ends, J = −D n′ + v n.
 *
 * <p>Exponential fitting takes J constant between two centres, J = (D/h)(B(−P) n_i − B(P) n_{i+1}), P = vh/D, B(z) = z/(e^z − 1), with
 * D and v at the edge: it conserves and keeps n positive at any P, where central differences need |P| ≤ 2. Source: Scharfetter and
 * Gummel 1969, doi:10.1109/T-ED.1969.16566.
 *
 * <p><b>Shapes</b>: n, S per cell, densities. <b>Range</b>: D positive, v finite, τ positive. <b>Error</b>: order h², none where D and v are
 * constant. <b>Cost</b>: linear in cells (Thomas algorithm). Not for time-dependent problems.
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
        for (int i = 0; i < cells; i++) {
            on[i] += (edges[i + 1] - edges[i]) / tau;
            if (i + 1 < cells) {
                double h = centres[i + 1] - centres[i];
                double d = diffusion.applyAsDouble(edges[i + 1]) / h;
                double v = drift.applyAsDouble(edges[i + 1]);
                double out = fitted ? d * bernoulli(-v / d) : d + v / 2;
                double in = fitted ? d * bernoulli(v / d) : d - v / 2;
                on[i] += out;
                above[i] = -in;
                on[i + 1] += in;
                below[i + 1] = -out;
            }
        }
        double[] n = new double[cells];
        for (int i = 0; i < cells; i++) {
            double factor = i == 0 ? 0 : below[i] / on[i - 1];
            on[i] -= i == 0 ? 0 : factor * above[i - 1];
            n[i] = source[i] * (edges[i + 1] - edges[i]) - (i == 0 ? 0 : factor * n[i - 1]);
        }
        for (int i = cells - 1; i >= 0; i--) {
            n[i] = (n[i] - (i + 1 < cells ? above[i] * n[i + 1] : 0)) / on[i];
        }
        return n;
    }

    private static double bernoulli(double z) {
        return Math.abs(z) < 1e-8 ? 1 - z / 2 : z / StrictMath.expm1(z);
    }
}
