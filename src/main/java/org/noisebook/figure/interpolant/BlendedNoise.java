package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.start.BlendConfig;
import org.noisebook.diffusion.start.BlendConfig.Source;
import org.noisebook.diffusion.start.BlendResult;
import org.noisebook.diffusion.start.BlendStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;

/** Pictures between two by blended codes: where slerp leaves the law, what brings it back, and what that costs. */
public final class BlendedNoise extends Story {
    private static final BlendStudy STUDY = new BlendStudy();
    private static final String SOURCE = "arXiv 2403.08840, on a substitute model; bound set before the run";
    private static final String MENDED =
            "Slerp between the noises of spoilt digits gives no digit; a blend with noise cut at ±2 does";
    private static final DiffusionStart.Blend SLERP = new DiffusionStart.Slerp();
    private static final DiffusionStart.Blend LINEAR = new DiffusionStart.Linear();
    private static final DiffusionStart.Blend CORRECTED = DiffusionStart.Corrected.standard();
    private static final DiffusionStart.Blend RENOISED = new DiffusionStart.Corrected(2, 1);
    private static final List<DiffusionStart.Blend> BLENDS = List.of(LINEAR, SLERP, CORRECTED, RENOISED);

    /** The figure. */
    public BlendedNoise() {
        super(
                "blended-noise",
                "Pictures between two by blending their noise",
                List.of("NoiseDiffusion, arXiv 2403.08840", "DDIM, arXiv 2010.02502"));
    }

    private static Cell<BlendConfig, BlendResult> at(
            Board board, Source source, double saturated, DiffusionStart.Blend blend, double level) {
        return board.cell(STUDY, config(source, saturated, blend, level, board.choose(20, 256)));
    }

    private static BlendConfig config(
            Source source, double saturated, DiffusionStart.Blend blend, double level, int pairs) {
        DiffusionStart start = new DiffusionStart.Interpolated(blend, level);
        return Schema.with(
                BlendConfig.standard(), "source", source, "saturated", saturated, "start", start, "particles", pairs);
    }

    private static Line<BlendConfig, BlendResult> along(Board board, Source source, double saturated) {
        List<Cell<BlendConfig, BlendResult>> cells = each(BLENDS, blend -> at(board, source, saturated, blend, 0.5));
        return Line.of(Line.numbered(BLENDS.size()), cells);
    }

    @Override
    protected void tell(Board board) {
        board.legends(Corner.BELOW);
        int n = board.replicas(4, 16);
        var samples = along(board, Source.SAMPLES, 0);
        var clean = along(board, Source.DIGITS, 0);
        var spoilt = along(board, Source.DIGITS, 0.15);
        var uncut = at(board, Source.DIGITS, 0.15, new DiffusionStart.Corrected(100, 0.6), 0.5);
        var top = each(List.of(LINEAR, SLERP), blend -> board.cell(STUDY, config(Source.SAMPLES, 0, blend, 1, 128)));
        Axis x = Axis.named("blend", List.of("linear", "slerp", "noise cut\nat ±2", "fresh\nnoise"));
        ToDoubleFunction<BlendResult> excess = BlendResult::excess;
        Plot plot = board.plot(
                        "excess",
                        "Is the blend a digit? At 0 or below: yes",
                        x,
                        Axis.linear("−log p a pixel, above that of digits"))
                .named("samples of the model")
                .level(LineKind.THEORY, "the law", 0, 0.6, 4.4)
                .named("between samples of the model")
                .points("between samples of the law", samples, mean(excess))
                .points("between clean digits", clean, mean(excess))
                .points("between spoilt digits", spoilt, mean(excess));
        ToDoubleFunction<BlendResult> distance = BlendResult::distance;
        Axis y = Axis.linear("rms distance from mean of pair").range(0, 0.8);
        Plot far = board.plot("distance", "How far from the pair?", x, y)
                .named("between samples of the model")
                .points("between samples of the law", samples, mean(distance))
                .points("between clean digits", clean, mean(distance))
                .points("between spoilt digits", spoilt, mean(distance));
        String of = "excess of −log p a pixel over that of the law, ";
        plot.claim("slerp", of + "slerp between digits with 15 % of pixels saturated")
                .says(MENDED)
                .above(0.5)
                .judge(spoilt.at(2).the(mean(excess)), SOURCE);
        plot.claim("corrected", of + "corrected, same digits")
                .says(MENDED)
                .below(0.2)
                .judge(spoilt.at(3).the(mean(excess)), SOURCE);
        plot.claim("uncut", of + "corrected but for the cut, same digits")
                .above(0.5)
                .of(uncut.the(mean(excess)))
                .from("control: fresh noise alone must not do it, or the cut explains nothing");
        plot.claim("slerp-samples", of + "slerp between samples of the law")
                .below(0.2)
                .of(samples.at(2).the(mean(excess)))
                .from("control: codes of samples are valid noise; bound set before the run");
        plot.claim("slerp-clean", of + "slerp between clean digits")
                .says("Between clean digits slerp needs no cut")
                .below(0.2)
                .judge(clean.at(2).the(mean(excess)), "control: what is not spoilt; bound set before the run");
        far.claim("nearer", "distance from the pair, corrected less noised anew, spoilt digits")
                .says(
                        "Between spoilt digits the cut stays nearer to the pair than fresh noise on their mean",
                        "cut minus fresh noise, spoilt")
                .below(0)
                .judge(spoilt.at(3).less(spoilt.at(4), distance), SOURCE);
        far.claim("no-gain", "distance from the pair, corrected over slerp, samples of the law")
                .above(1)
                .of(samples.at(3).over(samples.at(2), distance))
                .from("control: where noise is valid a correction only takes away; bound set before the run");
        List<String> words = List.of("linear", "slerp");
        for (int k = 0; k < 2; k++) {
            board.claim(
                            "variance-" + words.get(k),
                            "variance of blended codes over that of codes, samples, τ = 1, " + words.get(k))
                    .theory(k == 0 ? 0.5 : 1, 0.03)
                    .of(top.get(k).the(mean(BlendResult::variance)))
                    .from("independent N(0, 1): halves add up to a half, slerp to 1; window set before the run");
        }
        board.where("slerp: noises of two pictures blended along a great circle; spoilt: 15 % of pixels black or white;"
                + " fresh noise: on their mean");
        board.caption(
                "Two digits each go half way up the linear chain of T = 1000 by 50 steps of DDIM under the exact score of a Gaussian for each"
                        + " class; their codes are blended and go down again. Spoilt: 15 % of pixels black or"
                        + " white at random. Cut:"
                        + " at ±2 with a fresh share γ = 0.6 and the mean picture put back (arXiv 2403.08840)."
                        + " Fresh noise: on the mean"
                        + " picture, alone. (a) −log p a pixel minus that of samples of the model: below 0 is more"
                        + " typical than data, above"
                        + " it unlike any digit. (b) Rms distance of a pixel from the mean of the pair."
                        + " {} pairs a replica, means over {}, 95 % t intervals.",
                spoilt.at(1).config().particles(), n);
    }
}
