package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.even;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.figure.Reduction.share;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.regime.XorGrokkingConfig;
import org.noisebook.regime.XorGrokkingResult;
import org.noisebook.regime.XorGrokkingStudy;
import org.noisebook.regime.XorRules;

/** A ReLU network on XOR clusters; its main cell has more replicas than the sweeps in which it stands too. */
public final class XorGrokking extends Story {
    private static final XorGrokkingStudy STUDY = new XorGrokkingStudy();
    private static final XorGrokkingConfig MAIN = STUDY.defaults();
    /** n ‖μ‖²/p of the control. */
    private static final double BELOW = 0.1;

    private static final int TRAIN = 0;
    private static final int CLEAN = 1;
    private static final int OWN = 2;
    private static final int TEST = 3;
    private static final int FIRST_TRAIN = 4;
    private static final int FIRST_TEST = 5;
    private static final int AGREEMENT = 6;
    private static final int OTHER = 7;
    private static final double[] RATIOS = Arrays.stream(even(0, 3, 121))
            .map(decades -> BELOW * StrictMath.pow(10, decades))
            .toArray();
    private static final double[] STEPS =
            IntStream.rangeClosed(1, MAIN.steps()).asDoubleStream().toArray();
    private static final double[] STEP_ENDS = {0.8, 40};
    private static final String SOURCE = "Xu et al. 2023, arXiv 2310.02541";
    /** One linear rule fits all points where p ≫ √n ‖μ‖²; at these sizes it misses some. */
    private static final String LINEAR_SOURCE = String.format(
            Locale.ROOT,
            "%s, in high dimension; a linear rule fits %.3f at this p",
            SOURCE,
            XorRules.averageTrain(MAIN));

    private static final Reduction<XorGrokkingResult> TRAINED = ofTrain(XorGrokkingResult::lastTrainAccuracy);
    private static final Reduction<XorGrokkingResult> FIRST_TRAINED = ofTrain(XorGrokkingResult::firstTrainAccuracy);
    private static final Reduction<XorGrokkingResult> FIRST_AWAY = mean(run -> Math.abs(run.firstTestAccuracy() - 0.5));
    private static final Reduction<XorGrokkingResult> TESTED = ofTest(XorGrokkingResult::lastTestAccuracy);
    private static final Reduction<XorGrokkingResult> FIRST_TESTED = ofTest(XorGrokkingResult::firstTestAccuracy);

    /** The figure. */
    public XorGrokking() {
        super(
                "xor-grokking",
                "A ReLU network on XOR clusters: a useless linear rule first, then features and a benign fit of noise",
                STUDY.sources());
    }

    private static Reduction<XorGrokkingResult> ofTrain(ToDoubleFunction<XorGrokkingResult> value) {
        return share(value, MAIN.trainSize());
    }

    private static Reduction<XorGrokkingResult> ofTest(ToDoubleFunction<XorGrokkingResult> value) {
        return share(value, MAIN.testSize());
    }

    private static Stream<XorGrokkingConfig> signals(int perDecade) {
        return Stream.concat(
                        IntStream.rangeClosed(0, 3 * perDecade)
                                .mapToObj(k -> atSignal(BELOW * StrictMath.pow(10, (double) k / perDecade))),
                        Stream.of(MAIN))
                .sorted(Comparator.comparing(XorGrokkingConfig::signalRatio));
    }

    private static XorGrokkingConfig atSignal(double ratio) {
        return Schema.with(MAIN, "signalNorm", Math.sqrt(ratio * MAIN.dimension() / MAIN.trainSize()));
    }

    private static Stream<XorGrokkingConfig> stepSizes(int perDecade) {
        return IntStream.rangeClosed(-6 * perDecade, 3 * perDecade)
                .mapToObj(k -> StrictMath.pow(10, (double) k / perDecade) * MAIN.trainSize() / MAIN.dimension())
                .map(rate -> Schema.with(MAIN, "learningRate", rate));
    }

    private static Line<XorGrokkingConfig, XorGrokkingResult> sweep(
            Board board, int mainReplicas, Stream<XorGrokkingConfig> configs, ToDoubleFunction<XorGrokkingConfig> x) {
        int others = board.choose(8, 32);
        List<XorGrokkingConfig> all = configs.toList();
        return Line.of(
                all.stream().mapToDouble(x).toArray(),
                all.stream()
                        .map(config -> board.cell(
                                STUDY, config, config.equals(MAIN) || config.flipShare() == 0 ? mainReplicas : others))
                        .toList());
    }

    @Override
    protected void tell(Board board) {
        int mainReplicas = board.choose(32, 128);
        int replicas = board.replicas(8, 32);
        var main = board.cell(STUDY, MAIN, mainReplicas);
        var signals = sweep(board, mainReplicas, signals(board.choose(2, 4)), XorGrokkingConfig::signalRatio);
        var stepSizes = sweep(board, mainReplicas, stepSizes(board.choose(1, 2)), XorGrokkingConfig::relativeStep);
        var flipped = Stream.of(0, 0.15, 0.25, 0.35, 0.45).map(share -> Schema.with(MAIN, "flipShare", share));
        var flips = sweep(board, mainReplicas, flipped, XorGrokkingConfig::flipShare);
        tellSteps(board, main);
        tellAlignment(board, main);
        tellSignals(board, signals);
        tellStepSizes(board, stepSizes);
        tellFlips(board, flips);
        tellClaims(board, main, signals.cells().get(0));
        board.stamp(replicas + " to " + mainReplicas);
        board.caption(
                "Gradient descent of a ReLU network on XOR clusters, {}. (a) Accuracy on training points by the labels given"
                        + " and by the true ones, and on fresh points; share of fresh points where the network agrees with its"
                        + " linear part ½ Σ a w·x. Lines: 1 − flipped share; 1/2, the test accuracy of any linear rule. (b)"
                        + " Mean over neurons of |cos(w, μ)|, μ the signal of the neuron's label or the other one. Lines:"
                        + " closed form after step 1; a bound, a neuron that adds up the points of one cluster alone. (c)"
                        + " Lines: linear rule Σ y x on its training points; a rule that knows the clusters. (c, d, e) After"
                        + " the last step unless step 1 is named. Means over {} replicas (a, b, elsewhere the default cell"
                        + " and that without flips) or {}, 95 % t intervals cut at 0 and 1; where all give 1, Wilson's.",
                describe(), mainReplicas, replicas);
    }

    private static String describe() {
        return String.format(
                Locale.ROOT,
                "p = %d, n = %d, m = %d, ‖μ‖ = 2 p^0.26 = %.1f, %.0f %% of labels flipped, η = n/p, ω = 10⁻⁹",
                MAIN.dimension(),
                MAIN.trainSize(),
                MAIN.width(),
                MAIN.signalNorm(),
                100 * MAIN.flipShare());
    }

    private static Axis accuracy() {
        return Axis.linear("share of points").range(0.25, 1.05);
    }

    private static Axis stepAxis() {
        return Axis.log2("step of gradient descent").range(STEP_ENDS[0], STEP_ENDS[1]);
    }

    private static void tellSteps(Board board, Cell<XorGrokkingConfig, XorGrokkingResult> main) {
        Plot plot = board.plot("steps", "Step by step", stepAxis(), accuracy());
        tellCourse(plot.colour(TRAIN), "training", main, MAIN.trainSize(), XorGrokkingResult::trainAccuracy);
        tellCourse(
                plot.colour(CLEAN),
                "training, true labels",
                main,
                MAIN.trainSize(),
                XorGrokkingResult::cleanTrainAccuracy);
        tellCourse(plot.colour(TEST), "test", main, MAIN.testSize(), XorGrokkingResult::testAccuracy);
        tellCourse(
                plot.colour(AGREEMENT),
                "agreement with linear part",
                main,
                MAIN.testSize(),
                XorGrokkingResult::linearAgreement);
        plot.colour(CLEAN)
                .law("1 − flipped share", STEP_ENDS, level(1 - MAIN.flipShare()))
                .colour(FIRST_TEST)
                .law("linear rules, test", STEP_ENDS, level(XorRules.LINEAR_TEST))
                .legend(Corner.BELOW);
    }

    private static void tellAlignment(Board board, Cell<XorGrokkingConfig, XorGrokkingResult> main) {
        Plot plot = board.plot(
                "alignment",
                "Neurons and signal",
                stepAxis(),
                Axis.linear("mean |cos(w, μ)|").range(0, 1));
        tellCourse(plot.colour(OWN), "signal of its label", main, MAIN.width(), XorGrokkingResult::ownAlignment);
        tellCourse(plot.colour(OTHER), "other signal", main, MAIN.width(), XorGrokkingResult::otherAlignment);
        plot.colour(OWN)
                .law("bound: one cluster alone", STEP_ENDS, level(XorRules.clusterAlignment(MAIN)))
                .colour(OTHER)
                .law("closed form, step 1", new double[] {STEP_ENDS[0], 1.25}, level(XorRules.firstAlignment(MAIN)))
                .legend(Corner.BELOW);
    }

    private static DoubleUnaryOperator level(double value) {
        return x -> value;
    }

    /** Points of every step from the first on. */
    private static void tellCourse(
            Plot plot,
            String series,
            Cell<XorGrokkingConfig, XorGrokkingResult> main,
            int points,
            Function<XorGrokkingResult, Doubles> course) {
        plot.points(series, STEPS, main, k -> share(run -> course.apply(run).get(k + 1), points));
    }

    private static void tellSignals(Board board, Line<XorGrokkingConfig, XorGrokkingResult> signals) {
        double[] ends = {RATIOS[0], RATIOS[RATIOS.length - 1]};
        board.plot("signal", "Signal", Axis.log10("signal n ‖μ‖²/p"), accuracy())
                .colour(FIRST_TRAIN)
                .points("training, step 1", signals, FIRST_TRAINED)
                .colour(FIRST_TEST)
                .points("test, step 1", signals, FIRST_TESTED)
                .colour(TEST)
                .points("test", signals, TESTED)
                .colour(FIRST_TRAIN)
                .law("linear rule, training", RATIOS, ratio -> XorRules.averageTrain(atSignal(ratio)))
                .colour(FIRST_TEST)
                .law("linear rules, test", ends, level(XorRules.LINEAR_TEST))
                .colour(TEST)
                .law("rule that knows the clusters", RATIOS, ratio -> XorRules.clusterTest(atSignal(ratio)))
                .legend(Corner.BELOW);
    }

    private static void tellStepSizes(Board board, Line<XorGrokkingConfig, XorGrokkingResult> stepSizes) {
        double[] x = stepSizes.x();
        board.plot("step size", "Step size", Axis.log10("step size η p/n"), accuracy())
                .colour(TRAIN)
                .points("training", stepSizes, TRAINED)
                .colour(FIRST_TEST)
                .points("test, step 1", stepSizes, FIRST_TESTED)
                .colour(TEST)
                .points("test", stepSizes, TESTED)
                .colour(FIRST_TEST)
                .law("linear rules, test", new double[] {x[0], x[x.length - 1]}, level(XorRules.LINEAR_TEST))
                .legend(Corner.BELOW);
    }

    private static void tellFlips(Board board, Line<XorGrokkingConfig, XorGrokkingResult> flips) {
        board.plot("flip", "Flipped labels", Axis.linear("flipped share").range(-0.02, 0.5), accuracy())
                .colour(TRAIN)
                .points("training", flips, TRAINED)
                .colour(FIRST_TEST)
                .points("test, step 1", flips, FIRST_TESTED)
                .colour(TEST)
                .points("test", flips, TESTED)
                .legend(Corner.BELOW);
        for (double share : new double[] {0, 0.35}) {
            board.claim("flip-" + Math.round(100 * share), "test accuracy after 30 steps, flipped share " + share)
                    .in("flip")
                    .theory(1)
                    .window(0.98, 1)
                    .of(flips.at(share).the(TESTED))
                    .from(SOURCE + "; for a small share");
        }
        board.claim("flip-0-first", "distance of test accuracy from 1/2 after the first step, flipped share 0")
                .in("flip")
                .below(0.05)
                .of(flips.at(0).the(FIRST_AWAY))
                .from(SOURCE);
    }

    private static void tellClaims(
            Board board,
            Cell<XorGrokkingConfig, XorGrokkingResult> main,
            Cell<XorGrokkingConfig, XorGrokkingResult> below) {
        board.claim("first-train", "training accuracy after the first step")
                .in("steps")
                .theory(1)
                .window(0.99, 1)
                .of(main.the(FIRST_TRAINED))
                .from(LINEAR_SOURCE);
        board.claim("first-test", "test accuracy after the first step")
                .in("steps")
                .theory(XorRules.LINEAR_TEST)
                .window(0.45, 0.6)
                .of(main.the(FIRST_TESTED))
                .from(SOURCE);
        board.claim("first-linear", "agreement of the network with its linear part after the first step")
                .in("steps")
                .theory(1)
                .window(0.95, 1)
                .of(main.the(ofTest(XorGrokkingResult::firstLinearAgreement)))
                .from(SOURCE);
        List<XorGrokkingResult> runs = main.runs();
        board.claim(
                        "last-train",
                        "share of replicas that fit every training label after 30 steps, flipped ones included")
                .in("steps")
                .above(board.choose(0.85, 0.9))
                .proportion(
                        runs.stream()
                                .filter(run -> run.lastTrainAccuracy() == 1)
                                .count(),
                        runs.size())
                .from(SOURCE + "; Wilson interval over replicas, the bound below its low end where all of them fit");
        board.claim("last-clean", "accuracy on training points by their true labels after 30 steps")
                .in("steps")
                .theory(1 - MAIN.flipShare())
                .within(0.02)
                .of(main.the(ofTrain(XorGrokkingResult::lastCleanTrainAccuracy)))
                .from(SOURCE);
        board.claim("last-test", "test accuracy after 30 steps")
                .in("steps")
                .theory(1)
                .window(0.98, 1)
                .of(main.the(TESTED))
                .from(SOURCE);
        board.claim("control", "test accuracy after 30 steps below the signal, n ‖μ‖²/p = 0.1")
                .in("signal")
                .theory(XorRules.LINEAR_TEST)
                .window(0, 0.6)
                .of(below.the(TESTED))
                .from(SOURCE);
    }
}
