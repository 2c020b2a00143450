package org.noisebook.stats;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.ranking.NaturalRanking;

/**
 * Correlations that depend on ranks alone: Spearman's ρ (1904, doi:10.2307/1412159), Kendall's τ (1938,
 * doi:10.1093/biomet/30.1-2.81), and the area under the ROC curve (Bamber 1975, doi:10.1016/0022-2496(75)90001-2).
 *
 * <p><b>Special cases</b>: ties take their mean rank; NaN if a value is NaN or all are equal. <b>Cost</b>: n²
 * comparisons for ρ, n log n for the others.
 */
public final class RankCorrelation {
    private RankCorrelation() {}

    /** Pearson's correlation of ranks. */
    public static double of(double[] x, double[] y) {
        double[] a = centredRanks(x);
        double[] b = centredRanks(y);
        return product(a, b) / StrictMath.sqrt(product(a, a) * product(b, b));
    }

    /**
     * Kendall's τ_b = (C − D)/√((N − T_x)(N − T_y)) over N pairs: C concordant, D discordant, T tied.
     */
    public static double kendall(double[] x, double[] y) {
        if (x.length != y.length) {
            throw new IllegalArgumentException("x and y must be equally long, got " + x.length + " and " + y.length);
        }
        if (!areNumbers(x) || !areNumbers(y)) {
            return Double.NaN;
        }
        int[] order = IntStream.range(0, x.length)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(k -> x[k]).thenComparingDouble(k -> y[k]))
                .mapToInt(k -> k)
                .toArray();
        double[] a = Arrays.stream(order).mapToDouble(k -> x[k]).toArray();
        double[] b = Arrays.stream(order).mapToDouble(k -> y[k]).toArray();
        long both = 0;
        long run = 0;
        for (int k = 1; k < a.length; k++) {
            run = a[k] == a[k - 1] && b[k] == b[k - 1] ? run + 1 : 0;
            both += run;
        }
        return tau(ties(a), both, b);
    }

    /** τ_b of y in ascending order of x, y among equal x, by the exchanges of a merge sort (Knight 1966). */
    private static double tau(long tiedX, long both, double... y) {
        long pairs = (long) y.length * (y.length - 1) / 2;
        double[] sorted = y.clone();
        long discordant = exchanges(sorted, new double[y.length], 0, y.length);
        long tiedY = ties(sorted);
        double difference = pairs - tiedX - tiedY + both - 2.0 * discordant;
        return difference / Math.sqrt((double) (pairs - tiedX) * (pairs - tiedY));
    }

    private static long ties(double... sorted) {
        long tied = 0;
        long run = 0;
        for (int k = 1; k < sorted.length; k++) {
            run = sorted[k] == sorted[k - 1] ? run + 1 : 0;
            tied += run;
        }
        return tied;
    }

    private static long exchanges(double[] y, double[] room, int from, int to) {
        if (to - from < 2) {
            return 0;
        }
        int middle = (from + to) >>> 1;
        long count = exchanges(y, room, from, middle) + exchanges(y, room, middle, to);
        int left = from;
        int right = middle;
        for (int k = from; k < to; k++) {
            if (right == to || left < middle && y[left] <= y[right]) {
                room[k] = y[left++];
            } else {
                count += middle - left;
                room[k] = y[right++];
            }
        }
        System.arraycopy(room, from, y, from, to - from);
        return count;
    }

    /** Kendall's τ_b of values with their order. */
    public static double trend(double... values) {
        return areNumbers(values) ? tau(0, 0, values) : Double.NaN;
    }

    /**
     * The area under the ROC curve: the probability that a positive scores above a negative, ties counted half; NaN if
     * either is empty.
     */
    public static double auc(double[] positives, double[] negatives) {
        if (positives.length == 0 || negatives.length == 0 || !areNumbers(positives) || !areNumbers(negatives)) {
            return Double.NaN;
        }
        double[] ranks = new NaturalRanking()
                .rank(DoubleStream.concat(Arrays.stream(positives), Arrays.stream(negatives))
                        .toArray());
        double n = positives.length;
        double sum = Arrays.stream(ranks, 0, positives.length).sum();
        return (sum - n * (n + 1) / 2) / (n * negatives.length);
    }

    private static boolean areNumbers(double... values) {
        return Arrays.stream(values).noneMatch(Double::isNaN);
    }

    private static double product(double[] a, double[] b) {
        return IntStream.range(0, a.length).mapToDouble(k -> a[k] * b[k]).sum();
    }

    private static double[] centredRanks(double[] values) {
        double[] ranks = new double[values.length];
        Arrays.setAll(ranks, k -> {
            long below = Arrays.stream(values).filter(v -> v < values[k]).count();
            long equal = Arrays.stream(values).filter(v -> v == values[k]).count();
            return equal == 0 ? Double.NaN : below + (equal - values.length) / 2.0;
        });
        return ranks;
    }
}
