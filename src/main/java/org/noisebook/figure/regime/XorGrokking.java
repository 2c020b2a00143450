package org.noisebook.figure.regime;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.Plate;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.model.Ends;
import org.noisebook.regime.XorGrokkingConfig;
import org.noisebook.regime.XorGrokkingResult;
import org.noisebook.regime.XorGrokkingStudy;
import org.noisebook.regime.XorRules;
import org.noisebook.stats.Estimate;

/**
 * A ReLU network on XOR clusters: accuracies and alignment step by step, and accuracies against signal and step size.
 *
 * <p>The main cell has more replicas than the cells of the two sweeps, in which it stands too.
 */
public final class XorGrokking implements Figure {
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
    private static final int LINE_POINTS = 121;
    private static final String SOURCE = "Xu et al. 2023, arXiv 2310.02541";
    /** One linear rule fits all points where p ≫ √n ‖μ‖²; at these sizes it misses some. */
    private static final String LINEAR_SOURCE = String.format(
            Locale.ROOT,
            "%s, in high dimension; a linear rule fits %.3f at this p",
            SOURCE,
            XorRules.averageTrain(MAIN));

    @Override
    public String id() {
        return "xor-grokking";
    }

    @Override
    public String title() {
        return "A ReLU network on XOR clusters: a useless linear rule first, then features and a benign fit of noise";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    private static List<XorGrokkingConfig> signals(Preset preset) {
        int perDecade = preset.choose(2, 4);
        return Stream.concat(
                        IntStream.rangeClosed(0, 3 * perDecade)
                                .mapToObj(k -> atSignal(BELOW * StrictMath.pow(10, (double) k / perDecade))),
                        Stream.of(MAIN))
                .sorted(Comparator.comparing(XorGrokkingConfig::signalRatio))
                .toList();
    }

    private static XorGrokkingConfig atSignal(double ratio) {
        return Schema.with(MAIN, "signalNorm", Math.sqrt(ratio * MAIN.dimension() / MAIN.trainSize()));
    }

    private static List<XorGrokkingConfig> stepSizes(Preset preset) {
        int perDecade = preset.choose(1, 2);
        return IntStream.rangeClosed(-6 * perDecade, 3 * perDecade)
                .mapToObj(k -> StrictMath.pow(10, (double) k / perDecade) * MAIN.trainSize() / MAIN.dimension())
                .map(rate -> Schema.with(MAIN, "learningRate", rate))
                .toList();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int mainReplicas = preset.choose(32, 128);
        int replicas = preset.choose(8, 32);
        List<XorGrokkingConfig> signals = signals(preset);
        List<XorGrokkingConfig> stepSizes = stepSizes(preset);
        List<XorGrokkingConfig> others = Stream.concat(signals.stream(), stepSizes.stream())
                .filter(config -> !config.equals(MAIN))
                .toList();
        Results<XorGrokkingConfig, XorGrokkingResult> results =
                experiment.run(Sweep.of(STUDY, List.of(MAIN), mainReplicas).and(Sweep.of(STUDY, others, replicas)));
        Sheet sheet = new Sheet();
        addSteps(sheet, results.of(MAIN));
        addAlignment(sheet, results.of(MAIN));
        addSignals(sheet, signals, results);
        addStepSizes(sheet, stepSizes, results);
        return new Drawing(
                sheet.frame(),
                Plate.of(sheet.panels(), 2),
                caption(mainReplicas, replicas),
                replicas + " to " + mainReplicas,
                claims(results));
    }

    private static String caption(int mainReplicas, int replicas) {
        return "Gradient descent of a ReLU network on XOR clusters, " + describe()
                + ". (a) Accuracy on training points by the labels given and by the true ones, and on fresh points; share of"
                + " fresh points where the network agrees with its own linear part ½ Σ a w·x: after one step it acts as a"
                + " linear rule. Lines: 1 − flipped share, and 1/2, the test accuracy of any linear rule. (b) Mean over"
                + " neurons of |cos(w, μ)| with the signal of the neuron's label and with the other one. Lines: closed form"
                + " after the first step; a bound that the neurons do not reach, the cosine of one that adds up the"
                + " points of one cluster and no others, all with equal weights. (c) Against the signal. Lines: linear rule Σ y x on its training points; a"
                + " rule that knows the clusters, on fresh points. (d) Against the step size. In (c, d) accuracies are after"
                + " the last step unless step 1 is named. Means over " + mainReplicas
                + " replicas (a, b, and the default cell in c, d) or " + replicas
                + " (other cells) with 95 % t intervals over replicas, cut at 0 and 1, that hold the sampling error of "
                + MAIN.testSize()
                + " test points a replica; where all replicas give 1, Wilson intervals over all points ("
                + MAIN.trainSize() + " training or " + MAIN.testSize()
                + " test points a replica), as if all were independent.";
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

    private static void addSteps(Sheet sheet, List<XorGrokkingResult> runs) {
        String panel = "steps";
        sheet.panel(panel, "Step by step", stepAxis(), accuracy());
        addCourse(sheet, panel, "training", TRAIN, runs, MAIN.trainSize(), XorGrokkingResult::trainAccuracy);
        addCourse(
                sheet,
                panel,
                "training, true labels",
                CLEAN,
                runs,
                MAIN.trainSize(),
                XorGrokkingResult::cleanTrainAccuracy);
        addCourse(sheet, panel, "test", TEST, runs, MAIN.testSize(), XorGrokkingResult::testAccuracy);
        addCourse(
                sheet,
                panel,
                "agreement with linear part",
                AGREEMENT,
                runs,
                MAIN.testSize(),
                XorGrokkingResult::linearAgreement);
        addLevel(sheet, panel, "1 − flipped share", CLEAN, stepEnds(), 1 - MAIN.flipShare());
        addLevel(sheet, panel, "linear rules, test", FIRST_TEST, stepEnds(), XorRules.LINEAR_TEST);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addAlignment(Sheet sheet, List<XorGrokkingResult> runs) {
        String panel = "alignment";
        sheet.panel(
                panel,
                "Neurons and signal",
                stepAxis(),
                Axis.linear("mean |cos(w, μ)|").range(0, 1));
        addCourse(sheet, panel, "signal of its label", OWN, runs, MAIN.width(), XorGrokkingResult::ownAlignment);
        addCourse(sheet, panel, "other signal", OTHER, runs, MAIN.width(), XorGrokkingResult::otherAlignment);
        addLevel(sheet, panel, "bound: one cluster alone", OWN, stepEnds(), XorRules.clusterAlignment(MAIN));
        double[] first = {stepEnds()[0], 1.25};
        addLevel(sheet, panel, "closed form, step 1", OTHER, first, XorRules.firstAlignment(MAIN));
        sheet.legend(panel, Corner.BELOW);
    }

    private static Axis stepAxis() {
        return Axis.log2("step of gradient descent").range(0.8, 40);
    }

    private static double[] stepEnds() {
        return new double[] {0.8, 40};
    }

    private static void addLevel(Sheet sheet, String panel, String name, int colour, double[] ends, double level) {
        sheet.line(panel, name, name, colour, ends, new double[] {level, level}, Sheet.Kind.THEORY);
    }

    /** Points of every step from the first on. */
    private static void addCourse(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            List<XorGrokkingResult> runs,
            int points,
            Function<XorGrokkingResult, double[]> course) {
        List<double[]> courses = runs.stream().map(course).toList();
        int steps = MAIN.steps();
        Estimate[] y = new Estimate[steps];
        Ends[] ends = new Ends[steps];
        for (int k = 0; k < steps; k++) {
            int step = k + 1;
            y[k] = Estimate.ofShares(
                    courses.stream().mapToDouble(values -> values[step]).toArray(), points);
            ends[k] = TrainingCells.ends(runs);
        }
        sheet.points(
                panel,
                series,
                colour,
                IntStream.rangeClosed(1, steps).asDoubleStream().toArray(),
                y,
                ends);
    }

    private static void addSignals(
            Sheet sheet, List<XorGrokkingConfig> configs, Results<XorGrokkingConfig, XorGrokkingResult> results) {
        String panel = "signal";
        ToDoubleFunction<XorGrokkingConfig> ratio = XorGrokkingConfig::signalRatio;
        sheet.panel(panel, "Signal", Axis.log10("signal n ‖μ‖²/p"), accuracy());
        addPoints(
                sheet,
                panel,
                "training, step 1",
                FIRST_TRAIN,
                ratio,
                configs,
                results,
                MAIN.trainSize(),
                XorGrokkingResult::firstTrainAccuracy);
        addPoints(
                sheet,
                panel,
                "test, step 1",
                FIRST_TEST,
                ratio,
                configs,
                results,
                MAIN.testSize(),
                XorGrokkingResult::firstTestAccuracy);
        addPoints(
                sheet,
                panel,
                "test",
                TEST,
                ratio,
                configs,
                results,
                MAIN.testSize(),
                XorGrokkingResult::lastTestAccuracy);
        double[] x = IntStream.range(0, LINE_POINTS)
                .mapToDouble(k -> BELOW * StrictMath.pow(10, 3.0 * k / (LINE_POINTS - 1)))
                .toArray();
        addLaw(sheet, panel, "linear rule, training", FIRST_TRAIN, x, XorRules::averageTrain);
        addLevel(
                sheet,
                panel,
                "linear rules, test",
                FIRST_TEST,
                new double[] {x[0], x[LINE_POINTS - 1]},
                XorRules.LINEAR_TEST);
        addLaw(sheet, panel, "rule that knows the clusters", TEST, x, XorRules::clusterTest);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addLaw(
            Sheet sheet,
            String panel,
            String name,
            int colour,
            double[] ratios,
            ToDoubleFunction<XorGrokkingConfig> law) {
        double[] y = Arrays.stream(ratios)
                .map(ratio -> law.applyAsDouble(atSignal(ratio)))
                .toArray();
        sheet.line(panel, name, name, colour, ratios, y, Sheet.Kind.THEORY);
    }

    private static void addStepSizes(
            Sheet sheet, List<XorGrokkingConfig> configs, Results<XorGrokkingConfig, XorGrokkingResult> results) {
        String panel = "step size";
        ToDoubleFunction<XorGrokkingConfig> step = XorGrokkingConfig::relativeStep;
        sheet.panel(panel, "Step size", Axis.log10("step size η p/n"), accuracy());
        addPoints(
                sheet,
                panel,
                "training",
                TRAIN,
                step,
                configs,
                results,
                MAIN.trainSize(),
                XorGrokkingResult::lastTrainAccuracy);
        addPoints(
                sheet,
                panel,
                "test, step 1",
                FIRST_TEST,
                step,
                configs,
                results,
                MAIN.testSize(),
                XorGrokkingResult::firstTestAccuracy);
        addPoints(
                sheet,
                panel,
                "test",
                TEST,
                step,
                configs,
                results,
                MAIN.testSize(),
                XorGrokkingResult::lastTestAccuracy);
        double[] ends = {
            configs.get(0).relativeStep(), configs.get(configs.size() - 1).relativeStep()
        };
        addLevel(sheet, panel, "linear rules, test", FIRST_TEST, ends, XorRules.LINEAR_TEST);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addPoints(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            ToDoubleFunction<XorGrokkingConfig> x,
            List<XorGrokkingConfig> configs,
            Results<XorGrokkingConfig, XorGrokkingResult> results,
            int points,
            ToDoubleFunction<XorGrokkingResult> value) {
        sheet.points(
                panel,
                series,
                colour,
                configs.stream().mapToDouble(x).toArray(),
                configs.stream()
                        .map(config -> Estimate.ofShares(results.values(config, value), points))
                        .toArray(Estimate[]::new),
                configs.stream()
                        .map(config -> TrainingCells.ends(results.of(config)))
                        .toArray(Ends[]::new));
    }

    private static List<Claim> claims(Results<XorGrokkingConfig, XorGrokkingResult> results) {
        return List.of(
                claim(
                        "first-train",
                        "training accuracy after the first step",
                        1,
                        0.99,
                        1,
                        MAIN,
                        results,
                        MAIN.trainSize(),
                        XorGrokkingResult::firstTrainAccuracy,
                        LINEAR_SOURCE),
                claim(
                        "first-test",
                        "test accuracy after the first step",
                        XorRules.LINEAR_TEST,
                        0.45,
                        0.6,
                        MAIN,
                        results,
                        MAIN.testSize(),
                        XorGrokkingResult::firstTestAccuracy,
                        SOURCE),
                claim(
                        "first-linear",
                        "agreement of the network with its linear part after the first step",
                        1,
                        0.95,
                        1,
                        MAIN,
                        results,
                        MAIN.testSize(),
                        XorGrokkingResult::firstLinearAgreement,
                        SOURCE),
                fitsAll(results.of(MAIN)),
                claim(
                        "last-clean",
                        "accuracy on training points by their true labels after 30 steps",
                        1 - MAIN.flipShare(),
                        0.83,
                        0.87,
                        MAIN,
                        results,
                        MAIN.trainSize(),
                        XorGrokkingResult::lastCleanTrainAccuracy,
                        SOURCE),
                claim(
                        "last-test",
                        "test accuracy after 30 steps",
                        1,
                        0.98,
                        1,
                        MAIN,
                        results,
                        MAIN.testSize(),
                        XorGrokkingResult::lastTestAccuracy,
                        SOURCE),
                claim(
                        "control",
                        "test accuracy after 30 steps below the signal, n ‖μ‖²/p = 0.1",
                        XorRules.LINEAR_TEST,
                        0,
                        0.6,
                        atSignal(BELOW),
                        results,
                        MAIN.testSize(),
                        XorGrokkingResult::lastTestAccuracy,
                        SOURCE));
    }

    /** Training points of a replica share a network, so replicas are counted. */
    private static Claim fitsAll(List<XorGrokkingResult> runs) {
        int fitting =
                (int) runs.stream().filter(run -> run.lastTrainAccuracy() == 1).count();
        return new Claim(
                "xor-grokking-last-train",
                Claim.Kind.THEORY,
                "share of replicas that fit every training label after 30 steps, flipped ones included",
                1,
                1 - Claim.STANDARD_WINDOW,
                1,
                Estimate.ofProportion(fitting, runs.size()),
                SOURCE + "; Wilson interval over replicas, window the standard 10 %, cut at 1");
    }

    private static Claim claim(
            String name,
            String statement,
            double expected,
            double low,
            double high,
            XorGrokkingConfig config,
            Results<XorGrokkingConfig, XorGrokkingResult> results,
            int points,
            ToDoubleFunction<XorGrokkingResult> value,
            String source) {
        return new Claim(
                "xor-grokking-" + name,
                Claim.Kind.THEORY,
                statement,
                expected,
                low,
                high,
                Estimate.ofShares(results.values(config, value), points),
                source);
    }
}
