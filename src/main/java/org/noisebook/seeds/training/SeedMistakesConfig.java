package org.noisebook.seeds.training;

import java.util.Objects;
import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;

/**
 * The mistake-driven perceptron under all combinations of initialisation, order and data seeds.
 *
 * @param dimension d
 * @param trainSize n
 * @param epochs looks at every point
 * @param initScale standard deviation of an initial weight
 * @param levels seeds of each source
 */
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
    private static final int LARGEST_DIMENSION = 65_536;
    private static final int MOST = 1_000_000;
    private static final double LARGEST_SCALE = 1e30;

    /** Validates. */
    public SeedMistakesConfig {
        Check.inRange("dimension", dimension, 2, LARGEST_DIMENSION);
        Check.inRange("trainSize", trainSize, 1, MOST);
        Check.inRange("epochs", epochs, 1, MOST);
        Check.inRange("initScale", initScale, 0, LARGEST_SCALE);
        Objects.requireNonNull(levels, "levels");
    }

    /** d = 30, n = 120, one epoch from no weights, 8 × 8 × 8 seeds. */
    public static SeedMistakesConfig standard() {
        return new SeedMistakesConfig(30, 120, 1, 0, SeedLevels.of(8));
    }
}
