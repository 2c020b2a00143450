package org.noisebook.compare;

import java.util.Arrays;

/** Means, variances and quantiles of a few numbers. */
final class Moments {
    private Moments() {}

    static double mean(double[] x) {
        return Arrays.stream(x).sum() / x.length;
    }

    /** With n − 1; 0 for fewer than two, and for numbers that are equal but for rounding. */
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

    /** Third moment over the 1.5th power of the second. */
    static double skewness(double[] x) {
        double mean = mean(x);
        double two = Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / x.length;
        double three =
                Arrays.stream(x).map(v -> (v - mean) * (v - mean) * (v - mean)).sum() / x.length;
        return two > 0 ? three / StrictMath.pow(two, 1.5) : 0;
    }

    /** By linear interpolation, type 7; NaN of none. */
    static double quantile(double[] x, double level) {
        double[] parted = x.clone();
        int below = (int) (Math.min(1, Math.max(0, level)) * (x.length - 1));
        part(parted, below);
        for (int i = below + 2; i < x.length; i++) {
            if (parted[i] < parted[below + 1]) {
                double least = parted[i];
                parted[i] = parted[below + 1];
                parted[below + 1] = least;
            }
        }
        return sortedQuantile(parted, level);
    }

    /** Puts the k-th smallest in its place, smaller ones before it and larger ones behind. */
    private static void part(double[] x, int k) {
        int low = 0;
        int high = x.length - 1;
        while (low < high) {
            double pivot = x[(low + high) >>> 1];
            int i = low;
            int j = high;
            while (i <= j) {
                while (x[i] < pivot) {
                    i++;
                }
                while (x[j] > pivot) {
                    j--;
                }
                if (i <= j) {
                    double kept = x[i];
                    x[i++] = x[j];
                    x[j--] = kept;
                }
            }
            low = k >= i ? i : low;
            high = k <= j ? j : high;
            if (k > j && k < i) {
                return;
            }
        }
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
