package org.noisebook.field;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;

/**
 * A learned field, and sampling with it at several noise strengths ε.
 *
 * @param diffusions ε of dX = (b + ε s) dt + √(2ε) dW
 * @param steps sampler steps between the margins
 * @param noiseMargin distance from t = 1, and in two-sided interpolants from t = 0, where particles move without noise
 */
public record InterpolantFieldConfig(
        @Parameter("what is learned and how") FieldConfig field,

        @Parameter("what a second network learns") Companion companion,

        @Parameter(value = "noise strengths to sample with", symbol = "ε", range = "each in [0, 1000]")
        Doubles diffusions,

        @Parameter(value = "steps of a sampler", range = "[1, 100000]")
        int steps,

        @Parameter(value = "time near both ends without noise", range = "(0, 0.4]")
        double noiseMargin,

        @Parameter(value = "particles sampled for each ε", range = "[2, 1000000]")
        int particles) {
    /** The quantity learned by a second network, for interpolants whose score the first network does not give. */
    public enum Companion {
        /** No second network. */
        NONE,
        /** The score. */
        SCORE,
        /** The mean of the noise. */
        NOISE
    }

    public InterpolantFieldConfig {
        Ranges.check(InterpolantFieldConfig.class, field, companion, diffusions, steps, noiseMargin, particles);
        boolean score = field.oneSided() || companion != Companion.NONE || isNoise(field.objective());
        for (double diffusion : diffusions.toArray()) {
            if (diffusion > 0 && !score) {
                throw new IllegalArgumentException("diffusions must be 0 where no score is learned, got "
                        + Schema.formatValue(diffusion) + "; companion=noise learns one");
            }
        }
        if (companion != Companion.NONE && (isNoise(field.objective()) || !field.noisy())) {
            throw new IllegalArgumentException(
                    "companion must be none unless field.objective is a velocity of an interpolant with noise, got "
                            + Schema.formatValue(companion));
        }
        if (!field.oneSided() && isNoise(field.objective()) && diffusions.size() > 0) {
            throw new IllegalArgumentException("diffusions must be empty where no velocity is learned");
        }
    }

    private static boolean isNoise(Objective objective) {
        return objective == Objective.NOISE || objective == Objective.SCORE;
    }

    /** The checkerboard at ε = 0, 0.5, 1. */
    public static InterpolantFieldConfig standard() {
        return new InterpolantFieldConfig(
                FieldConfig.checkerboard(), Companion.NONE, Doubles.of(0, 0.5, 1), 100, 0.03, 20_000);
    }
}
