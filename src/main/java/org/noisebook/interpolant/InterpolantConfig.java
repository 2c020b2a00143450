package org.noisebook.interpolant;

import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.solver.TimeGrid;

/**
 * Samples of an exact interpolant: what moves them, how, and over which times.
 *
 * @param from time at which particles are drawn from ρ(from)
 * @param to time at which they are compared with ρ(to): below {@code from} to run backward
 */
public record InterpolantConfig(
        @Parameter(value = "densities at t = 0 and t = 1", symbol = "ρ_0, ρ_1")
        Pair pair,

        @Parameter("coefficients of x_t = α x_0 + β x_1 + γ z")
        PathSchedule schedule,

        @Parameter("equation and method: ode, adaptive or sde")
        Motion motion,

        @Parameter(value = "time at the start", range = "[0, 1]")
        double from,

        @Parameter(value = "time at the end, below from to run backward", range = "[0, 1]")
        double to,

        @Parameter(value = "steps of the method", range = "[1, 1000000]")
        int steps,

        @Parameter("how steps lie in time: uniform or quadratic")
        TimeGrid grid,

        @Parameter(value = "particles sampled", range = "[2, 10000000]")
        int particles,

        @Parameter(
                value = "steps of a fine solution on the same noise that paths are compared with, 0 for none",
                range = "0 or [steps, 1000000]")
        int fineSteps) {
    private static final int MOST_STEPS = 1_000_000;

    public InterpolantConfig {
        Ranges.check(InterpolantConfig.class, pair, schedule, motion, from, to, steps, grid, particles, fineSteps);
        if (schedule.path() == PathSchedule.Path.MIRROR) {
            throw new IllegalArgumentException("schedule.path must join two densities, got mirror");
        }
        Check.inRange("steps", steps, 1 + schedule.breaks().length, MOST_STEPS);
        if (from == to) {
            throw new IllegalArgumentException(
                    "to must differ from from=" + Schema.formatValue(from) + ", got " + Schema.formatValue(to));
        }
        if (grid.needsNoiseLevel()) {
            throw new IllegalArgumentException("grid must be uniform or quadratic, got " + Schema.formatValue(grid)
                    + ", which needs one noise level");
        }
    }

    /** Two modes to three along linear paths with γ² = 2t (1 − t), by RK4. */
    public static InterpolantConfig standard() {
        return new InterpolantConfig(
                new Pair.TwoToThree(),
                PathSchedule.linear(2),
                Motion.Ode.standard(),
                0,
                1,
                64,
                TimeGrid.UNIFORM,
                20_000,
                0);
    }
}
