package org.noisebook.timeseries;

import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;

/**
 * A stationary AR(1) process x' = m + φ(x − m) + σz, fitted to a series to draw surrogates without a trend in its statistics.
 *
 * <p>φ is the lag-1 autocorrelation r corrected for its bias, r + (1 + 4r)/n (Marriott and Pope 1954, doi:10.2307/2332718), at
 * most {@value #LARGEST}; σ² = (1 − φ²) times the variance.
 *
 * <p><b>Shapes</b>: a series in the order of time, equally spaced. <b>Range</b>: φ in (−1, 1). <b>Error</b>: the bias
 * left is of order 1/n². <b>Cost</b>: n. Not for series with a trend: remove it first.
 *
 * @param mean m
 * @param coefficient φ
 * @param innovation σ, not negative
 */
public record AutoRegression(double mean, double coefficient, double innovation) {
    private static final double LARGEST = 0.999;

    /** Rejects processes that are not stationary. */
    public AutoRegression {
        if (!(Math.abs(coefficient) < 1)) {
            throw new IllegalArgumentException("coefficient must be in (-1, 1), got " + coefficient);
        }
        if (!(innovation >= 0) || !Double.isFinite(mean)) {
            throw new IllegalArgumentException(
                    "mean must be finite and innovation at least 0, got " + mean + " and " + innovation);
        }
    }

    /** The process that fits a series of at least 3 numbers that are not all equal. */
    public static AutoRegression of(double... x) {
        int n = x.length;
        double mean = Estimate.mean(x);
        double square = 0;
        double product = 0;
        for (int k = 0; k < n; k++) {
            square += (x[k] - mean) * (x[k] - mean);
            product += k == 0 ? 0 : (x[k - 1] - mean) * (x[k] - mean);
        }
        if (n < 3 || !(square > 0)) {
            throw new IllegalArgumentException(
                    "x must have at least 3 numbers that are not all equal, got " + n + " with variance " + square / n);
        }
        double r = product / square;
        double coefficient = Math.max(-LARGEST, Math.min(LARGEST, r + (1 + 4 * r) / n));
        return new AutoRegression(mean, coefficient, Math.sqrt((1 - coefficient * coefficient) * square / n));
    }

    /** The mean of the value after x, m + φ(x − m). */
    public double after(double x) {
        return mean + coefficient * (x - mean);
    }

    /** A series of the process, its first value from the stationary law. */
    public double[] sample(int n, Stream stream) {
        double[] x = new double[n];
        double off = 0;
        for (int k = 0; k < n; k++) {
            double scale = k == 0 ? innovation / Math.sqrt(1 - coefficient * coefficient) : innovation;
            off = coefficient * off + scale * stream.nextGaussian();
            x[k] = mean + off;
        }
        return x;
    }
}
