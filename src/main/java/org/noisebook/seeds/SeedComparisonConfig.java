package org.noisebook.seeds;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Simulated comparisons of two configurations over seeds: normal responses of unit variance whose correlation over seeds is ρ, and which differ by
 * d_z standard deviations of their difference, √(2(1 − ρ)).
 */
public record SeedComparisonConfig(
        @Parameter(value = "seeds of a comparison", symbol = "n", range = "[2, 100000]")
        int seeds,

        @Parameter(
                value = "mean difference in standard deviations of differences",
                symbol = "d_z",
                range = "[-100, 100]")
        double effect,

        @Parameter(value = "correlation of the two responses of a seed", symbol = "ρ", range = "[0, 0.999999]")
        double correlation,

        @Parameter(value = "level of the tests", range = "[1e-6, 0.5]")
        double level,

        @Parameter(value = "comparisons simulated", range = "[1, 10000000]")
        int dataSets) {
    public SeedComparisonConfig {
        Ranges.check(SeedComparisonConfig.class, seeds, effect, correlation, level, dataSets);
    }

    /** Ten seeds, d_z = 1, ρ = 0.5, 5 %. */
    public static SeedComparisonConfig standard() {
        return new SeedComparisonConfig(10, 1, 0.5, 0.05, 1000);
    }
}
