package org.noisebook.seeds;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.rng.Stream;
import org.noisebook.rng.SubsetSampler;

/**
 * How well one half of the conditions predicts the ranking of seeds under the other half.
 *
 * <p>Conditions are split at random into halves, each seed's condition-centred values are averaged within each half,
 * and the correlation ρ of the two halves is averaged over splits. The reliability of all conditions together is 2ρ/(1
 * + ρ), which agrees with the intraclass correlation ICC(3,C) if seeds and conditions are additive.
 *
 * <p><b>Source</b>: Spearman 1910 (doi:10.1111/j.2044-8295.1910.tb00206.x); Brown 1910
 * (doi:10.1111/j.2044-8295.1910.tb00207.x). <b>Special cases</b>: seeds without a value in one of the halves are
 * omitted from that split; if all seeds of a half tie, the correlation and the average are NaN; for an odd number of
 * conditions one half is larger by one. Replicates are averaged first. <b>Error</b>: splits share the same table, so
 * averaging over more of them removes only the randomness of the split, not that of the conditions. <b>Cost</b>: S (C +
 * log S) per split; 100 splits are ample.
 *
 * @param spearman mean rank correlation of the halves
 * @param pearson mean correlation of the halves
 * @param splits number of splits averaged
 */
public record SplitHalf(double spearman, double pearson, int splits) {

    /**
     * The mean over random splits.
     *
     * @throws IllegalArgumentException for fewer than two seeds or conditions, or a condition of one seed
     */
    public static SplitHalf of(SeedTable table, int splits, Stream stream) {
        Check.inRange("splits", splits, 1, Integer.MAX_VALUE);
        ConditionColumns columns = ConditionColumns.ofCentred(table);
        int conditions = columns.conditions();
        SubsetSampler sampler = new SubsetSampler(conditions, stream);
        int[] half = new int[conditions / 2];
        double spearman = 0;
        double pearson = 0;
        for (int i = 0; i < splits; i++) {
            sampler.draw(half, half.length);
            SplitHalf split = of(columns, half, others(half, conditions));
            spearman += split.spearman;
            pearson += split.pearson;
        }
        return new SplitHalf(spearman / splits, pearson / splits, splits);
    }

    /** The result for one given split. */
    public static SplitHalf of(SeedTable table, int[] first, int[] second) {
        return of(ConditionColumns.ofCentred(table), first, second);
    }

    private static SplitHalf of(ConditionColumns columns, int[] first, int[] second) {
        double[] x = columns.of(first).means();
        double[] y = columns.of(second).means();
        int[] both = IntStream.range(0, x.length)
                .filter(s -> !Double.isNaN(x[s]) && !Double.isNaN(y[s]))
                .toArray();
        double[] inFirst = Arrays.stream(both).mapToDouble(s -> x[s]).toArray();
        double[] inSecond = Arrays.stream(both).mapToDouble(s -> y[s]).toArray();
        return new SplitHalf(Ranks.spearman(inFirst, inSecond), Ranks.pearson(inFirst, inSecond), 1);
    }

    /** The conditions outside a half. */
    static int[] others(int[] half, int conditions) {
        boolean[] taken = new boolean[conditions];
        for (int c : half) {
            taken[c] = true;
        }
        return IntStream.range(0, conditions).filter(c -> !taken[c]).toArray();
    }

    /** Reliability of the ranking by all conditions, from the mean rank correlation. */
    public double spearmanBrown() {
        return spearmanBrown(spearman);
    }

    /** 2ρ/(1 + ρ): the correlation for twice as many conditions. */
    public static double spearmanBrown(double halves) {
        return 2 * halves / (1 + halves);
    }
}
