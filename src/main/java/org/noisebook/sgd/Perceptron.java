package org.noisebook.sgd;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.ResultListener;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.linalg.Kernels;
import org.noisebook.model.PerceptronReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Streams;

/**
 * SGD on a perceptron with hinge loss, from zero weights until every training point is fitted.
 *
 * <p>u ← u + η/(B√d) Σ z over the batch's points with u·z &lt; κ√d, where z = y x and u = w − w_0 (Sclocchi, Geiger and
 * Wyart 2023, arXiv 2301.13703; Sclocchi and Wyart 2024, arXiv 2309.10688). Each step draws a new uniform subset.
 *
 * <p>A replica engine that cannot fast-forward makes every step, whatever the sampler: the distribution is the same,
 * the random draw differs.
 *
 * <p><b>Streams</b>: {@code init} (|w_0| only, since the predictor is centred), {@code data}, {@code order}.
 * <b>Cost</b>: fast-forward takes about 10 ns per weight change and point not screened out, plus 6 ns · P d for the
 * data; plain SGD about 10 ns per drawn sample at d = 128.
 */
@StudyInfo(
        id = "perceptron",
        version = 1,
        title = "SGD on a perceptron with hinge loss until every training point is fitted",
        streams = {"init", "data", "order"},
        sources = {
            "Sclocchi, Geiger, Wyart 2023, Dissecting the Effects of SGD Noise in Distinct Regimes of Deep Learning,"
                    + " arXiv 2301.13703",
            "Sclocchi, Wyart 2024, On the different regimes of stochastic gradient descent, arXiv 2309.10688"
        })
public final class Perceptron implements ReplicaStudy<PerceptronConfig, PerceptronResult, ReplicaEngine> {
    @Override
    public PerceptronResult run(PerceptronConfig config, Streams streams) {
        return run(config, streams, Kernels.fastest());
    }

    /** The same run with the given kernels; the result does not depend on them. */
    public PerceptronResult run(PerceptronConfig config, Streams streams, Kernels kernels) {
        return new PerceptronRun(config, streams, kernels, 0).run(streams);
    }

    @Override
    public Class<ReplicaEngine> engineType() {
        return ReplicaEngine.class;
    }

    @Override
    public Object together(PerceptronConfig config, ReplicaEngine engine) {
        boolean skips = skips(config, engine);
        return List.of(config.dimension(), config.trainSize(), config.batchSize(), config.precision(), skips);
    }

    private static boolean skips(PerceptronConfig config, ReplicaEngine engine) {
        return config.sampler() == PerceptronConfig.Sampler.FAST_FORWARD && engine.fastForwards();
    }

    @Override
    public void run(
            List<Run<PerceptronConfig, PerceptronResult>> runs,
            ReplicaEngine engine,
            ResultListener<PerceptronResult> ended) {
        List<Integer> stepped = new ArrayList<>();
        for (int k = 0; k < runs.size(); k++) {
            PerceptronConfig config = runs.get(k).config();
            if (config.sampler() == PerceptronConfig.Sampler.FAST_FORWARD
                    && !engine.fastForwards()
                    && engine.engineClass().equals(Run.EXACT_ENGINE)) {
                // Results under the exact engine's name must have its bits.
                ended.accept(k, run(config, runs.get(k).streams()));
            } else {
                stepped.add(k);
            }
        }
        if (stepped.isEmpty()) {
            return;
        }
        PerceptronConfig shared = runs.get(stepped.get(0)).config();
        List<Supplier<PerceptronReplicas.Job>> jobs = stepped.stream()
                .map(runs::get)
                .<Supplier<PerceptronReplicas.Job>>map(run -> () -> PerceptronRun.job(run.config(), run.streams()))
                .toList();
        engine.train(
                new PerceptronReplicas(
                        shared.dimension(),
                        shared.trainSize(),
                        shared.batchSize(),
                        shared.precision(),
                        skips(shared, engine) ? Optional.of(PerceptronRun.rules(shared)) : Optional.empty(),
                        jobs),
                (job, end) -> {
                    int k = stepped.get(job);
                    ended.accept(
                            k,
                            PerceptronRun.result(
                                    runs.get(k).config(), runs.get(k).streams(), end));
                });
    }

    @Override
    public double work(PerceptronConfig config) {
        double size = config.trainSize();
        double updates = StrictMath.pow(size / config.dimension() + 1, 2 / (1 + config.chi())) * config.dimension();
        return size * config.dimension() + updates * size;
    }

    @Override
    public long memory(PerceptronConfig config) {
        return PerceptronPoints.bytes(config);
    }
}
