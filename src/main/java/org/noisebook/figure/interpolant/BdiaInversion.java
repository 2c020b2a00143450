package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.interpolant.InversionCells.CHAIN;
import static org.noisebook.figure.interpolant.InversionCells.DDIM;
import static org.noisebook.figure.interpolant.InversionCells.FEW;
import static org.noisebook.figure.interpolant.InversionCells.MANY;

import java.util.Arrays;
import java.util.List;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.InversionConfig.Trip;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.figure.Words;
import org.noisebook.stats.Estimate;

/** BDIA beside DDIM on digits: round trips, how latents grow where γ is below 1, and how good samples are for as many evaluations. */
public final class BdiaInversion extends Story {
    private static final DiffusionMethod ONE = DiffusionMethod.Bdia.standard();
    private static final DiffusionMethod HALF = new DiffusionMethod.Bdia(0.5);
    private static final int REFERENCE_STEPS = 1600;
    private static final String SOURCE = "arXiv 2307.10829; bound set before the run";

    /** The figure. */
    public BdiaInversion() {
        super(
                "bdia-inversion",
                "Exact inversion by a step that looks both ways: BDIA beside DDIM and EDICT",
                List.of("BDIA, arXiv 2307.10829", "EDICT, arXiv 2211.12446", "DDIM, arXiv 2010.02502"));
    }

    @Override
    protected void tell(Board board) {
        InversionCells cells = InversionCells.on(board);
        tellTrips(board, cells);
        cells.tellLearned("BDIA, γ = 1,", "BDIA, γ = 1", ONE);
        tellLatents(board, cells);
        String orders = tellSamples(board, cells);
        board.caption(
                "8×8 digits under the exact score of a Gaussian for each class, linear chain of T = 1000."
                        + " (a) Largest difference of a pixel after picture → latent → picture, in the state and in the"
                        + " neighbour; float64 unless said. (b) The same under the kit's learned field. (c) Median rms of the state"
                        + " on the way from picture to latent, 50 steps; dashed: 1/γ a step through the last point."
                        + " (d) Median rms difference of samples from those of Heun's method in {} steps, same latents;"
                        + " EDICT has half as many steps; dashed: orders 1 and 2 through the first point; orders measured"
                        + " from 40 to 80: {}. {} pictures or latents a replica; geometric means over {} replicas, 95 % t"
                        + " intervals.",
                REFERENCE_STEPS, orders, cells.base().particles(), cells.replicas());
    }

    private static void tellTrips(Board board, InversionCells cells) {
        var ddim = cells.along(DDIM, MANY);
        var one = cells.along(ONE, MANY);
        var latents = cells.along(ONE, MANY, "trip", Trip.LATENT);
        var forgetful = cells.along(ONE, FEW, "keepsMemory", false);
        var error = geometric(InversionResult::error);
        Plot plot = cells.trips("trips", "What a round trip changes")
                .points("DDIM", ddim, error)
                .points("γ = 1", one, error)
                .points("γ = ½", cells.along(HALF, FEW), error)
                .points("γ = 1, float32", cells.along(ONE, FEW, "single", true), error)
                .points("γ = 1, neighbour lost", forgetful, error);
        plot.claim("picture", "BDIA, γ = 1, picture → latent → picture, worst of 10 to 250 steps" + CHAIN)
                .identity(0, InversionCells.EXACT)
                .of(InversionCells.worst(one))
                .from(SOURCE);
        board.claim("latent", "BDIA, γ = 1, latent → picture → latent, worst of 10 to 250 steps" + CHAIN)
                .identity(0, InversionCells.EXACT)
                .of(InversionCells.worst(latents))
                .from(SOURCE);
        cells.fails("ddim-fails", "DDIM, picture → latent → picture, 250 steps", ddim.at(250));
        cells.fails(
                "neighbour-lost", "BDIA, γ = 1, 50 steps, the neighbour not saved with the latent", forgetful.at(50));
    }

    private static void tellLatents(Board board, InversionCells cells) {
        var half = cells.at(HALF, 50);
        var one = cells.at(ONE, 50);
        var ddim = cells.at(DDIM, 50);
        Plot plot = board.plot(
                "latents",
                "How latents grow",
                Axis.linear("share of the way to noise"),
                Axis.log10("rms of the state"));
        InversionCells.course(plot, "DDIM", ddim, InversionResult::sizes);
        InversionCells.course(plot, "γ = 1", one, InversionResult::sizes);
        InversionCells.course(plot, "γ = ½", half, InversionResult::sizes);
        double end = half.the(geometric(run -> run.sizes().last())).mean();
        plot.named("1/γ a step")
                .anchored("γ = ½", Line.even(0.2, 1, 2), share -> end * StrictMath.pow(2, (share - 1) * 50));
        plot.claim("half-grows", "growth of latents a step of BDIA, γ = ½, inverting, last 25 of 50 steps" + CHAIN)
                .theory(2)
                .of(half.the(geometric(InversionResult::growth)))
                .from("the step back divides by γ: z ← z/γ at equal noise has the roots 1 and −1/γ");
        plot.claim("one-stays", "growth of latents a step of BDIA, γ = 1, inverting, last 25 of 50 steps" + CHAIN)
                .below(1.7)
                .of(one.the(geometric(InversionResult::growth)))
                .from("control: the lower bound of what grows");
    }

    /** The orders, in words. */
    private static String tellSamples(Board board, InversionCells cells) {
        double[] calls = board.choose(new double[] {20, 40, 80}, new double[] {10, 20, 40, 80, 160});
        double[] halves = Arrays.stream(calls).map(n -> n / 2).toArray();
        Object[] changes = {"trip", Trip.LATENT, "referenceSteps", REFERENCE_STEPS};
        var ddim = cells.along(DDIM, calls, changes);
        var one = cells.along(ONE, calls, changes);
        var half = cells.along(HALF, calls, changes);
        var edict =
                cells.along(DiffusionMethod.Edict.standard(), halves, changes).against(calls);
        var error = geometric(InversionResult::generationError);
        Plot plot = board.plot(
                        "samples",
                        "Error of samples",
                        Axis.log10("evaluations of the score"),
                        Axis.log10("rms difference"))
                .points("DDIM", ddim, error)
                .points("γ = 1", one, error)
                .points("γ = ½", half, error)
                .points("EDICT", edict, error)
                .like("DDIM")
                .anchored("DDIM", calls, n -> ddim.at(calls[0]).the(error).mean() * calls[0] / n)
                .like("γ = 1")
                .anchored("γ = 1", calls, n -> one.at(calls[0]).the(error).mean() * calls[0] * calls[0] / (n * n));
        String orders = Words.say("DDIM {}, γ = 1 {}, γ = ½ {}", order(ddim), order(one), order(half));
        for (double n : new double[] {40, 80}) {
            String at = " over that of DDIM, " + (int) n + " evaluations" + CHAIN;
            plot.claim("one-" + (int) n, "error of samples of BDIA, γ = 1," + at)
                    .below(1)
                    .of(one.at(n).over(ddim.at(n), InversionResult::generationError))
                    .from(SOURCE);
            plot.claim("half-" + (int) n, "error of samples of BDIA, γ = ½," + at)
                    .below(0.6)
                    .of(half.at(n).over(ddim.at(n), InversionResult::generationError))
                    .from("(1 − γ)/(1 + γ) = ⅓ for small steps; bound set before the run");
        }
        return orders;
    }

    private static Estimate order(Line<?, InversionResult> line) {
        var pair = line.where(n -> n == 40 || n == 80);
        return Estimate.ofMean(pair.perReplica(
                InversionResult::generationError, e -> StrictMath.log(e[0] / e[1]) / StrictMath.log(2)));
    }
}
