package org.noisebook.stats;

/**
 * The energy distance D² = 2 E|X − Y| − E|X − X′| − E|Y − Y′|, zero only for equal distributions (Székely and Rizzo
 * 2013, doi:10.1016/j.jspi.2013.03.018); on the line D² = 2 ∫ (F − G)² dx.
 *
 * <p><b>Shapes</b>: samples of any two sizes, on the line or coordinate-major {@code x[j][k]}. Inputs are not modified.
 * <b>Error</b>: the standard error comes from the projections of its U-statistics (Hoeffding 1948,
 * doi:10.1214/aoms/1177730196), with Student's t interval. For equal distributions the projections vanish, the error
 * falls as 1/n, and the interval does not cover. <b>Cost</b>: n log n on the line, half a second for two samples of
 * 10⁶. In space d (n + m)² operations on all processors; the result does not depend on their number. <b>Not for</b>
 * distributions without a mean.
 */
public final class EnergyDistance {
    private EnergyDistance() {}

    /**
     * Unbiased estimate of D² from two samples on the line; may be negative.
     *
     * @param x at least 2 points
     * @param y at least 2 points
     */
    public static Estimate unbiased(double[] x, double[] y) {
        double[] first = Samples.sorted("x", x);
        double[] second = Samples.sorted("y", y);
        return new PairStatistic(
                        lengths(first, first), lengths(first, second), lengths(second, first), lengths(second, second))
                .estimate()
                .times(-1);
    }

    /**
     * Unbiased estimate of D² from two samples in space; may be negative.
     *
     * @param x at least 2 points
     * @param y at least 2 points
     */
    public static Estimate unbiased(double[][] x, double[][] y) {
        Samples.check(x, y);
        return new PairStatistic(lengths(x, x), lengths(x, y), lengths(y, x), lengths(y, y))
                .estimate()
                .times(-1);
    }

    private static double[] lengths(double[][] x, double[][] y) {
        return Samples.reduce(x, y, (i, squared) -> {
            for (int k = 0; k < squared.length; k++) {
                squared[k] = Math.sqrt(squared[k]);
            }
            return Samples.sum(squared);
        });
    }

    /** Σ_k |x_i − y_k| for sorted x and y, from running sums of the y below and above x_i. */
    private static double[] lengths(double[] x, double[] y) {
        double middle = y[y.length / 2];
        double total = 0;
        for (double value : y) {
            total += value - middle;
        }
        double[] out = new double[x.length];
        double below = 0;
        int k = 0;
        for (int i = 0; i < x.length; i++) {
            while (k < y.length && y[k] <= x[i]) {
                below += y[k++] - middle;
            }
            out[i] = Math.fma(x[i] - middle, 2.0 * k - y.length, total - 2 * below);
        }
        return out;
    }
}
