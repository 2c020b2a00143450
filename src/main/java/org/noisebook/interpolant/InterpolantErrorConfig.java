package org.noisebook.interpolant;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Exact fields on the line with a known error, and samples drawn with them at several amounts of noise ε.
 *
 * @param diffusions ε of dX = (b̂ + ε ŝ) dt + √(2ε) dW
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
        Doubles diffusions,

        @Parameter(value = "steps of Heun's method, and of RK4 for the density of the flow", range = "[1, 100000]")
        int steps,

        @Parameter(value = "particles sampled for each ε", range = "[2, 1000000]")
        int particles) {

    /** Copies. */
    public InterpolantErrorConfig {
        Ranges.check(
                InterpolantErrorConfig.class, pair, schedule, velocityError, scoreError, diffusions, steps, particles);
        if (pair.dimension() != 1) {
            throw new IllegalArgumentException("pair must be on the line, got dimension " + pair.dimension());
        }
    }

    /** Noise to two modes with γ = √(2 t (1 − t)) and b̂ − b = 0.4 sin 3x. */
    public static InterpolantErrorConfig standard() {
        return new InterpolantErrorConfig(
                ExactPair.NOISE_TO_TWO_MODES,
                PathSchedule.linear(2),
                FieldError.Wave.standard(),
                new FieldError.None(),
                Doubles.of(0, 0.5, 2),
                250,
                10_000);
    }
}
