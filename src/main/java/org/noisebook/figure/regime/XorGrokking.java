package org.noisebook.figure.regime;

import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.Reduction.share;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.ClaimDraft;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.regime.XorGrokkingConfig;
import org.noisebook.regime.XorGrokkingResult;
import org.noisebook.regime.XorGrokkingStudy;
import org.noisebook.regime.XorRules;
import org.noisebook.stats.Estimate;

/** A ReLU network on XOR clusters; its main cell has more replicas than the sweeps in which it stands too. */
public final class XorGrokking extends Story {
    private static final XorGrokkingStudy STUDY = new XorGrokkingStudy();
    private static final XorGrokkingConfig MAIN = STUDY.defaults();
    private static final double[] STEPS =
            IntStream.rangeClosed(1, MAIN.steps()).asDoubleStream().toArray();
    private static final Axis ACCURACY =
            Axis.linear("share of points labelled right").range(0.25, 1.05);
    private static final String TRAINING = "training labels";
    private static final String TESTS = "fresh points";
    private static final String LINEAR = "chance";
    private static final String SOURCE = "Xu et al. 2023, arXiv 2310.02541";

    private static final Reduction<XorGrokkingResult> TESTED =
            share(XorGrokkingResult::lastTestAccuracy, MAIN.testSize());
    private static final Reduction<XorGrokkingResult> FIRST_TESTED =
            share(XorGrokkingResult::firstTestAccuracy, MAIN.testSize());

    /** The figure. */
    public XorGrokking() {
        super("xor-grokking", "XOR clusters: a useless linear rule first, then features", STUDY.sources());
    }

    private static Stream<XorGrokkingConfig> signals(int perDecade) {
        return Stream.concat(
                        IntStream.rangeClosed(0, 3 * perDecade)
                                .mapToDouble(k -> 0.1 * StrictMath.pow(10, (double) k / perDecade))
                                .map(ratio -> Math.sqrt(ratio * MAIN.dimension() / MAIN.trainSize()))
                                .mapToObj(norm -> Schema.with(MAIN, "signalNorm", norm)),
                        Stream.of(MAIN))
                .sorted(Comparator.comparing(XorGrokkingConfig::signalRatio));
    }

    @Override
    protected void tell(Board board) {
        int mainReplicas = board.choose(32, 128);
        int replicas = board.replicas(8, 32);
        var main = board.cell(STUDY, MAIN, mainReplicas);
        Plot plot = board.plot(
                "steps",
                "Chance first, then right",
                Axis.log2("step of gradient descent").range(0.9, 40),
                ACCURACY);
        tellCourse(plot.colour(0), TRAINING, main, MAIN.trainSize(), XorGrokkingResult::trainAccuracy);
        tellCourse(plot.colour(3), TESTS, main, MAIN.testSize(), XorGrokkingResult::testAccuracy);
        plot.colour(6).named("agrees with its linear part");
        tellCourse(plot, "agrees with linear part", main, MAIN.testSize(), XorGrokkingResult::linearAgreement);
        plot.colour(5).law(LINEAR, STEPS, step -> XorRules.LINEAR_TEST);
        Axis signal = Axis.log10("signal strength of the clusters");
        var signals = tellSweep(board, "signal", signal, signals(board.choose(2, 4)), XorGrokkingConfig::signalRatio);
        Axis flipped = Axis.linear("flipped share of training labels").range(-0.02, 0.47);
        var shares = Stream.of(0, 0.15, 0.25, 0.35, 0.45).map(share -> Schema.with(MAIN, "flipShare", share));
        var flips = tellSweep(board, "flip", flipped, shares, XorGrokkingConfig::flipShare);
        tellClaims(board, main, signals.cells().get(0), flips);
        board.stamp(replicas + " to " + mainReplicas);
        board.columns(3);
        board.where(
                "fresh points: not trained on; linear part: ReLU replaced by half its input; (b, c) after 30 steps; signal"
                        + " strength: distance over noise");
        board.layout(plate -> plate.size(170, 0.95).sharedLegend());
        board.caption(
                "Gradient descent of a ReLU network on XOR clusters, p = {}, n = {}, m = {}, ‖μ‖ = 2 p^0.26, 15 % of labels"
                        + " flipped, η = n/p, ω = 10⁻⁹. Accuracy on training points by the labels given, on fresh points by the"
                        + " true ones, and share of fresh points where the network agrees with its linear part ½ Σ a w·x. Line:"
                        + " any linear rule on fresh points. Means over {} replicas (default cell and that without flips) or"
                        + " {}, 95 % t intervals cut at 0 and 1; where all give 1, Wilson's.",
                MAIN.dimension(), MAIN.trainSize(), MAIN.width(), mainReplicas, replicas);
    }

    /** Points of every step from the first on. */
    private static void tellCourse(
            Plot plot,
            String series,
            Cell<?, XorGrokkingResult> main,
            int of,
            Function<XorGrokkingResult, Doubles> course) {
        plot.points(series, STEPS, main, k -> share(run -> course.apply(run).get(k + 1), of));
    }

    private static Line<XorGrokkingConfig, XorGrokkingResult> tellSweep(
            Board board, String name, Axis axis, Stream<XorGrokkingConfig> all, ToDoubleFunction<XorGrokkingConfig> x) {
        List<Cell<XorGrokkingConfig, XorGrokkingResult>> cells = all.map(config -> board.cell(
                        STUDY,
                        config,
                        config.equals(MAIN) || config.flipShare() == 0 ? board.choose(32, 128) : board.choose(8, 32)))
                .toList();
        Line<XorGrokkingConfig, XorGrokkingResult> sweep =
                Line.of(cells.stream().map(Cell::config).mapToDouble(x).toArray(), cells);
        String title = "Right if " + (name.equals("flip") ? "few labels flip" : "the signal is strong");
        board.plot(name, title, axis, ACCURACY)
                .colour(0)
                .points(TRAINING, sweep, share(XorGrokkingResult::lastTrainAccuracy, MAIN.trainSize()))
                .colour(3)
                .points(TESTS, sweep, TESTED)
                .colour(5)
                .named("fresh points after step 1")
                .points("fresh, after step 1", sweep, FIRST_TESTED)
                .colour(5)
                .law(LINEAR, sweep, ratio -> XorRules.LINEAR_TEST);
        return sweep;
    }

    /** A share that theory puts at 1, which ends its window. */
    private static ClaimDraft all(Plot plot, String name, String statement, double low) {
        return plot.claim(name, statement).theory(1).window(low, 1);
    }

    private static ClaimDraft tested(Plot plot, String name, double flipShare) {
        return all(plot, name, "test accuracy after 30 steps, flipped share " + flipShare, 0.98);
    }

    private static void tellClaims(
            Board board,
            Cell<?, XorGrokkingResult> main,
            Cell<?, XorGrokkingResult> below,
            Line<?, XorGrokkingResult> flips) {
        Plot steps = board.plot("steps");
        Plot flip = board.plot("flip");
        List<XorGrokkingResult> runs = main.runs();
        String grokking = "After one step the network labels fresh points by chance, after 30 right";
        steps.claim("first-test", "test accuracy after the first step")
                .says(grokking)
                .theory(XorRules.LINEAR_TEST)
                .judge(main.the(FIRST_TESTED), SOURCE);
        // One linear rule fits all points where p ≫ √n ‖μ‖²; at these sizes it misses some.
        String linear = ", in high dimension; a linear rule fits %.3f at this p";
        all(steps, "first-train", "training accuracy after the first step", 0.99)
                .says("That step fits all training labels")
                .or(
                        "That step fits nearly, not quite, all training labels: {}",
                        "That step fits nearly all training labels")
                .of(main.the(share(XorGrokkingResult::firstTrainAccuracy, MAIN.trainSize())))
                .from(SOURCE + String.format(Locale.ROOT, linear, XorRules.averageTrain(MAIN)));
        all(steps, "first-linear", "agreement of the network with its linear part after the first step", 0.95)
                .judge(main.the(share(XorGrokkingResult::firstLinearAgreement, MAIN.testSize())), SOURCE);
        steps.claim(
                        "last-train",
                        "share of replicas that fit every training label after 30 steps, flipped ones included")
                .above(board.choose(0.85, 0.9))
                .proportion(
                        runs.stream()
                                .filter(run -> run.lastTrainAccuracy() == 1)
                                .count(),
                        runs.size())
                .from(SOURCE + "; Wilson interval over replicas, the bound below its low end where all of them fit");
        steps.claim("last-clean", "accuracy on training points by their true labels after 30 steps")
                .theory(1 - MAIN.flipShare(), 0.02)
                .judge(main.the(share(XorGrokkingResult::lastCleanTrainAccuracy, MAIN.trainSize())), SOURCE);
        tested(steps, "last-test", MAIN.flipShare()).says(grokking).judge(main.the(TESTED), SOURCE);
        String belowSignal = "test accuracy after 30 steps below the signal, n ‖μ‖²/p = 0.1";
        board.plot("signal")
                .claim("control", belowSignal)
                .theory(XorRules.LINEAR_TEST)
                .judge(below.the(TESTED), SOURCE);
        for (double share : new double[] {0, 0.25, 0.35, 0.45}) {
            tested(flip, "flip-" + Math.round(100 * share), share)
                    .judge(flips.at(share).the(TESTED), SOURCE + "; for a small share");
        }
        tellFirst(board, flips);
    }

    /** Whether the first step lies farther from chance where no label is flipped. */
    private static void tellFirst(Board board, Line<?, XorGrokkingResult> flips) {
        ToDoubleFunction<XorGrokkingResult> distance = run -> Math.abs(run.firstTestAccuracy() - XorRules.LINEAR_TEST);
        String statement = "distance of test accuracy from 1/2 after the first step, flipped share 0";
        var none = flips.at(0);
        board.plot("flip").claim("flip-0-first", statement).below(0.05).judge(none.the(mean(distance)), SOURCE);
        for (double share : new double[] {0.15, 0.25, 0.35, 0.45}) {
            board.claim("flip-0-first-less-" + Math.round(100 * share), statement + " less " + share + ", is above 0")
                    .above(0)
                    .of(Estimate.ofMean(flips.at(share).paired(none, distance, (some, of0) -> of0 - some)))
                    .from("question of this kit: the same draws with labels flipped");
        }
    }
}
