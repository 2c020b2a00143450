package org.noisebook.papers.scoresde;

import static org.noisebook.figure.Reduction.exact;
import static org.noisebook.figure.Reduction.geometric;

import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.solver.MethodCard;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.Estimate;

/** Samplers of diffusions of a one-dimensional mixture: distance from the target against evaluations of the exact score. */
public final class DiffusionSamplers extends Story {
    private static final DiffusionStudy STUDY = new DiffusionStudy();
    private static final Diffusion VP = NamedDiffusion.VP.diffusion();
    private static final Diffusion VE = NamedDiffusion.VE.diffusion();
    private static final DiffusionMethod DDIM = new DiffusionMethod.Ddim(0);
    private static final DiffusionMethod.OneStep REVERSE = new DiffusionMethod.ReverseDiffusion();
    private static final DiffusionMethod CORRECTED = new DiffusionMethod.PredictorCorrector(REVERSE, 0.16, 1);

    /** The samplers, in the order of the palette. */
    private static final List<Sampler> SAMPLERS = List.of(
            new Sampler("DDPM", new DiffusionMethod.Ancestral(DiffusionMethod.StepVariance.POSTERIOR)),
            new Sampler("Heun", new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN)),
            new Sampler("DDIM", DDIM),
            new Sampler("exponential", new DiffusionMethod.ExponentialMultistep()),
            new Sampler("reverse SDE", REVERSE),
            new Sampler("reverse SDE, corrected", CORRECTED));

    /** The deterministic samplers, whose paths have an order of convergence. */
    private static final List<Sampler> FLOWS = SAMPLERS.subList(1, 4);

    private static final int LAST = 160;

    private record Sampler(String name, DiffusionMethod method) {}

    /** The figure. */
    public DiffusionSamplers() {
        super(
                "diffusion-samplers",
                "Samplers of diffusions: distance from the target against evaluations of the score",
                STUDY.sources());
    }

    private static DiffusionConfig vp(DiffusionConfig base, DiffusionMethod method, double steps) {
        return base.by(VP, method, TimeGrid.LOG_SNR, (int) steps);
    }

    @Override
    protected void tell(Board board) {
        board.control("run: other methods and numbers of steps, whose recursion gives variances outside the window");
        board.title(
                "Heun and exponential steps converge at second order, DDIM at first",
                "Not every sampler converges at its theoretical order",
                "Samplers converge at about their theoretical orders");
        board.subtitle("Root mean square error of single paths against evaluations of the score");
        board.show("orders");
        board.sixDigits();
        int n = board.replicas(12, 64);
        DiffusionConfig base = Schema.with(DiffusionConfig.ofSamples(), "particles", board.choose(2048, 16_384));
        var lines =
                each(SAMPLERS, one -> board.along(STUDY, Line.powers(5, 2, 6), steps -> vp(base, one.method, steps)));
        var alone = DiffusionSdes.each(board, named -> base.by(named.diffusion(), REVERSE, TimeGrid.LOG_SNR, 20));
        var corrected = DiffusionSdes.each(board, named -> base.by(named.diffusion(), CORRECTED, TimeGrid.LOG_SNR, 20));
        DiffusionMethod euler = new DiffusionMethod.TimeFlow(OdeMethod.EULER);
        var inTime = board.cell(STUDY, base.by(VE, euler, TimeGrid.UNIFORM, LAST));
        var inSigma = board.cell(STUDY, base.by(VE, DDIM, TimeGrid.UNIFORM, LAST));
        // Enough samples that five standard errors of a variance, 0.033, are less than the effect of the steps, 0.037
        // or more.
        DiffusionConfig many = Schema.with(base, "particles", board.choose(8192, 16_384));
        var half = board.cell(STUDY, vp(many, new DiffusionMethod.Ddim(0.5), LAST));
        // The recursion of Langevin steps is of first order in 1/N: four times the samples halve the window.
        DiffusionConfig more = Schema.with(base, "particles", board.choose(32_768, 65_536));
        var judged =
                each(SAMPLERS, one -> board.cell(STUDY, vp(one.method == CORRECTED ? more : many, one.method, LAST)));
        var judgedVe = board.cell(STUDY, many.by(VE, DDIM, TimeGrid.UNIFORM, LAST));
        int few = board.replicas(6, 16);
        DiffusionConfig path = Schema.with(DiffusionConfig.ofSamples(), "particles=64, pathParticles=64");
        var paths =
                each(FLOWS, one -> board.along(STUDY, Line.powers(128, 2, 5), steps -> vp(path, one.method, steps)));
        Axis work = Axis.log10("evaluations of the score").range(4, 400);
        Axis y = Axis.log10("distance W₁ from the target").range(0.02, 1);
        Plot plot = board.plot("methods", "Distance from the target", work, y)
                .colour(Plot.GREY)
                .band("exact samples", 4, 400, lines.get(0).last().middle(DiffusionResult::sampleDistance, 0.9));
        for (int k = 0; k < lines.size(); k++) {
            var line = lines.get(k).against(exact(DiffusionResult::evaluations));
            plot.colour(k).points(SAMPLERS.get(k).name, line, geometric(DiffusionResult::distance));
        }
        judgeVariance(plot, half);
        judged.forEach(cell -> judgeVariance(plot, cell));
        tellOrders(board, paths);
        for (NamedDiffusion named : NamedDiffusion.values()) {
            ClaimDraft claim = plot.claim("corrector-" + named.key(), correction("W₁", named.text()))
                    .control("run: ρ = 0, no correction, for which the difference is 0");
            judgeCorrection(
                    claim,
                    alone.at(named.ordinal() + 1).less(corrected.at(named.ordinal() + 1), DiffusionResult::distance));
        }
        String time =
                "W₁ of the VE flow by Euler in τ minus that by Euler in σ, same 160 steps uniform in log σ, is above 0";
        board.claim("ve-time", time)
                .control("claim: ve-sigma")
                .above(0)
                .of(inTime.less(inSigma, DiffusionResult::distance))
                .from(
                        "reference notes, section 7.4; steps uniform in τ are already uniform in log σ, so it is the time variable that helps");
        String statement = "variance of samples of the VE flow by Euler in σ, 160 steps uniform in log σ";
        DiffusionSdes.judgeVariance(board.claim("ve-sigma", statement), judgedVe);
        board.stamp(few + " to " + n);
        board.caption(
                "Samples of 0.3 N(−2, 0.16) + 0.7 N(1, 0.36) with the exact score of the VP diffusion, from the prior to τ = 0.001 in"
                        + " steps uniform in log-SNR. An error is the distance from where the exact flow takes the same noise; dashed: theory's"
                        + " order through the first point. Geometric means over {} replicas of {} paths with 95 % t intervals of the"
                        + " logarithms. The table also has W₁ to as many fresh points, over {} replicas of {} samples, for these three and"
                        + " for ancestral sampling (DDPM) and reverse diffusion, alone and with one Langevin correction per step, ρ = 0.16.",
                few, path.particles(), n, base.particles());
    }

    private static void judgeVariance(Plot plot, Cell<DiffusionConfig, DiffusionResult> cell) {
        String id = cell.config().method().card().id();
        String statement = "variance of samples after 160 steps uniform in log-SNR, VP, " + id;
        DiffusionSdes.judgeVariance(plot.claim("variance-" + id, statement), cell);
    }

    static String correction(String distance, String where) {
        return distance
                + " of reverse diffusion in 20 steps minus that with one correction per step (ρ = 0.16)"
                + " is above 0, " + where;
    }

    /** Claims that a correction in each of 20 steps lowers the distance. */
    static void judgeCorrection(ClaimDraft claim, Estimate gain) {
        claim.says("Correcting each of 20 reverse-SDE steps helps | gain in distance W₁ by corrections")
                .above(0)
                .of(gain)
                .from("Song et al. 2021, arXiv 2011.13456, section 4.2");
    }

    private static void tellOrders(Board board, List<Line<DiffusionConfig, DiffusionResult>> paths) {
        Axis work = Axis.log10("evaluations of the score").range(100, 6000);
        Axis y = Axis.log10("error of a path").range(1e-6, 0.3);
        Plot plot = board.plot("orders", "Error of single paths", work, y);
        var error = geometric(DiffusionResult::pathError);
        for (int k = 0; k < paths.size(); k++) {
            MethodCard card = FLOWS.get(k).method.card();
            double theory = card.strongOrder();
            Estimate order = paths.get(k)
                    .power(board.stream("bootstrap/diffusion-samplers/" + card.id()), DiffusionResult::pathError)
                    .exponent()
                    .times(-1);
            var line = paths.get(k).against(exact(DiffusionResult::evaluations));
            double from = line.x()[0];
            double first = line.at(from).the(error).mean();
            String series = FLOWS.get(k).name;
            plot.colour(k + 1)
                    .points(series, line, error)
                    .anchored(series, line.x(), x -> first * StrictMath.pow(from / x, theory));
            plot.claim("order-" + card.id(), "order p of the path error ~ steps^−p, VP, " + card.id())
                    .control("run: the method of the other order, which misses the window by 1")
                    .says("Heun and exponential steps have order 2, DDIM order 1 | order of the error of a path")
                    .theory(theory, 0.15)
                    .judge(order, card.source() + "; window ± 0.15");
        }
    }
}
