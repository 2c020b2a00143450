package org.noisebook.figure.interpolant;

import static org.noisebook.figure.Reduction.mean;

import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.diffusion.uses.MinorityConfig;
import org.noisebook.diffusion.uses.MinorityConfig.Classifier;
import org.noisebook.diffusion.uses.MinorityConfig.Data;
import org.noisebook.diffusion.uses.MinorityResult;
import org.noisebook.diffusion.uses.MinorityStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;

/** Guidance to rare samples: whom it reaches by its weight, and how far beyond the data it throws them. */
public final class MinorityGuidance extends Story {
    private static final MinorityStudy STUDY = new MinorityStudy();
    private static final String SOURCE = "arXiv 2301.12334";
    private static final String PLANE = "; plane of weights 0.90, 0.08, 0.02, rarest of ten levels";
    private static final String DIGITS = "; Gaussian digits, 5 to 9 with weight 0.02 each, rarest of ten levels";

    /** The figure. */
    public MinorityGuidance() {
        super("minority-guidance", "Guidance to rare samples: whom it reaches", STUDY.sources());
    }

    private static MinorityConfig config(Board board, double weight, Object... changes) {
        MinorityConfig base =
                Schema.with(MinorityConfig.standard(), "weight", weight, "particles", board.choose(2000, 4000));
        return changes.length == 0 ? base : Schema.with(base, changes);
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(4, 16);
        double[] weights = {0, 0.5, 1, 2, 4};
        Object[] kernel = {"classifier", Classifier.KERNEL, "points", 1000, "particles", board.choose(250, 2000)};
        Object[] digits = {
            "data", Data.DIGITS, "points", 1000, "draws", 4, "particles", board.choose(1000, 2000), "steps", 20
        };
        var exact = board.along(STUDY, weights, w -> config(board, w));
        var learned = board.along(STUDY, new double[] {0.5, 1, 2, 4}, w -> config(board, w, kernel));
        var pixels = board.along(STUDY, new double[] {0, 1}, w -> config(board, w, digits));
        double[] ends = {-0.2, 4.2};
        Axis weight = Axis.linear("guidance weight w").range(ends[0], ends[1]);
        Axis y = Axis.linear("share of minorities").range(0, 1.05);
        Plot share = board.plot("share", "How often is a sample of a minority?", weight, y);
        double predicted = exact.at(1).mean(MinorityResult::predictedShare);
        share.points("exact classifier", exact, mean(MinorityResult::minorityShare))
                .points("learned classifier", learned, mean(MinorityResult::minorityShare))
                .named("exact classifier, digits")
                .points("digits, exact", pixels, mean(MinorityResult::minorityShare))
                .named("Bayes' rule at w = 1, three Gaussians")
                .level(LineKind.THEORY, "Bayes at w = 1", predicted, ends[0], ends[1])
                .legend(Corner.BOTTOM_RIGHT);
        Plot far = board.plot(
                "distance",
                "Are they like the data?",
                weight,
                Axis.log10("squared distance from the data, 1: like it"));
        far.points("exact classifier", exact, mean(MinorityResult::mahalanobis))
                .points("learned classifier", learned, mean(MinorityResult::mahalanobis))
                .level(LineKind.THEORY, "data", 1, ends[0], ends[1])
                .legend(Corner.TOP_LEFT);
        judgeBayes(share, "", exact, PLANE);
        judgeBayes(share, "-digits", pixels, DIGITS);
        for (double w : new double[] {2, 4}) {
            share.claim("reached-" + (int) w, "share of minorities, exact classifier, w = " + (int) w + PLANE)
                    .above(0.99, 0, 1)
                    .judge(exact.at(w), MinorityResult::minorityShare, SOURCE + "; bound of the atlas");
        }
        share.claim("learned", "share of minorities, learned classifier less Bayes', w = 1" + PLANE)
                .theory(0, 0.05)
                .of(learned.at(1), run -> run.minorityShare() - run.predictedShare())
                .from("a classifier of kernels on 1000 points; window set before the run");
        for (double w : new double[] {2, 4}) {
            far.claim("thrown-" + (int) w, "squared distance a coordinate, exact classifier, w = " + (int) w + PLANE)
                    .says("Weights of 2 and 4 drive samples of the Gaussians away from the data")
                    .above(1.3)
                    .of(exact.at(w), MinorityResult::mahalanobis)
                    .from("guidance beyond w = 1 samples no law of the data; bound of the atlas");
        }
        far.claim("kept", "the same, w = 1" + PLANE)
                .theory(1, 0.1)
                .of(exact.at(1), MinorityResult::mahalanobis)
                .from("control: at w = 1 the exact classifier's score is that of a mixture of the same components");
        far.claim("kept-prior", "the same, w = 0" + PLANE)
                .theory(1, 0.1)
                .judge(exact.at(0), MinorityResult::mahalanobis, "control: no guidance");
        board.claim("ranks", "rank correlation of rarity and −log p" + PLANE)
                .above(0.9, -1, 1)
                .judge(exact.at(1), MinorityResult::rankCorrelation, SOURCE + "; bound of the atlas");
        board.claim("ranks-digits", "the same" + DIGITS)
                .says("A denoiser's error tells how rare a digit is: rank correlation {} (not drawn)")
                .or(
                        "A denoiser's error does not tell how rare a digit is: rank correlation {} (not drawn)",
                        "Open: does a denoiser's error tell how rare a digit is? Rank correlation {} (not drawn)")
                .above(0.9, -1, 1)
                .judge(pixels.at(1), MinorityResult::rankCorrelation, SOURCE + "; bound of the atlas");
        board.where(
                "w: how strongly samples are pushed to what is rare; minorities: Gaussians, or digits, that few data have");
        board.caption(
                "Samples of three Gaussians in the plane, of weight 0.90, 0.08 and 0.02, by 50 steps of order 2, steered with weight w to the rarest"
                        + " tenth of points. Rarity: mean distance of Tweedie's estimate from a point under noise, τ = 0.5. Minorities: the two"
                        + " lighter Gaussians; digits: 5 to 9, of weight 0.02 each. (a) Their share; grey: Σ π_k P(level | k) over minorities over that"
                        + " of all. (b) (x − μ)ᵀΣ⁻¹(x − μ)/d under the likeliest Gaussian; 1: data. Exact classifier: knows the Gaussian a point came from; learned: kernels on 1000"
                        + " points. Means over {} replicas of {} samples ({} learned, {} digits), 95 % t intervals.",
                n, board.choose(2000, 4000), board.choose(250, 2000), board.choose(1000, 2000));
    }

    private static void judgeBayes(Plot share, String name, Line<MinorityConfig, MinorityResult> line, String where) {
        share.claim("bayes" + name, "share of minorities less Bayes', exact classifier, w = 1" + where)
                .tag("share minus Bayes', w = 1")
                .says("Guidance of weight 1 by an exact classifier draws minorities as often as Bayes' rule says")
                .theory(0, 0.03)
                .of(line.at(1), run -> run.minorityShare() - run.predictedShare())
                .from("Σ π_k P(level | k) over minorities over that of all; window of the atlas");
        share.claim("prior" + name, "share of minorities less their weight, w = 0" + where)
                .theory(0, 0.03)
                .judge(line.at(0), run -> run.minorityShare() - run.priorShare(), "control: no guidance, no change");
        share.claim("more" + name, "share of minorities at w = 1 less their weight" + where)
                .tag(name.isEmpty() ? "" : "digits, gain by w = 1")
                .above(0.1)
                .of(line.at(1), run -> run.minorityShare() - run.priorShare())
                .from(SOURCE + "; bound set before the run");
    }
}
