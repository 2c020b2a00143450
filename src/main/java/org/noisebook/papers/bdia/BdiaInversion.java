package org.noisebook.papers.bdia;

import static org.noisebook.cells.InversionCells.DDIM;
import static org.noisebook.cells.InversionCells.FEW;
import static org.noisebook.cells.InversionCells.MANY;
import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.noisebook.cells.InversionCells;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.InversionConfig.Trip;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** Compares BDIA with DDIM on digits: round-trip error, growth of latents for γ below 1, and sample error at equal cost. */
public final class BdiaInversion extends Story {
    private static final DiffusionMethod ONE = DiffusionMethod.Bdia.standard();
    private static final DiffusionMethod HALF = new DiffusionMethod.Bdia(0.5);
    private static final int REFERENCE_STEPS = 1600;
    /** The theoretical claim for γ = ½. */
    private static final String SHARE = "(1 − γ)/(1 + γ) = ⅓ of DDIM's error of order 1, for small steps";

    private static final String NEARER =
            "BDIA samples are closer to exact ones than DDIM samples | rms error / that of DDIM";

    /** The figure. */
    public BdiaInversion() {
        super(
                "bdia-inversion",
                "Exact inversion by a two-sided step: BDIA compared with DDIM",
                List.of("BDIA, arXiv 2307.10829", "DDIM, arXiv 2010.02502"));
    }

    @Override
    protected void tell(Board board) {
        board.control("claim: ddim-fails");
        board.title(
                "BDIA inverts a sampler exactly, up to rounding; DDIM does not",
                "BDIA does not invert its sampler up to rounding",
                "BDIA inverts its sampler almost up to rounding");
        board.subtitle("Largest change of a pixel after encoding digits into noise and decoding them again");
        board.show("trips", "samples");
        InversionCells cells = InversionCells.on(board, "arXiv 2307.10829; bound set before the run");
        cells.tellTrips("BDIA, γ = 1", ONE, "neighbour", "the state before", 250, cells.along(DDIM, MANY))
                .colour(2)
                .points("BDIA, γ = ½", cells.along(HALF, FEW), geometric(InversionResult::error));
        tellLatents(cells);
        tellSamples(board, cells);
        cells.caption(
                " γ weighs what BDIA adds to DDIM; the neighbour is the previous state.",
                " (b) Median rms difference from samples that"
                        + " Heun's method gives in {} steps from the same latents.",
                REFERENCE_STEPS);
    }

    private static void tellLatents(InversionCells cells) {
        var half = cells.at(HALF, 50);
        double end = half.the(geometric(run -> run.sizes().last())).mean();
        Plot plot = cells.tellLatents("BDIA, γ = 1", ONE);
        InversionCells.course(plot, "BDIA, γ = ½", half);
        plot.named("1/γ per step")
                .anchored("BDIA, γ = ½", Line.even(0.2, 1, 2), share -> end * StrictMath.pow(2, (share - 1) * 50));
        cells.claim("half-grows", "factor by which latents grow per inversion step of BDIA, γ = ½, last 25 of 50 steps")
                .control("claim: one-stays")
                .in("latents")
                .says("With γ = ½, the state doubles at every step | growth of the state per step")
                .theory(2)
                .of(half.the(geometric(InversionResult::growth)))
                .from("the step back divides by γ: z ← z/γ at equal noise has the roots 1 and −1/γ");
        cells.claim("one-stays", "factor by which latents grow per inversion step of BDIA, γ = 1, last 25 of 50 steps")
                .in("latents")
                .below(1.7)
                .of(cells.at(ONE, 50).the(geometric(InversionResult::growth)))
                .from("control: the lower bound for growth");
    }

    private static void tellSamples(Board board, InversionCells cells) {
        double[] calls = board.choose(new double[] {20, 40, 80, 160, 320}, new double[] {10, 20, 40, 80, 160, 320});
        Object[] changes = {"trip", Trip.LATENT, "referenceSteps", REFERENCE_STEPS};
        var ddim = cells.along(DDIM, calls, changes);
        var one = cells.along(ONE, calls, changes);
        var half = cells.along(HALF, calls, changes);
        var error = geometric(InversionResult::generationError);
        Axis work = Axis.log10("evaluations of the score").range(0.8 * calls[0], 1.25 * calls[calls.length - 1]);
        board.plot("samples", "Error of samples", work, Axis.log10("rms error against exact flow"))
                .points("DDIM", ddim, error)
                .points("BDIA, γ = 1", one, error)
                .points("BDIA, γ = ½", half, error);
        for (double n : new double[] {40, 80}) {
            String at = " to DDIM, " + (int) n + " evaluations";
            cells.claim("one-" + (int) n, "ratio of sample errors, BDIA (γ = 1)" + at)
                    .in("samples")
                    .says(NEARER)
                    .control("run: DDIM at as many evaluations, on the same noise; its ratio to itself is 1")
                    .below(1)
                    .judge(one.at(n).over(ddim.at(n), InversionResult::generationError), cells.source());
            cells.claim("half-" + (int) n, "ratio of sample errors, BDIA (γ = ½)" + at)
                    .in("samples")
                    .control("run: DDIM at as many evaluations, the limit γ = 0, whose ratio is 1")
                    .says("With γ = ½, the error is ⅓ of DDIM's at 40 and 80 evaluations | rms error / that of DDIM")
                    .theory(1.0 / 3)
                    .of(half.at(n).over(ddim.at(n), InversionResult::generationError))
                    .from(SHARE);
        }
        cells.claim(
                        "half-limit",
                        "ratio of sample errors, BDIA (γ = ½) to DDIM, extrapolated from 80, 160 and 320 evaluations")
                .control("claim: half-40")
                .in("samples")
                .says("With γ = ½, the error tends to ⅓ of DDIM's for many steps | rms error / that of DDIM")
                .theory(1.0 / 3)
                .of(Estimate.ofMeanOrNone(IntStream.range(0, cells.replicas())
                        .mapToDouble(r -> limit(Arrays.stream(new double[] {80, 160, 320})
                                .map(n -> half.at(n).runs().get(r).generationError()
                                        / ddim.at(n).runs().get(r).generationError())
                                .toArray()))
                        .toArray()))
                .from(SHARE + "; Aitken's limit of three");
    }

    /** The limit of a sequence that converges geometrically, from three of its terms (Aitken). */
    private static double limit(double... x) {
        double bend = (x[1] - x[0]) - (x[2] - x[1]);
        return bend == 0 ? x[2] : x[2] + (x[2] - x[1]) * (x[2] - x[1]) / bend;
    }
}
