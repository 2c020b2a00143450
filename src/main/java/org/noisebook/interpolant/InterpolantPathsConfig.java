package org.noisebook.interpolant;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/** A few particles of an exact interpolant on the line, whose paths are kept. */
public record InterpolantPathsConfig(
        @Parameter("the two densities, on the line") Pair pair,

        @Parameter("coefficients of x_t = α x_0 + β x_1 + γ z")
        PathSchedule schedule,

        @Parameter("equation and method: ode, adaptive or sde")
        Motion motion,

        @Parameter(value = "places at t = 0", range = "each in [-1e6, 1e6]")
        Doubles starts,

        @Parameter(value = "steps between places that are kept", range = "[1, 100000]")
        int every,

        @Parameter(value = "places kept of each path after its start", range = "[1, 10000]")
        int shown) {

    public InterpolantPathsConfig {
        Ranges.check(InterpolantPathsConfig.class, pair, schedule, motion, starts, every, shown);
        if (pair.dimension() != 1) {
            throw new IllegalArgumentException("pair must be on the line, got dimension " + pair.dimension());
        }
    }

    /** Four paths of the flow from two modes to three. */
    public static InterpolantPathsConfig standard() {
        return new InterpolantPathsConfig(
                new Pair.TwoToThree(),
                PathSchedule.standard(),
                Motion.Ode.standard(),
                Doubles.of(-3.4, -2.6, 2.6, 3.4),
                51,
                20);
    }
}
