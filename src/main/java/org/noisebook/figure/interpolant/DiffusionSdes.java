package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.ColourBar;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.model.Ends;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Field;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** VE, VP and sub-VP on a mixture of two Gaussians: marginals, forward moments, samples and log densities. */
public final class DiffusionSdes implements Figure {
    private static final GaussianMixture DATA =
            DiffusionCells.PLAIN.target().mixture().orElseThrow();
    /** Later the mean of VE drowns in its noise. */
    private static final int QUIET_TIMES = 6;

    private static final int MAP_TIMES = 25;
    private static final int MAP_PLACES = 36;
    private static final double MAP_RANGE = 3.6;
    /** Levels in a unit of density: finer than colours. */
    private static final double DENSITY_LEVELS = 1e3;

    private static final int LINE_POINTS = 31;
    /** Of the reference. */
    private static final double[] POINTS = {-2.5, -2, -0.5, 0.3, 1, 1.8};

    private static final double LIKELIHOOD_START = 1e-5;
    private static final int REFERENCE_STEPS = 100;
    private static final int[] LIKELIHOOD_STEPS = {25, 50, 100, 200, 400, 800};
    /** Steps of the integral over the line, in standard deviations of the marginal. */
    private static final double INTEGRAL_STEP = 1e-3;

    private static final double INTEGRAL_RANGE = 12;
    private static final String SOURCE = "Song et al. 2021, arXiv 2011.13456, section 3.4";
    private static final String NOTES = "test vectors of the kit for this mixture";

    @Override
    public String id() {
        return "diffusion-sdes";
    }

    @Override
    public String title() {
        return "Three diffusions of one mixture: marginals, moments, samples and log densities";
    }

    @Override
    public List<String> sources() {
        return DiffusionCells.STUDY.sources();
    }

    private static DiffusionConfig base(Preset preset) {
        return Schema.with(DiffusionCells.PLAIN, "particles", preset.choose(4096, 32_768));
    }

    private static DiffusionConfig reverse(Preset preset, Diffusion diffusion) {
        return Schema.with(
                DiffusionCells.cell(
                        base(preset),
                        diffusion,
                        new DiffusionMethod.ReverseEquation(SdeMethod.EULER_MARUYAMA, 1),
                        TimeGrid.UNIFORM,
                        preset.choose(500, 1000)),
                "forwardSteps",
                preset.choose(20, 100));
    }

    private static DiffusionConfig flow(Preset preset, Diffusion diffusion) {
        return DiffusionCells.cell(
                base(preset),
                diffusion,
                new DiffusionMethod.TimeFlow(OdeMethod.HEUN),
                TimeGrid.UNIFORM,
                preset.choose(200, 400));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(8, 32);
        List<DiffusionConfig> reverse = DiffusionCells.ALL.stream()
                .map(diffusion -> reverse(preset, diffusion))
                .toList();
        List<DiffusionConfig> flow = DiffusionCells.ALL.stream()
                .map(diffusion -> flow(preset, diffusion))
                .toList();
        Results<DiffusionConfig, DiffusionResult> results = experiment.run(
                Sweep.of(DiffusionCells.STUDY, reverse, replicas).and(Sweep.of(DiffusionCells.STUDY, flow, replicas)));
        Sheet sheet = new Sheet();
        for (int i = 0; i < DiffusionCells.ALL.size(); i++) {
            addMap(sheet, i);
        }
        addMoments(
                sheet,
                "mean",
                Axis.linear("mean of x_τ given x₀ = 1").range(-0.05, 1.1),
                reverse,
                results,
                DiffusionResult::forwardMean,
                diffusion -> diffusion::meanCoefficient);
        addMoments(
                sheet,
                "std",
                Axis.log10("standard deviation of x_τ given x₀").range(0.005, 100),
                reverse,
                results,
                DiffusionResult::forwardStdDev,
                diffusion -> diffusion::stdDev);
        addSamples(sheet, "reverse", "Samples of the reverse equation", reverse, results);
        addSamples(sheet, "flow", "Samples of the probability flow", flow, results);
        addLikelihoods(sheet);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(preset, replicas),
                String.valueOf(replicas),
                claims(reverse, flow, results));
    }

    private static String caption(Preset preset, int replicas) {
        DiffusionConfig reverse = reverse(preset, DiffusionCells.VP);
        return "Diffusions of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36): VE with σ from 0.01 to 50, VP and sub-VP with β from 0.1 to"
                + " 20. (a–c) Exact density of x_τ less its mean, over its standard deviation. (d, e) Mean and"
                + " standard deviation of x_τ started at x₀ = 1: closed forms, and the forward equation simulated by Heun's method in "
                + 10 * reverse.forwardSteps()
                + " steps. (f, g) Histograms of samples at τ = 0.001, by Euler–Maruyama for the"
                + " reverse equation (" + reverse.steps()
                + " steps uniform in τ) and Heun's method for the probability flow ("
                + flow(preset, DiffusionCells.VP).steps()
                + "); line: exact, averaged over each bin. (h) Largest error of log"
                + " p₀ by RK4 along the flow from τ = 10⁻⁵ at x = −2.5, −2, −0.5, 0.3, 1 and 1.8, ended by the exact density p₁ or by"
                + " the prior; deterministic, no interval; what is left of VE with p₁ is its noise σ = 0.01 at τ = 0. Points of (d–g): means over "
                + replicas + " replicas of "
                + reverse.particles() + " particles with 95 % t intervals, mostly smaller than the marks.";
    }

    private static void addMap(Sheet sheet, int index) {
        MixtureInterpolant marginals = DiffusionCells.ALL.get(index).marginals(DATA);
        double[] tau = centres(MAP_TIMES, 0, 1);
        double[] place = centres(MAP_PLACES, -MAP_RANGE, MAP_RANGE);
        double[][] density = new double[MAP_PLACES][MAP_TIMES];
        for (int i = 0; i < MAP_TIMES; i++) {
            GaussianMixture law = marginals.marginal(tau[i]);
            double mean = law.mean()[0];
            double width = Math.sqrt(law.covariance()[0][0]);
            for (int j = 0; j < MAP_PLACES; j++) {
                double value = width * StrictMath.exp(law.logDensity(new double[] {Math.fma(width, place[j], mean)}));
                density[j][i] = Math.rint(value * DENSITY_LEVELS) / DENSITY_LEVELS;
            }
        }
        sheet.cells(
                DiffusionCells.KEYS.get(index),
                DiffusionCells.NAMES.get(index) + ": density of x_τ",
                Axis.linear("time τ, from data to noise").range(0, 1),
                Axis.linear("(x − mean)/std").range(-MAP_RANGE, MAP_RANGE),
                ColourBar.of("density of (x − mean)/std", 0, 0.75),
                tau,
                place,
                density);
    }

    private static double[] centres(int count, double low, double high) {
        return IntStream.range(0, count)
                .mapToDouble(k -> SixDigits.of(low + (high - low) * (2 * k + 1) / (2.0 * count)))
                .toArray();
    }

    private static void addMoments(
            Sheet sheet,
            String panel,
            Axis y,
            List<DiffusionConfig> configs,
            Results<DiffusionConfig, DiffusionResult> results,
            Function<DiffusionResult, double[]> course,
            Function<Diffusion, DoubleUnaryOperator> law) {
        sheet.panel(
                panel,
                panel.equals("mean") ? "Mean" : "Standard deviation",
                Axis.linear("time τ").range(0, 1.03),
                y);
        double[] fine = IntStream.range(0, LINE_POINTS)
                .mapToDouble(k -> SixDigits.of((double) k / (LINE_POINTS - 1)))
                .toArray();
        double[] times = IntStream.rangeClosed(1, DiffusionStudy.FORWARD_TIMES)
                .mapToDouble(k -> (double) k / DiffusionStudy.FORWARD_TIMES)
                .toArray();
        for (int i = 0; i < configs.size(); i++) {
            Diffusion diffusion = DiffusionCells.ALL.get(i);
            double[] line = IntStream.range(0, LINE_POINTS)
                    .mapToDouble(k -> law.apply(diffusion).applyAsDouble(fine[k]))
                    .map(v -> v == 0 ? Double.NaN : SixDigits.of(v))
                    .toArray();
            sheet.line(panel, DiffusionCells.NAMES.get(i), "", i, fine, line, Sheet.Kind.THEORY);
            List<DiffusionResult> runs = results.of(configs.get(i));
            boolean noisy = panel.equals("mean") && diffusion.equals(DiffusionCells.VE);
            double[] shown = noisy ? Arrays.copyOf(times, QUIET_TIMES) : times;
            Estimate[] measured = new Estimate[shown.length];
            Ends[] ends = new Ends[shown.length];
            for (int k = 0; k < shown.length; k++) {
                measured[k] = SixDigits.of(moment(runs, course, k));
                ends[k] = TrainingCells.ends(runs);
            }
            sheet.points(panel, DiffusionCells.NAMES.get(i), i, shown, measured, ends);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static Estimate moment(List<DiffusionResult> runs, Function<DiffusionResult, double[]> course, int index) {
        return Estimate.ofMean(
                runs.stream().mapToDouble(run -> course.apply(run)[index]).toArray());
    }

    private static void addSamples(
            Sheet sheet,
            String panel,
            String title,
            List<DiffusionConfig> configs,
            Results<DiffusionConfig, DiffusionResult> results) {
        sheet.panel(
                panel,
                title,
                Axis.linear("place x").range(-4.8, 5),
                Axis.linear("density").range(0, 0.55));
        DiffusionResult any = results.of(configs.get(1)).get(0);
        double mean = any.lawMean()[0];
        double variance = any.lawVariance()[0];
        double[] x = IntStream.range(0, DiffusionStudy.BINS)
                .mapToDouble(bin -> SixDigits.of(DiffusionStudy.binCentre(mean, variance, bin)))
                .toArray();
        double width = DiffusionStudy.binWidth(variance);
        double[] law = IntStream.range(0, x.length)
                .mapToDouble(bin -> any.lawShares()[bin] / width)
                .toArray();
        sheet.line(panel, "exact", "exact", 2, x, SixDigits.of(law), Sheet.Kind.THEORY);
        for (int i = 0; i < configs.size(); i++) {
            List<DiffusionResult> runs = results.of(configs.get(i));
            int[] shown =
                    IntStream.range(0, x.length).filter(bin -> bin % 2 == 0).toArray();
            Estimate[] density = new Estimate[shown.length];
            Ends[] ends = new Ends[shown.length];
            double[] places = new double[shown.length];
            for (int k = 0; k < shown.length; k++) {
                int bin = shown[k];
                places[k] = x[bin];
                density[k] = SixDigits.of(Estimate.ofMean(runs.stream()
                        .mapToDouble(run -> run.shares()[bin] / DiffusionStudy.binWidth(run.lawVariance()[0]))
                        .toArray()));
                ends[k] = TrainingCells.ends(runs);
            }
            sheet.points(panel, DiffusionCells.NAMES.get(i), i == 2 ? 5 : i, places, density, ends);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addLikelihoods(Sheet sheet) {
        String panel = "likelihood";
        sheet.panel(
                panel, "Log density along the flow", Axis.log10("steps of RK4"), Axis.log10("largest error of log p₀"));
        double[] x = IntStream.of(LIKELIHOOD_STEPS).asDoubleStream().toArray();
        for (int i = 0; i < DiffusionCells.ALL.size(); i++) {
            for (boolean prior : new boolean[] {true, false}) {
                Diffusion diffusion = DiffusionCells.ALL.get(i);
                Estimate[] errors = IntStream.of(LIKELIHOOD_STEPS)
                        .mapToObj(steps -> error(diffusion, steps, prior))
                        .map(e -> new Estimate(SixDigits.of(e), Double.NaN, Double.NaN, Double.NaN, 1))
                        .toArray(Estimate[]::new);
                Ends[] ends = IntStream.of(LIKELIHOOD_STEPS)
                        .mapToObj(steps -> new Ends(1, 0, 0))
                        .toArray(Ends[]::new);
                sheet.points(
                        panel,
                        DiffusionCells.NAMES.get(i) + (prior ? ", prior" : ", exact p₁"),
                        prior ? i : i + 3,
                        x,
                        errors,
                        ends);
            }
        }
        sheet.legend(panel, Corner.BELOW);
    }

    /** Largest error of log p_0 over the points. */
    private static double error(Diffusion diffusion, int steps, boolean prior) {
        MixtureInterpolant marginals = diffusion.marginals(DATA);
        Field end = prior ? Likelihood.normal(1, diffusion.priorVariance()) : marginals.logDensity();
        double[] along = Likelihood.logDensity(
                OdeMethod.RK4::sampler,
                diffusion.probabilityFlow(marginals.score()),
                TimeGrid.UNIFORM.times(LIKELIHOOD_START, 1, steps),
                new double[][] {POINTS},
                end,
                1);
        return IntStream.range(0, POINTS.length)
                .mapToDouble(k -> Math.abs(along[k] - DATA.logDensity(new double[] {POINTS[k]})))
                .max()
                .orElseThrow();
    }

    /** ∫ p_1 log(p_1/prior) by the trapezoidal rule. */
    private static double divergenceOfPrior(Diffusion diffusion) {
        GaussianMixture law = diffusion.marginals(DATA).marginal(1);
        GaussianMixture prior = diffusion.prior(1);
        double width = Math.sqrt(law.covariance()[0][0]);
        int half = (int) Math.rint(INTEGRAL_RANGE / INTEGRAL_STEP);
        return IntStream.rangeClosed(-half, half)
                .mapToDouble(k -> {
                    double[] x = {width * INTEGRAL_STEP * k};
                    double log = law.logDensity(x);
                    return StrictMath.exp(log) * (log - prior.logDensity(x)) * width * INTEGRAL_STEP;
                })
                .sum();
    }

    private static List<Claim> claims(
            List<DiffusionConfig> reverse,
            List<DiffusionConfig> flow,
            Results<DiffusionConfig, DiffusionResult> results) {
        List<Claim> claims = new ArrayList<>();
        addMoment(claims, "vp-mean", "mean", 1, 5, 0.28118288, reverse, results, DiffusionResult::forwardMean);
        addMoment(
                claims,
                "ve-std",
                "standard deviation",
                0,
                5,
                0.70710678,
                reverse,
                results,
                DiffusionResult::forwardStdDev);
        addMoment(claims, "ve-std", "standard deviation", 0, 10, 50, reverse, results, DiffusionResult::forwardStdDev);
        addMoment(
                claims,
                "vp-std",
                "standard deviation",
                1,
                1,
                0.32205254,
                reverse,
                results,
                DiffusionResult::forwardStdDev);
        addMoment(
                claims,
                "vp-std",
                "standard deviation",
                1,
                5,
                0.9596542,
                reverse,
                results,
                DiffusionResult::forwardStdDev);
        addMoment(
                claims,
                "subvp-std",
                "standard deviation",
                2,
                1,
                0.10371784,
                reverse,
                results,
                DiffusionResult::forwardStdDev);
        addMoment(
                claims,
                "subvp-std",
                "standard deviation",
                2,
                5,
                0.92093619,
                reverse,
                results,
                DiffusionResult::forwardStdDev);
        claims.add(lessNoise(reverse, results));
        double[] divergences = {2.2e-6, 2.2e-7, 2.2e-7};
        double[] priorErrors = {3.5e-3, 1.2e-3, 1.2e-3};
        double[] errors = {7.7e-4, 9e-6, 3.4e-6};
        for (int i = 0; i < DiffusionCells.ALL.size(); i++) {
            Diffusion diffusion = DiffusionCells.ALL.get(i);
            String name = DiffusionCells.NAMES.get(i);
            claims.add(Claim.theory(
                    "diffusion-sdes-" + DiffusionCells.KEYS.get(i) + "-prior",
                    "KL(p₁ ‖ prior) of " + name,
                    divergences[i],
                    DiffusionCells.exact(divergenceOfPrior(diffusion)),
                    NOTES));
            claims.add(Claim.theory(
                    "diffusion-sdes-" + DiffusionCells.KEYS.get(i) + "-likelihood-prior",
                    "largest error of log p₀ along the flow of " + name + " ended by the prior, 100 steps of RK4",
                    priorErrors[i],
                    DiffusionCells.exact(error(diffusion, REFERENCE_STEPS, true)),
                    NOTES));
            claims.add(Claim.theory(
                    "diffusion-sdes-" + DiffusionCells.KEYS.get(i) + "-likelihood",
                    "largest error of log p₀ along the flow of " + name + " ended by p₁, 100 steps of RK4",
                    errors[i],
                    DiffusionCells.exact(error(diffusion, REFERENCE_STEPS, false)),
                    NOTES));
            addVariance(claims, i, "reverse equation", "reverse", reverse.get(i), results);
            addVariance(claims, i, "probability flow", "flow", flow.get(i), results);
        }
        return claims;
    }

    private static void addMoment(
            List<Claim> claims,
            String name,
            String word,
            int diffusion,
            int tenths,
            double expected,
            List<DiffusionConfig> configs,
            Results<DiffusionConfig, DiffusionResult> results,
            Function<DiffusionResult, double[]> course) {
        claims.add(Claim.theory(
                "diffusion-sdes-" + name + "-" + tenths,
                word + " of x_τ given x₀ = 1 of " + DiffusionCells.NAMES.get(diffusion) + ", forward equation, τ = "
                        + tenths / 10.0,
                expected,
                moment(results.of(configs.get(diffusion)), course, tenths - 1),
                SOURCE));
    }

    /** The least of all times; later the two differ by less than samples tell. */
    private static Claim lessNoise(List<DiffusionConfig> configs, Results<DiffusionConfig, DiffusionResult> results) {
        List<DiffusionResult> vp = results.of(configs.get(1));
        List<DiffusionResult> sub = results.of(configs.get(2));
        Estimate least = IntStream.range(0, DiffusionStudy.FORWARD_TIMES / 2)
                .mapToObj(k -> Estimate.ofMean(IntStream.range(0, vp.size())
                        .mapToDouble(
                                r -> vp.get(r).forwardStdDev()[k] - sub.get(r).forwardStdDev()[k])
                        .toArray()))
                .min((a, b) -> Double.compare(a.low(), b.low()))
                .orElseThrow();
        return DiffusionCells.positive(
                "diffusion-sdes-subvp-variance",
                "standard deviation of VP less that of sub-VP, same noise, at τ = 0.1, 0.2, … 0.5, is above 0"
                        + " (shown: the time with the lowest interval)",
                least,
                "Song et al. 2021, arXiv 2011.13456, appendix B: variance of sub-VP ≤ that of VP");
    }

    private static void addVariance(
            List<Claim> claims,
            int diffusion,
            String word,
            String name,
            DiffusionConfig config,
            Results<DiffusionConfig, DiffusionResult> results) {
        claims.add(Claim.theory(
                "diffusion-sdes-" + DiffusionCells.KEYS.get(diffusion) + "-" + name,
                "variance of samples by the " + word + " of " + DiffusionCells.NAMES.get(diffusion),
                results.of(config).get(0).lawVariance()[0],
                DiffusionCells.mean(results, config, run -> run.variance()[0]),
                "law of x_τ at the last time"));
    }
}
