package org.noisebook.model;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.noisebook.data.Points;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;

/**
 * Training runs of networks that share architecture, point dimension and count, batch size, precision, noise and loss;
 * each has its own points, weights, margin, learning rate, cap and order.
 *
 * @param network the architecture
 * @param inputDimension length of a point
 * @param trainSize P
 * @param batchSize B
 * @param precision of weights and sums
 * @param noise shared by all rules
 * @param loss shared by all rules
 * @param jobs the runs, each created once when its turn comes, so that not all points are in memory at once
 */
public record HingeReplicas(
        Network network,
        int inputDimension,
        int trainSize,
        int batchSize,
        Precision precision,
        GradientNoise noise,
        Loss loss,
        List<Supplier<Job>> jobs) {
    /** Runs with minibatch noise and hinge loss. */
    public HingeReplicas(
            Network network,
            int inputDimension,
            int trainSize,
            int batchSize,
            Precision precision,
            List<Supplier<Job>> jobs) {
        this(network, inputDimension, trainSize, batchSize, precision, GradientNoise.MINIBATCH, Loss.HINGE, jobs);
    }

    public HingeReplicas {
        if (batchSize < 1 || batchSize > trainSize) {
            throw new IllegalArgumentException(
                    "batchSize must be in [1, trainSize=" + trainSize + "], got " + batchSize);
        }
        Objects.requireNonNull(network, "network");
        Objects.requireNonNull(precision, "precision");
        Objects.requireNonNull(noise, "noise");
        Objects.requireNonNull(loss, "loss");
        jobs = List.copyOf(jobs);
    }

    /**
     * Checks that a job shares what all runs share.
     *
     * @throws IllegalArgumentException if it differs in a shared setting
     */
    public void check(Job job) {
        checkShared("noise", noise, job.rule.noise());
        checkShared("loss", loss, job.rule.loss());
        checkShared("batchSize", batchSize, job.rule.batchSize());
        checkShared("trainSize", trainSize, job.train.count());
        checkShared("inputDimension", inputDimension, job.train.dimension());
    }

    private static void checkShared(String name, Object all, Object got) {
        if (!got.equals(all)) {
            throw new IllegalArgumentException(name + " must be that of all replicas, " + all + ", got " + got);
        }
    }

    /**
     * One training run.
     *
     * @param train {@code trainSize} points
     * @param test points to evaluate at the start and at the end; their number may differ between jobs
     * @param probes number of leading test points on which the tangent kernel is taken; 0 for none
     * @param weights w_0, in the order of {@link NetworkEngine#weights}; not copied
     * @param rule the training rule; its batch size, noise and loss are the shared ones
     * @param order draws the batches
     */
    public record Job(Points train, Points test, int probes, double[] weights, HingeSgd rule, Stream order) {
        /**
         * Whether all outputs are exactly 0 under these weights and no unfitted training point moves one, the test of
         * {@link HingeSgd} for a stuck network, on the exact engine.
         *
         * @param start f(w_0, x) of the training points
         */
        public boolean isStuck(Network network, Precision precision, double[] now, double[] start) {
            NetworkEngine engine = network.engine(train.dimension(), 1, precision);
            engine.set(now);
            if (Arrays.stream(engine.outputs(train)).anyMatch(output -> output != 0)) {
                return false;
            }
            double[] before = engine.weights();
            double rate = rule.perPoint(train.count());
            for (int i = 0; i < train.count(); i++) {
                double pull = rule.loss().slope(rule.margin() - train.label(i) * (0 - start[i]));
                if (Double.isFinite(start[i]) && pull != 0) {
                    engine.forward(train, new int[] {i}, 1, new double[1]);
                    engine.update(new int[1], new double[] {rate * train.label(i) * pull}, 1);
                    if (!Arrays.equals(engine.weights(), before)) {
                        return false;
                    }
                }
            }
            return true;
        }

        /** ‖Θ − Θ_0‖/‖Θ_0‖ on the probes at the final weights, in float64; NaN without probes. */
        public double relativeKernelChange(Network network, double[] end) {
            if (probes == 0) {
                return Double.NaN;
            }
            Points points = test.first(probes);
            return ProbeKernel.tangent(network, end, points)
                    .relativeChange(ProbeKernel.tangent(network, weights, points));
        }

        /** The same, with the Gram matrices of the kernels computed by {@code products}. */
        public double relativeKernelChange(Network network, double[] end, ProbeKernel.Gram products) {
            if (probes == 0) {
                return Double.NaN;
            }
            Points points = test.first(probes);
            return ProbeKernel.tangent(network, end, points)
                    .relativeChange(ProbeKernel.tangent(network, weights, points), products);
        }
    }

    /**
     * How a training run ended. After divergence, the final outputs are empty and the kernel change is NaN.
     *
     * @param outcome reason and time of the end
     * @param weights final weights
     * @param trainStart f(w_0, x) of the training points
     * @param trainEnd f(w, x) of the training points
     * @param testStart f(w_0, x) of the test points
     * @param testEnd f(w, x) of the test points
     * @param relativeKernelChange ‖Θ − Θ_0‖/‖Θ_0‖ on the probes, in float64; NaN without probes
     */
    public record TrainingEnd(
            HingeSgd.Outcome outcome,
            double[] weights,
            double[] trainStart,
            double[] trainEnd,
            double[] testStart,
            double[] testEnd,
            double relativeKernelChange) {
        /** The result of a job whose final weights are in an engine. */
        public static TrainingEnd of(
                Network network,
                Job job,
                NetworkEngine engine,
                double[] trainStart,
                double[] testStart,
                HingeSgd.Outcome outcome) {
            double[] weights = engine.weights();
            if (outcome.stopReason() == StopReason.DIVERGED) {
                double[] none = new double[0];
                return new TrainingEnd(outcome, weights, trainStart, none, testStart, none, Double.NaN);
            }
            return new TrainingEnd(
                    outcome,
                    weights,
                    trainStart,
                    engine.outputs(job.train()),
                    testStart,
                    engine.outputs(job.test()),
                    job.relativeKernelChange(network, weights));
        }
    }
}
