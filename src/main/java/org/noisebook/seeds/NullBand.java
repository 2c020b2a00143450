package org.noisebook.seeds;

import java.util.Arrays;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;

/**
 * The ranking that chance alone makes: mean and 95 % band of the largest, second largest, … effect when the values of each condition are
 * dealt out to the seeds at random.
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
public record NullBand(double[] mean, double[] low, double[] high, int permutations) {
    private static final double TAIL = 0.025;

    /** Copies and validates. */
    public NullBand {
        mean = mean.clone();
        low = low.clone();
        high = high.clone();
        if (low.length != mean.length || high.length != mean.length) {
            throw new IllegalArgumentException("mean, low and high must have one value a rank, got " + mean.length
                    + ", " + low.length + " and " + high.length);
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
        return new NullBand(mean, low, high, permutations);
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[] low() {
        return low.clone();
    }

    @Override
    public double[] high() {
        return high.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NullBand that
                && permutations == that.permutations
                && Arrays.equals(mean, that.mean)
                && Arrays.equals(low, that.low)
                && Arrays.equals(high, that.high);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(mean) + Arrays.hashCode(low)) + 31 * Arrays.hashCode(high) + permutations;
    }
}
