package org.noisebook.figure.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
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
import org.noisebook.model.Ends;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** Samplers of diffusions of a mixture on the line: distance from its law against evaluations of the exact score. */
public final class DiffusionSamplers implements Figure {
    private static final DiffusionMethod.OneStep REVERSE = new DiffusionMethod.ReverseDiffusion();
    private static final DiffusionMethod ANCESTRAL =
            new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.POSTERIOR);
    private static final DiffusionMethod DDIM = new DiffusionMethod.Ddim(0);
    private static final DiffusionMethod HALF = new DiffusionMethod.Ddim(0.5);
    private static final DiffusionMethod FULL = new DiffusionMethod.Ddim(1);
    private static final DiffusionMethod CORRECTED = corrected(0.16);
    private static final DiffusionMethod HEUN = new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN);
    private static final DiffusionMethod EXPONENTIAL = new DiffusionMethod.ExponentialMultistep();
    private static final DiffusionMethod EULER_IN_TIME = new DiffusionMethod.TimeFlow(OdeMethod.EULER);

    /** A method and how it is drawn. */
    private record Shown(String name, DiffusionMethod method, int colour) {}

    private static final List<Shown> METHODS = List.of(
            new Shown("ancestral", ANCESTRAL, 0),
            new Shown("DDIM, η = 1", FULL, 4),
            new Shown("DDIM, η = ½", HALF, 5),
            new Shown("DDIM, η = 0", DDIM, 2),
            new Shown("reverse", REVERSE, 7),
            new Shown("PC", CORRECTED, 6),
            new Shown("Heun in σ", HEUN, 1),
            new Shown("exponential", EXPONENTIAL, 3));
    private static final List<Shown> DETERMINISTIC = List.of(
            new Shown("DDIM, η = 0", DDIM, 2),
            new Shown("Heun in σ", HEUN, 1),
            new Shown("exponential", EXPONENTIAL, 3));
    private static final List<Shown> TIMES_OF_VE = List.of(
            new Shown("Euler in τ", EULER_IN_TIME, 3),
            new Shown("Euler in σ", DDIM, 2),
            new Shown("reverse", REVERSE, 7),
            new Shown("PC", CORRECTED, 6));
    private static final List<TimeGrid> GRIDS =
            List.of(TimeGrid.UNIFORM, TimeGrid.QUADRATIC, TimeGrid.EDM, TimeGrid.LOG_SNR);
    private static final List<String> GRID_NAMES = List.of("uniform in τ", "quadratic", "EDM", "log-SNR");

    private static final int[] STEPS = {5, 10, 20, 40, 80, 160};
    private static final int LAST = 160;
    private static final int[] ORDER_STEPS = {128, 256, 512, 1024, 2048};
    private static final int ORDER_PARTICLES = 64;
    private static final double[] SIGNAL_TO_NOISE = {0.02, 0.04, 0.08, 0.16, 0.32, 0.64};
    private static final int CORRECTED_STEPS = 20;
    private static final double ORDER_WINDOW = 0.15;
    /** Samples of the notes, and the standard error of their variance: √((9.08 − 2.19²)/20 000). */
    private static final int NOTED_PARTICLES = 20_000;

    private static final double NOTED_ERROR = 0.0146;
    private static final double NOTED_END = 1e-5;
    private static final String NOTES = "test vectors of the kit for this mixture, 20 000 samples";

    private static DiffusionMethod.PredictorCorrector corrected(double signalToNoise) {
        return new DiffusionMethod.PredictorCorrector(REVERSE, signalToNoise, 1);
    }

    @Override
    public String id() {
        return "diffusion-samplers";
    }

    @Override
    public String title() {
        return "Samplers of diffusions: distance from the law against evaluations of the score";
    }

    @Override
    public List<String> sources() {
        return DiffusionCells.STUDY.sources();
    }

    private static DiffusionConfig base(Preset preset) {
        return Schema.with(DiffusionCells.PLAIN, "particles", preset.choose(2048, 16_384));
    }

    private static DiffusionConfig cell(
            Preset preset, Diffusion diffusion, DiffusionMethod method, TimeGrid grid, int steps) {
        return DiffusionCells.cell(base(preset), diffusion, method, grid, steps);
    }

    private static List<DiffusionConfig> cells(
            Preset preset, Diffusion diffusion, DiffusionMethod method, TimeGrid grid) {
        return IntStream.of(STEPS)
                .mapToObj(steps -> cell(preset, diffusion, method, grid, steps))
                .toList();
    }

    /** Few samples, all compared with the exact flow. */
    private static List<DiffusionConfig> orders(DiffusionMethod method) {
        return IntStream.of(ORDER_STEPS)
                .mapToObj(steps -> Schema.with(
                        DiffusionCells.cell(DiffusionCells.PLAIN, DiffusionCells.VP, method, TimeGrid.LOG_SNR, steps),
                        "particles",
                        ORDER_PARTICLES,
                        "pathParticles",
                        ORDER_PARTICLES))
                .toList();
    }

    /** A row of the notes: what was measured there. */
    private record Noted(
            String name, String words, Diffusion diffusion, DiffusionMethod method, int steps, double variance) {
        DiffusionConfig config() {
            return Schema.with(
                    DiffusionCells.cell(DiffusionCells.PLAIN, diffusion, method, TimeGrid.UNIFORM, steps),
                    "particles",
                    NOTED_PARTICLES,
                    "end",
                    diffusion.equals(DiffusionCells.VE) ? 0 : NOTED_END);
        }
    }

    private static List<Noted> noted() {
        DiffusionMethod reverse = new DiffusionMethod.ReverseEquation(SdeMethod.EULER_MARUYAMA, 1);
        return List.of(
                new Noted("vp-reverse-100", "Euler–Maruyama, VP", DiffusionCells.VP, reverse, 100, 2.230),
                new Noted("vp-flow-50", "flow by Euler in τ, VP", DiffusionCells.VP, EULER_IN_TIME, 50, 2.180),
                new Noted("ve-flow-50", "flow by Euler in τ, VE", DiffusionCells.VE, EULER_IN_TIME, 50, 1.42),
                new Noted("ve-flow-100", "flow by Euler in τ, VE", DiffusionCells.VE, EULER_IN_TIME, 100, 1.78),
                new Noted("ve-flow-500", "flow by Euler in τ, VE", DiffusionCells.VE, EULER_IN_TIME, 500, 2.08),
                new Noted("ve-corrected-50", "predictor–corrector, VE", DiffusionCells.VE, CORRECTED, 50, 2.194));
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = preset.choose(12, 64);
        int pathReplicas = preset.choose(6, 16);
        int notedReplicas = preset.choose(4, 8);
        List<DiffusionConfig> cells = new ArrayList<>();
        METHODS.forEach(shown -> cells.addAll(cells(preset, DiffusionCells.VP, shown.method, TimeGrid.LOG_SNR)));
        GRIDS.forEach(grid -> cells.addAll(cells(preset, DiffusionCells.VP, DDIM, grid)));
        GRIDS.forEach(grid -> cells.addAll(cells(preset, DiffusionCells.VP, ANCESTRAL, grid)));
        TIMES_OF_VE.forEach(shown -> cells.addAll(cells(preset, DiffusionCells.VE, shown.method, TimeGrid.UNIFORM)));
        for (Diffusion diffusion : DiffusionCells.ALL) {
            cells.add(cell(preset, diffusion, REVERSE, TimeGrid.LOG_SNR, CORRECTED_STEPS));
            cells.addAll(corrections(preset, diffusion));
        }
        List<DiffusionConfig> paths = DETERMINISTIC.stream()
                .flatMap(shown -> orders(shown.method).stream())
                .toList();
        List<DiffusionConfig> old = noted().stream().map(Noted::config).toList();
        Results<DiffusionConfig, DiffusionResult> results = experiment.run(
                Sweep.of(DiffusionCells.STUDY, cells.stream().distinct().toList(), replicas)
                        .and(Sweep.of(DiffusionCells.STUDY, paths, pathReplicas))
                        .and(Sweep.of(DiffusionCells.STUDY, old, notedReplicas)));
        List<PowerFit> orders = DETERMINISTIC.stream()
                .map(shown -> TrainingCells.fit(
                        "diffusion-samplers/" + shown.method.card().id(),
                        steps(ORDER_STEPS),
                        orders(shown.method),
                        results,
                        DiffusionResult::pathError,
                        experiment))
                .toList();
        Sheet sheet = new Sheet();
        addMethods(sheet, preset, results);
        addOrders(sheet, orders, results);
        addGrids(sheet, "grids-ddim", "Grids, DDIM η = 0, VP", DDIM, preset, results);
        addGrids(sheet, "grids-ancestral", "Grids, DDPM ancestral, VP", ANCESTRAL, preset, results);
        addVe(sheet, preset, results);
        addCorrections(sheet, preset, results);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(preset, replicas, pathReplicas),
                pathReplicas + " to " + replicas,
                claims(preset, orders, results));
    }

    private static List<DiffusionConfig> corrections(Preset preset, Diffusion diffusion) {
        return Arrays.stream(SIGNAL_TO_NOISE)
                .mapToObj(ratio -> cell(preset, diffusion, corrected(ratio), TimeGrid.LOG_SNR, CORRECTED_STEPS))
                .toList();
    }

    private static double[] steps(int... counts) {
        return IntStream.of(counts).asDoubleStream().toArray();
    }

    private static String caption(Preset preset, int replicas, int pathReplicas) {
        return "Samples of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36) with the exact score, from the prior to τ = 0.001, against their law there. (a) W₁ to"
                + " as many fresh points of the law; VP, steps even in log-SNR; ancestral sampling (DDPM) and DDIM at η = 1 are the same; reverse: reverse diffusion;"
                + " PC: the same with one Langevin correction a step, ρ = 0.16; exponential: multistep of order 2."
                + " Band: two samples of the law, middle 90 % of the replicas. (b) Root mean square"
                + " distance from where the exact flow takes the same noise; dotted: power laws fitted to the points shown. (c, d)"
                + " Spacings of the steps. (e) The flow of VE by Euler's method, reverse diffusion and PC: steps uniform in τ are even in log σ already; Euler's method errs when it takes τ for its"
                + " time and not when it takes σ. (f) W₁ after " + CORRECTED_STEPS
                + " steps of predictor and Langevin corrector over that of the predictor (reverse diffusion) alone, against the corrector's"
                + " signal-to-noise ρ. Geometric means over " + replicas + " replicas of "
                + base(preset).particles() + " samples (b: " + pathReplicas + " of " + ORDER_PARTICLES
                + ") with 95 % t intervals of the logarithms.";
    }

    private static Axis evaluations() {
        return Axis.log10("evaluations of the score").range(4, 500);
    }

    private static Axis distance() {
        return Axis.log10("distance W₁ from the law").range(0.01, 3);
    }

    private static void addCurve(
            Sheet sheet,
            String panel,
            Shown shown,
            List<DiffusionConfig> configs,
            Results<DiffusionConfig, DiffusionResult> results,
            ToDoubleFunction<DiffusionResult> value) {
        double[] x = configs.stream()
                .mapToDouble(config -> results.of(config).get(0).evaluations())
                .toArray();
        DiffusionCells.distances(sheet, panel, shown.name, shown.colour, x, configs, results, value);
    }

    private static void addMethods(Sheet sheet, Preset preset, Results<DiffusionConfig, DiffusionResult> results) {
        String panel = "methods";
        sheet.panel(panel, "Samplers, VP", evaluations(), distance());
        DiffusionCells.floor(
                sheet, panel, 4, 500, results, cell(preset, DiffusionCells.VP, DDIM, TimeGrid.LOG_SNR, LAST));
        for (Shown shown : METHODS) {
            addCurve(
                    sheet,
                    panel,
                    shown,
                    cells(preset, DiffusionCells.VP, shown.method, TimeGrid.LOG_SNR),
                    results,
                    DiffusionResult::distance);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addOrders(
            Sheet sheet, List<PowerFit> orders, Results<DiffusionConfig, DiffusionResult> results) {
        String panel = "orders";
        sheet.panel(
                panel,
                "Paths, VP",
                Axis.log10("evaluations of the score").range(100, 6000),
                Axis.log10("error of a path").range(1e-6, 0.1));
        for (int i = 0; i < orders.size(); i++) {
            Shown shown = DETERMINISTIC.get(i);
            PowerFit fit = orders.get(i);
            int perStep = shown.method.card().evaluations();
            double[] steps = {ORDER_STEPS[0], ORDER_STEPS[ORDER_STEPS.length - 1]};
            String slope =
                    String.format(Locale.ROOT, "slope %.2f", fit.exponent().mean());
            sheet.line(
                    panel,
                    shown.name + ", fit",
                    slope,
                    shown.colour,
                    new double[] {perStep * steps[0], perStep * steps[1]},
                    SixDigits.of(fit.at(steps[0]), fit.at(steps[1])),
                    Sheet.Kind.FIT);
            addCurve(sheet, panel, shown, orders(shown.method), results, DiffusionResult::pathError);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addGrids(
            Sheet sheet,
            String panel,
            String title,
            DiffusionMethod method,
            Preset preset,
            Results<DiffusionConfig, DiffusionResult> results) {
        sheet.panel(panel, title, evaluations(), distance());
        DiffusionCells.floor(
                sheet, panel, 4, 500, results, cell(preset, DiffusionCells.VP, method, TimeGrid.LOG_SNR, LAST));
        int[] colours = {0, 1, 5, 2};
        for (int i = 0; i < GRIDS.size(); i++) {
            addCurve(
                    sheet,
                    panel,
                    new Shown(GRID_NAMES.get(i), method, colours[i]),
                    cells(preset, DiffusionCells.VP, method, GRIDS.get(i)),
                    results,
                    DiffusionResult::distance);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addVe(Sheet sheet, Preset preset, Results<DiffusionConfig, DiffusionResult> results) {
        String panel = "ve";
        sheet.panel(panel, "VE, steps even in log σ", evaluations(), distance().range(0.01, 10));
        DiffusionCells.floor(
                sheet, panel, 4, 500, results, cell(preset, DiffusionCells.VE, DDIM, TimeGrid.UNIFORM, LAST));
        for (Shown shown : TIMES_OF_VE) {
            addCurve(
                    sheet,
                    panel,
                    shown,
                    cells(preset, DiffusionCells.VE, shown.method, TimeGrid.UNIFORM),
                    results,
                    DiffusionResult::distance);
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addCorrections(Sheet sheet, Preset preset, Results<DiffusionConfig, DiffusionResult> results) {
        String panel = "corrections";
        sheet.panel(
                panel,
                "Corrector at 20 steps",
                Axis.log10("signal-to-noise of the corrector ρ").range(0.015, 1),
                Axis.log10("W₁ corrected / W₁ of predictor").range(0.2, 2));
        sheet.line(panel, "no gain", "no gain", 2, new double[] {0.015, 1}, new double[] {1, 1}, Sheet.Kind.THEORY);
        int[] colours = {0, 1, 5};
        for (int i = 0; i < DiffusionCells.ALL.size(); i++) {
            Diffusion diffusion = DiffusionCells.ALL.get(i);
            DiffusionConfig plain = cell(preset, diffusion, REVERSE, TimeGrid.LOG_SNR, CORRECTED_STEPS);
            List<DiffusionConfig> configs = corrections(preset, diffusion);
            double[] alone = results.values(plain, DiffusionResult::distance);
            sheet.points(
                    panel,
                    DiffusionCells.NAMES.get(i),
                    colours[i],
                    SIGNAL_TO_NOISE,
                    configs.stream()
                            .map(config -> {
                                double[] ratio = results.values(config, DiffusionResult::distance);
                                Arrays.setAll(ratio, k -> ratio[k] / alone[k]);
                                return SixDigits.of(Estimate.ofGeometricMean(ratio));
                            })
                            .toArray(Estimate[]::new),
                    configs.stream()
                            .map(config -> TrainingCells.ends(results.of(config)))
                            .toArray(Ends[]::new));
        }
        sheet.legend(panel, Corner.BELOW);
    }

    private static List<Claim> claims(
            Preset preset, List<PowerFit> orders, Results<DiffusionConfig, DiffusionResult> results) {
        List<Claim> claims = new ArrayList<>();
        for (int i = 0; i < orders.size(); i++) {
            DiffusionMethod method = DETERMINISTIC.get(i).method;
            claims.add(Claim.theory(
                    "diffusion-samplers-order-" + method.card().id(),
                    "error of paths ~ steps^-p, p of " + method.card().id() + ", VP",
                    method.card().strongOrder(),
                    ORDER_WINDOW,
                    orders.get(i).exponent().times(-1),
                    method.card().source() + "; window ± 0.15"));
        }
        for (Shown shown : METHODS) {
            if (shown.method != FULL) {
                DiffusionConfig config = cell(preset, DiffusionCells.VP, shown.method, TimeGrid.LOG_SNR, LAST);
                claims.add(Claim.theory(
                        "diffusion-samplers-variance-" + shown.method.card().id(),
                        "variance of samples after " + LAST + " steps even in log-SNR, "
                                + shown.method.card().id() + ", VP",
                        results.of(config).get(0).lawVariance()[0],
                        DiffusionCells.mean(results, config, run -> run.variance()[0]),
                        "law of x_τ at the last time"));
            }
        }
        for (int i = 0; i < DiffusionCells.ALL.size(); i++) {
            Diffusion diffusion = DiffusionCells.ALL.get(i);
            claims.add(DiffusionCells.positive(
                    "diffusion-samplers-corrector-" + DiffusionCells.KEYS.get(i),
                    "W₁ of reverse diffusion in 20 steps less that with one correction a step, ρ = 0.16, "
                            + DiffusionCells.NAMES.get(i) + ", is above 0",
                    DiffusionCells.difference(
                            results,
                            cell(preset, diffusion, REVERSE, TimeGrid.LOG_SNR, CORRECTED_STEPS),
                            cell(preset, diffusion, CORRECTED, TimeGrid.LOG_SNR, CORRECTED_STEPS),
                            DiffusionResult::distance),
                    "Song et al. 2021, arXiv 2011.13456, section 4.2"));
        }
        addVe(claims, preset, results);
        for (Noted noted : noted()) {
            claims.add(Claim.regression(
                    "diffusion-samplers-" + noted.name,
                    "variance of samples, " + noted.words + ", " + noted.steps + " steps uniform in τ",
                    noted.variance,
                    NOTED_ERROR,
                    DiffusionCells.mean(results, noted.config(), run -> run.variance()[0]),
                    NOTES));
        }
        return claims;
    }

    private static void addVe(List<Claim> claims, Preset preset, Results<DiffusionConfig, DiffusionResult> results) {
        DiffusionConfig time = cell(preset, DiffusionCells.VE, EULER_IN_TIME, TimeGrid.UNIFORM, LAST);
        DiffusionConfig sigma = cell(preset, DiffusionCells.VE, DDIM, TimeGrid.UNIFORM, LAST);
        claims.add(
                DiffusionCells.positive(
                        "diffusion-samplers-ve-time",
                        "W₁ of the flow of VE by Euler in τ less that by Euler in σ on the same " + LAST
                                + " steps even in log σ, is above 0",
                        DiffusionCells.difference(results, time, sigma, DiffusionResult::distance),
                        "reference notes, section 7.4; steps uniform in τ are even in log σ already, so it is the time variable that helps"));
        claims.add(Claim.theory(
                "diffusion-samplers-ve-sigma",
                "variance of samples of VE by Euler in σ, " + LAST + " steps even in log σ",
                results.of(sigma).get(0).lawVariance()[0],
                DiffusionCells.mean(results, sigma, run -> run.variance()[0]),
                "law of x_τ at the last time"));
    }
}
