package org.noisebook.stats;

/**
 * The squared maximum mean discrepancy E k(X, X′) + E k(Y, Y′) − 2 E k(X, Y) with the Gaussian kernel k = exp(−|x − y|²/(2
 * h²)), 0 only for equal laws (Gretton et al. 2012, JMLR 13, 723–773, equation 3 and lemma 6).
 *
 * <p><b>Shapes</b>: coordinate-major {@code x[j][k]}. Inputs are not modified.
 *
 * <p><b>Error</b>: unbiased, so that it may be negative; the standard error is that of {@link EnergyDistance#unbiased}, with
 * the same limit: it does not cover for equal laws.
 *
 * <p><b>Cost</b>: (n + m)² exponentials over all processors, the result not depending on their number.
 *
 * <p><b>Not for</b> comparing across bandwidths: the number means nothing without h. {@link EnergyDistance} has none to
 * choose.
 */
public final class MaximumMeanDiscrepancy {
    private MaximumMeanDiscrepancy() {}

    /**
     * MMD² of the laws behind two samples.
     *
     * @param x at least 2 points
     * @param y at least 2 points
     * @param bandwidth h, positive
     */
    public static Estimate unbiased(double[][] x, double[][] y, double bandwidth) {
        Samples.check(x, y);
        if (!(bandwidth > 0 && bandwidth < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("bandwidth must be in (0, inf), got " + bandwidth);
        }
        double rate = -1 / (2 * bandwidth * bandwidth);
        return new PairStatistic(sums(x, x, rate), sums(x, y, rate), sums(y, x, rate), sums(y, y, rate), 1).estimate();
    }

    private static double[] sums(double[][] x, double[][] y, double rate) {
        return Samples.reduce(x, y, (i, squared) -> {
            for (int k = 0; k < squared.length; k++) {
                squared[k] = StrictMath.exp(rate * squared[k]);
            }
            return Samples.sum(squared);
        });
    }
}
