package org.noisebook.stats;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.data.Numbers;

/**
 * A Monte-Carlo estimate with its 95 % interval.
 *
 * <p>Means carry Student's t interval, geometric means the t interval of the logarithms, proportions Wilson's interval
 * (Wilson 1927, doi:10.1080/01621459.1927.10502953).
 *
 * <p><b>Special cases</b>: means of no values are refused; a NaN value gives NaN throughout; one value gives a NaN error and interval.
 *
 * @param mean the estimate
 * @param stdError its standard error
 * @param low lower end of the 95 % interval
 * @param high upper end
 * @param n number of independent values
 */
public record Estimate(double mean, double stdError, double low, double high, int n) {
    /** No estimate: NaN throughout, n = 0. */
    public static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);

    /** Confidence level of all intervals. */
    public static final double LEVEL = 0.95;

    private static final double UPPER = 0.5 + LEVEL / 2;
    private static final int INTERVAL_DIGITS = 2;
    private static final int LONE_DIGITS = 4;
    /** Relative width below which an interval is attributed to rounding. */
    private static final double ROUNDING = 1e-10;

    private static final int LOWEST_PLAIN_EXPONENT = -4;
    private static final int HIGHEST_PLAIN_EXPONENT = 6;

    /**
     * The mean of independent values with Student's t interval.
     *
     * @throws IllegalArgumentException if there are none; {@link #NONE} stands for no estimate
     */
    public static Estimate ofMean(double... values) {
        int n = values.length;
        if (n == 0) {
            throw new IllegalArgumentException("values of a mean must be at least 1, got 0");
        }
        double mean = mean(values);
        return ofStdError(mean, stdError(values, mean), n);
    }

    /**
     * An estimate with a standard error from another method, such as the jackknife, with Student's t interval.
     *
     * @param n number of independent values
     */
    public static Estimate ofStdError(double mean, double stdError, int n) {
        double half = n < 2 ? Double.NaN : tQuantile(n - 1) * stdError;
        return new Estimate(mean, stdError, mean - half, mean + half, n);
    }

    /** The mean of values, or {@link #NONE} where no run gave one. */
    public static Estimate ofMeanOrNone(double... values) {
        return values.length == 0 ? NONE : ofMean(values);
    }

    /** The geometric mean of positive values, or {@link #NONE} where no run gave one. */
    public static Estimate ofGeometricMeanOrNone(double... values) {
        return values.length == 0 ? NONE : ofGeometricMean(values);
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
            return NONE;
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

    /**
     * The mean of proportions, with its t interval clipped to [0, 1].
     *
     * <p><b>Special cases</b>: if all proportions are 0 or all are 1, they have no spread, and the interval is Wilson's
     * for all their points as if independent.
     *
     * @param values in [0, 1], at least one
     * @param points behind each proportion
     */
    public static Estimate ofShares(double[] values, int points) {
        Estimate mean = ofMean(values);
        if (mean.mean == 0 || mean.mean == 1) {
            int all = values.length * points;
            Estimate wilson = ofProportion(Math.round(mean.mean * all), all);
            return new Estimate(mean.mean, mean.stdError, wilson.low, wilson.high, mean.n);
        }
        return new Estimate(mean.mean, mean.stdError, Math.max(mean.low, 0), Math.min(mean.high, 1), mean.n);
    }

    /** The largest of non-negative errors, one per replica; the interval is their range. NaN if any error is NaN. */
    public static Estimate ofLargest(double... errors) {
        double low = Arrays.stream(errors).min().orElse(Double.NaN);
        double high = Arrays.stream(errors).max().orElse(Double.NaN);
        return new Estimate(high, Double.NaN, low, high, errors.length);
    }

    /** The same for the largest error of each replica, {@code [what][replica]}. */
    public static Estimate ofLargest(List<double[]> errors) {
        double[] largest = errors.get(0).clone();
        errors.forEach(one -> Arrays.setAll(largest, r -> Math.max(largest[r], one[r])));
        return ofLargest(largest);
    }

    /** The estimate multiplied by a constant; a negative one swaps the ends. */
    public Estimate times(double factor) {
        double a = low * factor;
        double b = high * factor;
        return new Estimate(mean * factor, stdError * Math.abs(factor), Math.min(a, b), Math.max(a, b), n);
    }

    /** The estimate plus a constant. */
    public Estimate plus(double constant) {
        return new Estimate(mean + constant, stdError, low + constant, high + constant, n);
    }

    /** The estimate with mean and interval clipped to the possible range. */
    public Estimate cut(double lowest, double highest) {
        DoubleUnaryOperator inside = value -> Math.max(lowest, Math.min(highest, value));
        return new Estimate(
                inside.applyAsDouble(mean), stdError, inside.applyAsDouble(low), inside.applyAsDouble(high), n);
    }

    /**
     * A mean with Student's t interval as one of several, each at level 1 − (1 − 0.95)/count (Bonferroni).
     *
     * @param count number of simultaneous intervals, at least 1
     */
    public Estimate oneOf(int count) {
        double half = n < 2 ? Double.NaN : tQuantile(n - 1, 1 - (1 - UPPER) / count) * stdError;
        return new Estimate(mean, stdError, mean - half, mean + half, n);
    }

    /**
     * The estimate with an additional independent error, such as that of a test set shared by all replicas; standard
     * errors and both sides of the interval add in quadrature, treating the additional error as normal.
     *
     * @param furtherError its standard error, at least 0
     */
    public Estimate withError(double furtherError) {
        double z = new NormalDistribution().inverseCumulativeProbability(UPPER) * furtherError;
        return new Estimate(
                mean,
                Math.hypot(stdError, furtherError),
                mean - Math.hypot(mean - low, z),
                mean + Math.hypot(high - mean, z),
                n);
    }

    /** Whether the interval contains the value. */
    public boolean covers(double value) {
        return low <= value && value <= high;
    }

    /** Mean, low and high, in this order. */
    public List<Double> numbers() {
        return List.of(mean, low, high);
    }

    /**
     * Mean and interval as text, rounded to two digits of the half-width: {@code 0.983 ± 0.041}, or {@code 0.98 [0.91,
     * 1.02]} if the two sides differ at that precision; the mean alone if the interval is missing, zero or rounding.
     */
    public String brief() {
        if (!hasInterval() || low == high) {
            return roundedMean();
        }
        int scale = scale();
        int power = power(scale);
        String below = rounded(mean - low, scale, power);
        String above = rounded(high - mean, scale, power);
        if (below.equals(above)) {
            String both = rounded(mean, scale, power) + " ± " + above;
            return power == 0 ? both : "(" + both + ")e" + power;
        }
        String end = power == 0 ? "" : "e" + power;
        return rounded(mean, scale, power) + end + " [" + rounded(low, scale, power) + end + ", "
                + rounded(high, scale, power) + end + "]";
    }

    /** {@link #brief} with level and n: {@code 0.983 ± 0.041 (95 %, n = 16)}. */
    public String text() {
        return brief() + (hasInterval() ? " (95 %, n = " : " (n = ") + n + ")";
    }

    /** The mean with as many digits as in {@link #brief}. */
    public String roundedMean() {
        if (!hasInterval()) {
            return Numbers.brief(mean, LONE_DIGITS);
        }
        int power = power(scale());
        return rounded(mean, scale(), power) + (power == 0 ? "" : "e" + power);
    }

    private boolean hasInterval() {
        boolean isRounding = high > low && high - low < ROUNDING * Math.abs(mean);
        return Double.isFinite(mean) && Double.isFinite(low) && Double.isFinite(high) && !isRounding;
    }

    /** Number of decimals that gives the half-width two digits; a few decimals of the mean if the width is 0. */
    private int scale() {
        double half = (high - low) / 2;
        return half > 0
                ? new BigDecimal(half).round(new MathContext(INTERVAL_DIGITS)).scale()
                : new BigDecimal(mean).round(new MathContext(LONE_DIGITS)).scale();
    }

    /** The power of ten to factor out of all numbers; 0 where plain decimals suffice. */
    private int power(int scale) {
        double largest = Math.max(Math.abs(mean), Math.max(Math.abs(low), Math.abs(high)));
        BigDecimal rounded = new BigDecimal(largest).setScale(scale, RoundingMode.HALF_EVEN);
        int exponent = rounded.signum() == 0 ? 0 : rounded.precision() - 1 - rounded.scale();
        return exponent < LOWEST_PLAIN_EXPONENT || exponent >= HIGHEST_PLAIN_EXPONENT ? exponent : 0;
    }

    private static String rounded(double value, int scale, int power) {
        return new BigDecimal(value)
                .setScale(scale, RoundingMode.HALF_EVEN)
                .movePointLeft(power)
                .toPlainString();
    }

    /** The arithmetic mean, NaN of nothing. */
    public static double mean(double[] values) {
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
        return tQuantile(degreesOfFreedom, UPPER);
    }

    private static double tQuantile(int degreesOfFreedom, double probability) {
        return new TDistribution(null, degreesOfFreedom).inverseCumulativeProbability(probability);
    }
}
