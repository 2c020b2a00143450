package org.noisebook.timeseries;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;
import org.noisebook.stats.RankCorrelation;

/**
 * Statistics of a series in a window that moves along it, after a smooth trend is removed (Dakos et al. 2012,
 * doi:10.1371/journal.pone.0041010).
 *
 * <p><b>Shapes</b>: a series in the order of time, equally spaced; a window of w numbers gives n − w + 1 values.
 * <b>Error</b>: running sums lose about √n units of rounding of the largest square: remove the trend first. <b>Cost</b>:
 * n a statistic, 8 n times the bandwidth for the trend.
 */
public final class RollingWindow {
    private static final double REACH = 4;

    private RollingWindow() {}

    /**
     * The series minus its Gaussian kernel smoother, whose weights add to 1 near the ends too.
     *
     * @param bandwidth standard deviation of the kernel in points, positive
     */
    public static double[] residuals(double[] x, double bandwidth) {
        if (!(bandwidth > 0)) {
            throw new IllegalArgumentException("bandwidth must be positive, got " + bandwidth);
        }
        int reach = (int) Math.min(x.length - 1.0, Math.ceil(REACH * bandwidth));
        double[] kernel = new double[reach + 1];
        for (int d = 0; d <= reach; d++) {
            kernel[d] = StrictMath.exp(-0.5 * (d / bandwidth) * (d / bandwidth));
        }
        double[] out = new double[x.length];
        double inside = weight(kernel, reach, 2 * reach + 1);
        for (int k = 0; k < x.length; k++) {
            int first = Math.max(0, k - reach);
            int last = Math.min(x.length - 1, k + reach);
            double sum = 0;
            for (int j = first; j <= last; j++) {
                sum += kernel[Math.abs(j - k)] * x[j];
            }
            boolean isInside = last - first == 2 * reach;
            out[k] = x[k] - sum / (isInside ? inside : weight(kernel, k - first, last - first + 1));
        }
        return out;
    }

    private static double weight(double[] kernel, int middle, int count) {
        double weight = 0;
        for (int j = 0; j < count; j++) {
            weight += kernel[Math.abs(j - middle)];
        }
        return weight;
    }

    /** The variance within each window, over w. */
    public static double[] variances(double[] x, int window) {
        return each(x, window, (square, product) -> square / window);
    }

    /** The lag-1 autocorrelation within each window; NaN where all numbers are equal. */
    public static double[] autocorrelations(double[] x, int window) {
        return each(x, window, (square, product) -> product / square);
    }

    /**
     * Kendall's τ of variance and of autocorrelation with time, of the series minus its smoother.
     *
     * @param window width of the window over the length, in (0, 1)
     * @param bandwidth of the smoother over the length
     */
    public static double[] trends(double[] x, double window, double bandwidth) {
        double[] rest = residuals(x, bandwidth * x.length);
        int width = Math.max(4, (int) (window * x.length));
        return new double[] {
            RankCorrelation.trend(variances(rest, width)), RankCorrelation.trend(autocorrelations(rest, width))
        };
    }

    /**
     * A trend against chance.
     *
     * @param tau Kendall's τ
     * @param p the share of surrogates, the series among them, with a τ at least as large
     * @param chance τ of each surrogate
     */
    public record Judged(double tau, double p, double[] chance) {
        /** The share of surrogates with a larger τ than this. */
        public double above(double large) {
            return (double) Arrays.stream(chance).filter(t -> t > large).count() / chance.length;
        }
    }

    /** {@link #trends} of variance and of autocorrelation, judged by surrogates from the AR(1) process of the series minus its smoother. */
    public static List<Judged> judged(double[] x, double window, double bandwidth, int draws, Stream stream) {
        AutoRegression process = AutoRegression.of(residuals(x, bandwidth * x.length));
        double[] tau = trends(x, window, bandwidth);
        double[][] chance = new double[2][draws];
        for (int b = 0; b < draws; b++) {
            double[] drawn = trends(process.sample(x.length, stream), window, bandwidth);
            chance[0][b] = drawn[0];
            chance[1][b] = drawn[1];
        }
        return IntStream.range(0, 2)
                .mapToObj(k -> new Judged(
                        tau[k],
                        (1.0 + Arrays.stream(chance[k]).filter(t -> t >= tau[k]).count()) / (draws + 1),
                        chance[k]))
                .toList();
    }

    /** From Σ (x − m)² and Σ (x − m)(x' − m), m the mean of the window. */
    private static double[] each(double[] x, int window, DoubleBinaryOperator statistic) {
        if (window < 2 || window > x.length) {
            throw new IllegalArgumentException("window must be in [2, " + x.length + "], got " + window);
        }
        double[] out = new double[x.length - window + 1];
        double sum = 0;
        double square = 0;
        double product = 0;
        for (int k = 0; k < x.length; k++) {
            sum += x[k];
            square += x[k] * x[k];
            product += k == 0 ? 0 : x[k - 1] * x[k];
            int first = k - window + 1;
            if (first > 0) {
                sum -= x[first - 1];
                square -= x[first - 1] * x[first - 1];
                product -= x[first - 1] * x[first];
            }
            if (first >= 0) {
                double mean = sum / window;
                double off = product - mean * (2 * sum - x[first] - x[k]) + (window - 1) * mean * mean;
                out[first] = statistic.applyAsDouble(Math.max(0, square - sum * mean), off);
            }
        }
        return out;
    }
}
