package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.FalseDiscovery.Correction;
import org.noisebook.stats.Estimate;

/**
 * Seeds that perform better (golden) or worse (inferior) than the average seed, with a controlled false discovery rate.
 *
 * <p>The effect of a seed is the mean of its condition-centred values. The null hypothesis of no effect is tested by t
 * = effect/(sd/√C_s), with the seed's own standard deviation over its C_s conditions and C_s − 1 degrees of freedom;
 * the p-values of all seeds are adjusted together, separately for the upper and lower tail. The best prediction of an
 * effect under unseen conditions is λ_s × effect, λ_s = V_S/(V_S + V_E/C_s), which for complete tables is 1 − MS_E/MS_S
 * = ICC(3,C) (the best linear unbiased predictor, Robinson 1991, doi:10.1214/ss/1177011926).
 *
 * <p><b>Higher is better</b>: for errors or losses pass {@code table.map(y -> -y)}. <b>Special cases</b>: a seed with
 * identical centred values has t = ±∞ and p = 0 or 1; if its effect is also 0, or it has only one measured cell, t is
 * NaN and both p are 1, but it counts among the tests. λ_s is 0 if the estimate of V_S is negative or nothing varies.
 * Replicates are averaged first; cells not measured are omitted.
 *
 * <p><b>Error</b>: t assumes a seed's values to be normal about its effect; for coarse or skewed scores use {@link
 * #permuted}. Centring correlates the tests only by −1/(S − 1). The level holds separately for golden and for inferior
 * seeds: without seed effects, up to twice as many tables contain one of either kind. Many significant seeds do not
 * mean a large effect: report effects, and {@link HeldOut}.
 *
 * @param seeds in the order of the table
 * @param level seeds with q below it are called golden or inferior
 * @param correction adjustment of the p-values
 * @param shrinkage mean of λ_s
 */
public record GoldenSeeds(List<Seed> seeds, double level, Correction correction, double shrinkage) {

    /**
     * The effect of one seed.
     *
     * @param name name of the seed
     * @param conditions C_s, number of conditions under which it was measured
     * @param effect mean of its condition-centred values
     * @param stdError sd/√C_s
     * @param t effect in units of its standard error
     * @param pHigh probability of an effect at least as high under the null hypothesis
     * @param pLow probability of an effect at least as low under the null hypothesis
     * @param qHigh pHigh adjusted for all seeds
     * @param qLow pLow adjusted for all seeds
     * @param shrinkage λ_s
     * @param shrunk λ_s × effect
     */
    public record Seed(
            String name,
            int conditions,
            double effect,
            double stdError,
            double t,
            double pHigh,
            double pLow,
            double qHigh,
            double qLow,
            double shrinkage,
            double shrunk) {
        /** The effect with the t interval over its conditions. */
        public Estimate interval() {
            return Estimate.ofStdError(effect, stdError, conditions);
        }
    }

    public GoldenSeeds {
        seeds = List.copyOf(seeds);
        Check.above("level", level, 0, 1);
    }

    /**
     * Golden seeds with p-values from t.
     *
     * @param level in (0, 1]
     * @throws IllegalArgumentException for fewer than two seeds or conditions, a condition of one seed, or too few cells for V_E
     */
    public static GoldenSeeds of(SeedTable table, double level, Correction correction) {
        ConditionColumns columns = ConditionColumns.ofCentred(table);
        double[] t = t(columns);
        int[] counts = columns.counts();
        double[] high = new double[t.length];
        double[] low = new double[t.length];
        for (int s = 0; s < t.length; s++) {
            high[s] = tail(-t[s], counts[s]);
            low[s] = tail(t[s], counts[s]);
        }
        return of(table, columns, level, correction, high, low);
    }

    /** The residual variance V_E of a cell, by the method of moments, which needs no draws. */
    public static double restVariance(SeedTable table) {
        return ConditionColumns.ofCentred(table).variances().rest();
    }

    /**
     * Golden seeds with distribution-free p-values (1 + b)/(1 + n): b of n effects are at least as high (low) when the
     * values of each condition are randomly reassigned to the seeds. In a complete table all seeds have the same null
     * distribution, so all seeds of all permutations count, n = permutations × S; otherwise each seed is compared only
     * with itself and needs more permutations, at least 2 S/level for any to be found after the correction.
     *
     * @param permutations at least 1
     */
    public static GoldenSeeds permuted(
            SeedTable table, double level, Correction correction, int permutations, Stream stream) {
        Check.inRange("permutations", permutations, 1, Integer.MAX_VALUE);
        ConditionColumns columns = ConditionColumns.ofCentred(table);
        ConditionColumns dealt = columns.copy();
        double[] effects = columns.means();
        int seeds = effects.length;
        double[] sorted = effects.clone();
        Arrays.sort(sorted);
        boolean together = columns.isComplete();
        long[] reached = new long[seeds + 1];
        long[] missed = new long[seeds + 1];
        for (int i = 0; i < permutations; i++) {
            dealt.shuffle(stream);
            double[] chance = dealt.means();
            for (int s = 0; s < seeds; s++) {
                if (together) {
                    reached[firstAbove(sorted, chance[s])]++;
                    missed[firstAbove(sorted, Math.nextDown(chance[s]))]++;
                } else {
                    reached[s] += chance[s] >= effects[s] ? 1 : 0;
                    missed[s] += chance[s] <= effects[s] ? 1 : 0;
                }
            }
        }
        double[] high = new double[seeds];
        double[] low = new double[seeds];
        double of = 1.0 + (double) permutations * (together ? seeds : 1);
        for (int s = 0; s < seeds; s++) {
            int rank = firstAbove(sorted, effects[s]);
            high[s] = (1 + (together ? sum(reached, rank, seeds + 1) : reached[s])) / of;
            low[s] = (1 + (together ? sum(missed, 0, rank) : missed[s])) / of;
        }
        return of(table, columns, level, correction, high, low);
    }

    /** The number of sorted values that are at most x. */
    private static int firstAbove(double[] sorted, double x) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] <= x) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private static long sum(long[] counts, int from, int to) {
        long sum = 0;
        for (int i = from; i < to; i++) {
            sum += counts[i];
        }
        return sum;
    }

    private static GoldenSeeds of(
            SeedTable table,
            ConditionColumns columns,
            double level,
            Correction correction,
            double[] high,
            double[] low) {
        double[] effects = columns.means();
        double[] errors = stdErrors(columns);
        double[] t = t(columns);
        int[] counts = columns.counts();
        double[] qHigh = correction.adjusted(high);
        double[] qLow = correction.adjusted(low);
        ConditionColumns.Variances variances = columns.variances();
        List<Seed> seeds = new ArrayList<>();
        double shrinkage = 0;
        for (int s = 0; s < effects.length; s++) {
            double lambda = variances.shrinkage(counts[s]);
            shrinkage += lambda / effects.length;
            seeds.add(new Seed(
                    table.seeds().get(s),
                    counts[s],
                    effects[s],
                    errors[s],
                    t[s],
                    high[s],
                    low[s],
                    qHigh[s],
                    qLow[s],
                    lambda,
                    lambda * effects[s]));
        }
        return new GoldenSeeds(seeds, level, correction, shrinkage);
    }

    private static double[] stdErrors(ConditionColumns columns) {
        double[] errors = columns.squares();
        int[] counts = columns.counts();
        for (int s = 0; s < errors.length; s++) {
            errors[s] = StrictMath.sqrt(errors[s] / (counts[s] - 1.0) / counts[s]);
        }
        return errors;
    }

    /** t values; NaN for a seed with one cell, and for one without effect and spread. */
    private static double[] t(ConditionColumns columns) {
        double[] t = columns.means();
        double[] errors = stdErrors(columns);
        for (int s = 0; s < t.length; s++) {
            t[s] /= errors[s];
        }
        return t;
    }

    /** The lower tail P(T ≤ t). */
    private static double tail(double t, int count) {
        if (Double.isNaN(t)) {
            return 1;
        }
        if (Double.isInfinite(t)) {
            return t < 0 ? 0 : 1;
        }
        return new TDistribution(null, count - 1.0).cumulativeProbability(t);
    }

    /** Rows of the golden seeds, best first. */
    public int[] golden() {
        return Arrays.stream(ranking())
                .filter(s -> seeds.get(s).qHigh() < level)
                .toArray();
    }

    /** Rows of the inferior seeds, worst first. */
    public int[] inferior() {
        int[] worstFirst = ranking();
        for (int i = 0, j = worstFirst.length - 1; i < j; i++, j--) {
            int kept = worstFirst[i];
            worstFirst[i] = worstFirst[j];
            worstFirst[j] = kept;
        }
        return Arrays.stream(worstFirst)
                .filter(s -> seeds.get(s).qLow() < level)
                .toArray();
    }

    /** Rows of all seeds by effect, best first; ties are in table order. */
    public int[] ranking() {
        return IntStream.range(0, seeds.size())
                .boxed()
                .sorted(Comparator.comparingDouble(s -> -seeds.get(s).effect()))
                .mapToInt(s -> s)
                .toArray();
    }
}
