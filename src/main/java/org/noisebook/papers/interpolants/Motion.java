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
    /** The method. */
    Method method();

    /**
     * What moves particles, less their noise.
     *
     * @param forward whether time increases
     */
    default MixtureVelocity drift(MixtureInterpolant interpolant, boolean forward) {
        return interpolant.velocity();
    }

    /**
     * The method along the interpolant's exact fields.
     *
     * @param forward whether time increases
     */
    Sampler sampler(MixtureInterpolant interpolant, boolean forward);

    /** A method of high order for the same equation: what a fine solution is made with. */
    default Motion accurate() {
        return new Ode(OdeMethod.RK4);
    }

    /** ε. */
    default double diffusion() {
        return 0;
    }

    /** Evaluations of a step, for adaptive methods at least. */
    int evaluations();

    /** dX = b dt in fixed steps. */
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

    /** dX = b dt by the pair of Dormand and Prince, which takes as many steps between two times of the grid as it needs. */
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

    /** dX = (b + ε s) dt + √(2ε) dW, backward in time with b − ε s: other paths, the same densities at all times. */
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
