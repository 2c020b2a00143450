package org.noisebook.seeds;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/**
 * Variances of several sources, estimated and drawn again many times, from which any function of them gets a 95 % percentile
 * interval.
 *
 * <p><b>Special cases</b>: a draw may be NaN where it has no estimate; with more than one in forty, so that a tail is not known,
 * the interval is NaN; fewer are left out.
 */
final class VarianceDraws {
    private static final double UNKNOWN_SHARE = 0.025;
    private static final double TAIL = (1 - Estimate.LEVEL) / 2;

    private final double[] estimate;
    private final double[][] drawn;

    /**
     * Keeps the arrays.
     *
     * @param estimate a variance for each source
     * @param drawn [draw][source]
     */
    VarianceDraws(double[] estimate, double[][] drawn) {
        this.estimate = estimate;
        this.drawn = drawn;
    }

    /** A function of the variances, with n levels behind it. */
    Estimate of(ToDoubleFunction<double[]> statistic, int n) {
        double value = statistic.applyAsDouble(estimate);
        double[] again = new double[drawn.length];
        int known = 0;
        double sum = 0;
        for (double[] draw : drawn) {
            double drawnValue = statistic.applyAsDouble(draw);
            if (!Double.isNaN(drawnValue)) {
                again[known++] = drawnValue;
                sum += drawnValue;
            }
        }
        if (known < 2 || drawn.length - known > UNKNOWN_SHARE * drawn.length) {
            return new Estimate(value, Double.NaN, Double.NaN, Double.NaN, n);
        }
        again = Arrays.copyOf(again, known);
        Arrays.sort(again);
        double squares = 0;
        for (double drawnValue : again) {
            squares += (drawnValue - sum / known) * (drawnValue - sum / known);
        }
        return new Estimate(
                value,
                StrictMath.sqrt(squares / (known - 1.0)),
                PowerFit.quantile(again, TAIL),
                PowerFit.quantile(again, 1 - TAIL),
                n);
    }

    /** The sum of the estimates; negative ones count as 0. */
    double total() {
        return total(estimate);
    }

    /** The share of the sources chosen; negative variances count as 0. */
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
