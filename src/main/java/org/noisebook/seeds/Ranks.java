package org.noisebook.seeds;

import java.util.Arrays;

/**
 * Ranks 1, …, n in ascending order with mean ranks for ties, and Spearman's correlation (1904, doi:10.2307/1412159).
 *
 * <p><b>Special cases</b>: NaN is rejected; correlation with a constant is NaN. Inputs are unchanged. <b>Cost</b>: n
 * log n.
 */
public final class Ranks {
    private Ranks() {}

    /** Midranks, in the order of the values. */
    public static double[] of(double[] x) {
        double[] sorted = sorted(x);
        double[] middle = new double[x.length];
        for (int from = 0; from < x.length; ) {
            int to = end(sorted, from);
            Arrays.fill(middle, from, to, (from + 1 + to) / 2.0);
            from = to;
        }
        double[] ranks = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            ranks[i] = middle[Arrays.binarySearch(sorted, x[i] + 0.0)];
        }
        return ranks;
    }

    /** Σ (t³ − t) over groups of t equal values, 0 if all differ. */
    public static double ties(double[] x) {
        double[] sorted = sorted(x);
        double sum = 0;
        for (int from = 0; from < x.length; ) {
            int to = end(sorted, from);
            double t = to - from;
            sum += t * t * t - t;
            from = to;
        }
        return sum;
    }

    /** Pearson's correlation of the midranks, in [−1, 1]. */
    public static double spearman(double[] x, double[] y) {
        return pearson(of(x), of(y));
    }

    /** Pearson's correlation of the values themselves, in [−1, 1]; NaN if one of them is constant. */
    public static double pearson(double[] x, double[] y) {
        if (x.length != y.length || x.length < 2) {
            throw new IllegalArgumentException(
                    "x and y must hold the same two or more items, got " + x.length + " and " + y.length);
        }
        double meanX = Arrays.stream(x).sum() / x.length;
        double meanY = Arrays.stream(y).sum() / y.length;
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < x.length; i++) {
            double a = x[i] - meanX;
            double b = y[i] - meanY;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }
        return Math.max(-1, Math.min(1, xy / StrictMath.sqrt(xx * yy)));
    }

    /** A sorted copy in which −0 and 0 are identical. */
    private static double[] sorted(double[] x) {
        double[] sorted = new double[x.length];
        for (int i = 0; i < x.length; i++) {
            if (Double.isNaN(x[i])) {
                throw new IllegalArgumentException("x must be numbers, got NaN at " + i);
            }
            sorted[i] = x[i] + 0.0;
        }
        Arrays.sort(sorted);
        return sorted;
    }

    private static int end(double[] sorted, int from) {
        int to = from + 1;
        while (to < sorted.length && sorted[to] == sorted[from]) {
            to++;
        }
        return to;
    }
}
