package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.interpolant.InversionCells.CHAIN;
import static org.noisebook.figure.interpolant.InversionCells.DDIM;
import static org.noisebook.figure.interpolant.InversionCells.FEW;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.InversionConfig.Trip;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.diffusion.InversionStudy;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;

/**
 * EDICT beside DDIM on digits: what comes back from a round trip, at what rate DDIM's error falls, where the copies part and latents
 * explode, and what a picture becomes in another class.
 */
public final class EdictInversion extends Story {
    private static final DiffusionMethod EDICT = DiffusionMethod.Edict.standard();
    private static final DiffusionMethod UNMIXED = new DiffusionMethod.Edict(1);
    private static final double[] STEPS = {10, 25, 50, 100, 200, 400, 800, 1600};
    private static final int SHOWN = 5;
    private static final int SIDE = 8;
    private static final int RATE_FROM = 200;
    private static final double EDITED = 0.9;
    private static final String SOURCE = "arXiv 2211.12446; bound set before the run";

    /** The figure. */
    public EdictInversion() {
        super(
                "edict-inversion",
                "Exact inversion by coupled copies: EDICT beside DDIM",
                List.of("EDICT, arXiv 2211.12446", "DDIM, arXiv 2010.02502"));
    }

    @Override
    protected void tell(Board board) {
        InversionCells cells = InversionCells.on(board);
        var ddim = cells.along(DDIM, Arrays.copyOf(STEPS, board.choose(7, 8)));
        tellTrips(board, cells, ddim);
        cells.tellLearned("EDICT, p = 0.93,", "EDICT", EDICT);
        String rms = tellRate(board, ddim);
        tellCopies(board, cells);
        tellLatents(board, cells);
        tellEdits(board, cells);
        board.caption(
                "8×8 digits under the exact score of a Gaussian for each class, linear chain of T = 1000; p = 0.93 unless said."
                        + " (a) Largest difference of a pixel after picture → latent → picture, in the state and in the copy;"
                        + " float64 unless said. (b) The same under the kit's learned field. (c) DDIM, |x' − x|/|x|;"
                        + " dashed: 1/steps through the median at {} steps; slope of the rms from there {}. (d) rms distance"
                        + " of the copies, 50 steps: generating, and (back) inverting. (e) Median rms of the state on"
                        + " the way from picture to latent. (f) 50 steps to the latent with a picture's class and back with"
                        + " the next one. {} pictures or latents a replica; geometric means over {} replicas, 95 % t"
                        + " intervals.",
                RATE_FROM, rms, cells.base().particles(), cells.replicas());
    }

    private static void tellTrips(Board board, InversionCells cells, Line<?, InversionResult> ddim) {
        var edict = cells.along(EDICT, new double[] {10, 25, 50, 250});
        var forgetful = cells.along(EDICT, FEW, "keepsMemory", false);
        var latents = cells.along(EDICT, FEW, "trip", Trip.LATENT);
        var error = geometric(InversionResult::error);
        Plot plot = cells.trips("trips", "What a round trip changes")
                .points("DDIM", ddim, error)
                .points("EDICT", edict, error)
                .points("EDICT, copy lost", forgetful, error)
                .points("EDICT, float32", cells.along(EDICT, FEW, "single", true), error);
        plot.claim("picture", "EDICT, p = 0.93, picture → latent → picture, worst of 10, 25 and 50 steps" + CHAIN)
                .identity(0, InversionCells.EXACT)
                .of(InversionCells.worst(edict.where(steps -> steps <= 50)))
                .from(SOURCE);
        board.claim("latent", "EDICT, p = 0.93, latent → picture → latent, worst of 10, 25 and 50 steps" + CHAIN)
                .identity(0, InversionCells.EXACT)
                .of(InversionCells.worst(latents))
                .from(SOURCE);
        cells.fails("ddim-fails", "DDIM, picture → latent → picture, 50 steps", ddim.at(50));
        cells.fails("copy-lost", "EDICT, p = 0.93, 50 steps, the copy not saved with the latent", forgetful.at(50));
    }

    /** The slope of the rms, in words. */
    private static String tellRate(Board board, Line<?, InversionResult> ddim) {
        var late = ddim.where(n -> n >= RATE_FROM);
        double anchor = late.at(RATE_FROM)
                .the(geometric(InversionResult::relativeMedian))
                .mean();
        var median = late.power(board.stream("bootstrap/median"), InversionResult::relativeMedian)
                .exponent();
        String rms = late.power(board.stream("bootstrap/rms"), InversionResult::relativeRms)
                .exponent()
                .brief();
        Plot plot = board.plot(
                        "rate", "DDIM's error of inversion", Axis.log10("steps each way"), Axis.log10("relative error"))
                .points("median over digits", ddim, geometric(InversionResult::relativeMedian))
                .points("rms over digits", ddim, geometric(InversionResult::relativeRms))
                .named("∝ 1/steps")
                .anchored("median over digits", ddim.x(), n -> anchor * RATE_FROM / n);
        plot.claim("ddim-rate", "exponent of DDIM's median relative error against steps, from 200 on" + CHAIN)
                .theory(-1)
                .of(median)
                .from("Euler's method in σ is of order 1; in the median and from 200 steps on, set before the run");
        plot.claim("ddim-error", "DDIM's median relative error, 100 steps" + CHAIN)
                .above(1e-2)
                .of(ddim.at(100).the(mean(InversionResult::relativeMedian)))
                .from("arXiv 2211.12446; bound set before the run");
        return rms;
    }

    private static void tellCopies(Board board, InversionCells cells) {
        var made = cells.at(UNMIXED, 50, "trip", Trip.LATENT);
        var mixed = cells.at(EDICT, 50, "trip", Trip.LATENT);
        var back = cells.at(UNMIXED, 50);
        var mixedBack = cells.at(EDICT, 50);
        Plot plot = board.plot(
                "copies", "How far the copies part", Axis.linear("share of the way"), Axis.log10("rms distance"));
        InversionCells.course(plot, "p = 1", made, InversionResult::drifts);
        InversionCells.course(plot, "p = 0.93", mixed, InversionResult::drifts);
        InversionCells.course(plot, "p = 1, back", back, InversionResult::drifts);
        InversionCells.course(plot, "p = 0.93, back", mixedBack, InversionResult::drifts);
        ToDoubleFunction<InversionResult> drift = run -> run.drifts().last();
        plot.claim("copies-part", "distance of the copies after generating, p = 1 over p = 0.93, 50 steps" + CHAIN)
                .above(10)
                .of(made.over(mixed, drift))
                .from(SOURCE);
        plot.claim("copies-meet", "distance of the copies after inverting, p = 1 over p = 0.93, 50 steps" + CHAIN)
                .below(1)
                .of(back.over(mixedBack, drift))
                .from("mixing multiplies the distance by p² a step and divides it by that on the way back");
    }

    private static void tellLatents(Board board, InversionCells cells) {
        Plot plot = board.plot(
                "latents",
                "How latents grow",
                Axis.linear("share of the way to noise"),
                Axis.log10("rms of the state"));
        for (double steps : new double[] {50, 250}) {
            InversionCells.course(plot, (int) steps + " steps", cells.at(EDICT, steps), InversionResult::sizes);
        }
        plot.claim("explodes", "rms of a latent of EDICT, p = 0.93, 250 steps" + CHAIN)
                .above(InversionStudy.EXPLODED)
                .of(cells.at(EDICT, 250).the(geometric(run -> run.sizes().last())))
                .from("a step back divides the distance of the copies by p²; bound set before the run");
    }

    private static void tellEdits(Board board, InversionCells cells) {
        Object[] edited = {"classShift", 1, "particles", board.choose(64, 256)};
        var edit = cells.at(EDICT, 50, edited);
        var plain = cells.at(DDIM, 50, edited);
        double[][] pictures = Stream.of(pictures(edit, 0), pictures(edit, SHOWN), pictures(plain, SHOWN))
                .flatMap(Arrays::stream)
                .toArray(double[][]::new);
        List<String> rows = List.of("digit", "EDICT", "DDIM");
        Plot plot = board.pictures("edits", "Digits made their successors", rows, SHOWN, SIDE, pictures, -1, 1);
        String probability = "exact probability of the class asked for after an edit, 50 steps, ";
        var posterior = mean(InversionResult::posterior);
        plot.claim("edit-class", probability + "EDICT, p = 0.93" + CHAIN)
                .above(EDITED)
                .range(0, 1)
                .of(edit.the(posterior))
                .from(SOURCE);
        board.claim("edit-class-unmixed", probability + "EDICT, p = 1" + CHAIN)
                .below(EDITED)
                .range(0, 1)
                .of(cells.at(UNMIXED, 50, edited).the(posterior))
                .from("control: copies that part make no pictures");
        plot.claim("edit-class-ddim", probability + "DDIM" + CHAIN)
                .above(EDITED)
                .range(0, 1)
                .of(plain.the(posterior))
                .from("control: what DDIM does as well does not tell the methods apart");
        plot.claim(
                        "edit-keeps",
                        "change of a picture by the edit over the edit's distance from another picture" + CHAIN)
                .below(1)
                .of(edit.the(geometric(run -> run.distance() / run.strangerDistance())))
                .from("control: an edit that kept nothing would be as far from its own picture as from another");
        plot.claim("edit-ddim", "change of a picture by an edit, EDICT's over DDIM's, 50 steps" + CHAIN)
                .below(1)
                .of(edit.over(plain, InversionResult::distance))
                .from("arXiv 2211.12446: edits by EDICT keep more of a picture than those by DDIM");
    }

    /** The pictures from a place on. */
    private static double[][] pictures(Cell<?, InversionResult> edit, int first) {
        double[] pixels = edit.runs().get(0).pictures().toArray();
        int size = SIDE * SIDE;
        return IntStream.range(first, first + SHOWN)
                .mapToObj(k -> Arrays.copyOfRange(pixels, k * size, (k + 1) * size))
                .toArray(double[][]::new);
    }
}
