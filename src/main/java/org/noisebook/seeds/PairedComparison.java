package org.noisebook.seeds;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.rng.Stream;

/**
 * Two-sided tests that the differences d_s of two configurations on equal seeds are centred at 0; Holm's adjustment.
 *
 * <p>The tests are Student's t on the d_s; sign flips, which assume only that every d_s is symmetric around 0, with all
 * 2^n flips up to 20 seeds and otherwise random ones, p = (1 + hits)/(1 + draws), or exact on a grid; and Wilcoxon's signed ranks without
 * zeros and with mid-ranks for ties, by the exact distribution of the rank sum given those ranks up to 100 differences
 * and otherwise by the normal approximation with continuity correction (the test in Commons Math handles neither zeros
 * nor ties). Models are compared by {@code org.noisebook.compare}.
 *
 * <p><b>Source</b>: Student 1908 (doi:10.2307/2331554); Fisher 1935, The Design of Experiments, section 21; Wilcoxon
 * 1945 (doi:10.2307/3001968); Holm 1979 (Scandinavian Journal of Statistics 6, 65).
 */
public final class PairedComparison {
    /** Largest number of seeds for which all flips are evaluated. */
    public static final int EXACT_FLIPS = 20;
    /** Largest number of differences for the exact distribution of the rank sum. */
    private static final int EXACT_RANKS = 100;
    /** Relative tolerance within which two sums of flips count as equal. */
    private static final double EQUAL = 1e-12;

    private static final double ON_GRID = 1e-9;
    private static final double MOST_STEPS = 2.5e8;

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

    private static double variance(double[] x) {
        double mean = mean(x);
        return Arrays.stream(x).map(v -> (v - mean) * (v - mean)).sum() / (x.length - 1.0);
    }

    /** Two-sided p of the t test for mean 0; the differences must vary. */
    public static double tTest(double[] d) {
        double t = mean(d) / StrictMath.sqrt(variance(d) / d.length);
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
        // Sums of all flips of either half; for each sum of one half, the sums of the other that reach far enough
        // upwards, counted twice to include those downwards.
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

    /**
     * Two-sided p of Σ d under sign flips, also exact for any number of d of one size, whose law is binomial (McNemar's test), and for d on a grid, such
     * as counts of right answers, while they times their sum are at most 2.5e8 units.
     *
     * @param unit of the grid on which d may lie
     */
    public static double signFlip(double[] all, double unit, int draws, Stream stream) {
        double tiny = ON_GRID * Arrays.stream(all).map(Math::abs).max().orElse(0);
        double[] d = Arrays.stream(all).filter(x -> Math.abs(x) > tiny).toArray();
        double seen = Math.abs(Arrays.stream(d).sum());
        if (seen <= tiny) {
            return 1;
        }
        double size = Math.abs(d[0]);
        if (Arrays.stream(d).allMatch(x -> Math.abs(Math.abs(x) - size) <= tiny)) {
            int fewer = (int) Math.rint((d.length - seen / size) / 2);
            return Math.min(1, 2 * new BinomialDistribution(null, d.length, 0.5).cumulativeProbability(fewer));
        }
        double[] steps = Arrays.stream(d).map(x -> Math.abs(x) / unit).toArray();
        return d.length > EXACT_FLIPS
                        && Arrays.stream(steps).allMatch(x -> Math.abs(x - Math.rint(x)) <= ON_GRID)
                        && Arrays.stream(steps).sum() * d.length <= MOST_STEPS
                ? flipped(Arrays.stream(steps).mapToInt(x -> (int) Math.rint(x)).toArray(), Math.round(seen / unit))
                : signFlip(d, draws, stream);
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

    /** Two-sided p of Wilcoxon's signed-rank test. */
    public static double wilcoxon(double[] all) {
        double[] d = Arrays.stream(all).filter(v -> v != 0).toArray();
        int n = d.length;
        if (n == 0) {
            return 1;
        }
        int[] order = bySize(d);
        // Doubled mid-ranks, which are integers.
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
            // One step of the rank sum changes the signed, doubled sum by 4; the continuity correction is half of that.
            double z = Math.max(0, Math.abs(signed) - 2.0) / StrictMath.sqrt(variance);
            return 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-z);
        }
        return flipped(ranks, Math.abs(signed));
    }

    /** P(|Σ ± size| ≥ seen) of equally likely signs. */
    private static double flipped(int[] size, long seen) {
        double[] law = new double[Arrays.stream(size).sum() + 1];
        law[0] = 1;
        int reached = 0;
        for (int step : size) {
            reached += step;
            for (int sum = reached; sum >= 0; sum--) {
                law[sum] = 0.5 * (law[sum] + (sum >= step ? law[sum - step] : 0));
            }
        }
        // P(sum of positive terms ≥ the larger of the two sums), doubled.
        double tail = 0;
        for (int sum = reached; 2 * sum - reached >= seen; sum--) {
            tail += law[sum];
        }
        return Math.min(1, 2 * tail);
    }

    /** Holm's adjusted p-values, in input order. */
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
