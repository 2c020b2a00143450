package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.SixDigits;
import org.noisebook.interpolant.ExactPair;
import org.noisebook.interpolant.FieldError;
import org.noisebook.interpolant.InterpolantErrorConfig;
import org.noisebook.interpolant.InterpolantErrorResult;
import org.noisebook.interpolant.InterpolantErrorStudy;
import org.noisebook.interpolant.InterpolantLikelihoodConfig;
import org.noisebook.interpolant.InterpolantLikelihoodConfig.End;
import org.noisebook.interpolant.InterpolantLikelihoodResult;
import org.noisebook.interpolant.InterpolantLikelihoodStudy;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.solver.Field;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** Log densities along the ODE, by Hutchinson's divergence and over paths of the SDE, and two estimators of a divergence, against exact ones. */
public final class InterpolantLikelihood implements Figure {
    private static final InterpolantLikelihoodStudy STUDY = new InterpolantLikelihoodStudy();
    private static final InterpolantErrorStudy ERRORS = new InterpolantErrorStudy();
    private static final InterpolantLikelihoodConfig STANDARD = InterpolantLikelihoodConfig.standard();
    private static final String PAPER = "Albergo, Boffi, Vanden-Eijnden 2023, arXiv 2303.08797";
    private static final String RECORDED = "closed form; recorded elsewhere with the same steps";

    private static final PathSchedule STILL = PathSchedule.linear(0);
    private static final PathSchedule NOISY = PathSchedule.linear(2);
    private static final PathSchedule ENCODING =
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared());
    private static final double CUT = 1e-5;
    private static final int RECORDED_STEPS = 400;
    private static final int[] STEPS = {32, 64, 128, 256, 512, 1024, 2048};
    /** Of STEPS, those of the fit: the five finest, since an order is a limit. */
    private static final int FIT_FROM = 2;

    private static final int FIT_TO = 7;

    private static final int[] PROBES = {1, 2, 4, 8, 16};
    private static final double[] PLANE_POINT = {1, 0};
    private static final double PATH_DIFFUSION = 0.3;
    private static final double[] PATH_POINTS = {-2, -1, 0, 1, 2, 3, 4, 5, 6};
    private static final double[] SHIFTS = {0.05, 0.1, 0.2, 0.5, 1};
    private static final double JUDGED_SHIFT = 0.5;
    private static final int LINE_POINTS = 121;

    @Override
    public String id() {
        return "interpolant-likelihood";
    }

    @Override
    public String title() {
        return "Likelihoods of an interpolant along the ODE, by probes and over paths, against exact ones";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    private static InterpolantLikelihoodConfig along(PathSchedule schedule, int steps, double cut, End end) {
        return Schema.with(STANDARD, "schedule", schedule, "steps", steps, "cut", cut, "end", end);
    }

    private static List<InterpolantLikelihoodConfig> along(PathSchedule schedule, double cut, End end) {
        return Arrays.stream(STEPS)
                .mapToObj(steps -> along(schedule, steps, cut, end))
                .toList();
    }

    private static InterpolantLikelihoodConfig curve() {
        double[] x = IntStream.rangeClosed(-40, 40).mapToDouble(i -> i / 5.0).toArray();
        return Schema.with(along(NOISY, 200, 0, End.DENSITY), "points", x);
    }

    private static InterpolantLikelihoodConfig probed(Preset preset, Probe probe, int probes) {
        return new InterpolantLikelihoodConfig(
                ExactPair.PLANE,
                PathSchedule.linear(1),
                PLANE_POINT,
                40,
                0,
                End.DENSITY,
                probe,
                probes,
                0,
                preset.choose(1000, 10_000));
    }

    private static InterpolantLikelihoodConfig paths(Preset preset) {
        return new InterpolantLikelihoodConfig(
                ExactPair.GAUSSIANS,
                NOISY,
                PATH_POINTS,
                preset.choose(100, 400),
                0,
                End.DENSITY,
                Probe.RADEMACHER,
                0,
                PATH_DIFFUSION,
                preset.choose(1000, 25_000));
    }

    /** The flow that moves N(0, 1) by a shift: KL = shift²/2. */
    private static InterpolantErrorConfig shifted(Preset preset, double shift) {
        return new InterpolantErrorConfig(
                ExactPair.STANDARD,
                PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
                new FieldError.Growing(shift, 0),
                new FieldError.None(),
                new double[0],
                20,
                preset.choose(4000, 40_000));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(8, 16);
        List<InterpolantLikelihoodConfig> exact = new ArrayList<>(List.of(curve()));
        exact.addAll(along(STILL, 0, End.DENSITY));
        exact.addAll(along(NOISY, 0, End.DENSITY));
        exact.addAll(along(ENCODING, 0, End.DENSITY));
        exact.addAll(along(NOISY, CUT, End.BASE));
        exact.addAll(along(NOISY, CUT, End.DENSITY));
        exact.add(along(STILL, RECORDED_STEPS, CUT, End.BASE));
        exact.add(along(NOISY, RECORDED_STEPS, CUT, End.BASE));
        exact.add(along(NOISY, RECORDED_STEPS, CUT, End.DENSITY));
        exact.add(along(ENCODING, RECORDED_STEPS, CUT, End.BASE));
        List<InterpolantLikelihoodConfig> random = new ArrayList<>(List.of(paths(preset)));
        for (Probe probe : Probe.values()) {
            for (int probes : PROBES) {
                random.add(probed(preset, probe, probes));
            }
        }
        Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results =
                experiment.run(Sweep.of(STUDY, exact, 1).and(Sweep.of(STUDY, random, replicas)));
        Results<InterpolantErrorConfig, InterpolantErrorResult> estimates = experiment.run(Sweep.of(
                ERRORS,
                Arrays.stream(SHIFTS).mapToObj(shift -> shifted(preset, shift)).toList(),
                replicas));
        Sheet sheet = new Sheet();
        addCurve(sheet, results);
        addSteps(sheet, results);
        addProbes(sheet, preset, results);
        addPaths(sheet, results.of(paths(preset)));
        addVariances(sheet, preset, estimates);
        addEstimates(sheet, preset, estimates);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(preset, replicas),
                Integer.toString(replicas),
                claims(preset, experiment, results, estimates));
    }

    private static String caption(Preset preset, int replicas) {
        return String.format(
                Locale.ROOT,
                "(a) Log density of the 2→3-mode pair, exact (line) and along the ODE from t = 1 to 0 (points; linear, γ² = 2t(1−t),"
                        + " 200 steps of RK4). (b) Largest error at x = −6.5, −3, 0, 1.5, 3.2, 6 against steps of RK4, from 1 to 0, and from"
                        + " 1 − 10⁻⁵ to 10⁻⁵ with the density of t = 0 or that of the last time, against log ρ of the first time; dashed:"
                        + " slope −4, which the errors approach from steeper ones. (c) Standard deviation of the log density of a Gaussian pair in the plane whose covariances do not"
                        + " commute, at (1, 0), over sets of probes that serve a whole path. Lines: √(2 Σ_{i≠j} S_ij²/m) (±1) and"
                        + " √(2 Σ S_ij²/m) (Gaussian), S the symmetric Jacobian integrated along the path; %d sets. (d) Density of N(2, 3)"
                        + " by the mean over %d paths a point, N(−1, 0.5) to N(2, 3), linear, γ² = 2t(1−t), ε = 0.3. (e, f) KL(ρ ‖ ρ̂) of a flow whose error"
                        + " shifts N(0, 1), from %d points: variance of a point and estimate over exact value. y = ρ̂/ρ. Lines in (e): closed"
                        + " forms. Points: means with 95 %% t intervals over %d replicas; in (a, b) nothing is random.",
                probed(preset, Probe.GAUSSIAN, 1).copies(),
                paths(preset).copies(),
                shifted(preset, 1).particles(),
                replicas);
    }

    private static double[] logDensity(double[] x) {
        Field density = ExactPair.TWO_TO_THREE_MODES.by(STILL).logDensity();
        double[][] out = new double[1][x.length];
        density.evaluator(x.length).at(1, new double[][] {x}, x.length, out);
        return out[0];
    }

    private static void addCurve(
            Sheet sheet, Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results) {
        String panel = "density";
        sheet.panel(
                panel,
                "Along the ODE",
                Axis.linear("x").range(-8.2, 8.2),
                Axis.linear("log density log ρ(1, x)").range(-14, 0));
        double[] fine = IntStream.range(0, LINE_POINTS)
                .mapToDouble(i -> SixDigits.of(-8 + 16.0 * i / (LINE_POINTS - 1)))
                .toArray();
        sheet.line(panel, "exact", "exact", 0, fine, SixDigits.of(logDensity(fine)), Sheet.Kind.THEORY);
        InterpolantLikelihoodConfig config = curve();
        double[] all = config.points();
        double[] logs = results.of(config).get(0).logDensity();
        int[] every = IntStream.range(0, all.length).filter(i -> i % 2 == 0).toArray();
        sheet.points(
                panel,
                "ODE",
                1,
                Arrays.stream(every).mapToDouble(i -> all[i]).toArray(),
                Arrays.stream(every)
                        .mapToObj(i -> SixDigits.point(SixDigits.of(logs[i])))
                        .toArray(Estimate[]::new),
                SixDigits.ends(every.length, 1));
        sheet.legend(panel, Corner.BELOW);
    }

    private static double error(
            Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results,
            InterpolantLikelihoodConfig config) {
        return results.of(config).get(0).largestError();
    }

    private static void addSteps(
            Sheet sheet, Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results) {
        String panel = "steps";
        sheet.panel(
                panel,
                "Error of log ρ",
                Axis.log2("steps of RK4 (log scale)").range(24, 2800),
                Axis.log10("largest error (nats, log scale)").range(1e-11, 10));
        addSeries(sheet, panel, "γ = 0", 0, along(STILL, 0, End.DENSITY), results);
        addSeries(sheet, panel, "γ² = 2t(1−t)", 1, along(NOISY, 0, End.DENSITY), results);
        addSeries(sheet, panel, "encoding–decoding", 2, along(ENCODING, 0, End.DENSITY), results);
        addSeries(sheet, panel, "γ² = 2t(1−t), cut, ρ(0)", 3, along(NOISY, CUT, End.BASE), results);
        addSeries(sheet, panel, "γ² = 2t(1−t), cut, ρ(t)", 4, along(NOISY, CUT, End.DENSITY), results);
        double first = error(results, along(NOISY, STEPS[FIT_FROM], 0, End.DENSITY));
        double[] x = {STEPS[FIT_FROM], STEPS[FIT_TO - 1]};
        sheet.line(
                panel,
                "slope −4",
                "slope −4",
                7,
                x,
                SixDigits.of(first, first * StrictMath.pow(x[0] / x[1], 4)),
                Sheet.Kind.MEASURED_PREFACTOR);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addSeries(
            Sheet sheet,
            String panel,
            String name,
            int colour,
            List<InterpolantLikelihoodConfig> configs,
            Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results) {
        sheet.points(
                panel,
                name,
                colour,
                configs.stream().mapToDouble(InterpolantLikelihoodConfig::steps).toArray(),
                configs.stream()
                        .map(config -> SixDigits.point(SixDigits.of(error(results, config))))
                        .toArray(Estimate[]::new),
                SixDigits.ends(configs.size(), 1));
    }

    /** Variance of one probe: S = ∫ (J + Jᵀ)/2 dt of the Gaussian pair, whose J is the same everywhere; Simpson's rule. */
    static double probeVariance(Probe probe) {
        int parts = 400;
        MixtureInterpolant pair = ExactPair.PLANE.by(PathSchedule.linear(1));
        Field.Evaluator velocity = pair.velocity().evaluator(2);
        double[][] s = new double[2][2];
        double[][] units = {{1, 0}, {0, 1}};
        double[][] j = new double[2][2];
        for (int i = 0; i <= parts; i++) {
            double weight = (i == 0 || i == parts ? 1 : 2 + 2 * (i % 2)) / (3.0 * parts);
            velocity.along((double) i / parts, new double[2][2], units, 2, j);
            for (int a = 0; a < 2; a++) {
                for (int b = 0; b < 2; b++) {
                    s[a][b] += weight * (j[a][b] + j[b][a]) / 2;
                }
            }
        }
        double across = s[0][1] * s[0][1] + s[1][0] * s[1][0];
        double diagonal = s[0][0] * s[0][0] + s[1][1] * s[1][1];
        return 2 * (probe == Probe.RADEMACHER ? across : across + diagonal);
    }

    private static void addProbes(
            Sheet sheet, Preset preset, Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results) {
        String panel = "probes";
        sheet.panel(
                panel,
                "Hutchinson's divergence",
                Axis.log2("probes m (log scale)").range(0.8, 20),
                Axis.log10("standard deviation (nats, log scale)").range(0.05, 2));
        double[] m = Arrays.stream(PROBES).asDoubleStream().toArray();
        for (Probe probe : Probe.values()) {
            String name = probe == Probe.RADEMACHER ? "±1" : "Gaussian";
            double one = probeVariance(probe);
            sheet.line(
                    panel,
                    name,
                    name,
                    probe.ordinal(),
                    m,
                    SixDigits.of(Arrays.stream(m).map(k -> Math.sqrt(one / k)).toArray()),
                    Sheet.Kind.THEORY);
            sheet.points(
                    panel,
                    name,
                    probe.ordinal(),
                    m,
                    Arrays.stream(PROBES)
                            .mapToObj(k -> SixDigits.of(
                                    Estimate.ofMean(results.values(probed(preset, probe, k), run -> run.stdDev()[0]))))
                            .toArray(Estimate[]::new),
                    SixDigits.ends(
                            m.length, results.of(probed(preset, probe, 1)).size()));
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static Estimate density(List<InterpolantLikelihoodResult> runs, int point) {
        return Estimate.ofMean(runs.stream()
                .mapToDouble(run -> StrictMath.exp(run.logDensity()[point]))
                .toArray());
    }

    private static void addPaths(Sheet sheet, List<InterpolantLikelihoodResult> runs) {
        String panel = "paths";
        sheet.panel(
                panel,
                "Over paths, ε = 0.3",
                Axis.linear("x").range(-3.2, 7.2),
                Axis.linear("density ρ(1, x)").range(0, 0.25));
        double[] x = IntStream.range(0, LINE_POINTS)
                .mapToDouble(i -> SixDigits.of(-3 + 10.0 * i / (LINE_POINTS - 1)))
                .toArray();
        double[] law = Arrays.stream(x)
                .map(v -> StrictMath.exp(ExactPair.GAUSSIANS.end().logDensity(v)))
                .toArray();
        sheet.line(panel, "exact", "exact", 0, x, SixDigits.of(law), Sheet.Kind.THEORY);
        sheet.points(
                panel,
                "Feynman–Kac",
                1,
                PATH_POINTS,
                IntStream.range(0, PATH_POINTS.length)
                        .mapToObj(i -> SixDigits.of(density(runs, i)))
                        .toArray(Estimate[]::new),
                SixDigits.ends(PATH_POINTS.length, runs.size()));
        sheet.legend(panel, Corner.BELOW);
    }

    private static double[] shiftGrid() {
        double low = SHIFTS[0];
        double high = SHIFTS[SHIFTS.length - 1];
        return IntStream.range(0, LINE_POINTS)
                .mapToDouble(i -> low * StrictMath.pow(high / low, i / (LINE_POINTS - 1.0)))
                .toArray();
    }

    /** Var(−log y) = a², Var(−log y + y − 1) = e^(a²) − 1 − a², Var(−log y − y + 1) = e^(a²) − 1 + 3 a². */
    private static double law(int estimator, double shift) {
        double square = shift * shift;
        return switch (estimator) {
            case 0 -> square;
            case 1 -> StrictMath.expm1(square) - square;
            default -> StrictMath.expm1(square) + 3 * square;
        };
    }

    private static double variance(int estimator, InterpolantErrorResult run) {
        return switch (estimator) {
            case 0 -> run.plainVariance();
            case 1 -> run.controlledVariance();
            default -> run.printedVariance();
        };
    }

    private static final String[] ESTIMATORS = {"−log y", "−log y + (y − 1)", "−log y − (y − 1), as printed"};

    private static void addVariances(
            Sheet sheet, Preset preset, Results<InterpolantErrorConfig, InterpolantErrorResult> estimates) {
        String panel = "variances";
        sheet.panel(
                panel,
                "Estimators of KL",
                Axis.log10("shift a = √(2 KL) (log scale)").range(0.04, 1.2),
                Axis.log10("variance of a point (log scale)").range(1e-6, 10));
        double[] x = shiftGrid();
        for (int e = 0; e < ESTIMATORS.length; e++) {
            int estimator = e;
            sheet.line(
                    panel,
                    ESTIMATORS[e],
                    ESTIMATORS[e],
                    e,
                    SixDigits.of(x),
                    SixDigits.of(Arrays.stream(x).map(a -> law(estimator, a)).toArray()),
                    Sheet.Kind.THEORY);
            addShifts(sheet, panel, ESTIMATORS[e], e, preset, estimates, run -> variance(estimator, run), a -> 1);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private interface Scale {
        double at(double shift);
    }

    private static void addShifts(
            Sheet sheet,
            String panel,
            String name,
            int colour,
            Preset preset,
            Results<InterpolantErrorConfig, InterpolantErrorResult> estimates,
            ToDoubleFunction<InterpolantErrorResult> value,
            Scale scale) {
        Estimate[] y = Arrays.stream(SHIFTS)
                .mapToObj(a -> SixDigits.of(Estimate.ofMean(estimates.values(shifted(preset, a), value))
                        .times(1 / scale.at(a))))
                .toArray(Estimate[]::new);
        sheet.points(
                panel,
                name,
                colour,
                SHIFTS,
                y,
                SixDigits.ends(
                        SHIFTS.length, estimates.of(shifted(preset, SHIFTS[0])).size()));
    }

    private static void addEstimates(
            Sheet sheet, Preset preset, Results<InterpolantErrorConfig, InterpolantErrorResult> estimates) {
        String panel = "estimates";
        sheet.panel(
                panel,
                "KL over exact KL",
                Axis.log10("shift a = √(2 KL) (log scale)").range(0.04, 1.2),
                Axis.linear("estimate over a²/2").range(0.4, 2));
        sheet.line(panel, "exact", "exact", 7, new double[] {0.04, 1.2}, new double[] {1, 1}, Sheet.Kind.THEORY);
        Scale exact = a -> a * a / 2;
        addShifts(sheet, panel, ESTIMATORS[0], 0, preset, estimates, InterpolantErrorResult::plainDivergence, exact);
        addShifts(
                sheet, panel, ESTIMATORS[1], 1, preset, estimates, InterpolantErrorResult::controlledDivergence, exact);
        sheet.legend(panel, Corner.BELOW);
    }

    private static List<Claim> claims(
            Preset preset,
            Experiment experiment,
            Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results,
            Results<InterpolantErrorConfig, InterpolantErrorResult> estimates) {
        return Stream.of(
                        odeClaims(experiment, results),
                        probeClaims(preset, results),
                        pathClaims(results.of(paths(preset))),
                        estimatorClaims(estimates.of(shifted(preset, JUDGED_SHIFT))))
                .flatMap(List::stream)
                .toList();
    }

    private static List<Claim> odeClaims(
            Experiment experiment, Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results) {
        double[] steps =
                IntStream.range(FIT_FROM, FIT_TO).mapToDouble(i -> STEPS[i]).toArray();
        double[][] errors = IntStream.range(FIT_FROM, FIT_TO)
                .mapToObj(i -> new double[] {error(results, along(NOISY, STEPS[i], 0, End.DENSITY))})
                .toArray(double[][]::new);
        double slope = PowerFit.of(steps, errors, experiment.streams().at("bootstrap/likelihood-order"))
                .exponent()
                .mean();
        double base = error(results, along(NOISY, RECORDED_STEPS, CUT, End.BASE));
        double density = error(results, along(NOISY, RECORDED_STEPS, CUT, End.DENSITY));
        return List.of(
                recorded("likelihood-still", "linear, γ = 0", 1.6e-4, STILL, results),
                recorded("likelihood-noisy", "linear, γ² = 2t(1−t)", 1.4e-3, NOISY, results),
                recorded("likelihood-encoding", "encoding–decoding", 8e-7, ENCODING, results),
                Claim.theory(
                        "likelihood-order",
                        "slope of log error against log steps of RK4, 128 to 2048, γ² = 2t(1−t)",
                        -4,
                        0.15,
                        SixDigits.exact(slope),
                        "order of RK4"),
                new Claim(
                        "likelihood-truncation",
                        Claim.Kind.THEORY,
                        "error with the density of the last time over that with ρ(0), from 1 − 10⁻⁵ to 10⁻⁵, is below 0.1",
                        0,
                        0,
                        Claim.STANDARD_WINDOW,
                        SixDigits.exact(density / base),
                        RECORDED));
    }

    private static Claim recorded(
            String id,
            String schedule,
            double expected,
            PathSchedule choice,
            Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results) {
        double largest =
                results.of(along(choice, RECORDED_STEPS, CUT, End.BASE)).get(0).largestEndError();
        return Claim.theory(
                id,
                "largest error of log ρ(1) at six points, " + schedule
                        + ", 400 steps of RK4 from 1 − 10⁻⁵ to 10⁻⁵ and ρ(0)",
                expected,
                SixDigits.exact(largest),
                RECORDED);
    }

    private static List<Claim> probeClaims(
            Preset preset, Results<InterpolantLikelihoodConfig, InterpolantLikelihoodResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (Probe probe : Probe.values()) {
            String name = probe == Probe.RADEMACHER ? "rademacher" : "gaussian";
            double exact = probeVariance(probe);
            claims.add(Claim.theory(
                    "likelihood-" + name,
                    "variance of a log density over one probe a path over its closed form, " + name + " probes",
                    1,
                    Estimate.ofMean(
                            results.values(probed(preset, probe, 1), run -> run.stdDev()[0] * run.stdDev()[0] / exact)),
                    "Hutchinson 1990, doi:10.1080/03610919008812866"));
            claims.add(Claim.theory(
                    "likelihood-" + name + "-unbiased",
                    "mean log density over probes less the exact one, " + name + " probes",
                    0,
                    Claim.STANDARD_WINDOW,
                    Estimate.ofMean(
                            results.values(probed(preset, probe, 1), run -> run.logDensity()[0] - run.startExact()[0])),
                    "Hutchinson 1990, doi:10.1080/03610919008812866"));
        }
        return claims;
    }

    private static List<Claim> pathClaims(List<InterpolantLikelihoodResult> runs) {
        List<Claim> claims = new ArrayList<>();
        for (double x : new double[] {0, 2, 4}) {
            int at = IntStream.range(0, PATH_POINTS.length)
                    .filter(i -> PATH_POINTS[i] == x)
                    .findFirst()
                    .orElseThrow();
            claims.add(Claim.theory(
                    String.format(Locale.ROOT, "likelihood-paths-%.0f", x),
                    String.format(Locale.ROOT, "density of N(2, 3) at %.0f by Feynman–Kac, ε = 0.3", x),
                    StrictMath.exp(ExactPair.GAUSSIANS.end().logDensity(x)),
                    density(runs, at),
                    PAPER + ", section 2"));
        }
        return claims;
    }

    private static List<Claim> estimatorClaims(List<InterpolantErrorResult> runs) {
        String source = PAPER + "; the text read prints −(y − 1)";
        double plain = law(0, JUDGED_SHIFT);
        return List.of(
                Claim.theory(
                        "likelihood-control",
                        "variance of −log y + y − 1 over that of −log y at KL = 1/8",
                        law(1, JUDGED_SHIFT) / plain,
                        mean(runs, run -> run.controlledVariance() / run.plainVariance()),
                        source),
                Claim.theory(
                        "likelihood-control-mean",
                        "mean of −log y + y − 1 over the exact KL = 1/8",
                        1,
                        mean(runs, run -> run.controlledDivergence() * 2 / plain),
                        source),
                Claim.theory(
                        "likelihood-printed",
                        "variance of −log y − (y − 1), the printed sign, over that of −log y at KL = 1/8: it gains nothing",
                        law(2, JUDGED_SHIFT) / plain,
                        mean(runs, run -> run.printedVariance() / run.plainVariance()),
                        source),
                new Claim(
                        "likelihood-control-sign",
                        Claim.Kind.THEORY,
                        "least value of −log y + y − 1 over points is at least 0",
                        Double.NaN,
                        0,
                        Double.POSITIVE_INFINITY,
                        leastOf(runs, InterpolantErrorResult::controlledLeast),
                        source),
                new Claim(
                        "likelihood-printed-sign",
                        Claim.Kind.THEORY,
                        "least value of −log y − (y − 1) over points is below 0",
                        Double.NaN,
                        Double.NEGATIVE_INFINITY,
                        0,
                        leastOf(runs, InterpolantErrorResult::printedLeast),
                        source));
    }

    private static Estimate mean(List<InterpolantErrorResult> runs, ToDoubleFunction<InterpolantErrorResult> value) {
        return Estimate.ofMean(runs.stream().mapToDouble(value).toArray());
    }

    /** The least over replicas, a fact about these points and no estimate. */
    private static Estimate leastOf(List<InterpolantErrorResult> runs, ToDoubleFunction<InterpolantErrorResult> value) {
        double least = runs.stream().mapToDouble(value).min().orElse(Double.NaN);
        return new Estimate(least, Double.NaN, least, least, runs.size());
    }
}
