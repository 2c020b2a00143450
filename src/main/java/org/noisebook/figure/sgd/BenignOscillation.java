package org.noisebook.figure.sgd;

import static org.noisebook.figure.Line.even;
import static org.noisebook.figure.Reduction.geometric;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.Reduction.share;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
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

    private static final double[] RATES = {0.3, 0.4, 0.45, 0.52, 0.56, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 1};
    /** Of the weak weight's course: below the border, and two cycles of two steps. */
    private static final double[] COURSE_RATES = {0.4, 0.55, 0.6};

    private static final FeatureOscillationConfig COURSE =
            Schema.with(FEATURES.defaults(), "steps", 20_000, "recordEvery", 500);
    /** Where weak weights of two rates are compared. */
    private static final int COMPARED_STEP = 4000;

    private static final double JENSEN_WINDOW = 0.15;
    private static final double STABLE_RATE = 0.4;
    private static final double CYCLE_RATE = 0.6;

    private static final BenignOscillationConfig PATCHES = NETWORK.defaults();
    private static final double[] NETWORK_RATES = {0.5, 1, 2, 3, 4, 4.5, 5, 5.5, 6};
    private static final double[] SMALL_RATES = {0.5, 1, 2, 3};
    private static final double LARGE_RATE = 5;
    private static final double[] CONTROL_RATES = {0.5, 1, 2, 3, LARGE_RATE};
    private static final double CONTROL_NOISE = 0.03;
    /** Twice the width has its border at twice the rate. */
    private static final int WIDE = 16;

    private static final double[] WIDE_RATES = {4, 6, 8, 9, 10};
    private static final double LEAST_ACCURACY = 0.45;
    private static final double MOST_ACCURACY = 1.02;
    private static final Reduction<BenignOscillationResult> ACCURACY =
            share(BenignOscillationResult::testAccuracy, PATCHES.testSize());

    private static final String SOURCE = "Lu et al. 2023, arXiv 2310.17074";
    private static final String DERIVED = "closed form, derived for the mechanism of " + SOURCE;

    /** The figure. */
    public BenignOscillation() {
        super(
                "benign-oscillation",
                "Benign oscillation: a learning rate too large for the strong feature teaches the weak one",
                NETWORK.sources());
    }

    /** Patch networks along the learning rate: of the defaults, with little noise, with little in training, and wide. */
    private record Networks(
            Line<BenignOscillationConfig, BenignOscillationResult> noisy,
            Line<BenignOscillationConfig, BenignOscillationResult> control,
            Line<BenignOscillationConfig, BenignOscillationResult> mixed,
            Line<BenignOscillationConfig, BenignOscillationResult> wide) {}

    @Override
    protected void tell(Board board) {
        int n = board.replicas(32, 256);
        board.sixDigits();
        var probes = board.line(FEATURES, PROBE, "learningRate", RATES);
        var courses = board.line(FEATURES, COURSE, "learningRate", COURSE_RATES);
        var quiet = Schema.with(PATCHES, "noiseNorm", CONTROL_NOISE);
        Networks networks = new Networks(
                board.line(NETWORK, PATCHES, "learningRate", NETWORK_RATES),
                board.line(NETWORK, Schema.with(quiet, "testNoiseNorm", CONTROL_NOISE), "learningRate", CONTROL_RATES),
                board.line(NETWORK, quiet, "learningRate", CONTROL_RATES),
                board.line(NETWORK, Schema.with(PATCHES, "width", WIDE), "learningRate", WIDE_RATES));
        tellResiduals(board, probes);
        tellWeakWeights(board, courses);
        tellAccuracies(board, networks);
        tellOutputs(board, networks.noisy);
        board.caption(
                "(a, b) Gradient descent, F = s² + w², e = 1 − F, s ← s(1 + 2ηe), w ← w(1 + 2ηu²e), from normal numbers times"
                        + " {}. (a) Steps {} to {}; u = {} keeps w small. Lines: cycle of two steps, exact for 1/2 <"
                        + " η < 0.618. (b) u = {}. Long dashes: logistic growth to first order in u², from the point at step {} on."
                        + " (c, d) Single-sample SGD of a patch network, squared ReLU, m = {} neurons of either sign (in (c) also"
                        + " {}), n = {}, d = {}, weak patch {}, strong patch {} absent in {} % of points, noise patch of root mean"
                        + " square length σ = {}, {} epochs. (c) Accuracy without strong patch, fresh noise as in training or as named;"
                        + " line: above η = m/2 no fit by the strong patch alone is stable; rates at which runs"
                        + " diverge have no point. (d) Output on either patch alone. Means over {} replicas, in (b) geometric,"
                        + " 95 % t intervals, in (c) cut at 0 and 1, of Wilson over all test points where all are 1.",
                PROBE.initialScale(),
                PROBE.discard() + 1,
                PROBE.steps(),
                PROBE.weakStrength(),
                COURSE.weakStrength(),
                COURSE.recordEvery(),
                PATCHES.width(),
                WIDE,
                PATCHES.trainSize(),
                PATCHES.dimension(),
                PATCHES.weakStrength(),
                PATCHES.strongStrength(),
                100 * PATCHES.missingShare(),
                PATCHES.noiseNorm(),
                PATCHES.steps() / PATCHES.trainSize(),
                n);
    }

    private static void tellResiduals(Board board, Line<FeatureOscillationConfig, FeatureOscillationResult> probes) {
        double[] cycle = even(FeatureOscillationRules.BORDER, FeatureOscillationRules.CYCLE_END, 61);
        board.plot(
                        "residual",
                        "Residual of two features",
                        Axis.linear("learning rate η").range(0.25, 1.05),
                        Axis.linear("mean over steps").range(-0.05, 0.55))
                .points("⟨e⟩", probes, mean(FeatureOscillationResult::meanResidual))
                .points("η⟨e²⟩", probes, rate -> mean(run -> rate * run.meanSquaredResidual()))
                .colour(0)
                .law("⟨e⟩, cycle of two", cycle, FeatureOscillationRules::cycleResidual)
                .colour(1)
                .law("η⟨e²⟩, cycle of two", cycle, rate -> rate * FeatureOscillationRules.cycleSquaredResidual(rate))
                .legend(Corner.BELOW);
        for (double rate : new double[] {0.56, 0.6, 0.7}) {
            board.claim(
                            "jensen-" + Numbers.format(rate),
                            "two features: mean residual over η times its mean square in the oscillation, η = "
                                    + Numbers.format(rate))
                    .in("residual")
                    .theory(1)
                    .within(JENSEN_WINDOW)
                    .of(probes.at(rate).the(mean(run -> run.jensenRatio(rate))))
                    .from("⟨ln(1 + 2ηe)⟩ = 0 to second order; exact 2/(1 + 2η) on the cycle of two steps; window 15 %");
        }
        board.claim("cycle", "two features: mean residual (2η − 1)/(4η) of the cycle of two steps, η = " + CYCLE_RATE)
                .in("residual")
                .theory(FeatureOscillationRules.cycleResidual(CYCLE_RATE))
                .of(probes.at(CYCLE_RATE).the(mean(FeatureOscillationResult::meanResidual)))
                .from(DERIVED);
        board.claim("stable", "two features: root mean square residual below the border η = 1/2, η = " + STABLE_RATE)
                .in("residual")
                .theory(0)
                .within(1e-8)
                .of(probes.at(STABLE_RATE).the(mean(run -> Math.sqrt(run.meanSquaredResidual()))))
                .from("stability border of F = 1, derived here; window 1e-8");
    }

    private static void tellWeakWeights(Board board, Line<FeatureOscillationConfig, FeatureOscillationResult> courses) {
        Plot plot = board.plot(
                "weak weight",
                "Weak weight",
                Axis.linear("step of gradient descent").range(0, COURSE.steps()),
                Axis.log10("weak weight w").range(1e-4, 1));
        int[] records = IntStream.rangeClosed(1, COURSE.steps() / COURSE.recordEvery())
                .filter(k -> k % 2 == 0 || k == 1)
                .toArray();
        double[] steps = Arrays.stream(records)
                .mapToDouble(k -> k * COURSE.recordEvery())
                .toArray();
        for (double rate : COURSE_RATES) {
            String series = "η = " + Numbers.format(rate);
            var course = courses.at(rate);
            plot.points(series, steps, course, k -> geometric(weakAt(records[k])));
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
        plot.legend(Corner.BELOW);
        var cycle = courses.at(CYCLE_RATE);
        board.claim(
                        "gain",
                        "two features: weak weight of η = " + CYCLE_RATE + " over that of η = " + STABLE_RATE
                                + " after " + COMPARED_STEP + " steps is at least 20")
                .in("weak weight")
                .above(20)
                .of(cycle.over(courses.at(STABLE_RATE), weakAt(COMPARED_STEP / COURSE.recordEvery())))
                .from(SOURCE);
        board.claim(
                        "limit",
                        "two features: weak weight at which the oscillation ends, η = " + CYCLE_RATE + ", u = "
                                + COURSE.weakStrength())
                .in("weak weight")
                .theory(FeatureOscillationRules.weakLimit(COURSE.weakStrength(), CYCLE_RATE))
                .of(cycle.the(mean(FeatureOscillationResult::weak)))
                .from(DERIVED);
    }

    private static ToDoubleFunction<FeatureOscillationResult> weakAt(int record) {
        return run -> run.weakCourse().get(record);
    }

    private static void tellAccuracies(Board board, Networks networks) {
        String noise = "σ = " + Numbers.format(PATCHES.noiseNorm());
        String little = "σ = " + CONTROL_NOISE;
        Plot plot = board.plot(
                        "accuracy",
                        "Weak feature alone",
                        Axis.linear("learning rate over border 2η/m").range(0, 1.6),
                        Axis.linear("accuracy").range(LEAST_ACCURACY, MOST_ACCURACY))
                .points(noise, overBorder(networks.noisy), ACCURACY)
                .points(noise + ", m = " + WIDE, overBorder(networks.wide), ACCURACY)
                .points(little, overBorder(networks.control), ACCURACY)
                .points(little + ", test " + PATCHES.testNoiseNorm(), overBorder(networks.mixed), ACCURACY)
                .colour(Plot.GREY)
                .named("border η = m/2")
                .line(LineKind.THEORY, "border", new double[] {1, 1}, new double[] {LEAST_ACCURACY, MOST_ACCURACY})
                .legend(Corner.BELOW);
        double[] diverging =
                networks.noisy.where(rate -> !networks.noisy.at(rate).isWhole()).x();
        if (diverging.length > 0) {
            plot.note("m = " + PATCHES.width() + ": runs diverge at η = "
                    + Arrays.stream(diverging).mapToObj(Numbers::format).collect(Collectors.joining(", ")));
        }
        tellLearned(board, networks);
    }

    /** The same line at the rate over the border of its width. */
    private static Line<BenignOscillationConfig, BenignOscillationResult> overBorder(
            Line<BenignOscillationConfig, BenignOscillationResult> line) {
        double border = line.cells().get(0).config().border();
        return line.against(Arrays.stream(line.x()).map(rate -> rate / border).toArray());
    }

    private static void tellLearned(Board board, Networks networks) {
        String mixed = " trained with noise 0.03 and tested with 0.6";
        for (double rate : SMALL_RATES) {
            String at = Numbers.format(rate);
            learned(false, board, "small-" + at, "", networks.noisy.at(rate), at);
            learned(true, board, "control-" + at, " with noise 0.03", networks.control.at(rate), at);
            learned(true, board, "mixed-" + at, mixed, networks.mixed.at(rate), at);
        }
        var large = networks.noisy.at(LARGE_RATE);
        double step = large.config().strongRate();
        learned(true, board, "large", "", large, "5");
        board.claim(
                        "network-jensen",
                        "patch network: mean residual over η/m times its mean square on points with the strong patch from"
                                + " step 1001 on, learning rate 5")
                .theory(1)
                .within(JENSEN_WINDOW)
                .of(large.the(mean(run -> run.meanResidual() / (step * run.meanSquaredResidual()))))
                .from("⟨ln(1 + 2(η/m)e)⟩ = 0 to second order; window 15 %");
        String wide = " of twice the width";
        learned(false, board, "wide-small", wide, networks.wide.at(4), "4");
        learned(true, board, "wide-large", wide, networks.wide.at(10), "10, as far above the border");
    }

    /** That networks have learned the weak feature, or that they have not. */
    private static void learned(
            boolean learned,
            Board board,
            String name,
            String setting,
            Cell<BenignOscillationConfig, BenignOscillationResult> networks,
            String rate) {
        ClaimDraft claim = board.claim(
                        name,
                        "patch network" + setting + ": accuracy on the weak feature alone is "
                                + (learned ? "above 0.9" : "below 0.65") + " at learning rate " + rate)
                .in("accuracy")
                .range(0, 1)
                .of(networks.the(ACCURACY));
        (learned ? claim.above(0.9) : claim.below(0.65)).from(SOURCE);
    }

    private static void tellOutputs(Board board, Line<BenignOscillationConfig, BenignOscillationResult> networks) {
        int epochs = PATCHES.steps() / PATCHES.trainSize();
        double[] shown = even(10, epochs, epochs / 10);
        Plot plot = board.plot(
                "outputs",
                "Output on a feature alone",
                Axis.linear("epoch").range(0, epochs),
                Axis.linear("output times label y f").range(-0.05, 1.1));
        for (double rate : new double[] {2, LARGE_RATE}) {
            String at = ", η = " + Numbers.format(rate);
            var network = networks.at(rate);
            plot.points(
                    "strong" + at,
                    shown,
                    network,
                    k -> mean(run -> run.strongCourse().get((int) shown[k])));
            plot.points(
                    "weak" + at,
                    shown,
                    network,
                    k -> mean(run -> run.weakCourse().get((int) shown[k])));
        }
        plot.legend(Corner.BELOW);
    }
}
