package org.noisebook.field;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;

/**
 * A field that is learned, and samples drawn with it at several amounts of noise ε.
 *
 * @param field what is learned and how
 * @param companion what a second network of the same shape and training learns
 * @param diffusions ε of dX = (b + ε s) dt + √(2ε) dW
 * @param steps of a sampler between the margins
 * @param noiseMargin distance from t = 1, and in two-sided interpolants from t = 0, where particles move without noise
 * @param particles sampled for each ε
 */
public record InterpolantFieldConfig(
        @Parameter("what is learned and how") FieldConfig field,

        @Parameter("what a second network learns") Companion companion,

        @Parameter(value = "amounts of noise to sample with", symbol = "ε", range = "each in [0, 1000]")
        double[] diffusions,

        @Parameter(value = "steps of a sampler", range = "[1, 100000]")
        int steps,

        @Parameter(value = "time near the ends without noise", range = "(0, 0.4]")
        double noiseMargin,

        @Parameter(value = "particles sampled for each ε", range = "[2, 1000000]")
        int particles) {

    /** What a second network learns, for interpolants whose score the first one does not give. */
    public enum Companion {
        /** There is none. */
        NONE,
        /** The score. */
        SCORE,
        /** The mean of the noise. */
        NOISE
    }

    private static final double LARGEST_DIFFUSION = 1000;
    private static final double LARGEST_MARGIN = 0.4;

    /** Validates and copies. */
    public InterpolantFieldConfig {
        Objects.requireNonNull(field, "field");
        Objects.requireNonNull(companion, "companion");
        diffusions = diffusions.clone();
        boolean score = field.oneSided() || companion != Companion.NONE || isNoise(field.objective());
        for (double diffusion : diffusions) {
            Check.inRange("diffusions", diffusion, 0, LARGEST_DIFFUSION);
            if (diffusion > 0 && !score) {
                throw new IllegalArgumentException("diffusions must be 0 where no score is learned, got "
                        + Schema.formatValue(diffusion) + "; companion=noise learns one");
            }
        }
        Check.inRange("steps", steps, 1, 100_000);
        Check.above("noiseMargin", noiseMargin, 0, LARGEST_MARGIN);
        Check.inRange("particles", particles, 2, 1_000_000);
        if (companion != Companion.NONE && (isNoise(field.objective()) || !field.noisy())) {
            throw new IllegalArgumentException(
                    "companion must be none unless field.objective is a velocity of an interpolant with noise, got "
                            + Schema.formatValue(companion));
        }
        if (!field.oneSided() && isNoise(field.objective()) && diffusions.length > 0) {
            throw new IllegalArgumentException("diffusions must be empty where no velocity is learned");
        }
    }

    private static boolean isNoise(Objective objective) {
        return objective == Objective.NOISE || objective == Objective.SCORE;
    }

    /** The checkerboard at ε = 0, 0.5, 1. */
    public static InterpolantFieldConfig standard() {
        return new InterpolantFieldConfig(
                FieldConfig.checkerboard(), Companion.NONE, new double[] {0, 0.5, 1}, 100, 0.03, 20_000);
    }

    @Override
    public double[] diffusions() {
        return diffusions.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InterpolantFieldConfig that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {field, companion, diffusions, steps, noiseMargin, particles};
    }
}
