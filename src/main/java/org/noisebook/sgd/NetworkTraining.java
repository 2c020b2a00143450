package org.noisebook.sgd;

import java.util.function.LongConsumer;
import org.noisebook.data.Doubles;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.NetworkKernels;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * One training run of {@link NetworkStudy} with access to its parts: points, initial weights, and the network.
 *
 * <p><b>Streams</b> and <b>cost</b>: those of the study. An instance trains once and belongs to one thread.
 */
public final class NetworkTraining {
    /** Number of points in a forward pass that needs no backward pass. */
    private static final int BLOCK = 128;

    /** Weights that changed by more have diverged: in double precision, nothing of the initial ones is left in them. */
    private static final double LARGEST_CHANGE = 0x1p53;

    private final NetworkConfig config;
    private final HingeReplicas.Job job;
    private final NetworkEngine engine;
    private final double[] trainStart;
    private final double[] testStart;

    /** An untrained network on the fastest kernels. */
    public NetworkTraining(NetworkConfig config, Streams streams) {
        this(config, streams, NetworkKernels.fastest());
    }

    NetworkTraining(NetworkConfig config, Streams streams, NetworkKernels kernels) {
        this.config = config;
        this.engine = config.network().engine(config.inputDimension(), capacity(config), config.precision(), kernels);
        this.job = job(config, streams, engine);
        this.trainStart = engine.outputs(job.train());
        this.testStart = engine.outputs(job.test());
    }

    /** The randomly drawn parts of a training run; the initial weights remain in an engine of the config. */
    static HingeReplicas.Job job(NetworkConfig config, Streams streams, NetworkEngine engine) {
        Split split = Split.of(
                config.dataset(),
                config.task(),
                config.trainSize(),
                config.testSize(),
                config.testDraw(),
                config.dimension(),
                streams);
        engine.initialise(streams.at("init"));
        return new HingeReplicas.Job(
                split.train(), split.test(), config.probeSize(), engine.weights(), rule(config), streams.at("order"));
    }

    static int capacity(NetworkConfig config) {
        return Math.max(rule(config).pointsAStep(config.trainSize()), BLOCK);
    }

    /** The rule of the training. */
    public static HingeSgd rule(NetworkConfig config) {
        return new HingeSgd(
                config.margin(),
                config.learningRate(),
                config.batchSize(),
                config.noise(),
                config.sampleCap(),
                config.loss());
    }

    public Points train() {
        return job.train();
    }

    public Points test() {
        return job.test();
    }

    /** A copy of the weights at the start. */
    public double[] initialWeights() {
        return job.weights().clone();
    }

    /** f(w_0, x) of the training points. */
    public double[] trainOutputsAtStart() {
        return trainStart.clone();
    }

    /** A copy of the current weights. */
    public double[] weights() {
        return engine.weights();
    }

    /** F = f(w, x) − f(w_0, x) on the test points at the current weights. */
    public double[] testPredictions() {
        double[] outputs = engine.outputs(job.test());
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] -= testStart[i];
        }
        return outputs;
    }

    /** The loss on the training points with the current weights. */
    public double trainLoss() {
        return Fit.of(engine.outputs(job.train()), trainStart, job.train(), config).loss;
    }

    /** The error on the test points with the current weights. */
    public double testError() {
        return Fit.of(engine.outputs(job.test()), testStart, job.test(), config).error;
    }

    /** Trains to the end. */
    public NetworkResult run() {
        return run(new long[0], step -> {});
    }

    /** Trains to the end with an observer, see {@link HingeSgd}. */
    public NetworkResult run(long[] at, LongConsumer watcher) {
        HingeSgd.Outcome outcome = job.rule().run(engine, job.train(), job.order(), at, watcher);
        return result(
                config,
                job,
                HingeReplicas.TrainingEnd.of(config.network(), job, engine, trainStart, testStart, outcome));
    }

    /** The result of a training run, whichever engine ran it. */
    static NetworkResult result(NetworkConfig config, HingeReplicas.Job job, HingeReplicas.TrainingEnd end) {
        HingeSgd.Outcome outcome = end.outcome();
        int[] sizes = config.network().blockSizes(config.inputDimension());
        double change = relativeChange(job.weights(), end.weights(), 0, job.weights().length);
        boolean lost = outcome.stopReason() == StopReason.SAMPLE_CAP && change > LARGEST_CHANGE;
        StopReason reason = lost ? StopReason.DIVERGED : outcome.stopReason();
        boolean finite = reason != StopReason.DIVERGED;
        Fit trained = finite ? Fit.of(end.trainEnd(), end.trainStart(), job.train(), config) : Fit.NONE;
        Fit tested = finite ? Fit.of(end.testEnd(), end.testStart(), job.test(), config) : Fit.NONE;
        double[] layers = new double[sizes.length];
        int from = 0;
        for (int l = 0; l < sizes.length; l++) {
            layers[l] = finite ? relativeChange(job.weights(), end.weights(), from, from + sizes[l]) : Double.NaN;
            from += sizes[l];
        }
        return new NetworkResult(
                reason,
                outcome.steps(),
                config.learningRate() * outcome.steps(),
                outcome.activeUpdates(),
                trained.loss,
                trained.smallestMargin,
                tested.error,
                tested.loss,
                finite ? change : Double.NaN,
                finite ? end.relativeKernelChange() : Double.NaN,
                Doubles.of(layers));
    }

    private static double relativeChange(double[] initial, double[] weights, int from, int to) {
        double change = 0;
        double norm = 0;
        for (int k = from; k < to; k++) {
            double difference = weights[k] - initial[k];
            change = Math.fma(difference, difference, change);
            norm = Math.fma(initial[k], initial[k], norm);
        }
        return StrictMath.sqrt(change / norm);
    }

    /** Performance of a network on a set of points. */
    private record Fit(double loss, double smallestMargin, double error) {
        static final Fit NONE = new Fit(Double.NaN, Double.NaN, Double.NaN);

        static Fit of(double[] outputs, double[] start, Points points, NetworkConfig config) {
            if (outputs.length == 0) {
                return NONE;
            }
            double margin = config.margin();
            double loss = 0;
            double smallest = Double.POSITIVE_INFINITY;
            int wrong = 0;
            for (int i = 0; i < outputs.length; i++) {
                double fit = points.label(i) * (outputs[i] - start[i]);
                loss += config.loss().of(margin - fit);
                smallest = Math.min(smallest, fit);
                wrong += fit <= 0 ? 1 : 0;
            }
            return new Fit(loss / outputs.length, smallest * config.outputScale(), (double) wrong / outputs.length);
        }
    }
}
