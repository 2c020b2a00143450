package org.noisebook.field;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Target;
import org.noisebook.model.Drift;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Wasserstein;

/**
 * Learns a field of an interpolant by regression and samples with it at several noise strengths.
 *
 * <p>Excess losses relative to the exact fields of mixtures measure how well it was learned, and distances the quality
 * of the samples. Noise improves samples of a learned velocity as long as the score is accurate enough, with the best ε
 * near √(δL_b/δL_s) (Albergo, Boffi and Vanden-Eijnden 2023, arXiv 2303.08797, section 2.4).
 *
 * <p>Trained fields come from {@link FieldLibrary}; a run does not depend on whether it finds one there.
 *
 * <p><b>Streams</b>: those of training ({@code data}, {@code base}, {@code noise}, {@code time}, {@code dropout},
 * {@code init}), the same for the second network; {@code test}, {@code test-base}, {@code test-noise}, {@code
 * test-time} and {@code test-dropout} for losses; {@code start} and {@code path} of the samples, {@code reference} and
 * {@code second-reference} for the target points for comparison, {@code directions}. <b>Cost</b>: training takes 6
 * multiply-adds per weight, point and step; sampling 2 per weight, particle and evaluation.
 */
@Head(
        id = "interpolant-field",
        version = 1,
        title = "A velocity or score learned by regression, and samples drawn with it at several noise strengths",
        streams = {
            "data",
            "base",
            "noise",
            "time",
            "dropout",
            "init",
            "test",
            "test-base",
            "test-noise",
            "test-time",
            "test-dropout",
            "start",
            "path",
            "reference",
            "second-reference",
            "directions"
        },
        sources = {
            "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                    + " arXiv 2303.08797",
            "Kingma, Ba 2015, Adam: A Method for Stochastic Optimization, arXiv 1412.6980"
        })
public final class InterpolantFieldStudy implements ReplicaStudy<InterpolantFieldConfig, InterpolantFieldResult> {
    private static final int DIRECTIONS = 64;
    private static final int CELLS = InterpolantFieldResult.CELLS;

    @Override
    public InterpolantFieldResult run(InterpolantFieldConfig config, Streams streams) {
        return run(config, streams, FieldLibrary.standard());
    }

    /** The same run with fields from a library; the result does not depend on it. */
    InterpolantFieldResult run(InterpolantFieldConfig config, Streams streams, FieldLibrary library) {
        return run(config, streams, library, ReplicaEngine.plain());
    }

    private static InterpolantFieldResult run(
            InterpolantFieldConfig config, Streams streams, FieldLibrary library, ReplicaEngine engine) {
        LearnedField first = library.field(config.field(), streams);
        Optional<LearnedField> second = second(config).map(other -> library.field(other, streams));
        LearnedField all = second.map(first::with).orElse(first);
        boolean diverged = first.stopReason() == StopReason.DIVERGED
                || second.map(LearnedField::stopReason).equals(Optional.of(StopReason.DIVERGED));
        return new Numbers(config, streams, first, all, second, diverged, engine).result();
    }

    /** Only equal configs run together. */
    @Override
    public Object together(InterpolantFieldConfig config, ReplicaEngine engine) {
        if (!engine.engineClass().equals(Run.EXACT_ENGINE)) {
            throw new IllegalArgumentException("fields are learned with exact bits only");
        }
        Check.inRange("dimension", config.field().dimension(), 1, engine.mostDimensions());
        return config;
    }

    @Override
    public void run(
            List<Run<InterpolantFieldConfig, InterpolantFieldResult>> runs,
            ReplicaEngine engine,
            ReplicaEngine.Ended<InterpolantFieldResult> ended) {
        run(runs, engine, ended, FieldLibrary.standard());
    }

    void run(
            List<Run<InterpolantFieldConfig, InterpolantFieldResult>> runs,
            ReplicaEngine engine,
            ReplicaEngine.Ended<InterpolantFieldResult> ended,
            FieldLibrary library) {
        List<FieldLibrary.Wanted> wanted = new ArrayList<>();
        for (Run<InterpolantFieldConfig, InterpolantFieldResult> run : runs) {
            wanted.add(new FieldLibrary.Wanted(run.config().field(), run.streams()));
            second(run.config()).ifPresent(other -> wanted.add(new FieldLibrary.Wanted(other, run.streams())));
        }
        if (!wanted.isEmpty()) {
            library.train(wanted, engine);
        }
        for (int k = 0; k < runs.size(); k++) {
            ended.accept(k, run(runs.get(k).config(), runs.get(k).streams(), library, engine));
        }
    }

    private static Optional<FieldConfig> second(InterpolantFieldConfig config) {
        return switch (config.companion()) {
            case NONE -> Optional.empty();
            case SCORE -> Optional.of(Schema.with(config.field(), "objective", Objective.SCORE));
            case NOISE -> Optional.of(Schema.with(config.field(), "objective", Objective.NOISE));
        };
    }

    /** Computes the numbers of a run. */
    private static final class Numbers {
        private static final Estimate NONE = new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);

        private final InterpolantFieldConfig config;
        private final Streams streams;
        private final LearnedField first;
        private final LearnedField all;
        private final Optional<LearnedField> second;
        private final boolean diverged;
        private final Optional<MixtureInterpolant> exact;
        private final ReplicaEngine engine;

        Numbers(
                InterpolantFieldConfig config,
                Streams streams,
                LearnedField first,
                LearnedField all,
                Optional<LearnedField> second,
                boolean diverged,
                ReplicaEngine engine) {
            this.config = config;
            this.streams = streams;
            this.first = first;
            this.all = all;
            this.second = second;
            this.diverged = diverged;
            this.exact = exact(config.field());
            this.engine = engine;
        }

        private static Optional<MixtureInterpolant> exact(FieldConfig field) {
            Optional<GaussianMixture> start = field.base() instanceof Base.Density density
                    ? density.target().mixture()
                    : Optional.of(GaussianMixture.standard(field.dimension()));
            return start.flatMap(
                    s -> field.target().mixture().map(e -> new MixtureInterpolant(s, e, field.schedule())));
        }

        InterpolantFieldResult result() {
            Estimate loss = diverged ? NONE : HeldOutLoss.loss(first, streams);
            Estimate excess = diverged || exact.isEmpty()
                    ? NONE
                    : HeldOutLoss.excess(first, config.field().objective().exact(exact.get()), streams);
            Estimate velocity = excess(Objective.VELOCITY);
            Estimate score = excess(Objective.SCORE);
            int count = config.diffusions().size();
            double[] distance = new double[count];
            double[] distanceError = new double[count];
            double[] exactDistance = new double[count];
            double[] filled = new double[count];
            double[] finite = new double[count];
            double[] evaluations = new double[count];
            double[] cells = new double[onBoard() ? count * CELLS * CELLS : 0];
            for (double[] each : List.of(distance, distanceError, exactDistance, filled, finite, evaluations)) {
                Arrays.fill(each, Double.NaN);
            }
            double[][] reference = target("reference");
            FieldSampling sampling = new FieldSampling(config, streams, engine);
            for (int i = 0; i < count && !diverged; i++) {
                double diffusion = config.diffusions().get(i);
                ParticleReplicas.End end = sampling.run(all.unconditional()::drift, diffusion);
                double[][] x = end.x();
                evaluations[i] = end.evaluations();
                finite[i] = 1 - (double) Ensemble.diverged(x) / config.particles();
                filled[i] = filledShare(x);
                addCellShares(x, i, cells);
                if (finite[i] == 1) {
                    Estimate apart = distance(x, reference);
                    distance[i] = apart.mean();
                    distanceError[i] = apart.stdError();
                }
                if (exact.isPresent()) {
                    MixtureInterpolant mixture = exact.get();
                    double[][] best = sampling.run(
                                    epsilon -> new Drift.Mixtures(
                                            (epsilon == 0 ? mixture.velocity() : mixture.forwardDrift(t -> epsilon))
                                                    ::mixture),
                                    diffusion)
                            .x();
                    exactDistance[i] = distance(best, reference).mean();
                }
            }
            return new InterpolantFieldResult(
                    diverged ? StopReason.DIVERGED : StopReason.COMPLETED,
                    Doubles.of(first.loss()),
                    Doubles.of(second.map(LearnedField::loss).orElse(new double[0])),
                    loss.mean(),
                    loss.stdError(),
                    loss.mean() - excess.mean(),
                    excess.mean(),
                    excess.stdError(),
                    velocity.mean(),
                    velocity.stdError(),
                    score.mean(),
                    score.stdError(),
                    Doubles.of(distance),
                    Doubles.of(distanceError),
                    distance(target("second-reference"), reference).mean(),
                    Doubles.of(exactDistance),
                    Doubles.of(filled),
                    Doubles.of(finite),
                    Doubles.of(evaluations),
                    Doubles.of(cells));
        }

        /** The excess at times where noise acts. */
        private Estimate excess(Objective objective) {
            if (diverged || exact.isEmpty() || !all.gives(objective)) {
                return NONE;
            }
            double margin = config.noiseMargin();
            double from = config.field().oneSided() ? 0 : margin;
            return HeldOutLoss.excess(all, objective, objective.exact(exact.get()), from, 1 - margin, streams);
        }

        private double[][] target(String name) {
            double[][] x = new double[config.field().dimension()][config.particles()];
            config.field().target().open(streams, name).draw(config.particles(), x, new int[config.particles()]);
            return x;
        }

        private Estimate distance(double[][] x, double[][] y) {
            if (x.length > 1) {
                return Wasserstein.slicedW1(x, y, DIRECTIONS, streams.at("directions"));
            }
            return new Estimate(Wasserstein.w1(x[0], y[0]), Double.NaN, Double.NaN, Double.NaN, 1);
        }

        private boolean onBoard() {
            return config.field().target() instanceof Target.Checkerboard;
        }

        /** Samples outside the board are in no cell. */
        private void addCellShares(double[][] x, int diffusion, double[] cells) {
            if (cells.length == 0) {
                return;
            }
            double scale = CELLS / (2 * InterpolantFieldResult.REACH);
            for (int k = 0; k < x[0].length; k++) {
                double column = Math.floor((x[0][k] + InterpolantFieldResult.REACH) * scale);
                double row = Math.floor((x[1][k] + InterpolantFieldResult.REACH) * scale);
                if (column >= 0 && column < CELLS && row >= 0 && row < CELLS) {
                    cells[(diffusion * CELLS + (int) row) * CELLS + (int) column] += 1.0 / x[0].length;
                }
            }
        }

        private double filledShare(double[][] x) {
            if (!onBoard()) {
                return Double.NaN;
            }
            int inside = 0;
            for (int k = 0; k < x[0].length; k++) {
                inside += Target.Checkerboard.isFilled(x[0][k], x[1][k]) ? 1 : 0;
            }
            return (double) inside / x[0].length;
        }
    }

    @Override
    public double work(InterpolantFieldConfig config) {
        return 6 * trained(config) + 2 * sampled(config);
    }

    private static double trained(InterpolantFieldConfig config) {
        FieldConfig.Training training = config.field().training();
        int networks = config.companion() == InterpolantFieldConfig.Companion.NONE ? 1 : 2;
        return (double) networks * FieldNet.weightCount(config.field()) * training.steps() * training.batchSize();
    }

    private static double sampled(InterpolantFieldConfig config) {
        double evaluations = 2.0 * config.steps() * config.diffusions().size();
        return evaluations * FieldNet.weightCount(config.field()) * config.particles();
    }

    @Override
    public long memory(InterpolantFieldConfig config) {
        FieldConfig field = config.field();
        long rows = Math.max(field.training().batchSize(), Ensemble.BLOCK);
        long units = (long) field.network().layers() * field.network().width() + 10L * field.dimension();
        long particles = 6L * config.particles() * field.dimension();
        long losses = field.training().steps();
        return (10L * FieldNet.weightCount(field) + 5 * rows * units + particles + losses) * Double.BYTES;
    }

    @Override
    public List<String> inputs(InterpolantFieldConfig config) {
        return config.field().files();
    }
}
