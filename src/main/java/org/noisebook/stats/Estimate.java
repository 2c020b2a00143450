package org.noisebook.stats;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * A Monte-Carlo number with its 95 % interval.
 *
 * <p>Means carry Student's t interval, geometric means the t interval of the logarithms, proportions Wilson's interval
 * (Wilson 1927, doi:10.1080/01621459.1927.10502953).
 *
 * <p><b>Special cases</b>: no values give NaN throughout; one value gives a NaN error and interval; any NaN value gives
 * NaN.
 *
 * @param mean the estimate
 * @param stdError its standard error
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param n independent values behind it
 */
public record Estimate(double mean, double stdError, double low, double high, int n) {
    /** Level of all intervals. */
    public static final double LEVEL = 0.95;

    private static final double UPPER = 0.5 + LEVEL / 2;

    /** The mean of independent values with Student's t interval. */
    public static Estimate ofMean(double... values) {
        int n = values.length;
        double mean = mean(values);
        double error = stdError(values, mean);
        double half = n < 2 ? Double.NaN : tQuantile(n - 1) * error;
        return new Estimate(mean, error, mean - half, mean + half, n);
    }

    /** The geometric mean of positive values; the interval is the t interval of the logarithms. */
    public static Estimate ofGeometricMean(double... values) {
        double[] logs = new double[values.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = StrictMath.log(values[i]);
        }
        Estimate log = ofMean(logs);
        double mean = StrictMath.exp(log.mean);
        return new Estimate(
                mean, mean * log.stdError, StrictMath.exp(log.low), StrictMath.exp(log.high), values.length);
    }

    /**
     * A proportion with Wilson's interval.
     *
     * @throws IllegalArgumentException if successes are not in [0, n]
     */
    public static Estimate ofProportion(long successes, int n) {
        if (n < 0 || successes < 0 || successes > n) {
            throw new IllegalArgumentException("successes must be in [0, n=" + n + "], got " + successes);
        }
        if (n == 0) {
            return new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
        }
        double z = new NormalDistribution().inverseCumulativeProbability(UPPER);
        double p = (double) successes / n;
        double shrink = 1 + z * z / n;
        double centre = (p + z * z / (2.0 * n)) / shrink;
        double half = z * StrictMath.sqrt(p * (1 - p) / n + z * z / (4.0 * n * n)) / shrink;
        double low = successes == 0 ? 0 : centre - half;
        double high = successes == n ? 1 : centre + half;
        return new Estimate(p, StrictMath.sqrt(p * (1 - p) / n), low, high, n);
    }

    /** The estimate times a constant; a negative one swaps the ends. */
    public Estimate times(double factor) {
        double a = low * factor;
        double b = high * factor;
        return new Estimate(mean * factor, stdError * Math.abs(factor), Math.min(a, b), Math.max(a, b), n);
    }

    /** Whether the interval holds the value. */
    public boolean covers(double value) {
        return low <= value && value <= high;
    }

    static double mean(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return sum / values.length;
    }

    private static double stdError(double[] values, double mean) {
        if (values.length < 2) {
            return Double.NaN;
        }
        double squares = 0;
        for (double value : values) {
            squares += (value - mean) * (value - mean);
        }
        return StrictMath.sqrt(squares / (values.length - 1.0) / values.length);
    }

    static double tQuantile(int degreesOfFreedom) {
        return new TDistribution(null, degreesOfFreedom).inverseCumulativeProbability(UPPER);
    }
}
