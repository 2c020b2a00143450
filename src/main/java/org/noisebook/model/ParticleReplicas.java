package org.noisebook.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Method;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.PathEnergy;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;

/**
 * Particles moved along one drift f(t, x) over one grid of times: dX = f dt + √(2ε) dW.
 *
 * @param dimension d
 * @param drift f
 * @param method an {@link OdeMethod} (then ε is not used) or an {@link SdeMethod}
 * @param diffusion ε
 * @param times of the grid, ascending or descending
 * @param jobs made when their turn comes; each is asked for once
 */
public record ParticleReplicas(
        int dimension, Drift drift, Method method, double diffusion, double[] times, List<Supplier<Job>> jobs) {
    /** Along mixtures. */
    public ParticleReplicas(
            int dimension,
            DoubleFunction<AffineMixture> drift,
            Method method,
            double diffusion,
            double[] times,
            List<Supplier<Job>> jobs) {
        this(dimension, new Drift.Mixtures(drift), method, diffusion, times, jobs);
    }

    /** Copies. */
    public ParticleReplicas {
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be at least 1, got " + dimension);
        }
        Objects.requireNonNull(drift, "drift");
        if (!(method instanceof OdeMethod || method instanceof SdeMethod)) {
            throw new IllegalArgumentException(
                    "method must take fixed steps, got " + method.card().id());
        }
        if (!(diffusion >= 0 && diffusion < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("diffusion must be in [0, inf), got " + diffusion);
        }
        times = times.clone();
        jobs = List.copyOf(jobs);
    }

    @Override
    public double[] times() {
        return times.clone();
    }

    /**
     * The drift at a time, if it is one of mixtures.
     *
     * @throws IllegalArgumentException if not
     */
    public AffineMixture mixture(double t) {
        if (drift instanceof Drift.Mixtures mixtures) {
            return mixtures.at().apply(t);
        }
        throw new IllegalArgumentException("particles must move along mixtures");
    }

    /** The stages of a step: those of an ODE's method, or as an SDE's method takes the drift. */
    public OdeMethod stages() {
        if (method instanceof SdeMethod sde) {
            return switch (sde) {
                case EULER_MARUYAMA -> OdeMethod.EULER;
                case HEUN -> OdeMethod.HEUN;
            };
        }
        return (OdeMethod) method;
    }

    /** Of the drift, a particle. */
    public long evaluations() {
        return (long) stages().stages() * (times.length - 1);
    }

    /**
     * The particles of one replica.
     *
     * @param start x[j][k]; not copied and not changed
     * @param noise of the path
     */
    public record Job(double[][] start, Noise noise) {
        /**
         * Moves them on the primitive engine, one block after the other.
         *
         * @param sampler how
         * @param diffusion ε of its noise
         */
        public End move(Sampler sampler, double diffusion, double[] times) {
            double[][] x = Arrays.stream(start).map(double[]::clone).toArray(double[][]::new);
            PathEnergy energy = new PathEnergy(sampler.dimension(), diffusion);
            Noise own = sampler.noises() == 0 ? Noise.NONE : noise;
            long evaluations = Ensemble.run(sampler, times, x, own, 1, energy);
            return new End(x, energy.sum(), evaluations);
        }
    }

    /**
     * Where they ended.
     *
     * @param x x[j][k]; not copied
     * @param energy as {@link PathEnergy} sums it
     * @param evaluations of the drift a particle
     */
    public record End(double[][] x, double energy, long evaluations) {}
}
