package org.noisebook.interpolant;

import java.util.Arrays;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/**
 * Log densities by {@link Likelihood} where the exact ones are known: along the ODE with exact or probed divergence, or over paths.
 *
 * <p><b>Streams</b>: {@code probe}, parts by point; {@code path}, parts by point. <b>Error</b>: RK4, order 4 in steps; stochastic Heun, weak
 * order 2. <b>Cost</b>: four (two) velocities and divergences a point, copy and step.
 */
@Head(
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
        implements Study<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> {
    @Override
    public InterpolantLikelihoodResult run(InterpolantLikelihoodConfig config, Streams streams) {
        MixtureInterpolant pair = config.pair().by(config.schedule());
        double first = 1 - config.cut();
        double[] breaks = config.schedule().breaks();
        double[] times =
                TimeGrid.UNIFORM.times(first, config.cut(), Math.max(config.steps(), breaks.length + 1), breaks);
        Field density = pair.logDensity();
        Field end = config.end() == InterpolantLikelihoodConfig.End.BASE ? new AtStart(density) : density;
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
                Estimate log = Estimate.ofMean(copies);
                logs[k] = log.mean();
                errors[k] = log.stdError();
                deviations[k] = log.stdError() * Math.sqrt(copies.length);
            }
        } else {
            logs = Likelihood.logDensity(OdeMethod.RK4::sampler, pair.velocity(), times, x, end, 1);
        }
        double[] startExact = exact(density, first, x);
        double[] endExact = exact(density, 1, x);
        return new InterpolantLikelihoodResult(
                Doubles.of(logs),
                Doubles.of(errors),
                Doubles.of(deviations),
                Doubles.of(startExact),
                Doubles.of(endExact),
                largest(logs, startExact),
                largest(logs, endExact));
    }

    private static double[][] points(InterpolantLikelihoodConfig config) {
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

    private static double[] exact(Field density, double t, double[][] x) {
        return density.at(t, x)[0];
    }

    private static double largest(double[] values, double[] exact) {
        double largest = 0;
        for (int k = 0; k < values.length; k++) {
            largest = Math.max(largest, Math.abs(values[k] - exact[k]));
        }
        return largest;
    }

    /** log ρ_0 whatever the time. */
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
    public double work(InterpolantLikelihoodConfig config) {
        return (double) config.count() * config.copies() * config.steps() * (1 + config.probes());
    }

    @Override
    public long memory(InterpolantLikelihoodConfig config) {
        int d = config.pair().dimension();
        return 4L * config.copies() * (d + 1 + (long) d * config.probes()) * Double.BYTES;
    }
}
