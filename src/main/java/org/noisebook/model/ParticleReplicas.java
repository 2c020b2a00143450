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
 * Particles moved by one drift f(t, x) over one time grid: dX = f dt + √(2ε) dW.
 *
 * @param dimension d
 * @param drift f
 * @param method an {@link OdeMethod} (which ignores ε) or an {@link SdeMethod}
 * @param diffusion ε
 * @param times the time grid, ascending or descending
 * @param jobs the replicas, each created once when its turn comes
 */
public record ParticleReplicas(
        int dimension, Drift drift, Method method, double diffusion, double[] times, List<Supplier<Job>> jobs) {
    /** Particles moved by a mixture drift. */
    public ParticleReplicas(
            int dimension,
            DoubleFunction<AffineMixture> drift,
            Method method,
            double diffusion,
            double[] times,
            List<Supplier<Job>> jobs) {
        this(dimension, new Drift.Mixtures(drift), method, diffusion, times, jobs);
    }

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
     * The drift at a time, if it is a mixture.
     *
     * @throws IllegalArgumentException if it is not
     */
    public AffineMixture mixture(double t) {
        if (drift instanceof Drift.Mixtures mixtures) {
            return mixtures.at().apply(t);
        }
        throw new IllegalArgumentException("particles must move along mixtures");
    }

    /**
     * The method that gives the stages of a step: the ODE method, or that by which an SDE method evaluates the drift.
     */
    public OdeMethod stages() {
        if (method instanceof SdeMethod sde) {
            return switch (sde) {
                case EULER_MARUYAMA -> OdeMethod.EULER;
                case HEUN -> OdeMethod.HEUN;
            };
        }
        return (OdeMethod) method;
    }

    /** Drift evaluations per particle. */
    public long evaluations() {
        return (long) stages().stages() * (times.length - 1);
    }

    /**
     * The particles of one replica.
     *
     * @param start x[j][k]; not copied and not changed
     * @param noise path noise
     */
    public record Job(double[][] start, Noise noise) {
        /**
         * Moves the particles on the primitive engine, one block after another.
         *
         * @param sampler the integration method
         * @param diffusion ε
         */
        public FinalState move(Sampler sampler, double diffusion, double[] times) {
            double[][] x = Arrays.stream(start).map(double[]::clone).toArray(double[][]::new);
            PathEnergy energy = new PathEnergy(sampler.dimension(), diffusion);
            Noise own = sampler.noises() == 0 ? Noise.NONE : noise;
            long evaluations = Ensemble.run(sampler, times, x, own, 1, energy);
            return new FinalState(x, energy.sum(), evaluations);
        }
    }

    /**
     * Final state of one replica.
     *
     * @param x x[j][k]; not copied
     * @param energy path energy as in {@link PathEnergy}
     * @param evaluations drift evaluations per particle
     */
    public record FinalState(double[][] x, double energy, long evaluations) {}
}
