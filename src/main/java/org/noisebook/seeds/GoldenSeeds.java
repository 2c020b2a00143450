package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.FalseDiscovery.Correction;
import org.noisebook.stats.Estimate;

/**
 * Seeds that do better (golden) or worse (inferior) than the average seed, with the share of false ones under control.
 *
 * <p>The effect of a seed is the mean of its condition-centred values. Against no effect stands t = effect/(sd/√C_s) with the seed's own
 * standard deviation over its C_s conditions and C_s − 1 degrees; the p-values of all seeds are adjusted together, upper and lower tail apart.
 * The best guess of an effect under conditions not seen is λ_s × effect, λ_s = V_S/(V_S + V_E/C_s), which for complete tables is
 * 1 − MS_E/MS_S = ICC(3,C) (the best linear unbiased predictor, Robinson 1991, doi:10.1214/ss/1177011926).
 *
 * <p><b>Higher is better</b>: for errors or losses pass {@code table.map(y -> -y)}.
 *
 * <p><b>Special cases</b>: a seed whose centred values all agree has t = ±∞ and p = 0 or 1; one that besides has effect 0, or one measured
 * cell only, has t = NaN and both p = 1, but counts among the tests. λ_s is 0 where V_S is estimated negative or nothing varies. Replicates are
 * averaged first; cells that were not measured are left out.
 *
 * <p><b>Error</b>: t assumes a seed's values to be normal about its effect; for coarse or skewed scores take {@link #permuted}. Centring ties the
 * tests together by a correlation of −1/(S − 1) only. The level holds for golden and for inferior seeds, not for both together: where seeds do
 * nothing, up to twice as many tables have one of either. Many significant seeds are no large effect: report effects, and {@link HeldOut}.
 *
 * @param seeds in the order of the table
 * @param level seeds with q below it are called golden or inferior
 * @param correction of the p-values
 * @param shrinkage mean of λ_s
 */
public record GoldenSeeds(List<Seed> seeds, double level, Correction correction, double shrinkage) {

    /**
     * The effect of one seed.
     *
     * @param name of the seed
     * @param conditions C_s, conditions it was measured under
     * @param effect mean of its condition-centred values
     * @param stdError sd/√C_s
     * @param t effect in standard errors
     * @param pHigh probability of an effect as high without one
     * @param pLow probability of an effect as low without one
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
        /** The effect with the t interval of its conditions. */
        public Estimate interval() {
            return Estimate.ofStdError(effect, stdError, conditions);
        }
    }

    /** Copies and validates. */
    public GoldenSeeds {
        seeds = List.copyOf(seeds);
        Check.above("level", level, 0, 1);
    }

    /**
     * With the p-values of t.
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

    /** V_E, the variance of a cell beside what seed and condition do, by moments; it needs no draws. */
    public static double restVariance(SeedTable table) {
        return ConditionColumns.ofCentred(table).variances().rest();
    }

    /**
     * With p-values (1 + b)/(1 + n) free of any law: b of n effects are as high (low) when the values of each condition are dealt out to the
     * seeds at random. In a complete table every seed is dealt the same law, so that all seeds of all deals count, n = permutations × S; else a
     * seed is compared with itself and needs more deals, at least 2 S/level for the correction to find any.
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

    /** NaN for a seed of one cell, and for one without effect and spread. */
    private static double[] t(ConditionColumns columns) {
        double[] t = columns.means();
        double[] errors = stdErrors(columns);
        for (int s = 0; s < t.length; s++) {
            t[s] /= errors[s];
        }
        return t;
    }

    /** P(T ≤ t). */
    private static double tail(double t, int count) {
        if (Double.isNaN(t)) {
            return 1;
        }
        if (Double.isInfinite(t)) {
            return t < 0 ? 0 : 1;
        }
        return new TDistribution(null, count - 1.0).cumulativeProbability(t);
    }

    /** Rows of the golden seeds, the best first. */
    public int[] golden() {
        return Arrays.stream(ranking())
                .filter(s -> seeds.get(s).qHigh() < level)
                .toArray();
    }

    /** Rows of the inferior seeds, the worst first. */
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

    /** Rows of all seeds by their effect, the best first; equal ones in the order of the table. */
    public int[] ranking() {
        return IntStream.range(0, seeds.size())
                .boxed()
                .sorted(Comparator.comparingDouble(s -> -seeds.get(s).effect()))
                .mapToInt(s -> s)
                .toArray();
    }
}
