package org.noisebook.sgd;

import java.util.List;
import java.util.Set;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.experiment.Study;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

/**
 * SGD on a network with hinge loss, from random weights until every training point is fitted.
 *
 * <p>The rule of {@link HingeSgd} with margin κ = 1/α (Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703).
 *
 * <p><b>Streams</b>: {@code init}, {@code data}, {@code order}; the test set is replica 0's {@code test}, the same for all.
 *
 * <p><b>Cost</b>: at most 8 operations a weight and drawn sample, less when points are fitted; 0.2 to 2 s of one core for
 * 2^20 samples at width 32 to 64, 20 s at 784-128-128-128-128-128-1.
 */
public final class NetworkStudy implements Study<NetworkConfig, NetworkResult> {
    /** Points that go forward at once where nothing goes back. */
    private static final int BLOCK = 128;

    private static final int FULL_STEP = 6;
    /** Outputs, those at the start twice, two update counts and a batch's mark. */
    private static final int BYTES_A_POINT = 3 * Double.BYTES + 2 * Long.BYTES + Integer.BYTES;
    /** The tangent kernel at the start, and four matrices of its size while the one at the end is taken. */
    private static final int KERNELS = 5;

    @Override
    public String id() {
        return "network";
    }

    @Override
    public int version() {
        return 1;
    }

    @Override
    public String title() {
        return "SGD on a network with hinge loss until every training point is fitted";
    }

    @Override
    public NetworkConfig defaults() {
        return NetworkConfig.standard();
    }

    @Override
    public Class<NetworkResult> resultType() {
        return NetworkResult.class;
    }

    @Override
    public Set<String> streamNames() {
        return Set.of("init", "data", "order");
    }

    @Override
    public List<String> sources() {
        return List.of(
                "Sclocchi, Geiger, Wyart 2023, Dissecting the Effects of SGD Noise in Distinct Regimes of Deep Learning,"
                        + " arXiv 2301.13703");
    }

    @Override
    public NetworkResult run(NetworkConfig config, Streams streams) {
        return run(config, streams, MatrixKernels.fastest(), Kernels.fastest());
    }

    /** The same run on chosen kernels; the result does not depend on them. */
    public NetworkResult run(NetworkConfig config, Streams streams, MatrixKernels products, Kernels rows) {
        Split split = Split.of(
                config.dataset(), config.task(), config.trainSize(), config.testSize(), config.dimension(), streams);
        Points train = split.train();
        Points test = split.test();
        int capacity = Math.max(config.batchSize(), BLOCK);
        NetworkEngine engine =
                config.network().engine(config.inputDimension(), capacity, config.precision(), products, rows);
        engine.initialise(streams.at("init"));
        double[] initial = engine.weights();
        double[] trainStart = engine.outputs(train);
        double[] testStart = engine.outputs(test);
        HingeSgd rule = new HingeSgd(config.margin(), config.learningRate(), config.batchSize(), config.sampleCap());
        HingeSgd.Outcome outcome = rule.run(engine, train, streams.at("order"));
        boolean finite = outcome.stopReason() != StopReason.DIVERGED;
        Fit trained = finite ? Fit.of(engine.outputs(train), trainStart, train, config) : Fit.NONE;
        Fit tested = finite ? Fit.of(engine.outputs(test), testStart, test, config) : Fit.NONE;
        double[] weights = engine.weights();
        int[] sizes = config.network().blockSizes(config.inputDimension());
        double[] layers = new double[sizes.length];
        int at = 0;
        for (int l = 0; l < sizes.length; l++) {
            layers[l] = finite ? relativeChange(initial, weights, at, at + sizes[l]) : Double.NaN;
            at += sizes[l];
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
                finite ? relativeChange(initial, weights, 0, at) : Double.NaN,
                finite ? kernelChange(config, initial, weights, test.first(config.probeSize())) : Double.NaN,
                layers);
    }

    private static double kernelChange(NetworkConfig config, double[] initial, double[] weights, Points probes) {
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

    @Override
    public double work(NetworkConfig config) {
        return (double) config.sampleCap() * FULL_STEP * weights(config);
    }

    @Override
    public long memory(NetworkConfig config) {
        long dimension = config.inputDimension();
        long hidden = (long) config.network().depth() * config.network().width();
        long points = (config.trainSize() + (long) config.testSize()) * (dimension * Float.BYTES + BYTES_A_POINT);
        long wide = Math.max(config.batchSize(), BLOCK) * (dimension + 3 * hidden);
        long probes = config.probeSize();
        long kernels = probes * (dimension + 4 * hidden) + KERNELS * probes * probes;
        return points + (weights(config) * 6 + wide * 2 + kernels) * Double.BYTES;
    }

    private static long weights(NetworkConfig config) {
        long count = 0;
        for (int size : config.network().blockSizes(config.inputDimension())) {
            count += size;
        }
        return count;
    }

    @Override
    public List<String> inputs(NetworkConfig config) {
        return DataLibrary.standard().inputs(config.dataset()).entrySet().stream()
                .map(file -> file.getKey() + " " + file.getValue())
                .toList();
    }
}
