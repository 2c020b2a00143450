package org.noisebook.cells;

import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.diffusion.InversionConfig;
import org.noisebook.diffusion.InversionConfig.Trip;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.diffusion.InversionStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Words;
import org.noisebook.stats.Estimate;

/**
 * The round trips in both inversion figures, on the same pictures and latents.
 *
 * @param board the board of the figure
 * @param base their common config
 * @param replicas number of replicas of each cell
 * @param source source of the method's claims, with bounds set before the run
 */
public record InversionCells(Board board, InversionConfig base, int replicas, String source) {
    public static final DiffusionMethod DDIM = DiffusionMethod.Ddim.standard();
    public static final double[] FEW = {10, 25, 50};
    public static final double[] MANY = {10, 25, 50, 100, 250};
    private static final double EXACT = 1e-10;
    /** Common ending of every claim. */
    private static final String CHAIN = "; digits, linear noise schedule, T = 1000";

    private static final String CONTROL = "control: inexact inversion must fail the threshold of exact inversion";

    private static final InversionStudy STUDY = new InversionStudy();

    public static InversionCells on(Board board, String source) {
        InversionConfig base = Schema.with(InversionConfig.standard(), "particles", board.choose(16, 64));
        return new InversionCells(board, base, board.replicas(3, 16), source);
    }

    public Cell<InversionConfig, InversionResult> at(DiffusionMethod method, double steps, Object... changes) {
        InversionConfig plain = Schema.with(base, "method", method, "steps", (int) steps);
        return board.cell(STUDY, changes.length == 0 ? plain : Schema.with(plain, changes));
    }

    public Line<InversionConfig, InversionResult> along(DiffusionMethod method, double[] steps, Object... changes) {
        return board.lineOf(steps, n -> at(method, n, changes));
    }

    /** A claim about digits with the noise schedule of these cells. */
    public ClaimDraft claim(String name, String statement) {
        return board.claim(name, statement + CHAIN);
    }

    /** Sets the common caption, with additions for the first panel and for others. */
    public void caption(String first, String others, Object... values) {
        String ends = " {} pictures or latents per replica; geometric means over {} replicas, 95 % t intervals.";
        board.caption(
                "8×8 digits under the exact score of one Gaussian per class, linear schedule of T = 1000. (a) Largest pixel difference after picture → latent →"
                        + " picture, in the state and the method's memory; double precision unless stated."
                        + Words.say(first + others, values) + Words.say(ends, base.particles(), replicas));
    }

    /**
     * Plots the round-trip errors of a method and of DDIM, with claims that the method must meet and DDIM must not.
     *
     * @param part what is saved with the latent
     * @param without the same, as the label of its curve says it
     * @param most steps of trips that must be exact
     */
    public Plot tellTrips(
            String name,
            DiffusionMethod method,
            String part,
            String without,
            double most,
            Line<?, InversionResult> ddim) {
        var error = geometric(InversionResult::error);
        String brief = name.replaceAll(",.*", "");
        Object[] learned = {"law", new GuidedLaw.LearnedDigits()};
        var exact = along(method, MANY);
        var exactBack = along(method, most > 50 ? MANY : FEW, "trip", Trip.LATENT);
        var exactLearned = along(method, FEW, learned);
        var ddimLearned = at(DDIM, 50, learned);
        var lost = along(method, FEW, "keepsMemory", false);
        var single = along(method, FEW, "single", true);
        Axis pixel = Axis.log10("largest change of a pixel");
        Plot plot = board.plot("trips", "Change by a round trip", Axis.log10("steps each way"), pixel)
                .points("DDIM", ddim, error)
                .points(name, exact, error)
                .colour(3)
                .named(brief + ", single precision")
                .points("the same in single precision", single, error)
                .colour(4)
                .named(brief + " without " + without)
                .points("the same, " + part + " not saved", lost, error);
        String says = Words.say("{} inverts up to rounding, ≤ {} steps", name, most);
        String worst = most > 50 ? ", worst of 10 to 250 steps" : ", worst of 10, 25 and 50 steps";
        claim("picture", "largest round-trip error of " + name + ", picture → latent → picture" + worst)
                .in("trips")
                .says(says)
                .identity(0, EXACT)
                .judge(worst(exact.where(n -> n <= most)), source);
        claim("latent", "largest round-trip error of " + name + ", latent → picture → latent" + worst)
                .identity(0, EXACT)
                .judge(worst(exactBack), source);
        claim("ddim-fails", Words.say("largest round-trip error of DDIM, picture → latent → picture, {} steps", most))
                .in("trips")
                .says(Words.say("DDIM changes the digit in {} steps", most))
                .above(EXACT)
                .judge(ddim.at(most).the(error), CONTROL);
        claim(part + "-lost", "largest round-trip error of " + name + ", if the " + part + " is not saved, 50 steps")
                .in("trips")
                .above(EXACT)
                .judge(lost.at(50).the(error), CONTROL);
        claim("learned", "largest round-trip error of " + name + ", with a learned field, worst of 10, 25 and 50 steps")
                .control("claim: learned-ddim")
                .below(1e-4)
                .of(worst(exactLearned))
                .from(
                        "exact for any field; bound for a float32 network, where the last digit of a float64 state may change the"
                                + " output by 1e-7, set before the run");
        claim("learned-ddim", "largest round-trip error of DDIM with a learned field, 50 steps")
                .above(1e-4)
                .judge(ddimLearned.the(error), CONTROL);
        return plot;
    }

    /** The largest error of each replica over the cells of a line. */
    private static Estimate worst(Line<?, InversionResult> line) {
        return Estimate.ofMeanOrNone(line.perReplica(
                        InversionResult::error,
                        errors -> Arrays.stream(errors).max().orElseThrow()))
                .cut(0, Double.POSITIVE_INFINITY);
    }

    /** Plots the size of the state on the way to noise in 50 steps, for a method and for DDIM. */
    public Plot tellLatents(String name, DiffusionMethod method) {
        Axis share = Axis.linear("share of the way from digit to noise").range(0, 1);
        Axis size = Axis.log10("size of the state");
        Plot plot = board.plot("latents", "Size of the state", share, size);
        course(plot, "DDIM", at(DDIM, 50));
        course(plot, name, at(method, 50));
        return plot;
    }

    /** Adds the size of a cell's state at each tenth of the way to noise, without the start. */
    public static void course(Plot plot, String series, Cell<?, InversionResult> cell) {
        double[] x = Line.even(1.0 / InversionStudy.PARTS, 1, InversionStudy.PARTS);
        plot.points(series, x, cell, k -> geometric(run -> run.sizes().get(k + 1)));
    }
}
