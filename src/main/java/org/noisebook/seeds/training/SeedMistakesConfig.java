package org.noisebook.seeds.training;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/** The mistake-driven perceptron under all combinations of initialisation, order and data seeds. */
public record SeedMistakesConfig(
        @Parameter(value = "input dimension", symbol = "d", range = "[2, 65536]")
        int dimension,

        @Parameter(value = "number of training points", symbol = "n", range = "[1, 1000000]")
        int trainSize,

        @Parameter(value = "looks at every point, each time in a fresh order", range = "[1, 1000000]")
        int epochs,

        @Parameter(value = "standard deviation of an initial weight; 0 starts from no weights", range = "[0, 1e30]")
        double initScale,

        @Parameter("seeds of each source, fully crossed") SeedLevels levels) {
    public SeedMistakesConfig {
        Ranges.check(SeedMistakesConfig.class, dimension, trainSize, epochs, initScale, levels);
    }

    /** d = 30, n = 120, one epoch from no weights, 8 × 8 × 8 seeds. */
    public static SeedMistakesConfig standard() {
        return new SeedMistakesConfig(30, 120, 1, 0, SeedLevels.of(8));
    }
}
