package org.noisebook.compare;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;

/** Means, variances and quantiles of a few numbers. */
final class Moments {
    private Moments() {}

    static double mean(double[] x) {
        return Arrays.stream(x).sum() / x.length;
    }

    /** The numbers that are not NaN. */
    static double[] known(double[] x) {
        return Arrays.stream(x).filter(v -> !Double.isNaN(v)).toArray();
    }

    /** Sample variance, with n − 1; 0 for fewer than two, and for numbers that are equal but for rounding. */
    static double variance(double[] x) {
        double mean = mean(x);
        double sum = 0;
        double largest = 0;
        for (double v : x) {
            sum += (v - mean) * (v - mean);
            largest = Math.max(largest, Math.abs(v));
        }
        double variance = x.length < 2 ? 0 : sum / (x.length - 1);
        return variance <= 1e-28 * largest * largest ? 0 : variance;
    }

    /** Degrees of freedom of the sum of two estimated variances. */
    static double satterthwaite(double first, double degrees, double second, double others) {
        double sum = first + second;
        return sum * sum / (first * first / degrees + second * second / others);
    }

    /** Root of the mean square; NaN of none. */
    static double root(double[] x) {
        return Math.sqrt(Arrays.stream(x).map(v -> v * v).sum() / x.length);
    }

    /** Skewness: the third central moment over the 1.5th power of the second. */
    static double skewness(double[] x) {
        double mean = mean(x);
        double two = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
        double three =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean) * (v - mean)).sum() / x.length;
        return two > 0 ? three / StrictMath.pow(two, 1.5) : 0;
    }

    /** Two-sided p of the skewness of eight or more normal numbers (D'Agostino 1970, doi:10.1093/biomet/57.3.679). */
    static double skewnessP(double skewness, int n) {
        double scaled = skewness * Math.sqrt((n + 1.0) * (n + 3) / (6 * (n - 2.0)));
        double kurtosis = 3
                * ((double) n * n + 27.0 * n - 70)
                * (n + 1.0)
                * (n + 3.0)
                / ((n - 2.0) * (n + 5.0) * (n + 7.0) * (n + 9.0));
        double square = Math.sqrt(2 * (kurtosis - 1)) - 1;
        double x = Math.abs(scaled) / Math.sqrt(2 / (square - 1));
        double z = StrictMath.log(x + Math.sqrt(x * x + 1)) / Math.sqrt(StrictMath.log(square) / 2);
        return 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-z);
    }

    /** Quantile by linear interpolation (type 7); NaN of no numbers. */
    static double quantile(double[] x, double level) {
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        return sortedQuantile(sorted, level);
    }

    static double sortedQuantile(double[] sorted, double level) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double place = Math.min(1, Math.max(0, level)) * (sorted.length - 1);
        int below = (int) place;
        double rest = place - below;
        return rest == 0 ? sorted[below] : sorted[below] + rest * (sorted[below + 1] - sorted[below]);
    }
}
