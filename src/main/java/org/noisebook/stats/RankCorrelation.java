package org.noisebook.stats;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Spearman's rank correlation (Spearman 1904, doi:10.2307/1412159).
 *
 * <p><b>Special cases</b>: ties take their mean rank; NaN if a value is NaN or all are equal. <b>Cost</b>: n²
 * comparisons.
 */
public final class RankCorrelation {
    private RankCorrelation() {}

    /** Pearson's correlation of ranks. */
    public static double of(double[] x, double[] y) {
        double[] a = centredRanks(x);
        double[] b = centredRanks(y);
        return product(a, b) / StrictMath.sqrt(product(a, a) * product(b, b));
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
