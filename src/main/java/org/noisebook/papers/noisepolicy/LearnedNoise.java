package org.noisebook.papers.noisepolicy;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;

import java.util.List;
import java.util.function.ToDoubleFunction;
import org.noisebook.chart.Axis;
import org.noisebook.diffusion.DiffusionStart;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.diffusion.start.PolicyConfig;
import org.noisebook.diffusion.start.PolicyResult;
import org.noisebook.diffusion.start.PolicyStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Story;
import org.noisebook.stats.Estimate;

/** The first noise learned from rewards: clipped reuse of samples beside REINFORCE with as many, at its rate and at eight times that. */
public final class LearnedNoise extends Story {
    private static final PolicyStudy STUDY = new PolicyStudy();
    private static final String SOURCE = "arXiv 2407.19453, on a substitute model; bound of the atlas";
    private static final String RATE = "8 uses of a batch beat one, not one at 8 times the rate";
    private static final DiffusionStart.Policy CLIPPED = DiffusionStart.Policy.standard();
    private static final DiffusionStart.Policy PLAIN = Schema.with(CLIPPED, "reuse", 1);
    private static final DiffusionStart.Policy FASTER = Schema.with(PLAIN, "rate", CLIPPED.reuse() * CLIPPED.rate());
    private static final DiffusionStart.Policy UNCLIPPED = Schema.with(CLIPPED, "clip", 1e6);
    private static final List<DiffusionStart.Policy> SHOWN = List.of(CLIPPED, PLAIN, FASTER);
    private static final List<String> NAMES = List.of("clipped, 8 uses", "REINFORCE", "REINFORCE, 8 × the rate");
    private static final List<String> LEGENDS =
            List.of("each batch 8 times, clipped", "each once (REINFORCE)", "once, 8 × the rate");
    /** How far from plain noise a policy may go, in nats. */
    private static final double FAR = 10;

    /** The figure. */
    public LearnedNoise() {
        super(
                "noise-policy",
                "The first noise learned from rewards",
                List.of("FIND, arXiv 2407.19453", "Proximal policy optimization, arXiv 1707.06347"));
    }

    private static Cell<PolicyConfig, PolicyResult> gaussian(Board board, DiffusionStart.Policy start) {
        return board.cell(
                STUDY,
                Schema.with(PolicyConfig.standard(), "steps", board.choose(10, 20), "start", start),
                board.choose(8, 32));
    }

    private static Cell<PolicyConfig, PolicyResult> digit(Board board, DiffusionStart.Policy start) {
        Object[] changes = {"task", PolicyConfig.Digit.standard(), "steps", board.choose(10, 20), "start", start};
        return board.cell(STUDY, Schema.with(PolicyConfig.standard(), changes), board.choose(3, 16));
    }

    @Override
    protected void tell(Board board) {
        board.title(
                "Reusing batches learns faster, but no faster than a higher rate",
                "Reusing batches does not beat using each batch once",
                "Reusing batches may beat using each batch once");
        board.subtitle("Error of the learned start noise against batches, and how often samples show the digit");
        List<Line<PolicyConfig, PolicyResult>> errors = each(
                SHOWN,
                start -> board.lineOf(
                        new double[] {10, 20, 40, 60},
                        updates -> gaussian(board, Schema.with(start, "updates", (int) updates))));
        List<Line<PolicyConfig, PolicyResult>> digits = each(
                SHOWN,
                start -> board.lineOf(
                        board.choose(new double[] {20, 60}, new double[] {10, 20, 30, 40, 60}),
                        updates -> digit(board, Schema.with(start, "updates", (int) updates))));
        var raw = gaussian(board, Schema.with(CLIPPED, "calibrated", false));
        var unclipped = digit(board, UNCLIPPED);
        Axis across = Axis.linear("batches of 64 samples").range(0, 64);
        Axis y = Axis.log10("error of the learned noise, relative");
        Plot plot = board.plot("error", "Error of the learned noise", across, y);
        Axis places = Axis.log10("distance from plain noise (KL, nats)").range(0.15, 50);
        Axis up = Axis.linear("share of the digit asked for").range(0, 1.05);
        Plot far = board.plot("rate", "Share of requested digits", places, up);
        for (int k = 0; k < SHOWN.size(); k++) {
            plot.named(LEGENDS.get(k)).points(NAMES.get(k), errors.get(k), geometric(PolicyResult::error));
            far.named(LEGENDS.get(k));
            far.points(NAMES.get(k), digits.get(k).against(mean(PolicyResult::divergence)), mean(PolicyResult::rate));
            far.joined(NAMES.get(k));
        }
        double share = GuidedLaw.DigitsMixture.standard()
                .data()
                .weights()[PolicyConfig.Digit.standard().digit()];
        far.level("plain noise", share, 0.1, 50);
        judgeGaussian(board, plot, errors, raw);
        judgeDigits(board, far, digits, unclipped);
        board.stamp(board.choose(3, 16) + " to " + board.choose(8, 32));
        board.caption(
                "Mean and width of the first noise, a number each a coordinate, learned by natural policy gradient from rewards of whole samples of"
                        + " DDIM, {} steps, linear chain. (a) A Gaussian in 8 dimensions, reward −|x − target|²: relative distance of the mean from the"
                        + " closed form. (b) Digits by the exact score, reward the log probability of a three: share of fresh samples that are one,"
                        + " after {} to 60 batches. Rates 0.05, or 0.4. Means, in (a) geometric, over {} (b: {}) replicas, 95 % t intervals.",
                digits.get(0).last().config().steps(),
                (int) digits.get(0).x()[0],
                board.choose(8, 32),
                board.choose(3, 16));
    }

    private static void judgeGaussian(
            Board board,
            Plot plot,
            List<Line<PolicyConfig, PolicyResult>> lines,
            Cell<PolicyConfig, PolicyResult> raw) {
        var clipped = lines.get(0).last();
        ToDoubleFunction<PolicyResult> error = PolicyResult::error;
        plot.claim("clipped", "relative error of the mean, clipped, 60 batches of 64 samples")
                .below(0.1)
                .judge(clipped.the(geometric(error)), SOURCE);
        plot.claim("reinforce", "error of REINFORCE over that of clipped reuse, same samples and rate")
                .says(RATE)
                .above(2)
                .judge(lines.get(1).last().over(clipped, error), SOURCE);
        plot.claim("faster", "error of REINFORCE at eight times the rate over that of clipped reuse, same samples")
                .says(RATE)
                .below(1)
                .of(lines.get(2).last().over(clipped, error))
                .from("control: reuse takes eight times the steps, which a rate gives without reuse");
        board.claim("kept", "share of ratios within the clip, Gaussian")
                .above(0.7, 0, 1)
                .judge(clipped, PolicyResult::kept, SOURCE);
        board.claim("raw", "error without calibrated rewards over that with, Gaussian")
                .above(1)
                .judge(raw.over(clipped, error), "arXiv 2407.19453: rewards must be calibrated");
        board.claim("nearer", "divergence from plain noise, clipped over REINFORCE at eight times the rate, Gaussian")
                .below(1)
                .of(clipped.over(lines.get(2).last(), PolicyResult::divergence))
                .from("what a clip is for: laws that stay near");
    }

    private static void judgeDigits(
            Board board,
            Plot far,
            List<Line<PolicyConfig, PolicyResult>> lines,
            Cell<PolicyConfig, PolicyResult> unclipped) {
        var clipped = lines.get(0).last();
        int samples = clipped.config().particles() * clipped.runs().size();
        far.claim("plain", "share of threes from plain noise")
                .theory(0.1, 0.05)
                .range(0, 1)
                .of(Estimate.ofProportion(Math.round(samples * clipped.mean(PolicyResult::plainRate)), samples))
                .from("control: the share of threes in the data, 0.102; window set before the run");
        far.claim("digit", "share of threes from noise learned for them, clipped, 60 batches")
                .says("Learned start noise gives the digit without guidance")
                .above(0.8, 0, 1)
                .judge(clipped, PolicyResult::rate, SOURCE);
        far.claim("near", "divergence of that noise from plain noise, in nats")
                .below(FAR)
                .judge(clipped, PolicyResult::divergence, "bound set after a pilot on the chain");
        board.claim("unclipped", "least divergence of the replicas without clip, one that diverged counts as 10⁶ nats")
                .above(FAR)
                .of(unclipped.runs().stream()
                        .mapToDouble(PolicyResult::divergence)
                        .map(nats -> nats < 1e6 ? nats : 1e6)
                        .min()
                        .orElseThrow())
                .from("control: the bound must be one that a clip is needed for");
    }
}
