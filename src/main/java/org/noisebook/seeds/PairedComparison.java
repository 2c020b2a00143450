package org.noisebook.seeds;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.rng.Stream;

/**
 * Tests that differences d_s of two configurations over the same seeds are 0 in the middle, all two-sided, and Holm's adjustment.
 *
 * <p>Student's t of the d_s; sign flips, which need only that every d_s is symmetric around 0, by all 2^n flips up to 20 seeds and else by drawn
 * ones, p = (1 + hits)/(1 + draws); Wilcoxon's signed ranks, zeros left out and ties given their mid-rank, by the exact law of the rank sum given
 * those ranks up to 100 differences and else by the normal law with continuity correction (Commons Math's test knows neither zeros nor ties, so it is
 * not used). Models are compared by {@code org.noisebook.compare}.
 *
 * <p><b>Source</b>: Student 1908 (doi:10.2307/2331554); Fisher 1935, The Design of Experiments, section 21; Wilcoxon 1945
 * (doi:10.2307/3001968); Holm 1979 (Scandinavian Journal of Statistics 6, 65).
 */
public final class PairedComparison {
    /** Most seeds whose flips are all tried. */
    static final int EXACT_FLIPS = 20;
    /** Most differences whose rank sum has its exact law. */
    private static final int EXACT_RANKS = 100;
    /** Relative slack in which two sums of flips count as equal. */
    private static final double EQUAL = 1e-12;

    private PairedComparison() {}

    private static int[] bySize(double[] d) {
        return IntStream.range(0, d.length)
                .boxed()
                .sorted(Comparator.comparingDouble(s -> Math.abs(d[s])))
                .mapToInt(s -> s)
                .toArray();
    }

    private static double mean(double[] x) {
        double sum = 0;
        for (double v : x) {
            sum += v - x[0];
        }
        return x[0] + sum / x.length;
    }

    private static double covariance(double[] x, double[] y) {
        double sum = 0;
        double xMean = mean(x);
        double yMean = mean(y);
        for (int s = 0; s < x.length; s++) {
            sum += (x[s] - xMean) * (y[s] - yMean);
        }
        return sum / (x.length - 1.0);
    }

    /** p of the two-sided t test of mean 0, of differences that vary. */
    public static double tTest(double[] d) {
        double t = mean(d) / StrictMath.sqrt(covariance(d, d) / d.length);
        return 2 * new TDistribution(null, d.length - 1.0).cumulativeProbability(-Math.abs(t));
    }

    /** Two-sided p of Σ d under sign flips. */
    public static double signFlip(double[] d, int draws, Stream stream) {
        double size = Arrays.stream(d).map(Math::abs).sum();
        if (size == 0) {
            return 1;
        }
        double observed = Math.abs(Arrays.stream(d).sum()) - EQUAL * size;
        if (d.length > EXACT_FLIPS) {
            long hits = 0;
            for (int b = 0; b < draws; b++) {
                double sum = 0;
                long bits = 0;
                for (int s = 0; s < d.length; s++) {
                    bits = s % Long.SIZE == 0 ? stream.nextLong() : bits >>> 1;
                    sum += (bits & 1) == 0 ? d[s] : -d[s];
                }
                hits += Math.abs(sum) >= observed ? 1 : 0;
            }
            return (1.0 + hits) / (1.0 + draws);
        }
        // Sums of all flips of either half; for each of one half, those of the other that go far enough up, twice for
        // those down.
        double[] low = flips(d, 0, d.length / 2);
        double[] high = flips(d, d.length / 2, d.length);
        Arrays.sort(low);
        Arrays.sort(high);
        long hits = 0;
        int far = high.length;
        for (int i = low.length - 1; i >= 0; i--) {
            while (far > 0 && low[i] + high[high.length - far] < observed) {
                far--;
            }
            hits += far;
        }
        return Math.min(1, 2.0 * hits / ((double) low.length * high.length));
    }

    private static double[] flips(double[] d, int from, int to) {
        double[] sums = {0};
        for (int s = from; s < to; s++) {
            double[] more = new double[2 * sums.length];
            for (int k = 0; k < sums.length; k++) {
                more[2 * k] = sums[k] + d[s];
                more[2 * k + 1] = sums[k] - d[s];
            }
            sums = more;
        }
        return sums;
    }

    /** Two-sided p of Wilcoxon's signed ranks. */
    public static double wilcoxon(double[] all) {
        double[] d = Arrays.stream(all).filter(v -> v != 0).toArray();
        int n = d.length;
        if (n == 0) {
            return 1;
        }
        int[] order = bySize(d);
        // Twice the mid-ranks, which are whole.
        int[] ranks = new int[n];
        int signed = 0;
        for (int from = 0; from < n; ) {
            int to = from;
            while (to < n && Math.abs(d[order[to]]) == Math.abs(d[order[from]])) {
                to++;
            }
            for (int k = from; k < to; k++) {
                ranks[k] = from + to + 1;
                signed += d[order[k]] > 0 ? ranks[k] : -ranks[k];
            }
            from = to;
        }
        if (n > EXACT_RANKS) {
            double variance = 0;
            for (int rank : ranks) {
                variance += (double) rank * rank;
            }
            // One step of the rank sum moves the signed one, doubled, by 4; half of it is the correction.
            double z = Math.max(0, Math.abs(signed) - 2.0) / StrictMath.sqrt(variance);
            return 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-z);
        }
        int total = Arrays.stream(ranks).sum();
        double[] law = new double[total + 1];
        law[0] = 1;
        int reached = 0;
        for (int rank : ranks) {
            reached += rank;
            for (int sum = reached; sum >= 0; sum--) {
                law[sum] = 0.5 * (law[sum] + (sum >= rank ? law[sum - rank] : 0));
            }
        }
        // P(sum of positive ranks ≥ the larger of both), twice.
        double tail = 0;
        for (int sum = total; 2 * sum - total >= Math.abs(signed); sum--) {
            tail += law[sum];
        }
        return Math.min(1, 2 * tail);
    }

    /** Holm's adjusted p, in input order. */
    public static double[] holm(double[] p) {
        Integer[] order = new Integer[p.length];
        Arrays.setAll(order, k -> k);
        Arrays.sort(order, Comparator.comparingDouble(k -> p[k]));
        double[] adjusted = new double[p.length];
        double largest = 0;
        for (int k = 0; k < p.length; k++) {
            largest = Math.max(largest, Math.min(1, (p.length - k) * p[order[k]]));
            adjusted[order[k]] = largest;
        }
        return adjusted;
    }
}
