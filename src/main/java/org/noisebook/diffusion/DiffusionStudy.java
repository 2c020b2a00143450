package org.noisebook.diffusion;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.field.FieldLibrary;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;
import org.noisebook.stats.EnergyDistance;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.KolmogorovSmirnov;
import org.noisebook.stats.Wasserstein;

/**
 * Compares samples of a diffusion of a Gaussian mixture, and log densities along the flow, with the exact distribution.
 *
 * <p>Samples start from the prior at τ = 1 and are compared with p_τ at the last time, so stopping early is not an
 * error, whereas starting from the prior instead of p_1 is one. Under a condition, p_0 is the conditional mixture. For
 * inpainting only the unknown coordinates are compared.
 *
 * <p>Log densities are integrated by RK4 in τ from 10⁻⁵ to 1, for points of p_τ at first, and end with p_1 or the
 * prior.
 *
 * <p><b>Source</b>: Song, Sohl-Dickstein, Kingma, Kumar, Ermon and Poole 2021 (arXiv 2011.13456). <b>Streams</b>:
 * {@code start} and {@code path} of the samples, {@code reference} and {@code second-reference} for points of the
 * distribution, {@code directions} for slices, {@code observed} and {@code replacement} for known coordinates, {@code
 * forward}, {@code points} and {@code probes} for log densities, and those of training. <b>Cost</b>: one evaluation of
 * a score with K components takes K d² multiply-adds per particle.
 */
@StudyInfo(
        id = "diffusion",
        version = 1,
        title = "Samples and log densities of a diffusion of a Gaussian mixture against the exact ones",
        streams = {
            "data",
            "base",
            "noise",
            "time",
            "dropout",
            "init",
            "start",
            "path",
            "reference",
            "second-reference",
            "directions",
            "observed",
            "candidates",
            "pairs",
            "replacement",
            "forward",
            "points",
            "probes"
        },
        sources = {
            "Song, Sohl-Dickstein, Kingma, Kumar, Ermon, Poole 2021, Score-Based Generative Modeling through Stochastic"
                    + " Differential Equations, arXiv 2011.13456",
            "Ho, Jain, Abbeel 2020, Denoising Diffusion Probabilistic Models, arXiv 2006.11239",
            "Song, Meng, Ermon 2021, Denoising Diffusion Implicit Models, arXiv 2010.02502",
            "Lu, Zhou, Bao, Chen, Li, Zhu 2022, DPM-Solver++, arXiv 2211.01095",
            "Karras, Aittala, Aila, Laine 2022, Elucidating the Design Space of Diffusion-Based Generative Models,"
                    + " arXiv 2206.00364"
        })
public final class DiffusionStudy implements Study<DiffusionConfig, DiffusionResult> {
    /** Number of bins of {@link DiffusionResult#shares}. */
    public static final int BINS = 40;
    /** Number of times of {@link DiffusionResult#forwardMean}. */
    public static final int FORWARD_TIMES = 10;

    private static final int DIRECTIONS = 32;
    private static final int EXACT_STEPS = 400;
    private static final double LIKELIHOOD_START = 1e-5;
    /** Half the range of the bins in standard deviations of the distribution. */
    private static final double BIN_RANGE = 3.2;

    /** The centre of a bin of the first coordinate of a distribution. */
    public static double binCentre(double lawMean, double lawVariance, int bin) {
        return lawMean + BIN_RANGE * Math.sqrt(lawVariance) * ((2.0 * bin + 1) / BINS - 1);
    }

    /** The edges of a run's bins. */
    public static double[] binEdges(DiffusionResult run) {
        double centre = run.lawMean().get(0);
        double reach = BIN_RANGE * Math.sqrt(run.lawVariance().get(0));
        return IntStream.rangeClosed(0, BINS)
                .mapToDouble(bin -> centre + reach * (2.0 * bin / BINS - 1))
                .toArray();
    }

    /** The width of the bins. */
    public static double binWidth(double lawVariance) {
        return 2 * BIN_RANGE * Math.sqrt(lawVariance) / BINS;
    }

    /** The observed coordinates or linear functions of a point in a replica; empty without such a condition. */
    public static double[] observed(DiffusionConfig config, Streams streams) {
        return config.condition().observe(config.target().mixture().orElseThrow(), streams);
    }

    @Override
    public DiffusionResult run(DiffusionConfig config, Streams streams) {
        return run(config, streams, FieldLibrary.standard());
    }

    /** The same run with learned scores from a library; the result does not depend on it. */
    DiffusionResult run(DiffusionConfig config, Streams streams, FieldLibrary library) {
        return numbers(config, streams, library).result();
    }

    /** The samples of a run, x[coordinate][particle], including known coordinates. */
    public static double[][] samples(DiffusionConfig config, Streams streams) {
        Numbers numbers = numbers(config, streams, FieldLibrary.standard());
        double[] times = numbers.times();
        double[][] x = numbers.start(times);
        numbers.drive(numbers.config.condition().driving(numbers.score, numbers.diffusion, numbers.wanted), times, x);
        return x;
    }

    private static Numbers numbers(DiffusionConfig config, Streams streams, FieldLibrary library) {
        GaussianMixture data = config.target().mixture().orElseThrow();
        Score score = config.score() instanceof DiffusionScore.Learned learned
                ? DiffusionInterpolant.score(
                        config.diffusion(), library.field(learned.field(config.target()), training(streams)))
                : config.diffusion().marginals(data).score();
        return new Numbers(config, streams, data, score);
    }

    /** If all streams of training are pinned, one network serves all replicas. */
    private static Streams training(Streams streams) {
        return streams.fixed().containsAll(FieldLibrary.STREAMS) ? streams.withReplica(0) : streams;
    }

    /** Computes the numbers of a run. */
    private static final class Numbers {
        private final DiffusionConfig config;
        private final Streams streams;
        private final Diffusion diffusion;
        /** The unconditional data. */
        private final GaussianMixture data;

        private final Score score;
        /** The distribution of the coordinates that are compared. */
        private final GaussianMixture wanted;

        private final double[] observed;

        Numbers(DiffusionConfig config, Streams streams, GaussianMixture data, Score score) {
            this.config = config;
            this.streams = streams;
            this.diffusion = config.diffusion();
            this.data = data;
            this.score = score;
            observed = observed(config, streams);
            wanted = config.condition().wanted(data, observed);
        }

        private GaussianMixture at(GaussianMixture mixture, double tau) {
            return mixture.affine(diffusion.meanCoefficient(tau), diffusion.variance(tau));
        }

        private double[] times(double to, int steps, TimeGrid grid) {
            return grid.times(1, to, steps, diffusion::sigma);
        }

        DiffusionResult result() {
            GaussianMixture law = at(wanted, config.end());
            Score driving = config.condition().driving(score, diffusion, wanted);
            double[] times = times();
            double[][] x = start(times);
            double[][] start = head(x, Math.max(1, config.pathParticles()));
            long evaluations = drive(driving, times, x);
            double[][] samples =
                    config.condition().isReplacing() ? Arrays.copyOfRange(x, observed.length, x.length) : x;
            int lost = Ensemble.diverged(samples);
            boolean whole = lost == 0;
            double[][] reference = law.sample(streams.at("reference"), config.particles());
            double[] lawMean = law.mean();
            double[] lawVariance = diagonal(law.covariance());
            double[] mean = Arrays.stream(samples).mapToDouble(Numbers::mean).toArray();
            double[] variance =
                    Arrays.stream(samples).mapToDouble(Numbers::variance).toArray();
            Densities densities = config.likelihoodPoints() == 0 ? Densities.NONE : densities();
            double[][] forward = forward();
            return new DiffusionResult(
                    whole ? StopReason.COMPLETED : StopReason.DIVERGED,
                    evaluations,
                    1 - (double) lost / config.particles(),
                    whole && samples.length == 1
                            ? KolmogorovSmirnov.oneSample(samples[0], QuantileMap.below(law))
                                    .statistic()
                            : Double.NaN,
                    whole ? distance(samples, reference) : Double.NaN,
                    distance(law.sample(streams.at("second-reference"), config.particles()), reference),
                    whole ? energy(samples, reference) : Double.NaN,
                    Doubles.of(mean),
                    Doubles.of(variance),
                    Doubles.of(lawMean),
                    Doubles.of(lawVariance),
                    whole && !config.start().isShared() ? meanError(mean, variance, lawMean) : Double.NaN,
                    whole && config.pathParticles() > 0 ? pathError(driving, start, samples) : Double.NaN,
                    Doubles.of(shares(samples[0], lawMean[0], lawVariance[0])),
                    Doubles.of(lawShares(law, lawMean[0], lawVariance[0])),
                    Doubles.of(forward[0]),
                    Doubles.of(forward[1]),
                    densities.along(),
                    densities.exact(),
                    densities.error(),
                    densities.priorError(),
                    densities.hutchinson().mean(),
                    densities.hutchinson().stdError());
        }

        private double[] times() {
            double first = config.start().first();
            return DiffusionStart.times(
                    diffusion, config.grid().times(first, config.end(), config.steps(), diffusion::sigma));
        }

        /** Moves x, and returns the evaluations per particle. */
        private long drive(Score driving, double[] times, double[][] x) {
            boolean replacing = config.condition().isReplacing();
            boolean resampling = replacing && config.method() instanceof DiffusionMethod.Repaint;
            return Ensemble.run(
                    resampling
                            ? ((DiffusionMethod.Repaint) config.method())
                                    .knowing(diffusion, Prediction.SCORE, driving, observed)
                            : config.method().sampler(diffusion, driving),
                    times,
                    x,
                    Noise.independent(streams.at("path")),
                    1,
                    replacing && !resampling ? replacement() : Ensemble.Observer.NONE);
        }

        private double[][] start(double... times) {
            return config.start().draw(config, score, config.condition().isReplacing() ? data : wanted, times, streams);
        }

        private static double[][] head(double[][] x, int count) {
            return Arrays.stream(x)
                    .map(row -> Arrays.copyOf(row, Math.min(count, row.length)))
                    .toArray(double[][]::new);
        }

        private static double[] diagonal(double[][] matrix) {
            return IntStream.range(0, matrix.length)
                    .mapToDouble(j -> matrix[j][j])
                    .toArray();
        }

        private static double mean(double[] x) {
            return Estimate.ofMean(x).mean();
        }

        private static double variance(double[] x) {
            double error = Estimate.ofMean(x).stdError();
            return error * error * x.length;
        }

        private double distance(double[][] x, double[][] y) {
            return x.length == 1
                    ? Wasserstein.w1(x[0], y[0])
                    : Wasserstein.slicedW1(x, y, DIRECTIONS, streams.at("directions"))
                            .mean();
        }

        private double energy(double[][] x, double[][] y) {
            double[][] a = head(x, config.energyPoints());
            double[][] b = head(y, config.energyPoints());
            return (x.length == 1 ? EnergyDistance.unbiased(a[0], b[0]) : EnergyDistance.unbiased(a, b)).mean();
        }

        private double meanError(double[] mean, double[] variance, double[] lawMean) {
            double sum = 0;
            for (int j = 0; j < mean.length; j++) {
                double off = mean[j] - lawMean[j];
                sum += off * off * config.particles() / variance[j];
            }
            return Math.sqrt(sum / mean.length);
        }

        /** Error relative to RK4 in σ, on times uniform in log-SNR. */
        private double pathError(Score driving, double[][] start, double[][] samples) {
            if (config.method().card().noises() > 0
                    || config.condition().isReplacing()
                    || diffusion.variance(config.end()) == 0) {
                return Double.NaN;
            }
            Ensemble.run(
                    new DiffusionMethod.ProbabilityFlow(OdeMethod.RK4).sampler(diffusion, driving),
                    times(config.end(), EXACT_STEPS, TimeGrid.LOG_SNR),
                    start,
                    Noise.NONE,
                    1,
                    Ensemble.Observer.NONE);
            double sum = 0;
            for (int j = 0; j < start.length; j++) {
                for (int k = 0; k < start[j].length; k++) {
                    double off = samples[j][k] - start[j][k];
                    sum += off * off;
                }
            }
            return Math.sqrt(sum / start[0].length);
        }

        private static double[] shares(double[] x, double lawMean, double lawVariance) {
            double[] shares = new double[BINS];
            double width = binWidth(lawVariance);
            double low = binCentre(lawMean, lawVariance, 0) - width / 2;
            for (double value : x) {
                double place = Math.floor((value - low) / width);
                if (place >= 0 && place < BINS) {
                    shares[(int) place] += 1.0 / x.length;
                }
            }
            return shares;
        }

        private static double[] lawShares(GaussianMixture law, double lawMean, double lawVariance) {
            DoubleUnaryOperator below = QuantileMap.below(law.marginal(0));
            double half = binWidth(lawVariance) / 2;
            return IntStream.range(0, BINS)
                    .mapToDouble(bin -> binCentre(lawMean, lawVariance, bin))
                    .map(x -> below.applyAsDouble(x + half) - below.applyAsDouble(x - half))
                    .toArray();
        }

        /** Replaces known coordinates by their values with the noise of the time, drawn anew at every step. */
        private Ensemble.Observer replacement() {
            Stream stream = streams.at("replacement");
            return (first, step, t, x, count) -> {
                Stream own = stream.part(first).part(step);
                double a = diffusion.meanCoefficient(t);
                double stdDev = diffusion.stdDev(t);
                for (int k = 0; k < count; k++) {
                    for (int j = 0; j < observed.length; j++) {
                        x[j][k] = Math.fma(stdDev, own.nextGaussian(), a * observed[j]);
                    }
                }
            };
        }

        /** Mean and standard deviation of x_τ started at 1 with the noise of τ = 0. */
        private double[][] forward() {
            if (config.forwardSteps() == 0) {
                return new double[2][0];
            }
            Stream stream = streams.at("forward");
            double[][] x = new double[1][config.particles()];
            double stdDev = diffusion.stdDev(0);
            for (int k = 0; k < config.particles(); k++) {
                x[0][k] = Math.fma(stdDev, stream.nextGaussian(), 1);
            }
            Sampler sampler = SdeMethod.HEUN.sampler(
                    VelocityField.of(1, (t, at, count, out) -> {
                        double f = diffusion.driftCoefficient(t);
                        for (int k = 0; k < count; k++) {
                            out[0][k] = f * at[0][k];
                        }
                    }),
                    diffusion::noiseRate);
            double[][] moments = new double[2][FORWARD_TIMES];
            for (int i = 0; i < FORWARD_TIMES; i++) {
                double[] times = TimeGrid.UNIFORM.times(
                        (double) i / FORWARD_TIMES, (i + 1.0) / FORWARD_TIMES, config.forwardSteps());
                Ensemble.run(sampler, times, x, Noise.independent(stream.part(i)), 1, Ensemble.Observer.NONE);
                moments[0][i] = mean(x[0]);
                moments[1][i] = Math.sqrt(variance(x[0]));
            }
            return moments;
        }

        /** Log densities of points along the flow and in closed form. */
        private record Densities(double along, double exact, double error, double priorError, Estimate hutchinson) {
            static final Densities NONE = new Densities(Double.NaN, Double.NaN, Double.NaN, Double.NaN, Estimate.NONE);
        }

        private Densities densities() {
            MixtureInterpolant marginals = diffusion.marginals(data);
            double[][] points = at(data, LIKELIHOOD_START).sample(streams.at("points"), config.likelihoodPoints());
            double[] times = TimeGrid.UNIFORM.times(LIKELIHOOD_START, 1, config.likelihoodSteps());
            VelocityField flow = diffusion.probabilityFlow(score);
            double[][] path = Arrays.copyOf(points, points.length + 1);
            Arrays.setAll(path, j -> j < points.length ? points[j].clone() : new double[config.likelihoodPoints()]);
            Ensemble.run(
                    OdeMethod.RK4.sampler(Likelihood.withLogDensity(flow)),
                    times,
                    path,
                    Noise.NONE,
                    1,
                    Ensemble.Observer.NONE);
            double[] along = ended(marginals.logDensity(), path);
            double[] prior = ended(Likelihood.normal(data.dimension(), diffusion.priorVariance()), path);
            double[] probed = Likelihood.logDensity(
                    OdeMethod.RK4::sampler,
                    flow,
                    times,
                    points,
                    marginals.logDensity(),
                    Likelihood.Probe.RADEMACHER,
                    1,
                    streams.at("probes"),
                    1);
            double[] exact = marginals.logDensity().at(LIKELIHOOD_START, points)[0];
            double[] off = IntStream.range(0, exact.length)
                    .mapToDouble(k -> probed[k] - along[k])
                    .toArray();
            return new Densities(
                    -mean(along), -mean(exact), largest(along, exact), largest(prior, exact), Estimate.ofMean(off));
        }

        /** Log densities at the first time, from the end points of paths and the changes along them. */
        private static double[] ended(Field density, double[][] path) {
            double[] logs = density.at(1, Arrays.copyOf(path, path.length - 1))[0];
            Arrays.setAll(logs, k -> logs[k] - path[path.length - 1][k]);
            return logs;
        }

        private static double largest(double[] a, double[] b) {
            return IntStream.range(0, a.length)
                    .mapToDouble(k -> Math.abs(a[k] - b[k]))
                    .max()
                    .orElse(Double.NaN);
        }
    }

    @Override
    public double work(DiffusionConfig config) {
        double dimension = config.target().dimension();
        double evaluations = config.method().card().evaluations() * (double) config.steps() * config.particles()
                + 4.0 * EXACT_STEPS * config.pathParticles()
                + 16.0 * config.likelihoodSteps() * config.likelihoodPoints();
        return evaluations * (1 + dimension * dimension);
    }

    @Override
    public long memory(DiffusionConfig config) {
        long dimension = config.target().dimension();
        long rows = 6 * dimension + 4;
        return (rows * config.particles() + 8 * (dimension + 1) * (config.likelihoodPoints() + Ensemble.BLOCK))
                * Double.BYTES;
    }

    @Override
    public List<String> inputs(DiffusionConfig config) {
        return config.target().files();
    }
}
