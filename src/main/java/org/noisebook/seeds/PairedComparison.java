package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;

/**
 * Two configurations compared over the seeds that both have: d_s = first − second of seed s.
 *
 * <p>Tests of "no difference", all two-sided: Student's t of the d_s; sign flips, which need only that every d_s is symmetric around 0, by all 2^n
 * flips up to 20 seeds and else by 9999 drawn ones, p = (1 + hits)/(1 + draws); Wilcoxon's signed ranks, zeros left out and ties given their mid-rank,
 * by the exact law of the rank sum given those ranks up to 100 differences and else by the normal law with continuity correction (Commons Math's test knows
 * neither zeros nor ties, so it is not used).
 *
 * <p><b>Source</b>: Student 1908 (doi:10.2307/2331554); Fisher 1935, The Design of Experiments, section 21; Wilcoxon 1945
 * (doi:10.2307/3001968); Holm 1979 (Scandinavian Journal of Statistics 6, 65); interval of d_z by the noncentral t: Cumming and Finch 2001
 * (doi:10.1177/0013164401614002).
 *
 * <p><b>Special cases</b>: differences that are all the same (up to rounding) but not 0 give t = ±∞, p = 0 and d_z = ±∞ without an interval; the sign
 * flips still say 2^(1−n) at best. If all are 0, every p is 1, t is 0 and d_z is NaN. Seeds that only one configuration has are left out; fewer
 * than 2 common ones are an error. Cells with several observations count with their mean.
 *
 * <p><b>Cost</b>: a few milliseconds, most of them for the interval of d_z.
 *
 * @param first one configuration
 * @param second the other
 * @param seeds both have
 * @param difference mean of the d_s with its t interval
 * @param t of the mean
 * @param pValue of the t test
 * @param signFlipP of the sign flips
 * @param wilcoxonP of the signed ranks
 * @param effectSize d_z = mean/standard deviation of the d_s with its exact interval under normal differences; its standard error is NaN
 * @param correlation of the two responses over seeds; NaN where one does not vary
 * @param varianceRatio variance of d_s over the sum of both variances, 1 − ρ for equal ones: seeds that pairing needs for one that independent
 *     seeds for each configuration need, at the same standard error
 * @param holmP {@code pValue} adjusted by Holm for all comparisons made together
 */
public record PairedComparison(
        String first,
        String second,
        int seeds,
        Estimate difference,
        double t,
        double pValue,
        double signFlipP,
        double wilcoxonP,
        Estimate effectSize,
        double correlation,
        double varianceRatio,
        double holmP) {
    /** Most seeds whose flips are all tried. */
    static final int EXACT_FLIPS = 20;
    /** Flips drawn where they are more. */
    static final int FLIPS = 9999;
    /** Most differences whose rank sum has its exact law. */
    private static final int EXACT_RANKS = 100;
    /** What rounding may do to a difference, relative to the largest response: some 20 units in the last place. */
    private static final double ROUNDING = 4e-15;
    /** Relative slack in which two sums of flips count as equal. */
    private static final double EQUAL = 1e-12;

    /**
     * Compares responses of the same seeds.
     *
     * @param first responses of one configuration, by seed; NaN for missing
     * @param second of the other, equally many
     * @param stream draws sign flips where they are too many to try all
     */
    public static PairedComparison of(double[] first, double[] second, Stream stream) {
        return of("first", first, "second", second, stream);
    }

    /** Compares two conditions of a table, by index. */
    public static PairedComparison of(SeedTable table, int first, int second, Stream stream) {
        double[][] cells = table.cells();
        return of(
                table.conditions().get(first),
                column(cells, first),
                table.conditions().get(second),
                column(cells, second),
                stream);
    }

    /**
     * Every pair of conditions, in their order, with p adjusted for all of them.
     *
     * @throws IllegalArgumentException if a pair has fewer than 2 common seeds, or there is one condition only
     */
    public static List<PairedComparison> all(SeedTable table, Stream stream) {
        int count = table.conditions().size();
        if (count < 2) {
            throw new IllegalArgumentException("conditions must be at least 2 to compare, got " + count);
        }
        List<PairedComparison> pairs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            for (int j = i + 1; j < count; j++) {
                pairs.add(of(table, i, j, stream.part(pairs.size())));
            }
        }
        double[] adjusted =
                holm(pairs.stream().mapToDouble(PairedComparison::pValue).toArray());
        for (int k = 0; k < adjusted.length; k++) {
            pairs.set(k, pairs.get(k).withHolm(adjusted[k]));
        }
        return List.copyOf(pairs);
    }

    /**
     * The conditions that no other beats, in order of appearance: a confidence set for the best one.
     *
     * <p>A condition is beaten if another one is better with {@code holmP} at most the level. The best one is among the unbeaten with probability
     * 1 − level at least, as far as Holm's adjustment holds for signs too (proven for independent comparisons: Shaffer 1980,
     * doi:10.1214/aos/1176345205; with Bonferroni always).
     *
     * @param pairs from {@link #all}
     * @param highIsGood whether larger responses are better
     */
    public static List<String> unbeaten(List<PairedComparison> pairs, double level, boolean highIsGood) {
        List<String> names = new ArrayList<>();
        Set<String> beaten = new HashSet<>();
        for (PairedComparison pair : pairs) {
            for (String name : List.of(pair.first, pair.second)) {
                if (!names.contains(name)) {
                    names.add(name);
                }
            }
            if (pair.holmP <= level) {
                beaten.add(pair.difference.mean() > 0 == highIsGood ? pair.second : pair.first);
            }
        }
        return names.stream().filter(name -> !beaten.contains(name)).toList();
    }

    private PairedComparison withHolm(double adjusted) {
        return new PairedComparison(
                first,
                second,
                seeds,
                difference,
                t,
                pValue,
                signFlipP,
                wilcoxonP,
                effectSize,
                correlation,
                varianceRatio,
                adjusted);
    }

    private static double[] column(double[][] cells, int c) {
        return Arrays.stream(cells).mapToDouble(row -> row[c]).toArray();
    }

    private static PairedComparison of(
            String first, double[] firstAll, String second, double[] secondAll, Stream stream) {
        if (firstAll.length != secondAll.length) {
            throw new IllegalArgumentException("both configurations must have a response a seed, got " + firstAll.length
                    + " and " + secondAll.length);
        }
        int n = 0;
        double[] x = new double[firstAll.length];
        double[] y = new double[firstAll.length];
        for (int s = 0; s < firstAll.length; s++) {
            if (!Double.isNaN(firstAll[s]) && !Double.isNaN(secondAll[s])) {
                x[n] = firstAll[s];
                y[n++] = secondAll[s];
            }
        }
        if (n < 2) {
            throw new IllegalArgumentException(
                    "seeds that both '" + first + "' and '" + second + "' have must be at least 2, got " + n);
        }
        x = Arrays.copyOf(x, n);
        y = Arrays.copyOf(y, n);
        double[] d = differences(x, y);
        double mean = mean(d);
        double stdDev = StrictMath.sqrt(covariance(d, d));
        double t = stdDev > 0 ? mean / (stdDev / StrictMath.sqrt(n)) : mean == 0 ? 0 : mean / 0.0;
        double p = stdDev > 0 ? tTest(d) : mean == 0 ? 1 : 0;
        double xx = covariance(x, x);
        double yy = covariance(y, y);
        return new PairedComparison(
                first,
                second,
                n,
                Estimate.ofStdError(mean, stdDev / StrictMath.sqrt(n), n),
                t,
                p,
                signFlip(d, FLIPS, stream),
                wilcoxon(d),
                effectSize(mean, stdDev, t, n),
                covariance(x, y) / StrictMath.sqrt(xx * yy),
                stdDev * stdDev / (xx + yy),
                p);
    }

    /** x − y, sizes that differ by rounding only made equal and those that are 0 but for rounding 0, so that ties are ties. */
    private static double[] differences(double[] x, double[] y) {
        double[] d = new double[x.length];
        double scale = 0;
        for (int s = 0; s < d.length; s++) {
            d[s] = x[s] - y[s];
            scale = Math.max(scale, Math.max(Math.abs(x[s]), Math.abs(y[s])));
        }
        double last = 0;
        double size = 0;
        for (int s : bySize(d)) {
            double own = Math.abs(d[s]);
            size = own - last <= ROUNDING * scale ? size : own;
            last = own;
            d[s] = d[s] < 0 ? -size : size;
        }
        return d;
    }

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
    static double tTest(double[] d) {
        double t = mean(d) / StrictMath.sqrt(covariance(d, d) / d.length);
        return 2 * new TDistribution(null, d.length - 1.0).cumulativeProbability(-Math.abs(t));
    }

    private static Estimate effectSize(double mean, double stdDev, double t, int n) {
        if (stdDev == 0) {
            return new Estimate(mean / stdDev, Double.NaN, Double.NaN, Double.NaN, n);
        }
        double tail = 0.5 * (1 - Estimate.LEVEL);
        double root = StrictMath.sqrt(n);
        return new Estimate(
                mean / stdDev,
                Double.NaN,
                NoncentralT.noncentrality(t, n - 1, 1 - tail) / root,
                NoncentralT.noncentrality(t, n - 1, tail) / root,
                n);
    }

    /** Two-sided p of Σ d under sign flips. */
    static double signFlip(double[] d, int draws, Stream stream) {
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
