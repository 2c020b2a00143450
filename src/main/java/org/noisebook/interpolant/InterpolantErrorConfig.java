package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;

/**
 * Exact fields on the line with a known error, and samples drawn with them at several amounts of noise ε.
 *
 * @param pair ρ_0 and ρ_1, on the line
 * @param schedule α, β, γ
 * @param velocityError b̂ − b
 * @param scoreError ŝ − s
 * @param diffusions ε of dX = (b̂ + ε ŝ) dt + √(2ε) dW
 * @param steps of Heun's method
 * @param particles sampled for each ε, and points of ρ_1 in estimates of the divergence
 */
public record InterpolantErrorConfig(
        @Parameter("the two densities, on the line") ExactPair pair,

        @Parameter("coefficients of x_t = α x_0 + β x_1 + γ z")
        PathSchedule schedule,

        @Parameter(value = "error of the velocity", symbol = "b̂ − b")
        FieldError velocityError,

        @Parameter(value = "error of the score", symbol = "ŝ − s")
        FieldError scoreError,

        @Parameter(value = "amounts of noise to sample with", symbol = "ε", range = "each in [0, 1000]")
        double[] diffusions,

        @Parameter(value = "steps of Heun's method, and of RK4 for the density of the flow", range = "[1, 100000]")
        int steps,

        @Parameter(value = "particles sampled for each ε", range = "[2, 1000000]")
        int particles) {
    private static final double LARGEST_DIFFUSION = 1000;

    /** Validates and copies. */
    public InterpolantErrorConfig {
        Objects.requireNonNull(schedule, "schedule");
        Objects.requireNonNull(velocityError, "velocityError");
        Objects.requireNonNull(scoreError, "scoreError");
        diffusions = diffusions.clone();
        if (pair.dimension() != 1) {
            throw new IllegalArgumentException("pair must be on the line, got dimension " + pair.dimension());
        }
        for (double diffusion : diffusions) {
            Check.inRange("diffusions", diffusion, 0, LARGEST_DIFFUSION);
        }
        Check.inRange("steps", steps, 1, 100_000);
        Check.inRange("particles", particles, 2, 1_000_000);
    }

    /** Noise to two modes with γ = √(2 t (1 − t)) and b̂ − b = 0.4 sin 3x. */
    public static InterpolantErrorConfig standard() {
        return new InterpolantErrorConfig(
                ExactPair.NOISE_TO_TWO_MODES,
                PathSchedule.linear(2),
                FieldError.Wave.standard(),
                new FieldError.None(),
                new double[] {0, 0.5, 2},
                250,
                10_000);
    }

    @Override
    public double[] diffusions() {
        return diffusions.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InterpolantErrorConfig that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {pair, schedule, velocityError, scoreError, diffusions, steps, particles};
    }
}
