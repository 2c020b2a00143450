package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.ReplicaStudy;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Brownian;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.KolmogorovSmirnov;
import org.noisebook.stats.Wasserstein;

/**
 * Moves particles of an exact mixture interpolant from one time to another and compares them with the exact law there.
 *
 * <p>All errors are those of the method and of finite samples, for the fields are exact: dX = b dt, dX = (b + ε s) dt + √(2ε) dW and,
 * backward, dX = (b − ε s) dt + √(2ε) dW have the density ρ(t) at all times (Albergo, Boffi and Vanden-Eijnden 2023, arXiv 2303.08797,
 * section 2).
 *
 * <p><b>Streams</b>: {@code start} of particles, {@code path} of the Brownian path, which configs of equal from and to with 2^k steps share;
 * {@code reference} and {@code directions} of sliced distances. <b>Cost</b>: particles × evaluations × components × (d² + 1), a few
 * nanoseconds each.
 */
@Head(
        id = "interpolant",
        version = 1,
        title = "Samples of an exact mixture interpolant by ODE or SDE, forward or backward, against the exact law",
        streams = {"start", "path", "reference", "directions"},
        sources = {
            "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                    + " arXiv 2303.08797"
        })
public final class InterpolantStudy implements ReplicaStudy<InterpolantConfig, InterpolantResult> {
    private static final int DIRECTIONS = 64;
    /** A Brownian path tells no more times apart. */
    private static final int DEEPEST = 40;

    @Override
    public InterpolantResult run(InterpolantConfig config, Streams streams) {
        Numbers numbers = new Numbers(config, streams);
        ParticleReplicas.End end = numbers.move(config.motion(), config.steps());
        double[][] fine = end.x();
        if (needsFine(config, end)) {
            fine = numbers.move(config.motion().accurate(), config.fineSteps()).x();
        }
        return numbers.result(end, fine);
    }

    private static boolean needsFine(InterpolantConfig config, ParticleReplicas.End end) {
        return config.fineSteps() > 0 && Ensemble.diverged(end.x()) == 0;
    }

    /** The config: what particles move along, how, over what times and how many of them. */
    @Override
    public Object together(InterpolantConfig config, ReplicaEngine engine) {
        if (config.motion() instanceof Motion.Adaptive) {
            throw new IllegalArgumentException("motion must be ode or sde to go side by side, got "
                    + Schema.formatValue(config.motion()) + ": --engine exact runs it");
        }
        return config;
    }

    /** {@inheritDoc} <b>Memory</b>: with a fine solution all ends are kept until it is there, particles × dimension numbers each. */
    @Override
    public void run(
            List<Run<InterpolantConfig, InterpolantResult>> runs,
            ReplicaEngine engine,
            ReplicaEngine.Ended<InterpolantResult> ended) {
        if (runs.isEmpty()) {
            return;
        }
        InterpolantConfig config = runs.get(0).config();
        SortedMap<Integer, ParticleReplicas.End> coarse = new TreeMap<>();
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

    /** Moves the particles of some of the runs. */
    private static void move(
            List<Run<InterpolantConfig, InterpolantResult>> runs,
            List<Integer> chosen,
            Motion motion,
            int steps,
            ReplicaEngine engine,
            ReplicaEngine.Ended<ParticleReplicas.End> ended) {
        if (chosen.isEmpty()) {
            return;
        }
        InterpolantConfig config = runs.get(0).config();
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

    private static double[] times(InterpolantConfig config, int steps) {
        return config.grid()
                .times(config.from(), config.to(), steps, config.schedule().breaks());
    }

    /** The numbers of a run. */
    private static final class Numbers {
        private final InterpolantConfig config;
        private final Streams streams;
        private final MixtureInterpolant interpolant;
        private final double[][] start;

        Numbers(InterpolantConfig config, Streams streams) {
            this.config = config;
            this.streams = streams;
            interpolant = config.pair().interpolant(config.schedule());
            start = interpolant.marginal(config.from()).sample(streams.at("start"), config.particles());
        }

        Numbers(Run<InterpolantConfig, InterpolantResult> run) {
            this(run.config(), run.streams());
        }

        ParticleReplicas.Job job() {
            return new ParticleReplicas.Job(start, noise());
        }

        ParticleReplicas.End move(Motion motion, int steps) {
            Sampler sampler = motion.sampler(interpolant, config.from() < config.to());
            return job().move(sampler, motion.diffusion(), times(config, steps));
        }

        /**
         * The result.
         *
         * @param fine where a fine solution ended, if one was asked for
         */
        InterpolantResult result(ParticleReplicas.End end, double[][] fine) {
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
                return new InterpolantResult(
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
            Arrays.setAll(mean, j -> Estimate.ofMean(x[j]).mean());
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
            Estimate path = new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0);
            Estimate moment = path;
            if (config.fineSteps() > 0) {
                path = Estimate.ofMean(distances(x, fine));
                moment = Estimate.ofMean(squaresLess(x, fine));
            }
            return new InterpolantResult(
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

        /** Deep enough that no two times of either grid lie in one cell. */
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
            double meanX = Estimate.ofMean(x).mean();
            double meanY = Estimate.ofMean(y).mean();
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
    public double work(InterpolantConfig config) {
        Pair pair = config.pair();
        double evaluations = (double) config.steps() * config.motion().evaluations()
                + (double) config.fineSteps() * config.motion().accurate().evaluations();
        return config.particles() * evaluations * pair.components() * (1.0 + pair.dimension() * pair.dimension());
    }

    @Override
    public long memory(InterpolantConfig config) {
        return 6L * config.particles() * config.pair().dimension() * Double.BYTES;
    }
}
