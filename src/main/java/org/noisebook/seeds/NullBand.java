package org.noisebook.seeds;

import java.util.Arrays;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;
import org.noisebook.rng.Stream;

/**
 * Ranked effects under the null hypothesis: mean and 95 % band of the largest, second largest, … effect when the values
 * of each condition are randomly reassigned to seeds.
 *
 * <p>A plot of ranked effects always shows a best and a worst seed; only effects outside this band indicate a seed
 * effect. The permutation keeps each condition's values, so no distribution is assumed.
 *
 * <p><b>Shapes</b>: by rank, largest effect first. Cells not measured stay empty; replicates are averaged first.
 * <b>Error</b>: the band is for one rank at a time. A real seed effect is permuted with the residuals and widens the
 * band by √(1 + V_S/V_E), so an effect outside it is stronger evidence than stated. <b>Cost</b>: time permutations × (C
 * S + S log S), memory permutations × S.
 *
 * @param mean mean for each rank
 * @param low 2.5 % quantile for each rank
 * @param high 97.5 % quantile for each rank
 * @param permutations number of permutations
 */
public record NullBand(Doubles mean, Doubles low, Doubles high, int permutations) {
    private static final double TAIL = 0.025;

    public NullBand {
        if (low.size() != mean.size() || high.size() != mean.size()) {
            throw new IllegalArgumentException("mean, low and high must have one value per rank, got " + mean.size()
                    + ", " + low.size() + " and " + high.size());
        }
    }

    /**
     * The band of a table.
     *
     * @param permutations at least 1; a few hundred are needed for accurate ends
     * @throws IllegalArgumentException for fewer than two seeds or conditions, or a condition of one seed
     */
    public static NullBand of(SeedTable table, int permutations, Stream stream) {
        Check.inRange("permutations", permutations, 1, Integer.MAX_VALUE);
        ConditionColumns columns = ConditionColumns.ofCentred(table);
        int seeds = columns.seeds();
        double[][] ranked = new double[seeds][permutations];
        for (int i = 0; i < permutations; i++) {
            columns.shuffle(stream);
            double[] effects = columns.means();
            Arrays.sort(effects);
            for (int r = 0; r < seeds; r++) {
                ranked[r][i] = effects[seeds - 1 - r];
            }
        }
        double[] mean = new double[seeds];
        double[] low = new double[seeds];
        double[] high = new double[seeds];
        int below = (int) (TAIL * (permutations - 1));
        for (int r = 0; r < seeds; r++) {
            mean[r] = Arrays.stream(ranked[r]).sum() / permutations;
            Arrays.sort(ranked[r]);
            low[r] = ranked[r][below];
            high[r] = ranked[r][permutations - 1 - below];
        }
        return new NullBand(Doubles.of(mean), Doubles.of(low), Doubles.of(high), permutations);
    }
}
