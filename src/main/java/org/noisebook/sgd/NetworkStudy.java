package org.noisebook.sgd;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.noisebook.data.DataLibrary;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.ResultListener;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.linalg.Precision;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.NetworkKernels;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Streams;

/**
 * SGD on a network with hinge loss, from random weights until every training point is fitted.
 *
 * <p>The rule is that of {@link org.noisebook.model.HingeSgd} with margin κ = 1/α, or a control of its noise (Sclocchi, Geiger and Wyart
 * 2023, arXiv 2301.13703).
 *
 * <p><b>Streams</b>: {@code init}, {@code data}, {@code order}, the randomness of the steps; the test set comes from
 * replica 0's {@code test}, shared by all replicas. <b>Cost</b>: at most 8 operations per drawn sample and multiply-add
 * of the forward pass, fewer when points are fitted; 0.2 to 2 s of one core for 2^20 samples at width 32 to 64, 20 s at
 * 784-128-128-128-128-128-1. A control costs P/B times as much.
 */
@StudyInfo(
        id = "network",
        version = 1,
        title = "SGD on a network with hinge loss until every training point is fitted",
        streams = {"init", "data", "test", "order"},
        sources = {
            "Sclocchi, Geiger, Wyart 2023, Dissecting the Effects of SGD Noise in Distinct Regimes of Deep"
                    + " Learning, arXiv 2301.13703"
        })
public final class NetworkStudy implements ReplicaStudy<NetworkConfig, NetworkResult, ReplicaEngine> {
    private static final int FULL_STEP = 6;
    /** Outputs, with those at the start stored twice, two update counts and a batch mark. */
    private static final int BYTES_A_POINT = 3 * Double.BYTES + 2 * Long.BYTES + Integer.BYTES;
    /** The initial tangent kernel, and four matrices of its size while the final one is computed. */
    private static final int KERNELS = 5;

    @Override
    public NetworkResult run(NetworkConfig config, Streams streams) {
        return run(config, streams, NetworkKernels.fastest());
    }

    /** The same run with the given kernels; the result does not depend on them. */
    public NetworkResult run(NetworkConfig config, Streams streams, NetworkKernels kernels) {
        return new NetworkTraining(config, streams, kernels).run();
    }

    /** Properties shared by networks that run in parallel. */
    private record Shape(
            Network network,
            int inputDimension,
            int trainSize,
            int batchSize,
            GradientNoise noise,
            Loss loss,
            Precision precision) {}

    @Override
    public Class<ReplicaEngine> engineType() {
        return ReplicaEngine.class;
    }

    @Override
    public Object together(NetworkConfig config, ReplicaEngine engine) {
        engine.check(config.network(), config.noise(), config.loss(), config.precision());
        return new Shape(
                config.network(),
                config.inputDimension(),
                config.trainSize(),
                config.batchSize(),
                config.noise(),
                config.loss(),
                config.precision());
    }

    @Override
    public void run(
            List<Run<NetworkConfig, NetworkResult>> runs, ReplicaEngine engine, ResultListener<NetworkResult> ended) {
        if (runs.isEmpty()) {
            return;
        }
        Map<Integer, HingeReplicas.Job> underWay = new HashMap<>();
        List<Supplier<HingeReplicas.Job>> jobs = new ArrayList<>();
        for (int k = 0; k < runs.size(); k++) {
            int index = k;
            jobs.add(() -> {
                NetworkConfig config = runs.get(index).config();
                HingeReplicas.Job job = NetworkTraining.job(
                        config,
                        runs.get(index).streams(),
                        config.network().engine(config.inputDimension(), 1, config.precision()));
                underWay.put(index, job);
                return job;
            });
        }
        NetworkConfig shared = runs.get(0).config();
        engine.train(
                new HingeReplicas(
                        shared.network(),
                        shared.inputDimension(),
                        shared.trainSize(),
                        shared.batchSize(),
                        shared.precision(),
                        shared.noise(),
                        shared.loss(),
                        jobs),
                (k, end) -> ended.accept(k, NetworkTraining.result(runs.get(k).config(), underWay.remove(k), end)));
    }

    @Override
    public double work(NetworkConfig config) {
        double steps = (double) config.sampleCap() / config.batchSize();
        return steps
                * NetworkTraining.rule(config).pointsAStep(config.trainSize())
                * FULL_STEP
                * config.network().multiplyAdds(config.inputDimension());
    }

    @Override
    public double seconds(NetworkConfig config, Streams streams) {
        double points = (double) config.sampleCap()
                / config.batchSize()
                * NetworkTraining.rule(config).pointsAStep(config.trainSize());
        return points / config.batchSize() * NetworkTiming.secondsAStep(config, streams);
    }

    @Override
    public long memory(NetworkConfig config) {
        long dimension = config.inputDimension();
        long hidden = config.network().hiddenLength(config.inputDimension());
        long points = (config.trainSize() + (long) config.testSize()) * (dimension * Float.BYTES + BYTES_A_POINT);
        long wide = NetworkTraining.capacity(config) * (dimension + 3 * hidden);
        long probes = config.probeSize();
        long kernels = 2 * probes * config.network().kernelLength(config.inputDimension()) + KERNELS * probes * probes;
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
