package org.noisebook.papers.edict;

import static org.noisebook.cells.InversionCells.DDIM;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.cells.InversionCells;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.InversionConfig.Trip;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.diffusion.InversionStudy;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;

/** Compares EDICT with DDIM on digits: round-trip error, separation of the copies, explosion of latents, and edits to another class. */
public final class EdictInversion extends Story {
    private static final DiffusionMethod EDICT = DiffusionMethod.Edict.standard();
    /** Weaker mixing: 250 steps of it mix as much as 50 steps with p = 0.93. */
    private static final DiffusionMethod SCALED = new DiffusionMethod.Edict(StrictMath.pow(0.93, 0.2));

    /** EDICT in which the same copy, x, is updated first at every step. */
    private static final DiffusionMethod FIXED = new DiffusionMethod.Edict(0.93, false);

    private static final DiffusionMethod UNMIXED = new DiffusionMethod.Edict(1);
    private static final double[] STEPS = {10, 25, 50, 100, 200, 400, 800, 1600};

    /** The figure. */
    public EdictInversion() {
        super(
                "edict-inversion",
                "Exact inversion by coupled copies: EDICT compared with DDIM",
                List.of("EDICT, arXiv 2211.12446", "DDIM, arXiv 2010.02502"));
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: ddim-fails");
        board.title(
                "EDICT inverts a sampler exactly, up to rounding; DDIM does not",
                "EDICT does not invert its sampler up to rounding",
                "EDICT inverts its sampler almost up to rounding");
        board.subtitle("Largest change of a pixel after encoding digits into noise and decoding them again");
        board.show("trips", "latents");
        InversionCells cells = InversionCells.on(board, "arXiv 2211.12446; bound set before the run");
        var ddim = cells.along(DDIM, Arrays.copyOf(STEPS, board.choose(7, 8)));
        cells.tellTrips("EDICT, p = 0.93", EDICT, "copy", "its second copy", 50, ddim);
        judgeRate(cells, ddim);
        judgeCopies(cells);
        tellLatents(cells);
        judgeEdits(cells);
        cells.caption(
                " EDICT mixes two copies with p = 0.93.",
                " (b) Median rms of the state on the way from picture to latent, 50 steps unless stated.");
    }

    private static void judgeRate(InversionCells cells, Line<?, InversionResult> ddim) {
        cells.claim("ddim-rate", "exponent of DDIM's median relative error in the number of steps, from 200 steps on")
                .control("run: EDICT, whose error is rounding at any number of steps")
                .theory(-1)
                .of(ddim.where(n -> n >= 200)
                        .power(cells.board().stream("bootstrap/median"), InversionResult::relativeMedian)
                        .exponent())
                .from("Euler's method in σ is of order 1; in the median and from 200 steps on, set before the run");
        cells.claim("ddim-error", "median relative round-trip error of DDIM, 100 steps")
                .control("run: EDICT, whose error is rounding at any number of steps")
                .above(1e-2)
                .judge(ddim.at(100).the(mean(InversionResult::relativeMedian)), cells.source());
    }

    private static void judgeCopies(InversionCells cells) {
        ToDoubleFunction<InversionResult> drift = run -> run.drifts().last();
        cells.claim("copies-part", "ratio of the copies' distances after sampling, p = 1 to p = 0.93, 50 steps")
                .control("run: p = 1 and p = 0.93 from the same noise; identical copies would give 1")
                .above(10)
                .of(cells.at(UNMIXED, 50, "trip", Trip.LATENT).over(cells.at(EDICT, 50, "trip", Trip.LATENT), drift))
                .from(cells.source());
        cells.claim("copies-meet", "ratio of the copies' distances after inversion, p = 1 to p = 0.93, 50 steps")
                .control("run: p = 1 and p = 0.93 from the same noise; identical copies would give 1")
                .says("During inversion, mixing drives the copies apart | copies' distance, p = 1 / p = 0.93")
                .below(1)
                .of(cells.at(UNMIXED, 50).over(cells.at(EDICT, 50), drift))
                .from("mixing multiplies the distance by p² per step and divides by it on the way back");
    }

    private static void tellLatents(InversionCells cells) {
        var many = cells.at(EDICT, 250);
        var scaled = cells.at(SCALED, 250);
        Plot plot = cells.tellLatents("EDICT, p = 0.93", EDICT);
        InversionCells.course(plot, "EDICT in 250 steps", many);
        InversionCells.course(plot, "the same, p = 0.93^⅕", scaled);
        cells.claim("explodes", "rms of the latents of EDICT, p = 0.93, 250 steps")
                .control("claim: explodes-scaled")
                .in("latents")
                .says("In 250 steps with p = 0.93, the latents of EDICT grow above 100")
                .above(InversionStudy.EXPLODED)
                .of(many.the(geometric(run -> run.sizes().last())))
                .from("a step back divides the distance of the copies by p²; bound set before the run");
        cells.claim("explodes-scaled", "rms of the latents of EDICT, p = 0.93^⅕ (mixing as in 50 steps), 250 steps")
                .below(InversionStudy.EXPLODED)
                .of(scaled.the(geometric(run -> run.sizes().last())))
                .from("control: equal total mixing must not explode, or mixing is not the cause");
    }

    private static void judgeEdits(InversionCells cells) {
        // One replica scatters by 0.0145: twelve resolve 0.9 %.
        cells.board().replicas(12, 16);
        Object[] edited = {"classShift", 1, "particles", cells.board().choose(64, 256)};
        var edit = cells.at(EDICT, 50, edited);
        var plain = cells.at(DDIM, 50, edited);
        String probability = "exact probability of the requested class after an edit in 50 steps, ";
        var posterior = mean(InversionResult::posterior);
        cells.claim("edit-class", probability + "EDICT, p = 0.93")
                .control("claim: edit-class-unmixed")
                .above(0.9, 0, 1)
                .judge(edit.the(posterior), cells.source());
        cells.claim("edit-class-unmixed", probability + "EDICT, p = 1")
                .below(0.9, 0, 1)
                .judge(cells.at(UNMIXED, 50, edited).the(posterior), "control: separated copies do not give pictures");
        cells.claim("edit-class-ddim", probability + "DDIM")
                .above(0.9, 0, 1)
                .judge(plain.the(posterior), "control: what DDIM also achieves does not distinguish the methods");
        cells.claim("edit-keeps", "ratio of an edit's distance from its own picture to that from another picture")
                .below(1)
                .of(edit.the(geometric(run -> run.distance() / run.strangerDistance())))
                .from("control: an edit that kept nothing would be as far from its own picture as from another");
        cells.claim("edit-ddim", "ratio of the changes that edits make to a picture, EDICT to DDIM, 50 steps")
                .control("claim: edit-fixed")
                .says("Edits by EDICT keep more of a digit than those by DDIM | change by an edit / that by DDIM")
                .below(1)
                .of(edit.over(plain, InversionResult::distance))
                .from("arXiv 2211.12446: edits by EDICT keep more of a picture than those by DDIM");
        cells.claim(
                        "edit-fixed",
                        "ratio of the changes that edits make to a picture, EDICT with x always first to DDIM, 50 steps")
                .above(1)
                .of(cells.at(FIXED, 50, edited).over(plain, InversionResult::distance))
                .from("control: the order of the copies, which the authors' code alternates, must matter");
    }
}
