package org.noisebook.papers.interpolants;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.MixtureSource;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;
import org.noisebook.stats.KullbackLeibler;
import org.noisebook.stats.Wasserstein;

/**
 * Samples from exact fields with a known error added, at several noise levels ε, and estimates of the KL divergence that the error causes
 * without noise.
 *
 * <p>dX = (b̂ + ε ŝ) dt + √(2ε) dW by Heun's method. The effect of an error of the velocity alone vanishes as ε grows, since the score pulls samples
 * back to ρ(t) (Albergo, Boffi and Vanden-Eijnden 2023, arXiv 2303.08797, section 2.4). The density of the flow is that of {@link Likelihood} by
 * RK4 with exact divergence.
 *
 * <p><b>Streams</b>: {@code start} and {@code path} of the samples, the same for all ε; {@code target} for points of ρ(1).
 * <b>Error</b>: W_1 between n samples and their own density is about n^(−1/2) for ρ(1). <b>Cost</b>: two evaluations of a mixture per
 * particle, step and ε.
 */
@StudyInfo(
        id = "interpolant-error",
        version = 1,
        title = "Samples drawn with exact fields plus a known error, at several amounts of noise",
        streams = {"start", "path", "target"},
        sources = {
            "Albergo, Boffi, Vanden-Eijnden 2023, Stochastic Interpolants: A Unifying Framework for Flows and Diffusions,"
                    + " arXiv 2303.08797"
        })
public final class InterpolantErrorStudy implements Study<InterpolantErrorStudy.Config, InterpolantErrorStudy.Result> {
    /** The fields, their errors and the samples; by default from noise to two modes with γ = √(2 t (1 − t)), b̂ − b = 0.4 sin 3x. */
    public record Config(
            @Parameter(standard = "noiseToTwoModes", value = "the two densities, on the line")
            ExactPair pair,

            @Parameter(
                    standard = "pathSchedule(path=linear, latent=root(a=2))",
                    value = "coefficients of x_t = α x_0 + β x_1 + γ z")
            PathSchedule schedule,

            @Parameter(standard = "wave", symbol = "b̂ − b", value = "error of the velocity")
            FieldError velocityError,

            @Parameter(standard = "none", symbol = "ŝ − s", value = "error of the score")
            FieldError scoreError,

            @Parameter(
                    standard = "[0; 0.5; 2]",
                    range = "each in [0, 1000]",
                    symbol = "ε",
                    value = "amounts of noise to sample with")
            Doubles diffusions,

            @Parameter(
                    standard = "250",
                    range = "[1, 100000]",
                    value = "steps of Heun's method, and of RK4 for the density of the flow")
            int steps,

            @Parameter(standard = "10000", range = "[2, 1000000]", value = "particles sampled for each ε")
            int particles) {
        /** Rejects pairs that are not one-dimensional. */
        public Config {
            if (pair.dimension() != 1) {
                throw new IllegalArgumentException("pair must be on the line, got dimension " + pair.dimension());
            }
        }
    }

    /**
     * Moments and errors of samples from the wrong fields, and KL estimates from the density of the flow.
     *
     * <p><b>Shapes</b>: lists have one entry per ε. <b>Special cases</b>: NaN if a particle diverged. With y = ρ̂(1)/ρ(1) of the flow (ε =
     * 0) at points drawn from ρ(1), as many as particles, KL(ρ(1) ‖ ρ̂(1)) is estimated by the means of −log y, of −log y + y − 1 and, with
     * the sign as printed, of −log y − (y − 1).
     */
    public record Result(
            @Parameter("W1 of samples to the target, by ε") Doubles distance,

            @Parameter("mean of the samples, by ε") Doubles mean,

            @Parameter("variance of the samples, by ε") Doubles variance,

            @Parameter("KL of the flow by the mean of −log y")
            double plainDivergence,

            @Parameter("variance of −log y") double plainVariance,

            @Parameter("KL of the flow by the mean of −log y + y − 1")
            double controlledDivergence,

            @Parameter("variance of −log y + y − 1") double controlledVariance,

            @Parameter("least value of −log y + y − 1") double controlledLeast,

            @Parameter("KL of the flow by the mean of −log y − (y − 1)")
            double printedDivergence,

            @Parameter("variance of −log y − (y − 1)") double printedVariance,

            @Parameter("least value of −log y − (y − 1)") double printedLeast) {}

    private static final int PLACES = 1 << 14;
    private static final double WIDTHS = 9;

    @Override
    public Result run(Config config, Streams streams) {
        MixtureInterpolant pair = config.pair().by(config.schedule());
        DoubleUnaryOperator quantile = quantile(pair.end());
        double[][] samples = config.diffusions().stream()
                .mapToObj(diffusion -> sample(config, pair, diffusion, streams))
                .toArray(double[][]::new);
        double[] logRatio = logRatio(config, pair, streams);
        double[] controlled = values(logRatio, 1);
        double[] printed = values(logRatio, -1);
        return new Result(
                each(
                        samples,
                        x -> Arrays.stream(x).allMatch(Double::isFinite) ? Wasserstein.w1(x, quantile) : Double.NaN),
                each(samples, InterpolantErrorStudy::mean),
                each(samples, InterpolantErrorStudy::variance),
                KullbackLeibler.plain(logRatio).mean(),
                variance(values(logRatio, 0)),
                KullbackLeibler.controlled(logRatio).mean(),
                variance(controlled),
                least(controlled),
                mean(printed),
                variance(printed),
                least(printed));
    }

    private static Doubles each(double[][] samples, ToDoubleFunction<double[]> number) {
        return Doubles.of(Arrays.stream(samples).mapToDouble(number).toArray());
    }

    private static double[] sample(Config config, MixtureInterpolant pair, double diffusion, Streams streams) {
        double[][] x = new double[1][config.particles()];
        new MixtureSource(pair.start(), streams.at("start")).draw(config.particles(), x, new int[config.particles()]);
        VelocityField drift = new Wrong(
                diffusion == 0 ? pair.velocity() : pair.forwardDrift(t -> diffusion),
                config.velocityError(),
                config.scoreError(),
                diffusion);
        Ensemble.run(
                SdeMethod.HEUN.sampler(drift, t -> 2 * diffusion),
                times(config, 0, 1),
                x,
                Noise.independent(streams.at("path")),
                1,
                Ensemble.Observer.NONE);
        return x[0];
    }

    private static double[] times(Config config, double from, double to) {
        double[] breaks = config.schedule().breaks();
        return TimeGrid.UNIFORM.times(from, to, Math.max(config.steps(), breaks.length + 1), breaks);
    }

    /** The logarithm of y at points drawn from ρ(1). */
    private static double[] logRatio(Config config, MixtureInterpolant pair, Streams streams) {
        int n = config.particles();
        double[][] x = new double[1][n];
        new MixtureSource(pair.end(), streams.at("target")).draw(n, x, new int[n]);
        VelocityField flow = new Wrong(pair.velocity(), config.velocityError(), new FieldError.None(), 0);
        double[] logs =
                Likelihood.logDensity(OdeMethod.RK4::sampler, flow, times(config, 1, 0), x, pair.logDensity(), 1);
        double[] exact = pair.logDensity().at(1, x)[0];
        Arrays.setAll(logs, k -> logs[k] - exact[k]);
        return logs;
    }

    /** The values −log y + sign (y − 1). */
    private static double[] values(double[] logRatio, int sign) {
        return Arrays.stream(logRatio)
                .map(l -> sign == 0 ? -l : sign * StrictMath.expm1(l) - l)
                .toArray();
    }

    private static double mean(double... values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static double variance(double... values) {
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    }

    private static double least(double... values) {
        return Arrays.stream(values).reduce(Double.POSITIVE_INFINITY, Math::min);
    }

    /** The quantile function F⁻¹ by linear interpolation of a table, within 10⁻⁶ of the width of the density. */
    private static DoubleUnaryOperator quantile(GaussianMixture law) {
        double[] x = new double[PLACES];
        double[] below = new double[PLACES];
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int k = 0; k < law.components(); k++) {
            double reach = WIDTHS * Math.sqrt(law.covariances()[k][0][0]);
            low = Math.min(low, law.means()[k][0] - reach);
            high = Math.max(high, law.means()[k][0] + reach);
        }
        DoubleUnaryOperator function = QuantileMap.below(law);
        for (int i = 0; i < PLACES; i++) {
            x[i] = low + (high - low) * i / (PLACES - 1);
            below[i] = function.applyAsDouble(x[i]);
        }
        return u -> {
            int at = Arrays.binarySearch(below, u);
            int right = Math.min(PLACES - 1, Math.max(1, at < 0 ? -at - 1 : at));
            double step = below[right] - below[right - 1];
            double share = step > 0 ? Math.min(1, Math.max(0, (u - below[right - 1]) / step)) : 0;
            return x[right - 1] + share * (x[right] - x[right - 1]);
        };
    }

    /** The field b + ε s with the errors of both parts. */
    private record Wrong(VelocityField exact, FieldError velocity, FieldError score, double diffusion)
            implements VelocityField {
        @Override
        public int dimension() {
            return 1;
        }

        private double error(double t, double x) {
            double first = velocity.at(t, x);
            return diffusion == 0 ? first : first + diffusion * score.at(t, x);
        }

        private double slope(double t, double x) {
            return velocity.slope(t, x) + diffusion * score.slope(t, x);
        }

        @Override
        public Evaluator evaluator(int capacity) {
            Evaluator inner = exact.evaluator(capacity);
            return new Evaluator() {
                @Override
                public void at(double t, double[][] x, int count, double[][] out) {
                    inner.at(t, x, count, out);
                    for (int k = 0; k < count; k++) {
                        out[0][k] += error(t, x[0][k]);
                    }
                }

                @Override
                public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
                    inner.along(t, x, direction, count, out);
                    for (int k = 0; k < count; k++) {
                        out[0][k] = Math.fma(slope(t, x[0][k]), direction[0][k], out[0][k]);
                    }
                }

                @Override
                public void divergence(double t, double[][] x, int count, double[] out) {
                    inner.divergence(t, x, count, out);
                    for (int k = 0; k < count; k++) {
                        out[k] += slope(t, x[0][k]);
                    }
                }
            };
        }
    }

    @Override
    public double work(Config config) {
        return (double) config.particles()
                * config.steps()
                * (2.0 * config.diffusions().size() + 8);
    }

    @Override
    public long memory(Config config) {
        return 10L * config.particles() * Double.BYTES;
    }
}
