package org.noisebook.seeds;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Simulated tables Y_sc = a_s + b_c + e_sc of normal effects, for what the analysis of seeds finds where the truth is known.
 *
 * @param affected share of the seeds that have an effect, the first ones of a table; the others have a = 0
 */
public record SeedCalibrationConfig(
        @Parameter(value = "standard deviation of seed effects", symbol = "√V_S", range = "[0, 1e6]")
        double seedStdDev,

        @Parameter(value = "share of seeds with an effect", range = "[0, 1]")
        double affected,

        @Parameter(value = "standard deviation of condition effects", symbol = "√V_C", range = "[0, 1e6]")
        double conditionStdDev,

        @Parameter(value = "standard deviation of the rest", symbol = "√V_E", range = "[1e-6, 1e6]")
        double restStdDev,

        @Parameter(value = "seeds of a table", symbol = "S", range = "[2, 100000]")
        int seeds,

        @Parameter(value = "conditions of a table", symbol = "C", range = "[4, 100000]")
        int conditions,

        @Parameter(value = "seeds picked on half of the conditions", range = "[1, seeds)")
        int chosen,

        @Parameter(value = "halvings of the conditions, 0 for no held-out validation", range = "[0, 10000]")
        int splits,

        @Parameter(value = "tables simulated", range = "[1, 1000000]")
        int dataSets) {
    public SeedCalibrationConfig {
        Ranges.check(
                SeedCalibrationConfig.class,
                seedStdDev,
                affected,
                conditionStdDev,
                restStdDev,
                seeds,
                conditions,
                chosen,
                splits,
                dataSets);
    }

    /** No seed effect and a strong effect of conditions: 128 seeds, 32 conditions, 100 tables, six seeds picked in one halving. */
    public static SeedCalibrationConfig standard() {
        return new SeedCalibrationConfig(0, 1, 2, 1, 128, 32, 6, 1, 100);
    }

    /** Seeds of a table that have an effect. */
    public int affectedSeeds() {
        return (int) Math.round(affected * seeds);
    }

    /** √V_S at which half of the conditions have reliability λ = V_S/(V_S + V_E/(C/2)). */
    public double seedStdDevOf(double reliability) {
        return restStdDev * StrictMath.sqrt(reliability / (1 - reliability) / (conditions / 2.0));
    }

    /** √(V_S + V_E) of a cell within its condition. */
    public double spread() {
        return StrictMath.sqrt(seedStdDev * seedStdDev + restStdDev * restStdDev);
    }

    /** Mean of the best of as many normal seed means over half of the conditions, less the mean of all. */
    public double expectedGain() {
        double variance = seedStdDev * seedStdDev + 2.0 / conditions * restStdDev * restStdDev;
        return StrictMath.sqrt(variance * (1 - 1.0 / seeds)) * ExtremeNull.expectedTop(seeds, chosen);
    }
}
