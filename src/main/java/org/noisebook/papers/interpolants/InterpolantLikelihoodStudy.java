package org.noisebook.papers.interpolants;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/**
 * Log densities by {@link Likelihood} compared with exact ones: along the ODE with exact or probed divergence, or averaged over paths.
 *
 * <p><b>Streams</b>: {@code probe}, parts by point; {@code path}, parts by point. <b>Error</b>: RK4, order 4 in steps; stochastic Heun, weak
 * order 2. <b>Cost</b>: four (two) velocities and divergences per point, copy and step.
 */
@StudyInfo(
        id = "interpolant-likelihood",
        version = 1,
        title = "Log densities along the ODE, by probes and over paths, against exact ones",
        streams = {"probe", "path"},
        sources = {
            "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                    + " arXiv 2303.08797",
            "Hutchinson 1990, A Stochastic Estimator of the Trace of the Influence Matrix for Laplacian Smoothing Splines,"
                    + " doi:10.1080/03610919008812866",
            "Grathwohl, Chen, Bettencourt, Sutskever, Duvenaud 2019, FFJORD, arXiv 1810.01367"
        })
public final class InterpolantLikelihoodStudy
        implements Study<InterpolantLikelihoodStudy.Config, InterpolantLikelihoodStudy.Result> {
    /**
     * One of three methods: the ODE with exact divergence (no probes, ε = 0), the ODE with Hutchinson's divergence (probes), or an average
     * over paths of an SDE (ε &gt; 0); the default is six points of the 2→3-mode pair.
     */
    public record Config(
            @Parameter(standard = "twoToThreeModes", value = "the two densities")
            ExactPair pair,

            @Parameter(
                    standard = "pathSchedule(path=linear, latent=none)",
                    value = "coefficients of x_t = α x_0 + β x_1 + γ z")
            PathSchedule schedule,

            @Parameter(
                    standard = "[-6.5; -3; 0; 1.5; 3.2; 6]",
                    range = "each in (-inf, inf)",
                    symbol = "x",
                    value = "coordinates of the points, one after the other")
            Doubles points,

            @Parameter(standard = "400", range = "[1, 1000000]", value = "steps of RK4, or of stochastic Heun")
            int steps,

            @Parameter(standard = "0", range = "[0, 0.4]", value = "time left out at both ends")
            double cut,

            @Parameter(
                    standard = "density",
                    value = "the density taken at the last time: that of t = 0, or the exact one of that time")
            End end,

            @Parameter(standard = "rademacher", value = "distribution of the probes of the divergence")
            Likelihood.Probe probe,

            @Parameter(standard = "0", range = "[0, 1000]", value = "probes of the divergence, 0 for the exact one")
            int probes,

            @Parameter(standard = "0", range = "[0, 1000]", symbol = "ε", value = "noise of paths, 0 for the ODE")
            double diffusion,

            @Parameter(standard = "1", range = "[1, 10000000]", value = "sets of probes, or paths, for each point")
            int copies) {
        /** Rejects incomplete points, and several copies if nothing is random. */
        public Config {
            if (points.size() == 0 || points.size() % pair.dimension() != 0) {
                throw new IllegalArgumentException("points must have a positive multiple of " + pair.dimension()
                        + " coordinates, got " + points.size());
            }
            if (probes > 0 && diffusion > 0) {
                throw new IllegalArgumentException("probes must be 0 for paths with noise, got " + probes);
            }
            boolean random = probes > 0 || diffusion > 0;
            if (random != copies > 1) {
                throw new IllegalArgumentException("copies must be "
                        + (random ? "at least 2 with probes or noise" : "1 without probes and noise") + ", got "
                        + copies);
            }
        }

        int count() {
            return points.size() / pair.dimension();
        }
    }

    /** The density used at the last time. */
    public enum End {
        /** The density ρ_0, as if the last time were 0. */
        BASE,
        /** The exact density ρ(t) of the last time. */
        DENSITY
    }

    /**
     * Log densities of points, computed and exact. Along the ODE the mean over copies, for paths the logarithm of the mean density.
     *
     * <p><b>Special cases</b>: standard errors and deviations are NaN if nothing is random or the number does not exist.
     */
    public record Result(
            @Parameter("log density, by point") Doubles logDensity,

            @Parameter("its standard error, per point") Doubles stdError,

            @Parameter("standard deviation over sets of probes, by point")
            Doubles stdDev,

            @Parameter("exact log density at the first time, by point")
            Doubles startExact,

            @Parameter("exact log density at time 1, by point")
            Doubles endExact,

            @Parameter("largest error against the density of the first time")
            double largestError,

            @Parameter("largest error compared with the density at time 1")
            double largestEndError) {}

    @Override
    public Result run(Config config, Streams streams) {
        MixtureInterpolant pair = config.pair().by(config.schedule());
        double first = 1 - config.cut();
        double[] breaks = config.schedule().breaks();
        double[] times =
                TimeGrid.UNIFORM.times(first, config.cut(), Math.max(config.steps(), breaks.length + 1), breaks);
        Field density = pair.logDensity();
        Field end = config.end() == End.BASE ? new AtStart(density) : density;
        int count = config.count();
        double[][] x = points(config);
        double[] logs = new double[count];
        double[] errors = new double[count];
        double[] deviations = new double[count];
        Arrays.fill(errors, Double.NaN);
        Arrays.fill(deviations, Double.NaN);
        if (config.diffusion() > 0) {
            for (int k = 0; k < count; k++) {
                Estimate log = Likelihood.feynmanKac(
                        drift -> SdeMethod.HEUN.sampler(drift, t -> 2 * config.diffusion()),
                        pair.forwardDrift(t -> config.diffusion()),
                        times,
                        point(x, k),
                        end,
                        config.copies(),
                        Noise.independent(streams.at("path").part(k)),
                        1);
                logs[k] = log.mean();
                errors[k] = log.stdError();
            }
        } else if (config.probes() > 0) {
            for (int k = 0; k < count; k++) {
                double[] copies = Likelihood.logDensity(
                        OdeMethod.RK4::sampler,
                        pair.velocity(),
                        times,
                        copies(x, k, config.copies()),
                        end,
                        config.probe(),
                        config.probes(),
                        streams.at("probe").part(k),
                        1);
                Estimate log = Estimate.ofMeanOrNone(copies);
                logs[k] = log.mean();
                errors[k] = log.stdError();
                deviations[k] = log.stdError() * Math.sqrt(copies.length);
            }
        } else {
            logs = Likelihood.logDensity(OdeMethod.RK4::sampler, pair.velocity(), times, x, end, 1);
        }
        double[] startExact = density.at(first, x)[0];
        double[] endExact = density.at(1, x)[0];
        return new Result(
                Doubles.of(logs),
                Doubles.of(errors),
                Doubles.of(deviations),
                Doubles.of(startExact),
                Doubles.of(endExact),
                largest(logs, startExact),
                largest(logs, endExact));
    }

    private static double[][] points(Config config) {
        double[] flat = config.points().toArray();
        double[][] x = new double[config.pair().dimension()][config.count()];
        for (int i = 0; i < flat.length; i++) {
            x[i % x.length][i / x.length] = flat[i];
        }
        return x;
    }

    private static double[] point(double[][] x, int k) {
        return Arrays.stream(x).mapToDouble(row -> row[k]).toArray();
    }

    private static double[][] copies(double[][] x, int k, int count) {
        double[][] copies = new double[x.length][count];
        for (int j = 0; j < x.length; j++) {
            Arrays.fill(copies[j], x[j][k]);
        }
        return copies;
    }

    private static double largest(double[] values, double[] exact) {
        return IntStream.range(0, values.length)
                .mapToDouble(k -> Math.abs(values[k] - exact[k]))
                .reduce(0, Math::max);
    }

    /** The field log ρ_0, independent of time. */
    private record AtStart(Field density) implements Field {
        @Override
        public int dimension() {
            return density.dimension();
        }

        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public Evaluator evaluator(int capacity) {
            Evaluator inner = density.evaluator(capacity);
            return (t, x, count, out) -> inner.at(0, x, count, out);
        }
    }

    @Override
    public double work(Config config) {
        return (double) config.count() * config.copies() * config.steps() * (1 + config.probes());
    }

    @Override
    public long memory(Config config) {
        int d = config.pair().dimension();
        return 4L * config.copies() * (d + 1 + (long) d * config.probes()) * Double.BYTES;
    }
}
