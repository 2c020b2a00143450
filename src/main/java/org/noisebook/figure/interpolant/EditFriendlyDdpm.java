package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.uses.NoiseMapsConfig;
import org.noisebook.diffusion.uses.NoiseMapsConfig.Maps;
import org.noisebook.diffusion.uses.NoiseMapsResult;
import org.noisebook.diffusion.uses.NoiseMapsStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;

/** Noise maps of digits: how large they are, how they pull against each other, and how much of a digit they keep in its next class. */
public final class EditFriendlyDdpm extends Story {
    private static final NoiseMapsStudy STUDY = new NoiseMapsStudy();
    private static final int STEPS = 100;
    private static final double EXACT = 1e-10;
    private static final double[] PLACES = {2, 3, 4, 6, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100};
    private static final double[] JUDGED = {10, 50, 90};
    private static final double[] SKIPPED = {0, 60, 80};
    private static final String CORRELATIONS =
            "Consecutive maps have correlation −½ if the noise is independent, 0 if it is the chain's own";
    private static final String SOURCE = "arXiv 2304.06140";
    private static final String CHAIN = "; digits, linear chain, T = 1000, 100 steps";

    /** The figure. */
    public EditFriendlyDdpm() {
        super("edit-friendly-ddpm", "Noise maps that rebuild a picture, and what they keep of it", STUDY.sources());
    }

    private static NoiseMapsConfig config(Board board, Maps maps, Object... changes) {
        NoiseMapsConfig base = Schema.with(
                NoiseMapsConfig.standard(), "maps", maps, "steps", STEPS, "particles", board.choose(64, 128));
        return changes.length == 0 ? base : Schema.with(base, changes);
    }

    /** The index of the step that starts with so many steps left. */
    private static int step(double left) {
        return STEPS - (int) Math.round(left);
    }

    private static String name(Maps maps) {
        return switch (maps) {
            case INDEPENDENT -> "independent noise";
            case NATIVE -> "the chain's own noise";
            case FRESH -> "new noise";
        };
    }

    /** What legends call it. */
    private static String shown(Maps maps) {
        return switch (maps) {
            case INDEPENDENT -> "independent noise";
            case NATIVE -> "chain's own noise";
            case FRESH -> "other maps";
        };
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(8, 32);
        board.columns(3);
        board.layout(plate -> plate.size(170, 2));
        Object[] many = {"particles", 128};
        var independent = board.cell(STUDY, config(board, Maps.INDEPENDENT, many));
        var own = board.cell(STUDY, config(board, Maps.NATIVE, many));
        int edited = board.replicas(4, 32);
        board.stamp(n + " (a, b), " + edited + " (c)");
        var fresh = board.cell(STUDY, config(board, Maps.FRESH));
        var cosineChain = new Diffusion.Ddpm(1000, new Diffusion.CosineBetas(0.008, 0.999));
        var cosine = board.cell(STUDY, config(board, Maps.INDEPENDENT, "diffusion", cosineChain));
        tellCorrelation(board, independent, own);
        tellVariance(board, independent, own, cosine);
        judgeTrips(board, independent, fresh);
        tellEdits(board);
        board.where("noise map: what a sampling step adds to follow a path to the digit, of independent noise at"
                + " each place or the chain's own");
        board.caption(
                "8×8 digits under the exact score of a Gaussian for each class, linear chain of T = 1000, 100 steps"
                        + " of DDPM. The map of a step is what must be added to its mean to hit the next place of a"
                        + " path through a digit; the path has independent noise at each place, or the chain's own,"
                        + " each place from the last. (a) Correlation of consecutive maps and (b) their mean square;"
                        + " lines: closed form, no free number. (c) The maps used again in the next class: pixels"
                        + " above 0 in common with the digit, over all such; other maps: drawn anew from the same"
                        + " place. (a, b) Means over {} replicas of 128 digits, (c) {} of {}, which share digits; 95"
                        + " % t intervals.",
                n, edited, fresh.config().particles());
    }

    /** Moments of one cell by steps left, and their closed form. */
    private static void tell(
            Plot plot, String series, Cell<NoiseMapsConfig, NoiseMapsResult> cell, boolean correlation) {
        double[] places = Arrays.copyOfRange(PLACES, correlation ? 1 : 0, PLACES.length);
        NoiseMapsStudy.Moments exact = NoiseMapsStudy.expected(cell.config());
        double[] theory = correlation ? exact.correlation() : exact.variance();
        plot.points(series, places, cell, k -> at(places[k], correlation))
                .law(series, Line.even(places[0], STEPS, STEPS + 1 - (int) places[0]), left -> theory[step(left)]);
    }

    private static Reduction<NoiseMapsResult> at(double left, boolean correlation) {
        return mean(run -> (correlation ? run.correlation() : run.variance()).get(step(left)));
    }

    private static void tellCorrelation(
            Board board,
            Cell<NoiseMapsConfig, NoiseMapsResult> independent,
            Cell<NoiseMapsConfig, NoiseMapsResult> own) {
        Axis left = Axis.linear("steps left to the digit").range(0, 100);
        Axis y = Axis.linear("correlation with next map").range(-0.7, 0.2);
        Plot plot = board.plot("correlation", "Are maps independent?", left, y);
        tell(plot.named(shown(Maps.INDEPENDENT)), name(Maps.INDEPENDENT), independent, true);
        tell(plot.named(shown(Maps.NATIVE)), name(Maps.NATIVE), own, true);
        for (double t : JUDGED) {
            String where = (int) t + " steps left" + CHAIN;
            plot.claim("half-" + (int) t, "correlation of consecutive maps of independent noise, " + where)
                    .says(CORRELATIONS)
                    .theory(-0.5, 0.02)
                    .of(independent.the(at(t, true)))
                    .from(
                            SOURCE
                                    + "; a map holds its place's noise and less the next one's, of equal weight; window of the atlas");
            plot.claim("none-" + (int) t, "correlation of consecutive maps of the chain's own noise, " + where)
                    .says(CORRELATIONS)
                    .theory(0, 0.05)
                    .judge(own.the(at(t, true)), "control: the chain's own maps are its noise; window of the atlas");
        }
    }

    private static void tellVariance(
            Board board,
            Cell<NoiseMapsConfig, NoiseMapsResult> independent,
            Cell<NoiseMapsConfig, NoiseMapsResult> own,
            Cell<NoiseMapsConfig, NoiseMapsResult> cosine) {
        Axis left = Axis.linear("steps left to the digit").range(0, 100);
        Axis y = Axis.log10("mean square of a map").range(0.5, 300);
        Plot plot = board.plot("variance", "How large are the maps?", left, y);
        tell(plot.named(shown(Maps.INDEPENDENT)), name(Maps.INDEPENDENT), independent, false);
        tell(plot.named(shown(Maps.NATIVE)), name(Maps.NATIVE), own, false);
        tell(plot.named("independent, cosine"), "independent, cosine chain", cosine, false);
        ToDoubleFunction<NoiseMapsResult> least =
                run -> run.variance().stream().filter(Double::isFinite).min().orElseThrow();
        plot.claim("large", "least mean square of a map of independent noise" + CHAIN)
                .tag("linear chain, least")
                .above(2)
                .judge(independent.the(mean(least)), SOURCE + "; bound of the atlas");
        plot.claim("large-cosine", "the same along the cosine chain")
                .below(2)
                .of(cosine.the(mean(least)))
                .from(
                        "a first step that turns all signal to noise has a map of size 1: the chain makes maps large, not the method");
        for (double t : JUDGED) {
            plot.claim(
                            "one-" + (int) t,
                            "mean square of a map of the chain's own noise, " + (int) t + " steps left" + CHAIN)
                    .theory(1, 0.3)
                    .of(own.the(at(t, false)))
                    .from("control: noise of variance 1; window of the atlas, for 10 steps left and more");
        }
        double closed = NoiseMapsStudy.expected(independent.config()).variance()[step(50)];
        plot.claim("closed-form", "mean square of a map of independent noise, 50 steps left" + CHAIN)
                .theory(closed, 0.05 * closed)
                .of(independent.the(at(50, false)))
                .from("linear along the principal axes of a class, NoiseMapsStudy.expected; window 5 %");
    }

    private static void judgeTrips(
            Board board,
            Cell<NoiseMapsConfig, NoiseMapsResult> independent,
            Cell<NoiseMapsConfig, NoiseMapsResult> fresh) {
        board.claim("rebuilt", "largest difference of a pixel between a digit and what its maps rebuild" + CHAIN)
                .says("They rebuild the digit to rounding")
                .identity(0, EXACT)
                .judge(independent.the(mean(NoiseMapsResult::error)), SOURCE);
        board.claim("not-rebuilt", "the same of new noise" + CHAIN)
                .above(EXACT)
                .judge(fresh.the(geometric(NoiseMapsResult::error)), "control: other maps must make another digit");
        board.claim("remainder", "rms difference of a pixel without what the last, noiseless step misses" + CHAIN)
                .above(EXACT)
                .of(independent.the(geometric(NoiseMapsResult::bareError)))
                .from("a step to τ = 0 has no noise and so no map: its remainder must be kept beside them");
    }

    private static void tellEdits(Board board) {
        Axis skipped = Axis.linear("noisy steps left out, of 100").range(-4, 84);
        Axis y = Axis.linear("strokes in common").range(0.3, 0.9);
        Plot plot = board.plot("overlap", "What do edits keep?", skipped, y);
        Object[] edit = {"classShift", 1};
        for (Maps maps : Maps.values()) {
            plot.named(shown(maps))
                    .points(
                            name(maps),
                            board.along(
                                    STUDY, SKIPPED, k -> Schema.with(config(board, maps, edit), "skipped", (int) k)),
                            mean(NoiseMapsResult::overlap));
        }
        var independent = board.cell(STUDY, config(board, Maps.INDEPENDENT, edit));
        var own = board.cell(STUDY, config(board, Maps.NATIVE, edit));
        var fresh = board.cell(STUDY, config(board, Maps.FRESH, edit));
        String words = "strokes in common with the digit after an edit to the next class, ";
        plot.claim("keeps", words + "independent less new noise" + CHAIN)
                .tag("gain over other")
                .above(0)
                .judge(independent.less(fresh, NoiseMapsResult::overlap), SOURCE + "; check of the atlas");
        plot.claim("keeps-more", words + "independent less the chain's own noise" + CHAIN)
                .above(0)
                .of(independent.less(own, NoiseMapsResult::overlap))
                .from(SOURCE + ": edits by independent maps keep more than those by the chain's own");
        plot.claim("keeps-much", words + "independent less the chain's own noise, by more than a tenth" + CHAIN)
                .says("Edits with maps of independent noise keep over 0.1 more strokes than with the chain's own")
                .tag("gain over own")
                .or("Edits with maps of independent noise keep under 0.1 more strokes than with the chain's own", "")
                .above(0.1)
                .of(independent.less(own, NoiseMapsResult::overlap))
                .from("what an eye would see; bound set before the run");
        board.claim("edited", "exact probability of the next class after an edit" + CHAIN)
                .above(0.9, 0, 1)
                .of(independent.the(mean(NoiseMapsResult::posterior)))
                .from("control: an edit that kept the digit as it was would reach no other class");
        var moved = config(board, Maps.INDEPENDENT, "pixelShift", 1);
        board.claim(
                        "moved",
                        "strokes in common with the digit moved by a pixel, less with another, maps moved by it"
                                + CHAIN)
                .above(0)
                .of(board.cell(STUDY, moved).the(mean(run -> run.overlap() - run.strangerOverlap())))
                .from(SOURCE + ": maps moved by a pixel move the picture");
    }
}
