package org.noisebook.papers.benignoscillation;

import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.Reduction.share;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.sgd.BenignOscillationConfig;
import org.noisebook.sgd.BenignOscillationResult;
import org.noisebook.sgd.BenignOscillationStudy;
import org.noisebook.sgd.FeatureOscillationConfig;
import org.noisebook.sgd.FeatureOscillationResult;
import org.noisebook.sgd.FeatureOscillationRules;
import org.noisebook.sgd.FeatureOscillationStudy;

/**
 * A large learning rate makes a strong feature oscillate and so teaches a weak one: residuals and weak weight of the
 * reduced dynamics, accuracy on the weak feature alone and feature outputs of a patch network.
 */
public final class BenignOscillation extends Story {
    private static final FeatureOscillationStudy FEATURES = new FeatureOscillationStudy();
    private static final BenignOscillationStudy NETWORK = new BenignOscillationStudy();
    /** The weak feature of the sweep is a probe whose weight stays small at every rate. */
    private static final FeatureOscillationConfig PROBE = Schema.with(FEATURES.defaults(), "weakStrength", 0.02);

    private static final double[] CYCLE_RATES = {0.56, 0.6, 0.7};
    private static final FeatureOscillationConfig COURSE =
            Schema.with(FEATURES.defaults(), "steps", 20_000, "recordEvery", 500);
    private static final double JENSEN_WINDOW = 0.15;
    private static final double STABLE_RATE = 0.4;
    private static final double CYCLE_RATE = 0.6;
    /** Of the weak weight's course: below the border, and two cycles of two steps. */
    private static final double[] COURSE_RATES = {STABLE_RATE, 0.55, CYCLE_RATE};

    private static final BenignOscillationConfig PATCHES = NETWORK.defaults();
    private static final double[] NETWORK_RATES = {0.5, 1, 2, 3, 4, 4.5, 5, 5.5, 6};
    private static final double LARGE_RATE = 5;
    private static final double[] CONTROL_RATES = {0.5, 1, 2, 3, LARGE_RATE};
    private static final double CONTROL_NOISE = 0.03;
    /** Twice the width has its border at twice the rate. */
    private static final int WIDE = 16;

    private static final double[] WIDE_RATES = {4, 6, 8, 9, 10};
    private static final Reduction<BenignOscillationResult> ACCURACY =
            share(BenignOscillationResult::testAccuracy, PATCHES.testSize());

    private static final String BORDER =
            "Noisy data: the weak feature is learned only at rates that make the strong one oscillate";
    private static final String ANYWAY = "Little noise: it is learned at every rate tried";
    private static final String SOURCE = "Lu et al. 2023, arXiv 2310.17074";
    private static final String DERIVED = "closed form, derived for the mechanism of " + SOURCE;

    /** The figure. */
    public BenignOscillation() {
        super(
                "benign-oscillation",
                "Benign oscillation: a learning rate too large for the strong feature teaches the weak one",
                NETWORK.sources());
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(32, 256);
        board.sixDigits();
        var stable = board.cell(FEATURES, Schema.with(PROBE, "learningRate", STABLE_RATE));
        var cycles = board.line(FEATURES, PROBE, "learningRate", CYCLE_RATES);
        var courses = board.line(FEATURES, COURSE, "learningRate", COURSE_RATES);
        var quiet = Schema.with(PATCHES, "noiseNorm", CONTROL_NOISE);
        var noisy = board.line(NETWORK, PATCHES, "learningRate", NETWORK_RATES);
        var control =
                board.line(NETWORK, Schema.with(quiet, "testNoiseNorm", CONTROL_NOISE), "learningRate", CONTROL_RATES);
        var mixed = board.line(NETWORK, quiet, "learningRate", CONTROL_RATES);
        var wide = board.line(NETWORK, Schema.with(PATCHES, "width", WIDE), "learningRate", WIDE_RATES);
        Axis rates = Axis.linear("learning rate over its border for the strong feature")
                .range(0, 1.35);
        Axis share = Axis.linear("accuracy (½: chance)").range(0.3, 1.02);
        Plot accuracy = board.plot("accuracy", "Accuracy on the weak feature alone", rates, share)
                .named("noisy data")
                .points("noisy, m = 8", overBorder(noisy), ACCURACY)
                .named("noisy, twice the width")
                .points("noisy, m = 16", overBorder(wide), ACCURACY)
                .points("little noise", overBorder(control), ACCURACY)
                .named("little noise in training only")
                .points("in training only", overBorder(mixed), ACCURACY)
                .colour(Plot.GREY)
                .named("")
                .line(LineKind.THEORY, "border", new double[] {1, 1}, new double[] {0.3, 1.02})
                .text(0.8, 0.52, "at rest")
                .text(1, 0.52, "oscillates")
                .legend(Corner.BOTTOM_LEFT);
        claimLearned(accuracy, true, BORDER, "large", "", noisy.at(LARGE_RATE), "5");
        String few = " trained with noise 0.03 and tested with 0.6";
        for (double rate : Arrays.copyOf(CONTROL_RATES, CONTROL_RATES.length - 1)) {
            String at = Numbers.format(rate);
            claimLearned(accuracy, false, BORDER, "small-" + at, "", noisy.at(rate), at);
            claimLearned(accuracy, true, ANYWAY, "control-" + at, " with noise 0.03", control.at(rate), at);
            claimLearned(accuracy, true, ANYWAY, "mixed-" + at, few, mixed.at(rate), at);
        }
        String twice = " of twice the width";
        claimLearned(accuracy, false, BORDER, "wide-small", twice, wide.at(4), "4");
        claimLearned(accuracy, true, BORDER, "wide-large", twice, wide.at(10), "10, as far above the border");
        tellWeakWeights(board, courses);
        claimResiduals(board, stable, cycles, noisy.at(LARGE_RATE));
        board.where(
                "strong, weak feature: two patterns, either of which tells the class; border: the strong one oscillates"
                        + " above; little noise: 0.03, not 0.6");
        board.caption(
                "(a) Single-sample SGD of a patch network, squared ReLU, m = {} or {} neurons of either sign, weak and"
                        + " strong patch, absent in {} % of points, and noise of root mean square length {}, little: {}. Accuracy without"
                        + " strong patch; line: above η = m/2 no fit by the strong patch alone is stable. (b) Gradient descent on two"
                        + " features, F = s² + w², e = 1 − F, s ← s(1 + 2ηe), w ← w(1 + 2ηu²e), u = {}; border η = 1/2; dashed: logistic"
                        + " growth. Means over {} replicas, in (b) geometric, 95 % t intervals, of Wilson where all are 1.",
                PATCHES.width(),
                WIDE,
                100 * PATCHES.missingShare(),
                PATCHES.noiseNorm(),
                CONTROL_NOISE,
                COURSE.weakStrength(),
                n);
    }

    /** The same line at the rate over the border of its width. */
    private static Line<BenignOscillationConfig, BenignOscillationResult> overBorder(
            Line<BenignOscillationConfig, BenignOscillationResult> line) {
        double border = line.cells().get(0).config().border();
        return line.against(Arrays.stream(line.x()).map(rate -> rate / border).toArray());
    }

    /** That networks have learned the weak feature, or that they have not. */
    private static void claimLearned(
            Plot plot,
            boolean learned,
            String says,
            String name,
            String setting,
            Cell<BenignOscillationConfig, BenignOscillationResult> networks,
            String rate) {
        String level = "accuracy on the weak feature alone is " + (learned ? "above 0.9" : "below 0.65");
        ClaimDraft claim = plot.claim(name, "patch network" + setting + ": " + level + " at learning rate " + rate)
                .says(says)
                .or(
                        "",
                        says.equals(ANYWAY)
                                ? "Little noise: it is learned at every rate tried, but perhaps the lowest"
                                : "")
                .range(0, 1)
                .of(networks.the(ACCURACY));
        (learned ? claim.above(0.9) : claim.below(0.65)).from(SOURCE);
    }

    private static void claimResiduals(
            Board board,
            Cell<FeatureOscillationConfig, FeatureOscillationResult> stable,
            Line<FeatureOscillationConfig, FeatureOscillationResult> cycles,
            Cell<BenignOscillationConfig, BenignOscillationResult> networks) {
        for (double rate : CYCLE_RATES) {
            String at = Numbers.format(rate);
            String ratio = "two features: mean residual over η times its mean square in the oscillation, η = " + at;
            board.claim("jensen-" + at, ratio)
                    .theory(1, JENSEN_WINDOW)
                    .of(cycles.at(rate).the(mean(run -> run.jensenRatio(rate))))
                    .from("⟨ln(1 + 2ηe)⟩ = 0 to second order; exact 2/(1 + 2η) on the cycle of two steps; window 15 %");
        }
        board.claim("cycle", "two features: mean residual (2η − 1)/(4η) of the cycle of two steps, η = " + CYCLE_RATE)
                .theory(FeatureOscillationRules.cycleResidual(CYCLE_RATE))
                .judge(cycles.at(CYCLE_RATE).the(mean(FeatureOscillationResult::meanResidual)), DERIVED);
        board.claim("stable", "two features: root mean square residual below the border η = 1/2, η = " + STABLE_RATE)
                .theory(0, 1e-8)
                .of(stable.the(mean(run -> Math.sqrt(run.meanSquaredResidual()))))
                .from("stability border of F = 1, derived here; window 1e-8");
        double step = networks.config().strongRate();
        String ratio =
                "patch network: mean residual over η/m times its mean square on points with the strong patch from"
                        + " step 1001 on, learning rate 5";
        board.claim("network-jensen", ratio)
                .theory(1, JENSEN_WINDOW)
                .of(networks.the(mean(run -> run.meanResidual() / (step * run.meanSquaredResidual()))))
                .from("⟨ln(1 + 2(η/m)e)⟩ = 0 to second order; window 15 %");
    }

    private static void tellWeakWeights(Board board, Line<FeatureOscillationConfig, FeatureOscillationResult> courses) {
        Axis time = Axis.linear("step of gradient descent").range(0, COURSE.steps());
        Axis weight = Axis.log10("weight of the weak feature").range(1e-5, 1);
        Plot plot = board.plot("weak weight", "Weak feature: grows if the strong oscillates", time, weight);
        int[] records = IntStream.rangeClosed(1, COURSE.steps() / COURSE.recordEvery())
                .filter(k -> k % 2 == 0 || k == 1)
                .toArray();
        double[] steps = Arrays.stream(records)
                .mapToDouble(k -> k * COURSE.recordEvery())
                .toArray();
        for (double rate : COURSE_RATES) {
            String series = "η = " + Numbers.format(rate);
            var course = courses.at(rate);
            String side = rate > FeatureOscillationRules.BORDER ? ": strong one oscillates" : ": strong one at rest";
            plot.named(Numbers.brief(rate / FeatureOscillationRules.BORDER, 2) + " of the border" + side);
            plot.points(
                    series,
                    steps,
                    course,
                    k -> geometric(run -> run.weakCourse().get(records[k])));
            if (rate > FeatureOscillationRules.BORDER) {
                plot.anchored(
                        series,
                        steps,
                        step -> course.the(geometric(run -> FeatureOscillationRules.weak(
                                        COURSE.weakStrength(),
                                        rate,
                                        run.weakCourse().get(1),
                                        step - steps[0])))
                                .mean());
            }
        }
        plot.legend(Corner.BOTTOM_RIGHT);
        var cycle = courses.at(CYCLE_RATE);
        String gain = "two features: weak weight of η = " + CYCLE_RATE + " over that of η = " + STABLE_RATE
                + " after 4000 steps is at least 20";
        plot.claim("gain", gain)
                .above(20)
                .of(cycle.over(courses.at(STABLE_RATE), run -> run.weakCourse().get(4000 / COURSE.recordEvery())))
                .from(SOURCE);
        double u = COURSE.weakStrength();
        plot.claim("limit", "two features: weak weight at which the oscillation ends, η = " + CYCLE_RATE + ", u = " + u)
                .theory(FeatureOscillationRules.weakLimit(u, CYCLE_RATE))
                .judge(cycle.the(mean(FeatureOscillationResult::weak)), DERIVED);
    }
}
