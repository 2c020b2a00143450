package org.noisebook.papers.interpolants;

import org.noisebook.experiment.Parameter;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.MixtureVelocity;
import org.noisebook.solver.DormandPrince;
import org.noisebook.solver.Method;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;

/**
 * The equation that moves particles of an exact interpolant, and the method that solves it.
 *
 * <p>In configs: {@code ode(method=rk4)}, {@code adaptive(tolerance=1e-6)}, {@code sde(method=heun, diffusion=1)}.
 */
public sealed interface Motion {
    /** The numerical method. */
    Method method();

    /**
     * The drift of the particles, without their noise.
     *
     * @param forward whether time increases
     */
    default MixtureVelocity drift(MixtureInterpolant interpolant, boolean forward) {
        return interpolant.velocity();
    }

    /**
     * The method applied to the interpolant's exact fields.
     *
     * @param forward whether time increases
     */
    Sampler sampler(MixtureInterpolant interpolant, boolean forward);

    /** A method of high order for the same equation, used for the fine solution. */
    default Motion accurate() {
        return new Ode(OdeMethod.RK4);
    }

    /** The noise ε; 0 for an ODE. */
    default double diffusion() {
        return 0;
    }

    /** Evaluations per step, for adaptive methods the least possible. */
    int evaluations();

    /** The ODE dX = b dt in fixed steps. */
    record Ode(
            @Parameter(standard = "rk4", value = "method of the steps")
            OdeMethod method) implements Motion {
        @Override
        public Sampler sampler(MixtureInterpolant interpolant, boolean forward) {
            return method.sampler(drift(interpolant, forward));
        }

        @Override
        public int evaluations() {
            return method.card().evaluations();
        }
    }

    /** The ODE dX = b dt by the adaptive Dormand–Prince pair, with as many steps between two times of the grid as it needs. */
    record Adaptive(
            @Parameter(standard = "1e-6", range = "[1e-13, 1]", value = "tolerance of a step, relative and absolute")
            double tolerance)
            implements Motion {
        @Override
        public DormandPrince method() {
            return new DormandPrince(tolerance, tolerance);
        }

        @Override
        public Sampler sampler(MixtureInterpolant interpolant, boolean forward) {
            return method().sampler(drift(interpolant, forward));
        }

        @Override
        public int evaluations() {
            return 6;
        }
    }

    /** The SDE dX = (b + ε s) dt + √(2ε) dW, backward in time with b − ε s: different paths, the same densities at all times. */
    record Sde(
            @Parameter(standard = "heun", value = "method of the steps")
            SdeMethod method,

            @Parameter(standard = "1", range = "[0, 1000]", symbol = "ε", value = "noise")
            double diffusion)
            implements Motion {
        @Override
        public MixtureVelocity drift(MixtureInterpolant interpolant, boolean forward) {
            return forward ? interpolant.forwardDrift(t -> diffusion) : interpolant.backwardDrift(t -> diffusion);
        }

        @Override
        public Sampler sampler(MixtureInterpolant interpolant, boolean forward) {
            return method.sampler(drift(interpolant, forward), t -> 2 * diffusion);
        }

        @Override
        public Motion accurate() {
            return new Sde(SdeMethod.HEUN, diffusion);
        }

        @Override
        public int evaluations() {
            return method.card().evaluations();
        }
    }
}
