package org.noisebook.seeds;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * Estimated variances of several sources with draws of them, which give 95 % percentile intervals for any function of
 * them.
 *
 * <p><b>Special cases</b>: a draw without an estimate is NaN; if there are more than one in forty, so that a tail is
 * unknown, the interval is NaN; fewer are omitted.
 */
final class VarianceDraws {
    private static final double UNKNOWN_SHARE = 0.025;

    private final double[] estimate;
    private final double[][] drawn;
    private final int levels;

    /**
     * Stores the arrays without copying.
     *
     * @param estimate variance of each source
     * @param drawn [draw][source]
     * @param levels number of resampled levels; small numbers widen the percentiles ({@link PowerFit#interval})
     */
    VarianceDraws(double[] estimate, double[][] drawn, int levels) {
        this.estimate = estimate;
        this.drawn = drawn;
        this.levels = levels;
    }

    /** A function of the variances, with n levels. */
    Estimate of(ToDoubleFunction<double[]> statistic, int n) {
        double[] again = new double[drawn.length];
        int known = 0;
        for (double[] draw : drawn) {
            double value = statistic.applyAsDouble(draw);
            if (!Double.isNaN(value)) {
                again[known++] = value;
            }
        }
        boolean unknown = drawn.length - known > UNKNOWN_SHARE * drawn.length;
        Estimate percentiles = PowerFit.interval(
                statistic.applyAsDouble(estimate), unknown ? new double[0] : Arrays.copyOf(again, known), levels);
        return new Estimate(percentiles.mean(), percentiles.stdError(), percentiles.low(), percentiles.high(), n);
    }

    /** The sum of the estimates; negative ones count as 0. */
    double total() {
        return total(estimate);
    }

    /** The fraction of the total due to the chosen sources; negative variances count as 0. */
    static ToDoubleFunction<double[]> share(int... chosen) {
        return variances -> {
            double part = 0;
            for (int source : chosen) {
                part += Math.max(0, variances[source]);
            }
            return part / total(variances);
        };
    }

    private static double total(double[] variances) {
        double total = 0;
        for (double variance : variances) {
            total += Math.max(0, variance);
        }
        return total;
    }
}
