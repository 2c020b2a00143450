package org.noisebook.papers.interpolants;

import static org.noisebook.paper.Grammar.share;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleFunction;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.ResultListener;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.HeldOutLoss;
import org.noisebook.field.LearnedField;
import org.noisebook.field.Objective;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Target;
import org.noisebook.model.Drift;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;
import org.noisebook.paper.PaperStudy;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Method;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Wasserstein;

/**
 * Learns a field of an interpolant by regression and samples with it at several noise strengths.
 *
 * <p>Excess losses relative to the exact fields of mixtures measure how well it was learned, and distances the quality
 * of the samples. Noise improves samples of a learned velocity as long as the score is accurate enough, with the best ε
 * near √(δL_b/δL_s) (Albergo, Boffi and Vanden-Eijnden 2023, arXiv 2303.08797, section 2.4).
 *
 * <p><b>Method</b>: with noise, Euler–Maruyama for dX = (b + ε s) dt + √(2ε) dW between the margins and the midpoint rule for dX =
 * b dt within them, where s = −ζ̄/γ amplifies learning errors; without noise, the midpoint rule. All ε share initial points and
 * noise. Trained fields come from {@link FieldLibrary}; a run does not depend on whether it finds one there.
 *
 * <p><b>Streams</b>: those of training ({@code data}, {@code base}, {@code noise}, {@code time}, {@code dropout},
 * {@code init}), the same for the second network; {@code test}, {@code test-base}, {@code test-noise}, {@code
 * test-time} and {@code test-dropout} for losses; {@code start} and {@code path} of the samples, {@code reference} and
 * {@code second-reference} for the target points for comparison, {@code directions}. <b>Cost</b>: training takes 6
 * multiply-adds per weight, point and step; sampling 2 per weight, particle and evaluation.
 */
@StudyInfo(
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
public final class InterpolantFieldStudy extends PaperStudy<InterpolantFieldStudy.Config, InterpolantFieldStudy.Result>
        implements ReplicaStudy<InterpolantFieldStudy.Config, InterpolantFieldStudy.Result, ReplicaEngine> {
    /** The quantity learned by a second network, for interpolants whose score the first network does not give. */
    public enum Companion {
        /** No second network. */
        NONE,
        /** The score. */
        SCORE,
        /** The mean of the noise. */
        NOISE
    }

    /**
     * A learned field, and sampling with it at several noise strengths ε; by default the checkerboard from noise, linear and one-sided, by
     * 3-128-128-128-2 ReLU.
     *
     * @param diffusions ε of dX = (b + ε s) dt + √(2ε) dW
     * @param steps sampler steps between the margins
     * @param noiseMargin distance from t = 1, and in two-sided interpolants from t = 0, where particles move without noise
     */
    public record Config(
            @Parameter(
                    standard =
                            "fieldConfig(target=checkerboard, base=noise, schedule=pathSchedule(path=linear, latent=none),"
                                    + " objective=velocity, network=network(layers=3, width=128, activation=relu, frequencies=0,"
                                    + " conditional=false, preconditioned=false), training=training(steps=5000, batchSize=1000,"
                                    + " learningRate=staircase(start=0.002, every=1200, factor=0.4), averaging=0, antithetic=false,"
                                    + " stratified=false, timeMargin=0, dropout=0))",
                    value = "what is learned and how")
            FieldConfig field,

            @Parameter(standard = "none", value = "what a second network learns")
            Companion companion,

            @Parameter(
                    standard = "[0; 0.5; 1]",
                    symbol = "ε",
                    range = "each in [0, 1000]",
                    value = "noise strengths to sample with")
            Doubles diffusions,

            @Parameter(standard = "100", range = "[1, 100000]", value = "steps of a sampler")
            int steps,

            @Parameter(standard = "0.03", range = "(0, 0.4]", value = "time near both ends without noise")
            double noiseMargin,

            @Parameter(standard = "20000", range = "[2, 1000000]", value = "particles sampled for each ε")
            int particles) {
        /** Rejects noise without a score, and companions of fields that have one. */
        public Config {
            boolean score = field.oneSided() || companion != Companion.NONE || isNoise(field.objective());
            for (double diffusion : diffusions.toArray()) {
                if (diffusion > 0 && !score) {
                    throw new IllegalArgumentException("diffusions must be 0 where no score is learned, got "
                            + Schema.formatValue(diffusion) + "; companion=noise learns one");
                }
            }
            if (companion != Companion.NONE && (isNoise(field.objective()) || !field.noisy())) {
                throw new IllegalArgumentException(
                        "companion must be none unless field.objective is a velocity of an interpolant with noise, got "
                                + Schema.formatValue(companion));
            }
            if (!field.oneSided() && isNoise(field.objective()) && diffusions.size() > 0) {
                throw new IllegalArgumentException("diffusions must be empty where no velocity is learned");
            }
        }

        private static boolean isNoise(Objective objective) {
            return objective == Objective.NOISE || objective == Objective.SCORE;
        }

        /** What the second network learns. */
        private Optional<FieldConfig> second() {
            return companion == Companion.NONE
                    ? Optional.empty()
                    : Optional.of(Schema.with(field, "objective", Objective.valueOf(companion.name())));
        }
    }

    /**
     * The error of a learned field and the quality of its samples.
     *
     * <p><b>Shapes</b>: loss histories have up to 100 entries for equal parts of the training; other arrays have one entry
     * per ε. <b>Special cases</b>: NaN where a number does not exist: without an exact field or a checkerboard, in more
     * than one dimension, or after diverged training. Errors are standard errors over 8 independent sets of draws.
     *
     * @param companionLoss loss history of the second network; empty if there is none
     * @param loss E[½ f² − f·y] on new draws
     * @param scoreExcess √(velocityExcess/scoreExcess) is the ε that minimises the bound on the Kullback–Leibler divergence
     * @param distance distance to equally many new points of the target: W_1 on the line, else sliced over 64 directions
     * @param cellShares fraction of samples in each of {@value #CELLS} × {@value #CELLS} equal cells of [−5, 5]², rows from
     *     the bottom, one ε after another; empty unless the target is the checkerboard
     */
    public record Result(
            @Parameter("why the training ended: completed or diverged")
            StopReason stopReason,

            @Parameter("loss during training") Doubles trainingLoss,

            @Parameter("loss of the second network during training")
            Doubles companionLoss,

            @Parameter("loss on new draws") double loss,

            @Parameter("standard error of the loss") double lossError,

            @Parameter("loss of the exact field on the same draws")
            double floor,

            @Parameter("half the mean squared error of what the network learned")
            double excess,

            @Parameter("standard error of the excess") double excessError,

            @Parameter("half the mean squared error of the velocity where noise is injected")
            double velocityExcess,

            @Parameter("standard error of the excess of the velocity")
            double velocityExcessError,

            @Parameter("half the mean squared error of the score where noise is injected")
            double scoreExcess,

            @Parameter("standard error of the excess of the score")
            double scoreExcessError,

            @Parameter("(sliced) W1 between samples and fresh points of the target, by ε")
            Doubles distance,

            @Parameter("standard error of the distance over directions, by ε")
            Doubles distanceError,

            @Parameter("(sliced) W1 between two sets of points of the target")
            double sampleDistance,

            @Parameter("distance of samples drawn with the exact fields, by ε")
            Doubles exactDistance,

            @Parameter("share of samples in filled squares, by ε")
            Doubles filledShare,

            @Parameter("share of samples that are finite, by ε")
            Doubles finiteShare,

            @Parameter("field evaluations per sample, by ε") Doubles evaluations,

            @Parameter("share of samples in each cell of a histogram, by ε, row and column")
            Doubles cellShares)
            implements Trained {}

    /** Cells per side of the histogram; three along each square of the checkerboard. */
    static final int CELLS = 30;

    /** The histogram covers [−REACH, REACH]². */
    static final double REACH = 5;

    private static final int DIRECTIONS = 64;

    @Override
    protected Result measure(Config config, Streams streams) {
        return run(config, streams, FieldLibrary.standard(), ReplicaEngine.plain());
    }

    /** The same run with fields from a library; the result does not depend on it. */
    static Result run(Config config, Streams streams, FieldLibrary library, ReplicaEngine engine) {
        return new Numbers(config, streams, library, engine).result();
    }

    @Override
    public Class<ReplicaEngine> engineType() {
        return ReplicaEngine.class;
    }

    /** Only equal configs run together. */
    @Override
    public Object together(Config config, ReplicaEngine engine) {
        if (!engine.engineClass().equals(Run.EXACT_ENGINE)) {
            throw new IllegalArgumentException("fields are learned with exact bits only");
        }
        Check.inRange("dimension", config.field().dimension(), 1, engine.mostDimensions());
        return config;
    }

    @Override
    public void run(List<Run<Config, Result>> runs, ReplicaEngine engine, ResultListener<Result> ended) {
        run(runs, engine, ended, FieldLibrary.standard());
    }

    static void run(
            List<Run<Config, Result>> runs, ReplicaEngine engine, ResultListener<Result> ended, FieldLibrary library) {
        List<FieldLibrary.Wanted> wanted = new ArrayList<>();
        for (Run<Config, Result> run : runs) {
            wanted.add(new FieldLibrary.Wanted(run.config().field(), run.streams()));
            run.config().second().ifPresent(other -> wanted.add(new FieldLibrary.Wanted(other, run.streams())));
        }
        if (!wanted.isEmpty()) {
            library.train(wanted, engine);
        }
        for (int k = 0; k < runs.size(); k++) {
            ended.accept(k, run(runs.get(k).config(), runs.get(k).streams(), library, engine));
        }
    }

    /** Computes the numbers of a run. */
    private static final class Numbers {

        private final Config config;
        private final Streams streams;
        private final ReplicaEngine engine;
        private final LearnedField first;
        private final Optional<LearnedField> second;
        private final LearnedField all;
        private final boolean diverged;
        private final Optional<MixtureInterpolant> exact;
        private final boolean onBoard;

        Numbers(Config config, Streams streams, FieldLibrary library, ReplicaEngine engine) {
            this.config = config;
            this.streams = streams;
            this.engine = engine;
            this.first = library.field(config.field(), streams);
            this.second = config.second().map(other -> library.field(other, streams));
            this.all = second.map(first::with).orElse(first);
            this.diverged = first.stopReason() == StopReason.DIVERGED
                    || second.map(LearnedField::stopReason).equals(Optional.of(StopReason.DIVERGED));
            this.exact = exact(config.field());
            this.onBoard = config.field().target() instanceof Target.Checkerboard;
        }

        private static Optional<MixtureInterpolant> exact(FieldConfig field) {
            Optional<GaussianMixture> start = field.base() instanceof BaseDensity.Density density
                    ? density.target().mixture()
                    : Optional.of(GaussianMixture.standard(field.dimension()));
            return start.flatMap(
                    s -> field.target().mixture().map(e -> new MixtureInterpolant(s, e, field.schedule())));
        }

        Result result() {
            Estimate loss = diverged ? Estimate.NONE : HeldOutLoss.loss(first, streams);
            Estimate excess = diverged || exact.isEmpty()
                    ? Estimate.NONE
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
            double[] cells = new double[onBoard ? count * CELLS * CELLS : 0];
            for (double[] each : List.of(distance, distanceError, exactDistance, filled, finite, evaluations)) {
                Arrays.fill(each, Double.NaN);
            }
            double[][] reference = target("reference");
            for (int i = 0; i < count && !diverged; i++) {
                double diffusion = config.diffusions().get(i);
                ParticleReplicas.FinalState end = sample(all.unconditional()::drift, diffusion);
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
                    double[][] best = sample(
                                    epsilon -> new Drift.Mixtures(
                                            (epsilon == 0 ? mixture.velocity() : mixture.forwardDrift(t -> epsilon))
                                                    ::mixture),
                                    diffusion)
                            .x();
                    exactDistance[i] = distance(best, reference).mean();
                }
            }
            return new Result(
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

        /**
         * The samples and the number of evaluations per sample.
         *
         * @param drifts drift by ε; for ε = 0 it does not contain the score
         */
        private ParticleReplicas.FinalState sample(DoubleFunction<Drift> drifts, double diffusion) {
            FieldConfig field = config.field();
            double[][] x = new double[field.dimension()][config.particles()];
            field.base()
                    .open(field.dimension(), streams, "start")
                    .draw(config.particles(), x, new int[config.particles()]);
            ParticleReplicas.FinalState start = new ParticleReplicas.FinalState(x, 0, 0);
            Drift flow = drifts.apply(0);
            if (diffusion == 0) {
                return move(flow, OdeMethod.MIDPOINT, 0, 0, 1, config.steps(), start);
            }
            double margin = config.noiseMargin();
            double from = field.oneSided() ? 0 : margin;
            int few = Math.max(1, (int) Math.rint(config.steps() * margin));
            ParticleReplicas.FinalState end =
                    from == 0 ? start : move(flow, OdeMethod.MIDPOINT, 0, 0, from, few, start);
            end = move(
                    drifts.apply(diffusion),
                    SdeMethod.EULER_MARUYAMA,
                    diffusion,
                    from,
                    1 - margin,
                    config.steps(),
                    end);
            return move(flow, OdeMethod.MIDPOINT, 0, 1 - margin, 1, few, end);
        }

        private ParticleReplicas.FinalState move(
                Drift drift,
                Method method,
                double diffusion,
                double from,
                double to,
                int steps,
                ParticleReplicas.FinalState before) {
            double[] breaks = config.field().schedule().breaks();
            double[] times = TimeGrid.UNIFORM.times(from, to, Math.max(steps, breaks.length + 1), breaks);
            Noise noise = Noise.independent(streams.at("path"));
            ParticleReplicas replicas = new ParticleReplicas(
                    before.x().length,
                    drift,
                    method,
                    diffusion,
                    times,
                    List.of(() -> new ParticleReplicas.Job(before.x(), noise)));
            ParticleReplicas.FinalState[] ends = new ParticleReplicas.FinalState[1];
            engine.move(replicas, (job, end) -> ends[job] = end);
            return new ParticleReplicas.FinalState(ends[0].x(), 0, before.evaluations() + ends[0].evaluations());
        }
        /** The excess at times where noise acts. */
        private Estimate excess(Objective objective) {
            if (diverged || exact.isEmpty() || !all.gives(objective)) {
                return Estimate.NONE;
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

        /** Samples outside the board are in no cell. */
        private void addCellShares(double[][] x, int diffusion, double[] cells) {
            if (cells.length == 0) {
                return;
            }
            double scale = CELLS / (2 * REACH);
            for (int k = 0; k < x[0].length; k++) {
                double column = Math.floor((x[0][k] + REACH) * scale);
                double row = Math.floor((x[1][k] + REACH) * scale);
                if (column >= 0 && column < CELLS && row >= 0 && row < CELLS) {
                    cells[(diffusion * CELLS + (int) row) * CELLS + (int) column] += 1.0 / x[0].length;
                }
            }
        }

        private double filledShare(double[][] x) {
            if (!onBoard) {
                return Double.NaN;
            }
            return share(x[0].length, k -> Target.Checkerboard.isFilled(x[0][k], x[1][k]));
        }
    }

    @Override
    public double work(Config config) {
        FieldConfig.Training training = config.field().training();
        double networks = config.companion() == Companion.NONE ? 1 : 2;
        double trained = networks * config.field().weightCount() * training.steps() * training.batchSize();
        double evaluations = 2.0 * config.steps() * config.diffusions().size();
        return 6 * trained + 2 * (evaluations * config.field().weightCount() * config.particles());
    }

    @Override
    public long memory(Config config) {
        long numbers = 6L * config.particles() * config.field().dimension()
                + config.field().training().steps();
        return config.field().memory() + numbers * Double.BYTES;
    }

    @Override
    public List<String> inputs(Config config) {
        return config.field().files();
    }
}
