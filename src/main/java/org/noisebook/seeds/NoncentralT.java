package org.noisebook.seeds;

import java.util.Arrays;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.special.Erf;
import org.apache.commons.math3.special.Gamma;

/**
 * The noncentral t distribution of (Z + δ)/s, Z standard normal and s² = χ²_ν/ν: P(T ≤ t) = ∫ Φ(t s − δ) f_ν(s) ds.
 *
 * <p>Gauss–Legendre quadrature in s over all but 1e-17 of the mass of the chi distribution, in intervals split where Φ
 * rises (Johnson, Kotz, Balakrishnan 1995, Continuous Univariate Distributions 2, chapter 31).
 *
 * <p><b>Error</b>: below 1e-11. <b>Cost</b>: about 200 values of Φ, 0.1 ms.
 */
final class NoncentralT {
    private static final double SQRT2 = StrictMath.sqrt(2);
    private static final double LN2 = StrictMath.log(2);
    /** Range in standard deviations of the normal and the chi distribution: 1 − Φ(8.5) is 1e-17. */
    private static final double REACH = 8.5;

    private static final int NODES = 32;
    /** Widest integration interval in units of 1/√ν. */
    private static final double PIECE = 3;

    private static final double[] NODE = new double[NODES];
    private static final double[] WEIGHT = new double[NODES];

    static {
        GaussIntegrator rule = new GaussIntegratorFactory().legendre(NODES);
        for (int k = 0; k < NODES; k++) {
            NODE[k] = rule.getPoint(k);
            WEIGHT[k] = rule.getWeight(k);
        }
    }

    private NoncentralT() {}

    /** P(T ≤ t). */
    static double cdf(double t, int degrees, double noncentrality) {
        double width = 1 / StrictMath.sqrt(degrees);
        double low = Math.max(0, 1 - REACH * width - width);
        double high = 1 + REACH * width;
        double centre = noncentrality / t;
        double rise = REACH / Math.abs(t);
        double[] cuts = Arrays.stream(new double[] {low, high, centre - rise, centre, centre + rise})
                .filter(s -> s >= low && s <= high)
                .sorted()
                .distinct()
                .toArray();
        double logScale = LN2 + 0.5 * degrees * StrictMath.log(0.5 * degrees) - Gamma.logGamma(0.5 * degrees);
        double sum = 0;
        for (int i = 0; i + 1 < cuts.length; i++) {
            int pieces = (int) Math.ceil((cuts[i + 1] - cuts[i]) / (PIECE * width));
            double half = 0.5 * (cuts[i + 1] - cuts[i]) / pieces;
            for (int piece = 0; piece < pieces; piece++) {
                double middle = cuts[i] + (2 * piece + 1) * half;
                for (int k = 0; k < NODES; k++) {
                    double s = middle + half * NODE[k];
                    double log = logScale + (degrees - 1) * StrictMath.log(s) - 0.5 * degrees * s * s;
                    sum += half * WEIGHT[k] * StrictMath.exp(log) * normal(t * s - noncentrality);
                }
            }
        }
        return Math.min(1, sum);
    }

    private static double normal(double x) {
        return Math.abs(x) > REACH ? (x > 0 ? 1 : 0) : 0.5 * Erf.erfc(-x / SQRT2);
    }
}
