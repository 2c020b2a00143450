package org.noisebook.sgd;

import java.util.function.LongConsumer;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.NetworkKernels;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * One training of {@link NetworkStudy} with its parts in reach: points, weights at the start, and the network on the way.
 *
 * <p><b>Streams</b> and <b>cost</b>: those of the study. An instance trains once and belongs to one thread.
 */
public final class NetworkTraining {
    /** Points that go forward at once where nothing goes back. */
    private static final int BLOCK = 128;

    private final NetworkConfig config;
    private final Streams streams;
    private final Points train;
    private final Points test;
    private final NetworkEngine engine;
    private final double[] initial;
    private final double[] trainStart;
    private final double[] testStart;

    /** A network at its start, on the fastest kernels. */
    public NetworkTraining(NetworkConfig config, Streams streams) {
        this(config, streams, NetworkKernels.fastest());
    }

    NetworkTraining(NetworkConfig config, Streams streams, NetworkKernels kernels) {
        this.config = config;
        this.streams = streams;
        Split split = Split.of(
                config.dataset(), config.task(), config.trainSize(), config.testSize(), config.dimension(), streams);
        this.train = split.train();
        this.test = split.test();
        this.engine = config.network().engine(config.inputDimension(), capacity(config), config.precision(), kernels);
        engine.initialise(streams.at("init"));
        this.initial = engine.weights();
        this.trainStart = engine.outputs(train);
        this.testStart = engine.outputs(test);
    }

    static int capacity(NetworkConfig config) {
        return Math.max(rule(config).pointsAStep(config.trainSize()), BLOCK);
    }

    /** The rule of the training. */
    public static HingeSgd rule(NetworkConfig config) {
        return new HingeSgd(
                config.margin(), config.learningRate(), config.batchSize(), config.noise(), config.sampleCap());
    }

    /** The training points. */
    public Points train() {
        return train;
    }

    /** The test points. */
    public Points test() {
        return test;
    }

    /** A copy of the weights at the start. */
    public double[] initialWeights() {
        return initial.clone();
    }

    /** A copy of the weights of the moment. */
    public double[] weights() {
        return engine.weights();
    }

    /** F = f(w, x) − f(w_0, x) of the test points under the weights of the moment. */
    public double[] testPredictions() {
        double[] outputs = engine.outputs(test);
        for (int i = 0; i < outputs.length; i++) {
            outputs[i] -= testStart[i];
        }
        return outputs;
    }

    /** The loss on the training points under the weights of the moment. */
    public double trainLoss() {
        return Fit.of(engine.outputs(train), trainStart, train, config).loss;
    }

    /** The error on the test points under the weights of the moment. */
    public double testError() {
        return Fit.of(engine.outputs(test), testStart, test, config).error;
    }

    /** Trains to the end. */
    public NetworkResult run() {
        return run(new long[0], step -> {});
    }

    /** Trains to the end, looked at on the way as {@link HingeSgd} says. */
    public NetworkResult run(long[] at, LongConsumer watcher) {
        HingeSgd.Outcome outcome = rule(config).run(engine, train, streams.at("order"), at, watcher);
        boolean finite = outcome.stopReason() != StopReason.DIVERGED;
        Fit trained = finite ? Fit.of(engine.outputs(train), trainStart, train, config) : Fit.NONE;
        Fit tested = finite ? Fit.of(engine.outputs(test), testStart, test, config) : Fit.NONE;
        double[] weights = engine.weights();
        int[] sizes = config.network().blockSizes(config.inputDimension());
        double[] layers = new double[sizes.length];
        int from = 0;
        for (int l = 0; l < sizes.length; l++) {
            layers[l] = finite ? relativeChange(initial, weights, from, from + sizes[l]) : Double.NaN;
            from += sizes[l];
        }
        return new NetworkResult(
                outcome.stopReason(),
                outcome.steps(),
                config.learningRate() * outcome.steps(),
                outcome.activeUpdates(),
                trained.loss,
                trained.smallestMargin,
                tested.error,
                tested.loss,
                finite ? relativeChange(initial, weights, 0, from) : Double.NaN,
                finite ? kernelChange(weights) : Double.NaN,
                layers);
    }

    private double kernelChange(double[] weights) {
        Points probes = test.first(config.probeSize());
        ProbeKernel start = ProbeKernel.tangent(config.network(), initial, probes);
        return ProbeKernel.tangent(config.network(), weights, probes).relativeChange(start);
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

    /** How a network does on a set of points. */
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
                loss += Math.max(0, margin - fit);
                smallest = Math.min(smallest, fit);
                wrong += fit <= 0 ? 1 : 0;
            }
            return new Fit(loss / outputs.length, smallest * config.outputScale(), (double) wrong / outputs.length);
        }
    }
}
