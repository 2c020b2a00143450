package org.noisebook.seeds;

import java.util.Arrays;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;

/**
 * The ranking by chance alone: mean and 95 % band of the largest, second largest, … effect when the values of each
 * condition are dealt to the seeds at random.
 *
 * <p>A plot of ranked effects always shows a best and a worst seed; only what leaves this band needs a seed effect. The deal keeps each
 * condition's values, so that no law is assumed.
 *
 * <p><b>Shapes</b>: by rank, the largest effect first. Cells that were not measured stay so; replicates are averaged first.
 *
 * <p><b>Error</b>: the band is for one rank at a time. A real seed effect is dealt out with the rest and widens the band by
 * √(1 + V_S/V_E), so that leaving it is stronger evidence than it says.
 *
 * <p><b>Cost</b>: permutations × (C S + S log S), and as many numbers as permutations × S.
 *
 * @param mean of each rank
 * @param low the 2.5 % quantile of each rank
 * @param high the 97.5 % quantile of each rank
 * @param permutations deals
 */
public record NullBand(Doubles mean, Doubles low, Doubles high, int permutations) {
    private static final double TAIL = 0.025;

    public NullBand {
        if (low.size() != mean.size() || high.size() != mean.size()) {
            throw new IllegalArgumentException("mean, low and high must have one value a rank, got " + mean.size()
                    + ", " + low.size() + " and " + high.size());
        }
    }

    /**
     * The band of a table.
     *
     * @param permutations at least 1; a few hundred are needed for the ends
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
