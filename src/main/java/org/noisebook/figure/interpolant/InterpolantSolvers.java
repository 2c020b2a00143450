package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.figure.TrainingCells;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.InterpolantResult;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Motion;
import org.noisebook.interpolant.Pair;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** Error against work of ODE and SDE methods on exact fields, with fitted orders. */
public final class InterpolantSolvers implements Figure {
    private static final double DIFFUSION = 1;
    private static final double[] TOLERANCES = {1e-2, 1e-4, 1e-6, 1e-8};
    private static final int FITTED = 5;
    private static final PathSchedule LAW_SCHEDULE = PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC);
    private static final double ODE_WINDOW = 0.15;
    private static final double SDE_WINDOW = 0.3;

    @Override
    public String id() {
        return "interpolant-solvers";
    }

    @Override
    public String title() {
        return "Error against work of ODE and SDE methods on the exact fields of an interpolant";
    }

    @Override
    public List<String> sources() {
        return List.of(
                InterpolantCells.ALBERGO,
                "Hairer, Nørsett, Wanner 1993, Solving Ordinary Differential Equations I, doi:10.1007/978-3-540-78862-1",
                "Kloeden, Platen 1992, Numerical Solution of Stochastic Differential Equations,"
                        + " doi:10.1007/978-3-662-12616-5");
    }

    private static int replicas(Preset preset) {
        return preset.choose(8, 32);
    }

    private static int[] doublings(int from, int to) {
        return IntStream.iterate(from, n -> n <= to, n -> 2 * n).toArray();
    }

    private static int[] odeSteps() {
        return doublings(8, 1024);
    }

    private static int[] sdeSteps(Preset preset) {
        return doublings(8, preset.choose(256, 1024));
    }

    private static int[] lawSteps() {
        return doublings(4, 128);
    }

    /** Paths are compared with RK4 in steps of half the length. */
    private static InterpolantConfig ode(Preset preset, OdeMethod method, int steps) {
        return InterpolantCells.config(
                "motion",
                new Motion.Ode(method),
                "steps",
                steps,
                "fineSteps",
                2 * steps,
                "particles",
                preset.choose(256, 1024));
    }

    private static InterpolantConfig adaptive(Preset preset, double tolerance) {
        return InterpolantCells.config(
                "motion",
                new Motion.Adaptive(tolerance),
                "steps",
                1,
                "fineSteps",
                2048,
                "particles",
                preset.choose(256, 1024));
    }

    /** Paths are compared with stochastic Heun in steps of a quarter of the length on the same noise. */
    private static InterpolantConfig sde(Preset preset, SdeMethod method, int steps) {
        return InterpolantCells.config(
                "motion",
                new Motion.Sde(method, DIFFUSION),
                "steps",
                steps,
                "fineSteps",
                4 * steps,
                "particles",
                preset.choose(2000, 8000));
    }

    /** Without latent noise, for with γ² = 2t(1 − t) the leading error of Heun nearly vanishes at ε = 1. */
    private static InterpolantConfig law(Preset preset, SdeMethod method, int steps) {
        return InterpolantCells.config(
                "pair",
                Pair.Gaussians.standard(),
                "schedule",
                LAW_SCHEDULE,
                "motion",
                new Motion.Sde(method, DIFFUSION),
                "steps",
                steps,
                "fineSteps",
                4 * steps,
                "particles",
                preset.choose(4000, 20_000));
    }

    private static InterpolantConfig flow(Preset preset, int steps) {
        return InterpolantCells.config(
                "motion", Motion.Ode.standard(), "steps", steps, "particles", preset.choose(2000, 8000));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        List<InterpolantConfig> cells = new ArrayList<>();
        for (OdeMethod method : OdeMethod.values()) {
            Arrays.stream(odeSteps()).forEach(steps -> cells.add(ode(preset, method, steps)));
        }
        Arrays.stream(TOLERANCES).forEach(tolerance -> cells.add(adaptive(preset, tolerance)));
        for (SdeMethod method : SdeMethod.values()) {
            Arrays.stream(sdeSteps(preset)).forEach(steps -> cells.add(sde(preset, method, steps)));
            Arrays.stream(lawSteps()).forEach(steps -> cells.add(law(preset, method, steps)));
        }
        Arrays.stream(doublings(4, 64)).forEach(steps -> cells.add(flow(preset, steps)));
        Results<InterpolantConfig, InterpolantResult> results =
                experiment.run(Sweep.of(InterpolantCells.STUDY, cells, replicas(preset)));
        Sheet sheet = new Sheet();
        List<Claim> claims = new ArrayList<>();
        drawOde(sheet, preset, experiment, results, claims);
        drawPaths(sheet, preset, experiment, results, claims);
        drawLaws(sheet, preset, results, claims);
        drawSamples(sheet, preset, results);
        String n = String.valueOf(replicas(preset));
        String caption =
                "Two modes to three along linear paths, γ² = 2t(1 − t), exact fields; work in evaluations of the"
                        + " field for a particle. Points: means over " + n
                        + " replicas with 95 % t intervals. Dashed: power laws"
                        + " fitted to the five finest steps, exponents with 95 % bootstrap intervals over replicas. (a) ODE: mean"
                        + " distance of X₁ to RK4 in steps half as long; Dormand–Prince at tolerances 10⁻² … 10⁻⁸. (b) SDE, ε ="
                        + " 1: mean distance of X₁ to stochastic Heun in steps a quarter as long on the same Brownian path."
                        + " (c) SDE, ε = 1, from N(−1, ½) to N(2, 3) along the trigonometric path, γ = 0: error of E X₁². Lines: exact, since a step is affine"
                        + " there; points: simulation less that in finer steps on the same Brownian path, where the 95 %"
                        + " interval leaves out 0. (d) W₁ distance of " + preset.choose(2000, 8000)
                        + " samples to the exact law; line: its mean for as many exact samples.";
        return new Drawing(sheet.frame(), Plate.of(sheet.panels(), 2), caption, n, claims);
    }

    private static double[] work(
            Results<InterpolantConfig, InterpolantResult> results, List<InterpolantConfig> configs) {
        return configs.stream()
                .mapToDouble(config -> InterpolantCells.mean(results, config, InterpolantResult::evaluations)
                        .mean())
                .toArray();
    }

    /** Points, and a fit through the finest. */
    private static PowerFit addFitted(
            Sheet sheet,
            String panel,
            String name,
            int colour,
            List<InterpolantConfig> configs,
            Results<InterpolantConfig, InterpolantResult> results,
            Experiment experiment) {
        double[] work = work(results, configs);
        int first = configs.size() - FITTED;
        double[][] errors = configs.stream()
                .skip(first)
                .map(config -> results.values(config, InterpolantResult::pathError))
                .toArray(double[][]::new);
        double[] steps = configs.stream()
                .skip(first)
                .mapToDouble(InterpolantConfig::steps)
                .toArray();
        PowerFit fit = PowerFit.of(
                steps, errors, experiment.streams().at("bootstrap").part(31 * panel.hashCode() + name.hashCode()));
        String label = name + ": order " + fit.exponent().times(-1).brief();
        TrainingCells.addMeans(sheet, panel, label, colour, work, configs, results, InterpolantResult::pathError);
        double[] x = Arrays.copyOfRange(work, first, work.length);
        double[] y = Arrays.stream(steps).map(fit::at).toArray();
        sheet.line(panel, name, "", colour, SixDigits.of(x), SixDigits.of(y), Sheet.Kind.FIT);
        return fit;
    }

    private static void drawOde(
            Sheet sheet,
            Preset preset,
            Experiment experiment,
            Results<InterpolantConfig, InterpolantResult> results,
            List<Claim> claims) {
        sheet.panel(
                "ode",
                "ODE: paths",
                Axis.log10("evaluations a particle"),
                Axis.log10("mean error of X₁").range(1e-12, 10));
        String[] names = {"Euler", "midpoint", "Heun", "RK4"};
        OdeMethod[] methods = {OdeMethod.EULER, OdeMethod.MIDPOINT, OdeMethod.HEUN, OdeMethod.RK4};
        for (int k = 0; k < methods.length; k++) {
            OdeMethod method = methods[k];
            List<InterpolantConfig> configs = Arrays.stream(odeSteps())
                    .mapToObj(steps -> ode(preset, method, steps))
                    .toList();
            PowerFit fit = addFitted(sheet, "ode", names[k], k, configs, results, experiment);
            claims.add(Claim.theory(
                    "interpolant-solvers-" + method.card().id(),
                    "order of " + names[k] + ": exponent of the mean error of X₁ in the step",
                    method.order(),
                    ODE_WINDOW,
                    fit.exponent().times(-1),
                    method.card().source() + "; window ± 0.15"));
        }
        List<InterpolantConfig> configs = Arrays.stream(TOLERANCES)
                .mapToObj(tolerance -> adaptive(preset, tolerance))
                .toList();
        TrainingCells.addMeans(
                sheet,
                "ode",
                "Dormand–Prince",
                4,
                work(results, configs),
                configs,
                results,
                InterpolantResult::pathError);
        sheet.legend("ode", Corner.BELOW);
    }

    private static String name(SdeMethod method) {
        return method == SdeMethod.HEUN ? "stochastic Heun" : "Euler–Maruyama";
    }

    private static void drawPaths(
            Sheet sheet,
            Preset preset,
            Experiment experiment,
            Results<InterpolantConfig, InterpolantResult> results,
            List<Claim> claims) {
        sheet.panel(
                "paths",
                "SDE: paths on one Brownian path",
                Axis.log10("evaluations a particle"),
                Axis.log10("mean error of X₁"));
        for (SdeMethod method : SdeMethod.values()) {
            List<InterpolantConfig> configs = Arrays.stream(sdeSteps(preset))
                    .mapToObj(steps -> sde(preset, method, steps))
                    .toList();
            PowerFit fit = addFitted(sheet, "paths", name(method), method.ordinal(), configs, results, experiment);
            claims.add(Claim.theory(
                    "interpolant-solvers-strong-" + method.card().id(),
                    "strong order of " + name(method) + " with noise that does not depend on x",
                    method.strongOrder(),
                    SDE_WINDOW,
                    fit.exponent().times(-1),
                    method.card().source() + "; window ± 0.3"));
        }
        sheet.legend("paths", Corner.BELOW);
    }

    /** E X₁² of a method whose steps are affine in place and noise, as they are between Gaussians. */
    static double secondMoment(MixtureInterpolant interpolant, Motion.Sde motion, int steps) {
        Sampler.Stepper stepper = motion.sampler(interpolant, true).begin(3);
        double[] times = TimeGrid.UNIFORM.times(0, 1, steps);
        double mean = interpolant.start().mean()[0];
        double variance = interpolant.start().covariance()[0][0];
        double[][][] noise = {{{0, 0, 1}}};
        for (int step = 0; step < steps; step++) {
            double[][] x = {{mean, mean + 1, mean}};
            stepper.step(times[step], times[step + 1], x, 3, noise);
            double slope = x[0][1] - x[0][0];
            double spread = x[0][2] - x[0][0];
            mean = x[0][0];
            variance = slope * slope * variance + spread * spread;
        }
        return mean * mean + variance;
    }

    private static void drawLaws(
            Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results, List<Claim> claims) {
        sheet.panel(
                "laws",
                "SDE: laws, Gaussian pair",
                Axis.log10("evaluations a particle"),
                Axis.log10("error |E X₁² − exact|"));
        MixtureInterpolant pair = Pair.Gaussians.standard().interpolant(LAW_SCHEDULE);
        double truth = pair.end().mean()[0] * pair.end().mean()[0] + pair.end().covariance()[0][0];
        int[] steps = lawSteps();
        for (SdeMethod method : SdeMethod.values()) {
            Motion.Sde motion = new Motion.Sde(method, DIFFUSION);
            double[] work = Arrays.stream(steps)
                    .mapToDouble(count -> (double) count * motion.evaluations())
                    .toArray();
            double[] errors = Arrays.stream(steps)
                    .mapToDouble(count -> Math.abs(secondMoment(pair, motion, count) - truth))
                    .toArray();
            Estimate order = order(steps, errors);
            String label = name(method) + ": order " + order.brief();
            sheet.line(
                    "laws",
                    name(method) + ", exact",
                    label,
                    method.ordinal(),
                    work,
                    SixDigits.of(errors),
                    Sheet.Kind.THEORY);
            List<Double> shown = new ArrayList<>();
            List<InterpolantConfig> configs = new ArrayList<>();
            for (int k = 0; k < steps.length; k++) {
                InterpolantConfig config = law(preset, method, steps[k]);
                if (!InterpolantCells.mean(results, config, InterpolantResult::momentError)
                        .covers(0)) {
                    shown.add(work[k]);
                    configs.add(config);
                }
            }
            double sign = Math.signum(secondMoment(pair, motion, steps[0]) - truth);
            TrainingCells.addMeans(
                    sheet,
                    "laws",
                    name(method) + ", simulation",
                    method.ordinal(),
                    shown.stream().mapToDouble(w -> w).toArray(),
                    configs,
                    results,
                    result -> sign * result.momentError());
            claims.add(Claim.theory(
                    "interpolant-solvers-weak-" + method.card().id(),
                    "weak order of " + name(method) + ": exponent of the exact error of E X₁² between Gaussians",
                    method.weakOrder(),
                    SDE_WINDOW,
                    order,
                    method.card().source() + "; window ± 0.3; interval of the regression"));
        }
        sheet.legend("laws", Corner.BELOW);
    }

    /** The slope through the five finest with its t interval. */
    private static Estimate order(int[] steps, double[] errors) {
        SimpleRegression line = new SimpleRegression();
        for (int k = steps.length - FITTED; k < steps.length; k++) {
            line.addData(StrictMath.log(steps[k]), StrictMath.log(errors[k]));
        }
        // One degree of freedom less than a mean.
        return Estimate.ofStdError(-line.getSlope(), line.getSlopeStdErr(), FITTED - 1);
    }

    private static void drawSamples(Sheet sheet, Preset preset, Results<InterpolantConfig, InterpolantResult> results) {
        sheet.panel(
                "samples", "Samples", Axis.log10("evaluations a particle"), Axis.log10("distance W₁ to the exact law"));
        ToDoubleFunction<InterpolantResult> distance = InterpolantResult::distance;
        List<InterpolantConfig> flows = Arrays.stream(doublings(4, 64))
                .mapToObj(steps -> flow(preset, steps))
                .toList();
        TrainingCells.addMeans(sheet, "samples", "RK4, ε = 0", 3, work(results, flows), flows, results, distance);
        for (SdeMethod method : SdeMethod.values()) {
            List<InterpolantConfig> configs = Arrays.stream(sdeSteps(preset))
                    .mapToObj(steps -> sde(preset, method, steps))
                    .toList();
            TrainingCells.addMeans(
                    sheet,
                    "samples",
                    name(method) + ", ε = 1",
                    method.ordinal(),
                    work(results, configs),
                    configs,
                    results,
                    distance);
        }
        double floor = SixDigits.of(sampleDistance(preset.choose(2000, 8000)));
        double[] ends = Stream.of(
                        flows, List.of(sde(preset, SdeMethod.HEUN, sdeSteps(preset)[sdeSteps(preset).length - 1])))
                .flatMap(List::stream)
                .mapToDouble(config -> work(results, List.of(config))[0])
                .sorted()
                .toArray();
        sheet.line(
                "samples",
                "exact samples",
                "exact samples",
                7,
                new double[] {ends[0], ends[ends.length - 1]},
                new double[] {floor, floor},
                Sheet.Kind.THEORY);
        sheet.legend("samples", Corner.BELOW);
    }

    /** E W₁ of n points of ρ₁ to ρ₁ as n grows: √(2/(πn)) ∫ √(F(1 − F)) dx, since n F_n(x) is binomial. */
    static double sampleDistance(int n) {
        MixtureInterpolant pair = new Pair.TwoToThree().interpolant(InterpolantCells.LINEAR_2);
        DoubleUnaryOperator below = QuantileMap.below(pair.end());
        DoubleUnaryOperator above = QuantileMap.above(pair.end());
        double reach = 12;
        int places = 4800;
        double sum = 0;
        for (int k = 0; k < places; k++) {
            double x = reach * (2 * (k + 0.5) / places - 1);
            sum += Math.sqrt(below.applyAsDouble(x) * above.applyAsDouble(x));
        }
        return Math.sqrt(2 / (Math.PI * n)) * sum * 2 * reach / places;
    }
}
