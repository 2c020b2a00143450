package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.diffusion.NamedDiffusion;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.solver.MethodCard;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.PowerFit;

/** Samplers of diffusions of a mixture on the line: distance from its law against evaluations of the exact score. */
public final class DiffusionSamplers extends Story {
    private static final DiffusionStudy STUDY = new DiffusionStudy();
    private static final Diffusion VP = NamedDiffusion.VP.diffusion();
    private static final Diffusion VE = NamedDiffusion.VE.diffusion();
    private static final DiffusionMethod.OneStep REVERSE = new DiffusionMethod.ReverseDiffusion();
    private static final DiffusionMethod ANCESTRAL =
            new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.POSTERIOR);
    private static final DiffusionMethod DDIM = new DiffusionMethod.Ddim(0);
    private static final DiffusionMethod FULL = new DiffusionMethod.Ddim(1);
    private static final double JUDGED_CORRECTION = 0.16;
    private static final DiffusionMethod CORRECTED = corrected(JUDGED_CORRECTION);
    private static final DiffusionMethod EULER_IN_TIME = new DiffusionMethod.TimeFlow(OdeMethod.EULER);

    /** A method and how it is drawn. */
    private record Shown(String name, DiffusionMethod method, TimeGrid grid, int colour) {
        Shown(String name, DiffusionMethod method, int colour) {
            this(name, method, TimeGrid.LOG_SNR, colour);
        }
    }

    private static final List<Shown> DETERMINISTIC = List.of(
            new Shown("DDIM, η = 0", DDIM, 2),
            new Shown("Heun in σ", new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN), 1),
            new Shown("exponential", new DiffusionMethod.ExponentialMultistep(), 3));
    private static final List<Shown> METHODS = List.of(
            new Shown("ancestral", ANCESTRAL, 0),
            new Shown("DDIM, η = 1", FULL, 4),
            new Shown("DDIM, η = ½", new DiffusionMethod.Ddim(0.5), 5),
            DETERMINISTIC.get(0),
            new Shown("reverse", REVERSE, 7),
            new Shown("PC", CORRECTED, 6),
            DETERMINISTIC.get(1),
            DETERMINISTIC.get(2));
    private static final List<Shown> TIMES_OF_VE = List.of(
            new Shown("Euler in τ", EULER_IN_TIME, TimeGrid.UNIFORM, 3),
            new Shown("Euler in σ", DDIM, TimeGrid.UNIFORM, 2),
            new Shown("reverse", REVERSE, TimeGrid.UNIFORM, 7),
            new Shown("PC", CORRECTED, TimeGrid.UNIFORM, 6));

    private static List<Shown> grids(DiffusionMethod method) {
        return List.of(
                new Shown("uniform in τ", method, TimeGrid.UNIFORM, 0),
                new Shown("quadratic", method, TimeGrid.QUADRATIC, 1),
                new Shown("EDM", method, TimeGrid.EDM, 5),
                new Shown("log-SNR", method, TimeGrid.LOG_SNR, 2));
    }

    private static final double[] STEPS = Line.powers(5, 2, 6);
    private static final int LAST = 160;
    private static final double[] ORDER_STEPS = Line.powers(128, 2, 5);
    private static final int ORDER_PARTICLES = 64;
    private static final double[] SIGNAL_TO_NOISE = {0.02, 0.04, 0.08, 0.16, 0.32, 0.64};
    private static final int CORRECTED_STEPS = 20;
    private static final double ORDER_WINDOW = 0.15;

    private static DiffusionMethod.PredictorCorrector corrected(double signalToNoise) {
        return new DiffusionMethod.PredictorCorrector(REVERSE, signalToNoise, 1);
    }

    /** The figure. */
    public DiffusionSamplers() {
        super(
                "diffusion-samplers",
                "Samplers of diffusions: distance from the law against evaluations of the score",
                STUDY.sources());
    }

    /** Cells by their configs, each declared once. */
    private record Cells(
            Board board, DiffusionConfig base, Map<DiffusionConfig, Cell<DiffusionConfig, DiffusionResult>> all) {
        Cell<DiffusionConfig, DiffusionResult> at(
                Diffusion diffusion, DiffusionMethod method, TimeGrid grid, double steps) {
            return all.computeIfAbsent(
                    base.by(diffusion, method, grid, (int) steps), config -> board.cell(STUDY, config));
        }

        /** Against the number of steps. */
        Line<DiffusionConfig, DiffusionResult> along(Diffusion diffusion, Shown shown) {
            return board.lineOf(STEPS, steps -> at(diffusion, shown.method, shown.grid, steps));
        }

        Cell<DiffusionConfig, DiffusionResult> predicted(NamedDiffusion named) {
            return at(named.diffusion(), REVERSE, TimeGrid.LOG_SNR, CORRECTED_STEPS);
        }

        /** Against the signal-to-noise of the corrector. */
        Line<DiffusionConfig, DiffusionResult> corrections(NamedDiffusion named) {
            return board.lineOf(
                    SIGNAL_TO_NOISE,
                    ratio -> at(named.diffusion(), corrected(ratio), TimeGrid.LOG_SNR, CORRECTED_STEPS));
        }

        void declare() {
            METHODS.forEach(shown -> along(VP, shown));
            grids(DDIM).forEach(shown -> along(VP, shown));
            grids(ANCESTRAL).forEach(shown -> along(VP, shown));
            TIMES_OF_VE.forEach(shown -> along(VE, shown));
            for (NamedDiffusion named : NamedDiffusion.values()) {
                predicted(named);
                corrections(named);
            }
        }
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        int n = board.replicas(12, 64);
        DiffusionConfig base = Schema.with(DiffusionConfig.ofSamples(), "particles", board.choose(2048, 16_384));
        Cells cells = new Cells(board, base, new HashMap<>());
        cells.declare();
        int few = board.replicas(6, 16);
        List<Line<DiffusionConfig, DiffusionResult>> paths = DETERMINISTIC.stream()
                .map(shown -> board.along(STUDY, ORDER_STEPS, steps -> ofPaths(shown, steps)))
                .toList();
        tellCurves(cells, "methods", "Samplers, VP", VP, METHODS, 3, 3);
        tellVariances(cells);
        tellOrders(board, paths);
        tellCurves(cells, "grids-ddim", "Grids, DDIM η = 0, VP", VP, grids(DDIM), 3, 3);
        tellCurves(cells, "grids-ancestral", "Grids, DDPM ancestral, VP", VP, grids(ANCESTRAL), 3, 3);
        tellCurves(cells, "ve", "VE, steps even in log σ", VE, TIMES_OF_VE, 1, 10);
        tellCorrections(cells);
        tellTimesOfVe(cells);
        board.stamp(few + " to " + n);
        board.caption(
                "Samples of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36) with the exact score, from the prior to τ = 0.001. (a) W₁ to as many"
                        + " fresh points of the law there; VP, steps even in log-SNR; DDPM and DDIM at η = 1 are the same; PC: reverse"
                        + " diffusion with one Langevin correction a step, ρ = 0.16; exponential: multistep of order 2. Band: two samples of"
                        + " the law, middle 90 % of the replicas. (b) Root mean square distance from where the exact flow takes the same"
                        + " noise; dotted: power laws fitted to the points shown. (c, d) Spacings of the steps. (e) VE: steps uniform in τ"
                        + " are even in log σ already; Euler's method errs when it takes τ for its time and not when it takes σ. (f) W₁ after"
                        + " 20 steps of predictor and corrector over that of the predictor alone, against the corrector's ρ. Geometric means"
                        + " over {} replicas of {} samples (b: {} of {}) with 95 % t intervals of the logarithms.",
                n, base.particles(), few, ORDER_PARTICLES);
    }

    /** Few samples, all compared with the exact flow. */
    private static DiffusionConfig ofPaths(Shown shown, double steps) {
        return Schema.with(
                DiffusionConfig.ofSamples().by(VP, shown.method, TimeGrid.LOG_SNR, (int) steps),
                "particles",
                ORDER_PARTICLES,
                "pathParticles",
                ORDER_PARTICLES);
    }

    /** The band is that of one of the curves in the most steps. */
    private static void tellCurves(
            Cells cells, String name, String title, Diffusion diffusion, List<Shown> curves, int band, double top) {
        Plot plot = cells.board.plot(
                name,
                title,
                Axis.log10("evaluations of the score").range(4, 500),
                Axis.log10("distance W₁ from the law").range(0.01, top));
        Cell<?, DiffusionResult> last =
                cells.along(diffusion, curves.get(band)).last(1).cells().get(0);
        plot.colour(7).band("two samples", 4, 500, last.middle(DiffusionResult::sampleDistance, 0.9));
        for (Shown shown : curves) {
            plot.colour(shown.colour)
                    .points(
                            shown.name,
                            cells.along(diffusion, shown).against(exact(DiffusionResult::evaluations)),
                            geometric(DiffusionResult::distance));
        }
        plot.legend(Corner.BELOW);
    }

    private static void tellVariances(Cells cells) {
        for (Shown shown : METHODS) {
            if (shown.method != FULL) {
                String id = shown.method.card().id();
                variance(
                        cells,
                        "methods",
                        "variance-" + id,
                        "variance of samples after " + LAST + " steps even in log-SNR, " + id + ", VP",
                        cells.along(VP, shown).at(LAST));
            }
        }
    }

    private static void variance(
            Cells cells, String plot, String name, String statement, Cell<DiffusionConfig, DiffusionResult> cell) {
        cells.board
                .claim(name, statement)
                .in(plot)
                .theory(cell.runs().get(0).lawVariance().get(0))
                .of(cell.the(mean(run -> run.variance().get(0))))
                .from("law of x_τ at the last time");
    }

    private static void tellOrders(Board board, List<Line<DiffusionConfig, DiffusionResult>> paths) {
        Plot plot = board.plot(
                "orders",
                "Paths, VP",
                Axis.log10("evaluations of the score").range(100, 6000),
                Axis.log10("error of a path").range(1e-6, 0.1));
        double[] steps = {ORDER_STEPS[0], ORDER_STEPS[ORDER_STEPS.length - 1]};
        for (int i = 0; i < DETERMINISTIC.size(); i++) {
            Shown shown = DETERMINISTIC.get(i);
            MethodCard card = shown.method.card();
            PowerFit fit = paths.get(i)
                    .power(board.stream("bootstrap/diffusion-samplers/" + card.id()), DiffusionResult::pathError);
            int perStep = card.evaluations();
            plot.colour(shown.colour)
                    .named(String.format(
                            Locale.ROOT, "slope %.2f", fit.exponent().mean()))
                    .line(
                            LineKind.FIT,
                            shown.name + ", fit",
                            new double[] {perStep * steps[0], perStep * steps[1]},
                            new double[] {fit.at(steps[0]), fit.at(steps[1])})
                    .colour(shown.colour)
                    .points(
                            shown.name,
                            paths.get(i).against(exact(DiffusionResult::evaluations)),
                            geometric(DiffusionResult::pathError));
            board.claim("order-" + card.id(), "error of paths ~ steps^-p, p of " + card.id() + ", VP")
                    .in("orders")
                    .theory(card.strongOrder())
                    .within(ORDER_WINDOW)
                    .of(fit.exponent().times(-1))
                    .from(card.source() + "; window ± 0.15");
        }
        plot.legend(Corner.BELOW);
    }

    private static void tellCorrections(Cells cells) {
        Plot plot = cells.board
                .plot(
                        "corrections",
                        "Corrector at 20 steps",
                        Axis.log10("signal-to-noise of the corrector ρ").range(0.015, 1),
                        Axis.log10("W₁ corrected / W₁ of predictor").range(0.2, 2))
                .colour(2)
                .law("no gain", new double[] {0.015, 1}, ratio -> 1)
                .legend(Corner.BELOW);
        int[] colours = {0, 1, 5};
        for (NamedDiffusion named : NamedDiffusion.values()) {
            Line<DiffusionConfig, DiffusionResult> line = cells.corrections(named);
            Cell<DiffusionConfig, DiffusionResult> predicted = cells.predicted(named);
            plot.colour(colours[named.ordinal()])
                    .points(
                            named.text(),
                            line,
                            line.cells().stream()
                                    .map(cell -> cell.over(predicted, DiffusionResult::distance))
                                    .toArray(Estimate[]::new));
            cells.board
                    .claim(
                            "corrector-" + named.key(),
                            "W₁ of reverse diffusion in 20 steps less that with one correction a step, ρ = 0.16, "
                                    + named.text() + ", is above 0")
                    .in("corrections")
                    .above(0)
                    .of(predicted.less(line.at(JUDGED_CORRECTION), DiffusionResult::distance))
                    .from("Song et al. 2021, arXiv 2011.13456, section 4.2");
        }
    }

    private static void tellTimesOfVe(Cells cells) {
        Cell<DiffusionConfig, DiffusionResult> sigma = cells.at(VE, DDIM, TimeGrid.UNIFORM, LAST);
        cells.board
                .claim(
                        "ve-time",
                        "W₁ of the flow of VE by Euler in τ less that by Euler in σ on the same " + LAST
                                + " steps even in log σ, is above 0")
                .in("ve")
                .above(0)
                .of(cells.at(VE, EULER_IN_TIME, TimeGrid.UNIFORM, LAST).less(sigma, DiffusionResult::distance))
                .from(
                        "reference notes, section 7.4; steps uniform in τ are even in log σ already, so it is the time variable that helps");
        variance(
                cells,
                "ve",
                "ve-sigma",
                "variance of samples of VE by Euler in σ, " + LAST + " steps even in log σ",
                sigma);
    }
}
