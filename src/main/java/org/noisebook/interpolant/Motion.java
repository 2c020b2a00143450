package org.noisebook.interpolant;

import java.util.Objects;
import org.noisebook.experiment.Check;
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
public sealed interface Motion permits Motion.Ode, Motion.Adaptive, Motion.Sde {
    /** The method. */
    Method method();

    /**
     * What moves particles, less their noise.
     *
     * @param forward whether time increases
     */
    MixtureVelocity drift(MixtureInterpolant interpolant, boolean forward);

    /**
     * The method along the interpolant's exact fields.
     *
     * @param forward whether time increases
     */
    Sampler sampler(MixtureInterpolant interpolant, boolean forward);

    /** A method of high order for the same equation: what a fine solution is made with. */
    Motion accurate();

    /** ε. */
    default double diffusion() {
        return 0;
    }

    /** Evaluations of a step, for adaptive methods at least. */
    int evaluations();

    /**
     * dX = b dt in fixed steps.
     *
     * @param method of them
     */
    record Ode(OdeMethod method) implements Motion {
        /** Checks. */
        public Ode {
            Objects.requireNonNull(method, "method");
        }

        /** RK4. */
        public static Ode standard() {
            return new Ode(OdeMethod.RK4);
        }

        @Override
        public MixtureVelocity drift(MixtureInterpolant interpolant, boolean forward) {
            return interpolant.velocity();
        }

        @Override
        public Sampler sampler(MixtureInterpolant interpolant, boolean forward) {
            return method.sampler(drift(interpolant, forward));
        }

        @Override
        public Motion accurate() {
            return standard();
        }

        @Override
        public int evaluations() {
            return method.card().evaluations();
        }
    }

    /**
     * dX = b dt by the pair of Dormand and Prince, which takes as many steps between two times of the grid as it needs.
     *
     * @param tolerance of a step, relative and absolute
     */
    record Adaptive(double tolerance) implements Motion {
        private static final double LEAST = 1e-13;

        public Adaptive {
            Check.inRange("tolerance", tolerance, LEAST, 1);
        }

        /** 10⁻⁶. */
        public static Adaptive standard() {
            return new Adaptive(1e-6);
        }

        @Override
        public DormandPrince method() {
            return new DormandPrince(tolerance, tolerance);
        }

        @Override
        public MixtureVelocity drift(MixtureInterpolant interpolant, boolean forward) {
            return interpolant.velocity();
        }

        @Override
        public Sampler sampler(MixtureInterpolant interpolant, boolean forward) {
            return method().sampler(drift(interpolant, forward));
        }

        @Override
        public Motion accurate() {
            return Ode.standard();
        }

        @Override
        public int evaluations() {
            return 6;
        }
    }

    /**
     * dX = (b + ε s) dt + √(2ε) dW, backward in time with b − ε s: other paths, the same densities at all times.
     *
     * @param method of the steps
     * @param diffusion ε
     */
    record Sde(SdeMethod method, double diffusion) implements Motion {
        private static final double LARGEST = 1000;

        public Sde {
            Objects.requireNonNull(method, "method");
            Check.inRange("diffusion", diffusion, 0, LARGEST);
        }

        /** Stochastic Heun, ε = 1. */
        public static Sde standard() {
            return new Sde(SdeMethod.HEUN, 1);
        }

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
