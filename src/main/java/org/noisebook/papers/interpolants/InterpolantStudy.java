package org.noisebook.papers.interpolants;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.ResultListener;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Brownian;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.KolmogorovSmirnov;
import org.noisebook.stats.Wasserstein;

/**
 * Moves particles of an exact mixture interpolant from one time to another and compares them with the exact density there.
 *
 * <p>The fields are exact, so all errors come from the method and from finite samples: dX = b dt, dX = (b + ε s) dt + √(2ε) dW and,
 * backward, dX = (b − ε s) dt + √(2ε) dW have the density ρ(t) at all times (Albergo, Boffi and Vanden-Eijnden 2023, arXiv 2303.08797,
 * section 2).
 *
 * <p><b>Streams</b>: {@code start} of particles, {@code path} of the Brownian path, which configs of equal from and to with 2^k steps share;
 * {@code reference} and {@code directions} of sliced distances. <b>Cost</b>: particles × evaluations × components × (d² + 1), a few
 * nanoseconds each.
 */
@StudyInfo(
        id = "interpolant",
        version = 1,
        title = "Samples of an exact mixture interpolant by ODE or SDE, forward or backward, against the exact law",
        streams = {"start", "path", "reference", "directions"},
        sources = {
            "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                    + " arXiv 2303.08797"
        })
public final class InterpolantStudy
        implements ReplicaStudy<InterpolantStudy.Config, InterpolantStudy.Result, ReplicaEngine> {
    /**
     * The fields, the equation with its method, and the times; by default two modes to three on linear paths, γ² = 2t (1 − t), by RK4.
     *
     * @param from time at which particles are drawn from ρ(from)
     * @param to time at which they are compared with ρ(to)
     */
    public record Config(
            @Parameter(standard = "twoToThree", symbol = "ρ_0, ρ_1", value = "densities at t = 0 and t = 1")
            Pair pair,

            @Parameter(
                    standard = "pathSchedule(path=linear, latent=root(a=2))",
                    value = "coefficients of x_t = α x_0 + β x_1 + γ z")
            PathSchedule schedule,

            @Parameter(standard = "ode", value = "equation and method: ode, adaptive or sde")
            Motion motion,

            @Parameter(standard = "0", range = "[0, 1]", value = "time at the start")
            double from,

            @Parameter(standard = "1", range = "[0, 1]", value = "time at the end, below from to run backward")
            double to,

            @Parameter(standard = "64", range = "[1, 1000000]", value = "steps of the method")
            int steps,

            @Parameter(standard = "uniform", value = "how steps lie in time: uniform or quadratic")
            TimeGrid grid,

            @Parameter(standard = "20000", range = "[2, 10000000]", value = "particles sampled")
            int particles,

            @Parameter(
                    standard = "0",
                    range = "0 or [steps, 1000000]",
                    value = "steps of a fine solution on the same noise that paths are compared with, 0 for none")
            int fineSteps) {
        private static final int MOST_STEPS = 1_000_000;

        /** Rejects schedules of one density, equal times, and grids that need a noise level. */
        public Config {
            if (schedule.path() == PathSchedule.Path.MIRROR) {
                throw new IllegalArgumentException("schedule.path must join two densities, got mirror");
            }
            Check.inRange("steps", steps, 1 + schedule.breaks().length, MOST_STEPS);
            if (from == to) {
                throw new IllegalArgumentException(
                        "to must differ from from=" + Schema.formatValue(from) + ", got " + Schema.formatValue(to));
            }
            if (grid.needsNoiseLevel()) {
                throw new IllegalArgumentException("grid must be uniform or quadratic, got " + Schema.formatValue(grid)
                        + ", which needs one noise level");
            }
        }
    }

    /**
     * Moments of the samples and their distance from the exact density.
     *
     * <p><b>Shapes</b>: lists have one entry per coordinate. <b>Special cases</b>: NaN for Kolmogorov–Smirnov in more than one dimension,
     * for errors of paths without a fine solution, and for all but shares and evaluations if a particle diverged.
     *
     * @param distance in one dimension, W_1 to the exact final density; else sliced W_1 over 64 directions to as many exact samples
     * @param variance unbiased
     * @param energy ∫ E |u|² dt of the drift u, integrated by the method of the steps
     */
    public record Result(
            @Parameter("why the run ended: completed or diverged")
            StopReason stopReason,

            @Parameter("share of particles that are finite") double finiteShare,

            @Parameter("W1 to the exact law, sliced in several dimensions")
            double distance,

            @Parameter("standard error of a sliced distance over directions")
            double distanceError,

            @Parameter("Kolmogorov-Smirnov distance to the exact law")
            double kolmogorovSmirnov,

            @Parameter("its p-value") double pValue,

            @Parameter("mean of the samples, by coordinate") Doubles mean,

            @Parameter("variance of the samples, by coordinate")
            Doubles variance,

            @Parameter("mean of the exact law, by coordinate")
            Doubles exactMean,

            @Parameter("variance of the exact law, by coordinate")
            Doubles exactVariance,

            @Parameter("covariance of start and end, by coordinate")
            Doubles startCovariance,

            @Parameter("integral of the mean squared drift") double energy,

            @Parameter("mean squared distance of start and end")
            double displacement,

            @Parameter("evaluations of a field for a particle")
            double evaluations,

            @Parameter("mean distance to the fine solution") double pathError,

            @Parameter("standard error of the path error") double pathErrorError,

            @Parameter("second moment minus that of the fine solution")
            double momentError,

            @Parameter("standard error of the moment error") double momentErrorError)
            implements Trained {}

    private static final int DIRECTIONS = 64;
    /** Finest resolution of a Brownian path. */
    private static final int DEEPEST = 40;

    @Override
    public Result run(Config config, Streams streams) {
        Numbers numbers = new Numbers(config, streams);
        ParticleReplicas.FinalState end = numbers.move(config.motion(), config.steps());
        double[][] fine = end.x();
        if (needsFine(config, end)) {
            fine = numbers.move(config.motion().accurate(), config.fineSteps()).x();
        }
        return numbers.result(end, fine);
    }

    private static boolean needsFine(Config config, ParticleReplicas.FinalState end) {
        return config.fineSteps() > 0 && Ensemble.diverged(end.x()) == 0;
    }

    @Override
    public Class<ReplicaEngine> engineType() {
        return ReplicaEngine.class;
    }

    /** The config itself: only runs that differ in nothing but the replica go together. */
    @Override
    public Object together(Config config, ReplicaEngine engine) {
        if (config.motion() instanceof Motion.Adaptive) {
            throw new IllegalArgumentException("motion must be ode or sde to go side by side, got "
                    + Schema.formatValue(config.motion()) + ": --engine exact runs it");
        }
        return config;
    }

    /** {@inheritDoc} <b>Memory</b>: with a fine solution, all end points are kept until it is ready, particles × dimension numbers each. */
    @Override
    public void run(List<Run<Config, Result>> runs, ReplicaEngine engine, ResultListener<Result> ended) {
        if (runs.isEmpty()) {
            return;
        }
        Config config = runs.get(0).config();
        SortedMap<Integer, ParticleReplicas.FinalState> coarse = new TreeMap<>();
        List<Integer> all = IntStream.range(0, runs.size()).boxed().toList();
        move(runs, all, config.motion(), config.steps(), engine, (run, end) -> {
            if (needsFine(config, end)) {
                coarse.put(run, end);
            } else {
                ended.accept(run, new Numbers(runs.get(run)).result(end, end.x()));
            }
        });
        move(runs, List.copyOf(coarse.keySet()), config.motion().accurate(), config.fineSteps(), engine, (run, end) -> {
            ended.accept(run, new Numbers(runs.get(run)).result(coarse.remove(run), end.x()));
        });
    }

    /** Moves the particles of a subset of the runs. */
    private static void move(
            List<Run<Config, Result>> runs,
            List<Integer> chosen,
            Motion motion,
            int steps,
            ReplicaEngine engine,
            ResultListener<ParticleReplicas.FinalState> ended) {
        if (chosen.isEmpty()) {
            return;
        }
        Config config = runs.get(0).config();
        MixtureInterpolant interpolant = config.pair().interpolant(config.schedule());
        List<Supplier<ParticleReplicas.Job>> jobs = chosen.stream()
                .<Supplier<ParticleReplicas.Job>>map(run -> () -> new Numbers(runs.get(run)).job())
                .toList();
        ParticleReplicas replicas = new ParticleReplicas(
                config.pair().dimension(),
                motion.drift(interpolant, config.from() < config.to())::mixture,
                motion.method(),
                motion.diffusion(),
                times(config, steps),
                jobs);
        engine.move(replicas, (job, end) -> ended.accept(chosen.get(job), end));
    }

    private static double[] times(Config config, int steps) {
        return config.grid()
                .times(config.from(), config.to(), steps, config.schedule().breaks());
    }

    /** Computes the result of one run. */
    private static final class Numbers {
        private final Config config;
        private final Streams streams;
        private final MixtureInterpolant interpolant;
        private final double[][] start;

        Numbers(Config config, Streams streams) {
            this.config = config;
            this.streams = streams;
            interpolant = config.pair().interpolant(config.schedule());
            start = interpolant.marginal(config.from()).sample(streams.at("start"), config.particles());
        }

        Numbers(Run<Config, Result> run) {
            this(run.config(), run.streams());
        }

        ParticleReplicas.Job job() {
            return new ParticleReplicas.Job(start, noise());
        }

        ParticleReplicas.FinalState move(Motion motion, int steps) {
            Sampler sampler = motion.sampler(interpolant, config.from() < config.to());
            return job().move(sampler, motion.diffusion(), times(config, steps));
        }

        /**
         * The result of the run.
         *
         * @param fine end points of the fine solution, if one was requested
         */
        Result result(ParticleReplicas.FinalState end, double[][] fine) {
            double[][] x = end.x();
            int diverged = Ensemble.diverged(x);
            double finite = 1 - (double) diverged / config.particles();
            int d = x.length;
            GaussianMixture law = interpolant.marginal(config.to());
            double[] exactVariance = new double[d];
            double[][] covariance = law.covariance();
            Arrays.setAll(exactVariance, j -> covariance[j][j]);
            if (diverged > 0) {
                double[] none = new double[d];
                Arrays.fill(none, Double.NaN);
                return new Result(
                        StopReason.DIVERGED,
                        finite,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Doubles.of(none),
                        Doubles.of(none),
                        Doubles.of(law.mean()),
                        Doubles.of(exactVariance),
                        Doubles.of(none),
                        Double.NaN,
                        Double.NaN,
                        end.evaluations(),
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN);
            }
            double[] mean = new double[d];
            Arrays.setAll(mean, j -> Estimate.ofMeanOrNone(x[j]).mean());
            double[] variance = new double[d];
            Arrays.setAll(variance, j -> covariance(x[j], x[j]));
            double[] memory = new double[d];
            Arrays.setAll(memory, j -> covariance(start[j], x[j]));
            Estimate distance = distance(x, law);
            double ks = Double.NaN;
            double pValue = Double.NaN;
            if (d == 1) {
                KolmogorovSmirnov test = KolmogorovSmirnov.oneSample(x[0], QuantileMap.below(law));
                ks = test.statistic();
                pValue = test.pValue();
            }
            Estimate path = Estimate.NONE;
            Estimate moment = path;
            if (config.fineSteps() > 0) {
                path = Estimate.ofMeanOrNone(distances(x, fine));
                moment = Estimate.ofMeanOrNone(squaresLess(x, fine));
            }
            return new Result(
                    StopReason.COMPLETED,
                    finite,
                    distance.mean(),
                    distance.stdError(),
                    ks,
                    pValue,
                    Doubles.of(mean),
                    Doubles.of(variance),
                    Doubles.of(law.mean()),
                    Doubles.of(exactVariance),
                    Doubles.of(memory),
                    end.energy() / config.particles(),
                    meanSquare(start, x),
                    end.evaluations(),
                    path.mean(),
                    path.stdError(),
                    moment.mean(),
                    moment.stdError());
        }

        /** A Brownian path fine enough to separate all times of both grids. */
        private Noise noise() {
            double shortest =
                    Math.min(shortest(config.steps()), shortest(Math.max(config.steps(), config.fineSteps())));
            int depth = (int) Math.ceil(-StrictMath.log(shortest) / StrictMath.log(2) - 1e-9);
            return new Brownian(streams.at("path"), 0, 1, Math.min(DEEPEST, Math.max(0, depth)));
        }

        private double shortest(int steps) {
            double[] times = times(config, steps);
            double shortest = 1;
            for (int i = 1; i < times.length; i++) {
                shortest = Math.min(shortest, Math.abs(times[i] - times[i - 1]));
            }
            return shortest;
        }

        private Estimate distance(double[][] x, GaussianMixture law) {
            if (x.length == 1) {
                return new Estimate(LineDistance.w1(x[0], law), Double.NaN, Double.NaN, Double.NaN, 1);
            }
            double[][] reference = law.sample(streams.at("reference"), config.particles());
            return Wasserstein.slicedW1(x, reference, DIRECTIONS, streams.at("directions"));
        }

        private static double covariance(double[] x, double[] y) {
            double meanX = Estimate.ofMeanOrNone(x).mean();
            double meanY = Estimate.ofMeanOrNone(y).mean();
            double sum = 0;
            for (int k = 0; k < x.length; k++) {
                sum = Math.fma(x[k] - meanX, y[k] - meanY, sum);
            }
            return sum / (x.length - 1);
        }

        private static double meanSquare(double[][] x, double[][] y) {
            double sum = 0;
            for (int j = 0; j < x.length; j++) {
                for (int k = 0; k < x[j].length; k++) {
                    sum = Math.fma(y[j][k] - x[j][k], y[j][k] - x[j][k], sum);
                }
            }
            return sum / x[0].length;
        }

        private static double[] distances(double[][] x, double[][] y) {
            double[] distances = new double[x[0].length];
            for (int k = 0; k < distances.length; k++) {
                double sum = 0;
                for (int j = 0; j < x.length; j++) {
                    sum = Math.fma(y[j][k] - x[j][k], y[j][k] - x[j][k], sum);
                }
                distances[k] = Math.sqrt(sum);
            }
            return distances;
        }

        private static double[] squaresLess(double[][] x, double[][] y) {
            double[] differences = new double[x[0].length];
            for (int k = 0; k < differences.length; k++) {
                for (int j = 0; j < x.length; j++) {
                    differences[k] += (x[j][k] - y[j][k]) * (x[j][k] + y[j][k]);
                }
            }
            return differences;
        }
    }

    @Override
    public double work(Config config) {
        Pair pair = config.pair();
        double evaluations = (double) config.steps() * config.motion().evaluations()
                + (double) config.fineSteps() * config.motion().accurate().evaluations();
        return config.particles() * evaluations * pair.components() * (1.0 + pair.dimension() * pair.dimension());
    }

    @Override
    public long memory(Config config) {
        return 6L * config.particles() * config.pair().dimension() * Double.BYTES;
    }
}
