package org.noisebook.model;

import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;

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
    public void train(HingeReplicas replicas, Ended<HingeReplicas.End> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(k, train(replicas, replicas.jobs().get(k).get()));
        }
    }

    private static HingeReplicas.End train(HingeReplicas replicas, HingeReplicas.Job job) {
        int capacity = Math.max(BLOCK, job.rule().pointsAStep(job.train().count()));
        NetworkEngine engine = replicas.network().engine(replicas.inputDimension(), capacity, replicas.precision());
        engine.set(job.weights());
        double[] trainStart = engine.outputs(job.train());
        double[] testStart = engine.outputs(job.test());
        HingeSgd.Outcome outcome = job.rule().run(engine, job.train(), job.order());
        return HingeReplicas.End.of(replicas.network(), job, engine, trainStart, testStart, outcome);
    }

    @Override
    public void train(PerceptronReplicas replicas, Ended<PerceptronReplicas.End> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(
                    k, PlainPerceptron.train(replicas, replicas.jobs().get(k).get()));
        }
    }

    @Override
    public void train(RegressionReplicas replicas, Ended<RegressionReplicas.End> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(k, replicas.train(replicas.jobs().get(k).get(), MatrixKernels.fastest()));
        }
    }

    @Override
    public void move(ParticleReplicas replicas, Ended<ParticleReplicas.End> ended) {
        for (int k = 0; k < replicas.jobs().size(); k++) {
            ended.accept(k, PlainParticles.move(replicas, replicas.jobs().get(k).get()));
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
}
