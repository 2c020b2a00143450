package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.geometric;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.solver.MethodCard;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
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
    private static final double CORRECTION = 0.16;
    private static final int LAST = 160;
    private static final double[] ORDER_STEPS = Line.powers(128, 2, 5);

    private static DiffusionMethod corrected(double signalToNoise) {
        return new DiffusionMethod.PredictorCorrector(REVERSE, signalToNoise, 1);
    }

    /** A method along the steps, and how it is drawn. */
    private record Curve(
            String name, int colour, DiffusionMethod method, Line<DiffusionConfig, DiffusionResult> line) {}

    /** Declares curves of one design. */
    private record Cells(Board board, DiffusionConfig base, double... steps) {
        Curve curve(String name, int colour, Diffusion diffusion, DiffusionMethod method, TimeGrid grid) {
            return new Curve(
                    name, colour, method, board.along(STUDY, steps, n -> base.by(diffusion, method, grid, (int) n)));
        }

        Curve curve(String name, int colour, DiffusionMethod method) {
            return curve(name, colour, VP, method, TimeGrid.LOG_SNR);
        }

        List<Curve> grids(DiffusionMethod method) {
            return List.of(
                    curve("uniform in τ", 0, VP, method, TimeGrid.UNIFORM),
                    curve("quadratic", 1, VP, method, TimeGrid.QUADRATIC),
                    curve("EDM", 5, VP, method, TimeGrid.EDM),
                    curve("log-SNR", 2, method));
        }
    }

    /** 20 steps of the predictor alone, and with a corrector along its signal-to-noise. */
    private record Correction(NamedDiffusion named, Cell<?, DiffusionResult> predicted, Line<?, DiffusionResult> line) {
        static Correction of(Board board, DiffusionConfig base, NamedDiffusion named) {
            DiffusionConfig alone = base.by(named.diffusion(), REVERSE, TimeGrid.LOG_SNR, 20);
            double[] ratios = {0.02, 0.04, 0.08, 0.16, 0.32, 0.64};
            return new Correction(
                    named,
                    board.cell(STUDY, alone),
                    board.along(STUDY, ratios, ratio -> Schema.with(alone, "method", corrected(ratio))));
        }
    }

    /** The figure. */
    public DiffusionSamplers() {
        super(
                "diffusion-samplers",
                "Samplers of diffusions: distance from the law against evaluations of the score",
                STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        board.sixDigits();
        board.legends(Corner.BELOW);
        int n = board.replicas(12, 64);
        DiffusionConfig base = Schema.with(DiffusionConfig.ofSamples(), "particles", board.choose(2048, 16_384));
        Cells cells = new Cells(board, base, Line.powers(5, 2, 6));
        List<Curve> methods = List.of(
                cells.curve("ancestral", 0, ANCESTRAL),
                cells.curve("DDIM, η = 1", 4, FULL),
                cells.curve("DDIM, η = ½", 5, new DiffusionMethod.Ddim(0.5)),
                cells.curve("DDIM, η = 0", 2, DDIM),
                cells.curve("reverse", 7, REVERSE),
                cells.curve("PC", 6, corrected(CORRECTION)),
                cells.curve("Heun in σ", 1, new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN)),
                cells.curve("exponential", 3, new DiffusionMethod.ExponentialMultistep()));
        List<Curve> grids = cells.grids(DDIM);
        List<Curve> ancestral = cells.grids(ANCESTRAL);
        List<Curve> ve = List.of(
                cells.curve("Euler in τ", 3, VE, new DiffusionMethod.TimeFlow(OdeMethod.EULER), TimeGrid.UNIFORM),
                cells.curve("Euler in σ", 2, VE, DDIM, TimeGrid.UNIFORM),
                cells.curve("reverse", 7, VE, REVERSE, TimeGrid.UNIFORM),
                cells.curve("PC", 6, VE, corrected(CORRECTION), TimeGrid.UNIFORM));
        List<Correction> corrections = Stream.of(NamedDiffusion.values())
                .map(named -> Correction.of(board, base, named))
                .toList();
        // So many samples that five standard errors of a variance, 0.033, are less than what the steps change, 0.037
        // and more.
        int many = board.choose(8192, 16_384);
        Function<Curve, Cell<DiffusionConfig, DiffusionResult>> last =
                one -> board.cell(STUDY, Schema.with(one.line.at(LAST).config(), "particles", many), n);
        List<Cell<DiffusionConfig, DiffusionResult>> judged =
                methods.stream().filter(one -> one.method != FULL).map(last).toList();
        Cell<DiffusionConfig, DiffusionResult> judgedVe = last.apply(ve.get(1));
        int few = board.replicas(6, 16);
        Cells paths = new Cells(
                board, Schema.with(DiffusionConfig.ofSamples(), "particles=64, pathParticles=64"), ORDER_STEPS);
        List<Curve> orders = IntStream.of(3, 6, 7)
                .mapToObj(methods::get)
                .map(one -> paths.curve(one.name, one.colour, one.method))
                .toList();
        tellCurves(board, "methods", "Samplers, VP", methods, 3, 3);
        tellVariances(board, judged);
        tellOrders(board, orders);
        tellCurves(board, "grids-ddim", "Grids, DDIM η = 0, VP", grids, 3, 3);
        tellCurves(board, "grids-ancestral", "Grids, DDPM ancestral, VP", ancestral, 3, 3);
        Plot times = tellCurves(board, "ve", "VE, steps even in log σ", ve, 1, 10);
        tellCorrections(board, corrections);
        tellTimesOfVe(times, ve, judgedVe);
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
                n, base.particles(), few, paths.base.particles());
    }

    /** The band is that of one of the curves in the most steps. */
    private static Plot tellCurves(Board board, String name, String title, List<Curve> curves, int band, double top) {
        Plot plot = board.plot(
                name,
                title,
                Axis.log10("evaluations of the score").range(4, 500),
                Axis.log10("distance W₁ from the law").range(0.01, top));
        Cell<?, DiffusionResult> last = curves.get(band).line.at(LAST);
        plot.colour(7).band("two samples", 4, 500, last.middle(DiffusionResult::sampleDistance, 0.9));
        for (Curve one : curves) {
            Line<?, DiffusionResult> work = one.line.against(exact(DiffusionResult::evaluations));
            plot.colour(one.colour).points(one.name, work, geometric(DiffusionResult::distance));
        }
        return plot;
    }

    private static void tellVariances(Board board, List<Cell<DiffusionConfig, DiffusionResult>> judged) {
        for (Cell<DiffusionConfig, DiffusionResult> one : judged) {
            String id = one.config().method().card().id();
            String statement = "variance of samples after 160 steps even in log-SNR, " + id + ", VP";
            DiffusionSdes.judgeVariance(board.plot("methods").claim("variance-" + id, statement), one);
        }
    }

    private static void tellOrders(Board board, List<Curve> orders) {
        Plot plot = board.plot(
                "orders",
                "Paths, VP",
                Axis.log10("evaluations of the score").range(100, 6000),
                Axis.log10("error of a path").range(1e-6, 0.1));
        for (Curve one : orders) {
            MethodCard card = one.method.card();
            PowerFit fit = one.line.power(
                    board.stream("bootstrap/diffusion-samplers/" + card.id()), DiffusionResult::pathError);
            int perStep = card.evaluations();
            double[] ends = {perStep * ORDER_STEPS[0], perStep * ORDER_STEPS[ORDER_STEPS.length - 1]};
            Line<?, DiffusionResult> work = one.line.against(exact(DiffusionResult::evaluations));
            plot.colour(one.colour)
                    .named(String.format(
                            Locale.ROOT, "slope %.2f", fit.exponent().mean()))
                    .fit(one.name + ", fit", ends, evaluations -> fit.at(evaluations / perStep))
                    .colour(one.colour)
                    .points(one.name, work, geometric(DiffusionResult::pathError));
            plot.claim("order-" + card.id(), "error of paths ~ steps^-p, p of " + card.id() + ", VP")
                    .theory(card.strongOrder(), 0.15)
                    .of(fit.exponent().times(-1))
                    .from(card.source() + "; window ± 0.15");
        }
    }

    private static void tellCorrections(Board board, List<Correction> corrections) {
        Plot plot = board.plot(
                        "corrections",
                        "Corrector at 20 steps",
                        Axis.log10("signal-to-noise of the corrector ρ").range(0.015, 1),
                        Axis.log10("W₁ corrected / W₁ of predictor").range(0.2, 2))
                .colour(2)
                .law("no gain", new double[] {0.015, 1}, ratio -> 1);
        for (Correction one : corrections) {
            String name = one.named.text();
            plot.colour(DiffusionSdes.COLOURS[one.named.ordinal()])
                    .points(name, one.line, one.line.over(one.predicted, DiffusionResult::distance));
            plot.claim(
                            "corrector-" + one.named.key(),
                            "W₁ of reverse diffusion in 20 steps less that with one correction a step, ρ = 0.16, "
                                    + name + ", is above 0")
                    .above(0)
                    .of(one.predicted.less(one.line.at(CORRECTION), DiffusionResult::distance))
                    .from("Song et al. 2021, arXiv 2011.13456, section 4.2");
        }
    }

    private static void tellTimesOfVe(Plot plot, List<Curve> ve, Cell<DiffusionConfig, DiffusionResult> judged) {
        Cell<?, DiffusionResult> sigma = ve.get(1).line.at(LAST);
        plot.claim(
                        "ve-time",
                        "W₁ of the flow of VE by Euler in τ less that by Euler in σ on the same 160 steps even in log σ, is above 0")
                .above(0)
                .of(ve.get(0).line.at(LAST).less(sigma, DiffusionResult::distance))
                .from(
                        "reference notes, section 7.4; steps uniform in τ are even in log σ already, so it is the time variable that helps");
        DiffusionSdes.judgeVariance(
                plot.claim("ve-sigma", "variance of samples of VE by Euler in σ, 160 steps even in log σ"), judged);
    }
}
