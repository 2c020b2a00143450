package org.noisebook.model;

import java.util.function.DoubleFunction;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.MixtureKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.solver.Field;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.VelocityField;

/** The reference implementation of {@link ReplicaEngine}. */
final class PlainReplicas implements ReplicaEngine {
    /** Number of points in a forward pass that needs no backward pass. */
    private static final int BLOCK = 128;

    @Override
    public String engineClass() {
        return "exact";
    }

    @Override
    public String describe() {
        return "exact, " + Kernels.fastest().describe();
    }

    @Override
    public int threads() {
        return Integer.MAX_VALUE;
    }

    @Override
    public int slots() {
        return 1;
    }

    @Override
    public void check(Network network, GradientNoise noise, Loss loss, Precision precision) {}

    @Override
    public void train(HingeReplicas replicas, ResultListener<HingeReplicas.TrainingEnd> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(k, train(replicas, replicas.jobs().get(k).get()));
        }
    }

    private static HingeReplicas.TrainingEnd train(HingeReplicas replicas, HingeReplicas.Job job) {
        int capacity = Math.max(BLOCK, job.rule().pointsAStep(job.train().count()));
        NetworkEngine engine = replicas.network().engine(replicas.inputDimension(), capacity, replicas.precision());
        engine.set(job.weights());
        double[] trainStart = engine.outputs(job.train());
        double[] testStart = engine.outputs(job.test());
        HingeSgd.Outcome outcome = job.rule().run(engine, job.train(), job.order());
        return HingeReplicas.TrainingEnd.of(replicas.network(), job, engine, trainStart, testStart, outcome);
    }

    @Override
    public void train(PerceptronReplicas replicas, ResultListener<PerceptronReplicas.TrainingEnd> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(
                    k, PlainPerceptron.train(replicas, replicas.jobs().get(k).get()));
        }
    }

    @Override
    public void train(RegressionReplicas replicas, ResultListener<RegressionReplicas.TrainingEnd> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(k, replicas.train(replicas.jobs().get(k).get(), MatrixKernels.fastest()));
        }
    }

    @Override
    public void move(ParticleReplicas replicas, ResultListener<ParticleReplicas.FinalState> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(k, Particles.move(replicas, replicas.jobs().get(k).get()));
        }
    }

    @Override
    public double[] gram(int count, int length, double[] rows) {
        int stride = Kernels.padded(length);
        int outStride = Kernels.padded(count);
        double[] padded = new double[count * stride];
        for (int i = 0; i < count; i++) {
            System.arraycopy(rows, i * length, padded, i * stride, length);
        }
        double[] strided = new double[count * outStride];
        MatrixKernels.fastest()
                .multiplyTransposed(
                        count,
                        count,
                        length,
                        DoubleView.of(padded, stride),
                        DoubleView.of(padded, stride),
                        DoubleView.of(strided, outStride));
        double[] gram = new double[count * count];
        for (int i = 0; i < count; i++) {
            System.arraycopy(strided, i * outStride, gram, i * count, count);
        }
        return gram;
    }

    /** Moves particles on the primitive engine. */
    private static final class Particles {
        private Particles() {}

        static ParticleReplicas.FinalState move(ParticleReplicas replicas, ParticleReplicas.Job job) {
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
}
