package org.noisebook.interpolant;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Log densities of points under an exact interpolant, by one of three ways: the ODE with exact divergence (no probes, ε = 0), the ODE with
 * Hutchinson's divergence (probes), or an average over paths of an SDE (ε &gt; 0).
 *
 * @param copies sets of probes, or paths, a point; 1 for the ODE with exact divergence
 */
public record InterpolantLikelihoodConfig(
        @Parameter("the two densities") ExactPair pair,

        @Parameter("coefficients of x_t = α x_0 + β x_1 + γ z")
        PathSchedule schedule,

        @Parameter(
                value = "coordinates of the points, one after the other",
                symbol = "x",
                range = "each in (-inf, inf)")
        Doubles points,

        @Parameter(value = "steps of RK4, or of stochastic Heun", range = "[1, 1000000]")
        int steps,

        @Parameter(value = "time left out at both ends", range = "[0, 0.4]")
        double cut,

        @Parameter("the density taken at the last time: that of t = 0, or the exact one of that time")
        End end,

        @Parameter("law of probes of the divergence") Likelihood.Probe probe,

        @Parameter(value = "probes of the divergence, 0 for the exact one", range = "[0, 1000]")
        int probes,

        @Parameter(value = "noise of paths, 0 for the ODE", symbol = "ε", range = "[0, 1000]")
        double diffusion,

        @Parameter(value = "sets of probes, or paths, for each point", range = "[1, 10000000]")
        int copies) {
    /** The density at the last time. */
    public enum End {
        /** ρ_0, as if the last time were 0. */
        BASE,
        /** ρ(t) of the last time. */
        DENSITY
    }

    /** Copies. */
    public InterpolantLikelihoodConfig {
        Ranges.check(
                InterpolantLikelihoodConfig.class,
                pair,
                schedule,
                points,
                steps,
                cut,
                end,
                probe,
                probes,
                diffusion,
                copies);
        if (points.size() == 0 || points.size() % pair.dimension() != 0) {
            throw new IllegalArgumentException("points must hold a positive multiple of " + pair.dimension()
                    + " coordinates, got " + points.size());
        }
        if (probes > 0 && diffusion > 0) {
            throw new IllegalArgumentException("probes must be 0 for paths with noise, got " + probes);
        }
        boolean random = probes > 0 || diffusion > 0;
        if (random != copies > 1) {
            throw new IllegalArgumentException("copies must be "
                    + (random ? "at least 2 with probes or noise" : "1 without probes and noise") + ", got " + copies);
        }
    }

    /** Six points of the 2→3-mode pair, linear with γ = 0, 400 steps. */
    public static InterpolantLikelihoodConfig standard() {
        return new InterpolantLikelihoodConfig(
                ExactPair.TWO_TO_THREE_MODES,
                PathSchedule.linear(0),
                Doubles.of(-6.5, -3, 0, 1.5, 3.2, 6),
                400,
                0,
                End.DENSITY,
                Likelihood.Probe.RADEMACHER,
                0,
                0,
                1);
    }

    /** Number of points. */
    public int count() {
        return points.size() / pair.dimension();
    }
}
