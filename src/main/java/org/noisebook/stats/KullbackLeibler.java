package org.noisebook.stats;

/**
 * Estimates of KL(ρ ‖ ρ̂) = E_ρ log(ρ/ρ̂) from samples of ρ.
 *
 * <p>With y = ρ̂/ρ and E_ρ y = 1, {@link #controlled} averages −log y + y − 1, which is at least 0 at every point and
 * has the same mean as −log y (Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797, which prints −(y − 1)).
 *
 * <p><b>Shapes</b>: log y for each point. <b>Special cases</b>: log y = −∞, a point of density 0 under ρ̂, gives ∞.
 * <b>Error</b>: standard errors over the points. Where ρ̂ is close to ρ the controlled estimate is of second order in
 * log y at every point and its error is far smaller; where ρ̂ has heavier tails, y varies more than log y (its
 * variance may be infinite), and the plain estimate is better.
 */
public final class KullbackLeibler {
    private KullbackLeibler() {}

    /** The mean of −log y. */
    public static Estimate plain(double[] logRatio) {
        double[] values = new double[logRatio.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = -logRatio[k];
        }
        return Estimate.ofMean(values);
    }

    /** The mean of −log y + y − 1. */
    public static Estimate controlled(double[] logRatio) {
        double[] values = new double[logRatio.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = excess(logRatio[k]);
        }
        return Estimate.ofMean(values);
    }

    /** e^l − 1 − l without cancellation, at least 0. */
    static double excess(double l) {
        if (Math.abs(l) < 0x1p-10) {
            return l * l / 2 * (1 + l / 3 * (1 + l / 4 * (1 + l / 5)));
        }
        return StrictMath.expm1(l) - l;
    }
}
