package org.noisebook.model;

import java.util.function.DoubleFunction;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.linalg.MixtureKernels;
import org.noisebook.solver.Field;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.VelocityField;

/** Moves particles on the primitive engine. */
final class PlainParticles {
    private PlainParticles() {}

    static ParticleReplicas.End move(ParticleReplicas replicas, ParticleReplicas.Job job) {
        return job.move(sampler(replicas), replicas.diffusion(), replicas.times());
    }

    private static Sampler sampler(ParticleReplicas replicas) {
        VelocityField drift = replicas.drift() instanceof Drift.Networks networks
                ? networks.field()
                : new Mixtures(replicas.dimension(), replicas::mixture);
        return replicas.method() instanceof SdeMethod sde
                ? sde.sampler(drift, t -> 2 * replicas.diffusion())
                : ((OdeMethod) replicas.method()).sampler(drift);
    }

    private record Mixtures(int dimension, DoubleFunction<AffineMixture> mixture) implements VelocityField {
        @Override
        public Field.Evaluator evaluator(int capacity) {
            return new Values(mixture, capacity);
        }
    }

    private static final class Values implements Field.Evaluator {
        private final MixtureKernels kernels = MixtureKernels.fastest();
        private final DoubleFunction<AffineMixture> mixture;
        private final double[] least;
        private final double[] total;
        private double[][] weights = new double[0][];

        Values(DoubleFunction<AffineMixture> mixture, int capacity) {
            this.mixture = mixture;
            least = new double[capacity];
            total = new double[capacity];
        }

        @Override
        public void at(double t, double[][] x, int count, double[][] out) {
            AffineMixture now = mixture.apply(t);
            if (weights.length < now.components()) {
                weights = new double[now.components()][least.length];
            }
            kernels.evaluate(now, x, count, weights, least, total, out);
        }
    }
}
