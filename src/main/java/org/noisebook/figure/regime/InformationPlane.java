package org.noisebook.figure.regime;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.IntToDoubleFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.chart.CurveChart;
import org.noisebook.chart.LineStyle;
import org.noisebook.chart.Panel;
import org.noisebook.chart.Plate;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.linalg.Activation;
import org.noisebook.model.Ends;
import org.noisebook.regime.DipoleRule;
import org.noisebook.regime.InformationPlaneConfig;
import org.noisebook.regime.InformationPlaneResult;
import org.noisebook.regime.InformationPlaneStudy;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Bootstrap;
import org.noisebook.stats.BottleneckCurve;
import org.noisebook.stats.Estimate;

/**
 * The layers of tanh and ReLU networks in the information plane, the fall of the last hidden layer's I(X;T) after the
 * rule is learnt, and the ratio of the gradient to its noise.
 */
public final class InformationPlane implements Figure {
    private static final InformationPlaneStudy STUDY = new InformationPlaneStudy();
    private static final InformationPlaneConfig TANH = STUDY.defaults();
    private static final InformationPlaneConfig RELU =
            Schema.with(TANH, "activation", Activation.RELU, "initialScale", StrictMath.sqrt(2));
    private static final int LAYERS = TANH.hiddenWidths().length;
    /** Hidden widths of the sweep of layers: the last so many of these. */
    private static final double[] DEEPEST = {12, 10, 7, 5, 4, 3};

    private static final double ACCURATE = 0.95;
    /** Half-way from chance to all, from where the study looks for the start of compression. */
    private static final double LEARNT = 0.75;
    /** Multipliers of the bottleneck, dense above 1, where nearly all label information comes at once. */
    private static final double[] BETAS = Arrays.stream(TrainingCells.powers(0x1p-10, StrictMath.sqrt(2), 41))
            .map(excess -> 1 + excess)
            .toArray();

    private static final double MOST_INFORMATION = DipoleRule.BITS;
    private static final double LEAST_FALL = 2;
    private static final double LEAST_LABEL = 0.9;
    private static final double LARGEST_RELU_FALL = 0.6;
    private static final double ONSET_FACTOR = 3;
    /** Chords of the bottleneck curve may run this far below it. */
    private static final double CHORD = 1e-3;

    private static final int SHOWN = 3;
    /** Sums of thousands of logarithms. */
    private static final double ROUNDING = 1e-9;

    private static final String PAPER = "Shwartz-Ziv and Tishby 2017, arXiv 1703.00810";
    private static final String CRITIQUE = "Saxe et al. 2018, doi:10.1088/1742-5468/ab3985";

    @Override
    public String id() {
        return "information-plane";
    }

    @Override
    public String title() {
        return "Layers in the information plane: compression with tanh and with ReLU";
    }

    @Override
    public List<String> sources() {
        return STUDY.sources();
    }

    private static int replicas(Preset preset) {
        return preset.choose(16, 48);
    }

    /** Networks of 1 to 6 hidden layers, each ending with the same narrow ones. */
    private static List<InformationPlaneConfig> depths() {
        return IntStream.rangeClosed(1, DEEPEST.length)
                .mapToObj(d -> Schema.with(
                        TANH, "hiddenWidths", Arrays.copyOfRange(DEEPEST, DEEPEST.length - d, DEEPEST.length)))
                .toList();
    }

    @Override
    public Drawing draw(Preset preset, Experiment experiment) {
        int replicas = replicas(preset);
        List<InformationPlaneConfig> cells = new ArrayList<>(List.of(TANH, RELU));
        boolean sweepsDepth = preset == Preset.FULL;
        if (sweepsDepth) {
            depths().stream().filter(c -> !cells.contains(c)).forEach(cells::add);
        }
        Results<InformationPlaneConfig, InformationPlaneResult> results =
                experiment.run(Sweep.of(STUDY, cells, replicas));
        DipoleRule rule = new DipoleRule(TANH.sharpness());
        BottleneckCurve curve = curve(rule);
        Bounded bounded = new Bounded(experiment.streams());
        Sheet sheet = new Sheet();
        addPlane(sheet, "tanh", "tanh layers", results.of(TANH), curve, bounded);
        addPlane(sheet, "relu", "ReLU layers", results.of(RELU), curve, bounded);
        addInformation(sheet, results, bounded);
        addGradients(sheet, results.of(TANH));
        if (sweepsDepth) {
            addDepths(sheet, results);
        }
        return new Drawing(
                sheet.frame(),
                Plate.of(joined(sheet), 2),
                caption(rule, results.of(TANH), results.of(RELU), sweepsDepth),
                String.valueOf(replicas),
                claims(results.of(TANH), results.of(RELU), curve, bounded));
    }

    private static String caption(
            DipoleRule rule,
            List<InformationPlaneResult> tanh,
            List<InformationPlaneResult> relu,
            boolean sweepsDepth) {
        int replicas = tanh.size();
        return "Networks 12–10–7–5–4–3–2 learn a balanced rule of 12 bits that depends on the dipole moment of signs on"
                + " an icosahedron, I(X;Y) = " + String.format(Locale.ROOT, "%.3f", rule.information())
                + " bit; SGD on cross-entropy with B = " + TANH.batchSize() + ", η = " + TANH.learningRate() + ", "
                + TANH.steps() + " steps, 85 % of the 4096 patterns. (a, b) Means over " + replicas
                + " replicas of I(X;T) and I(T;Y) of each hidden layer, exact for activities in 30 bins, at four steps"
                + " a decade up to " + TANH.steps() + "; bars: 95 % bootstrap intervals of I(T;Y). Dotted"
                + " lines join the means in order of time, from step 0 to the last step, whose marker is the green circle."
                + " Learning lifts the layers,"
                + " compression moves them to the left. Solid: the bottleneck curve, above which no representation can"
                + " lie. From a layer to the next I(X;T) rises at some record " + rises(tanh) + " with tanh, "
                + rises(relu)
                + " with ReLU. (c) Last hidden layer for 15, 30 and 60 bins, means with 95 % bootstrap intervals. tanh is binned on"
                + " [−1, 1], ReLU on [0, largest activity of the layer at the step], or in the"
                + " whole run: the latter bins are wide for the small activities of the start, so that I(X;T) rises by"
                + " construction, and the fall of ReLU is judged in the former first. (d) tanh:"
                + " norm of the gradient over the standard deviation of a batch's gradient, geometric means with 95 % t"
                + " intervals of the logarithms; all: squares of both added up over the layers, each over that of the norm of"
                + " the layer's weights; solid: 1. " + courses(tanh)
                + (sweepsDepth
                        ? " (e) tanh: first record with 95 % of the training patterns right for the last 1 to 6 of the"
                                + " hidden widths 12–10–7–5–4–3; geometric means with 95 % t intervals of the"
                                + " logarithms, where every replica got there."
                        : "");
    }

    /** What the ratio of each hidden layer does, and that of all. */
    private static String courses(List<InformationPlaneResult> runs) {
        List<String> parts = new ArrayList<>();
        for (int l = 0; l < LAYERS; l++) {
            int layer = l;
            parts.add(layer(l) + ": " + course(runs, (run, record) -> run.gradientToNoise(record, layer)));
        }
        parts.add("scores: " + course(runs, (run, record) -> run.gradientToNoise(record, LAYERS)));
        parts.add("all: " + course(runs, InformationPlane::allGradientToNoise));
        return "Replicas of " + runs.size()
                + " whose ratio is above 1 at a record once 75 % of the patterns are right and falls below it"
                + " (or stays): "
                + String.join(", ", parts) + "; in the rest it is never above 1 from then on.";
    }

    private static String course(List<InformationPlaneResult> runs, AtRecord ratio) {
        int fall = 0;
        int stay = 0;
        for (InformationPlaneResult run : runs) {
            boolean above = IntStream.range(learnt(run), run.records()).anyMatch(k -> ratio.of(run, k) > 1);
            boolean falls = !Double.isNaN(fallBelowOne(run, k -> ratio.of(run, k)));
            fall += falls ? 1 : 0;
            stay += above && !falls ? 1 : 0;
        }
        return fall + " (" + stay + ")";
    }

    /** In how many replicas I(X;T) rises from a layer to the next, and by how much. */
    private static String rises(List<InformationPlaneResult> runs) {
        List<String> parts = new ArrayList<>();
        double largest = 0;
        for (int b = 0; b < TANH.bins().length; b++) {
            double[] rises = largestRises(runs, b);
            parts.add(rising(rises) + " (" + (int) TANH.bins()[b] + " bins)");
            largest = Math.max(largest, largest(rises));
        }
        return "in " + String.join(", ", parts) + " of " + runs.size() + " replicas"
                + (largest > ROUNDING ? String.format(Locale.ROOT, ", by %.2f bit at most,", largest) : "");
    }

    static BottleneckCurve curve(DipoleRule rule) {
        double[] levels = rule.levels();
        double[] conditional = new double[2 * levels.length];
        for (int k = 0; k < levels.length; k++) {
            conditional[2 * k] = 1 - levels[k];
            conditional[2 * k + 1] = levels[k];
        }
        return BottleneckCurve.of(rule.levelWeights(), conditional, 2, BETAS);
    }

    /**
     * Means with bootstrap intervals, which stay in the range of what they average, as informations and their falls must;
     * every mean sees the same resamples of the replicas.
     */
    private record Bounded(Streams streams) {
        Estimate of(double[] values) {
            return Bootstrap.of(
                    values.length,
                    streams.at("bootstrap/information-plane"),
                    replicas -> Arrays.stream(replicas)
                            .mapToDouble(r -> values[r])
                            .average()
                            .orElse(Double.NaN));
        }
    }

    private static double mean(List<InformationPlaneResult> runs, ToDoubleFunction<InformationPlaneResult> value) {
        return runs.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    private static double[] values(List<InformationPlaneResult> runs, ToDoubleFunction<InformationPlaneResult> value) {
        return runs.stream().mapToDouble(value).toArray();
    }

    private static Ends[] ends(List<InformationPlaneResult> runs, int count) {
        Ends[] ends = new Ends[count];
        Arrays.fill(ends, TrainingCells.ends(runs));
        return ends;
    }

    /** The records that are shown: every third, the last included. */
    private static int[] shown(List<InformationPlaneResult> runs) {
        int last = runs.get(0).records() - 1;
        return IntStream.rangeClosed(0, last)
                .filter(k -> (last - k) % SHOWN == 0)
                .toArray();
    }

    private static double[] steps(List<InformationPlaneResult> runs, int[] records) {
        double[] steps = runs.get(0).recordSteps();
        return Arrays.stream(records).mapToDouble(k -> steps[k]).toArray();
    }

    private static void addPlane(
            Sheet sheet,
            String panel,
            String title,
            List<InformationPlaneResult> runs,
            BottleneckCurve curve,
            Bounded bounded) {
        sheet.panel(
                panel,
                title,
                Axis.linear("input information I(X;T) (bit)").range(0, MOST_INFORMATION + 0.5),
                Axis.linear("label information I(T;Y) (bit)").range(0, 1.05));
        int[] records = shown(runs);
        double[] endX = new double[LAYERS];
        Estimate[] endY = new Estimate[LAYERS];
        for (int l = 0; l < LAYERS; l++) {
            int layer = l;
            double[] x = new double[records.length];
            Estimate[] y = new Estimate[records.length];
            for (int k = 0; k < records.length; k++) {
                int record = records[k];
                x[k] = mean(runs, run -> run.inputInformation(0, record, layer));
                y[k] = bounded.of(values(runs, run -> run.labelInformation(0, record, layer)));
            }
            sheet.points(panel, layer(l), l, x, y, ends(runs, records.length));
            endX[l] = x[records.length - 1];
            endY[l] = y[records.length - 1];
        }
        sheet.points(panel, "last step", LAYERS, endX, endY, ends(runs, LAYERS));
        double[] input = Arrays.copyOf(curve.input(), curve.input().length + 1);
        double[] label = Arrays.copyOf(curve.label(), input.length);
        input[input.length - 1] = MOST_INFORMATION;
        label[input.length - 1] = label[input.length - 2];
        sheet.line(panel, "bottleneck", "bottleneck curve", 7, input, label, Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    private static String layer(int layer) {
        return "layer " + (layer + 1);
    }

    /** The panels, the points of each layer in the planes joined in the order of the table, which is that of time. */
    private static List<Panel> joined(Sheet sheet) {
        List<Panel> panels = new ArrayList<>(sheet.panels());
        panels.set(0, joined((CurveChart) panels.get(0), sheet.frame(), "tanh"));
        panels.set(1, joined((CurveChart) panels.get(1), sheet.frame(), "relu"));
        return panels;
    }

    private static CurveChart joined(CurveChart chart, Frame frame, String panel) {
        CurveChart joined = chart;
        for (int l = 0; l < LAYERS; l++) {
            String series = layer(l);
            int[] rows = IntStream.range(0, frame.rows())
                    .filter(row -> frame.text(row, "panel").equals(panel)
                            && frame.text(row, "series").equals(series))
                    .toArray();
            double[] x = Arrays.stream(rows)
                    .mapToDouble(row -> frame.doubles("x")[row])
                    .toArray();
            double[] y = Arrays.stream(rows)
                    .mapToDouble(row -> frame.doubles("y")[row])
                    .toArray();
            joined = joined.line("", l, x, y, LineStyle.DOTTED);
        }
        return joined;
    }

    private static void addInformation(
            Sheet sheet, Results<InformationPlaneConfig, InformationPlaneResult> results, Bounded bounded) {
        String panel = "input";
        sheet.panel(panel, "Last hidden layer", Axis.log10("step"), Axis.linear("input information I(X;T₅) (bit)"));
        double[] bins = TANH.bins();
        int colour = 0;
        for (InformationPlaneConfig config : List.of(TANH, RELU)) {
            List<InformationPlaneResult> runs = results.of(config);
            for (int b = 0; b < bins.length; b++) {
                int at = b;
                addSteps(
                        sheet,
                        panel,
                        name(config) + ", " + (int) bins[b] + " bins",
                        colour++,
                        runs,
                        (run, record) -> run.inputInformation(at, record, LAYERS - 1),
                        bounded::of);
            }
        }
        addSteps(
                sheet,
                panel,
                "ReLU, 30 bins of the run",
                colour,
                results.of(RELU),
                (run, record) -> run.runBinned()[record],
                bounded::of);
        sheet.legend(panel, Corner.BELOW);
    }

    private static String name(InformationPlaneConfig config) {
        return config.activation() == Activation.TANH ? "tanh" : "ReLU";
    }

    private interface AtRecord {
        double of(InformationPlaneResult run, int record);
    }

    private static void addSteps(
            Sheet sheet,
            String panel,
            String series,
            int colour,
            List<InformationPlaneResult> runs,
            AtRecord value,
            Function<double[], Estimate> interval) {
        int[] records = Arrays.stream(shown(runs)).filter(k -> k > 0).toArray();
        double[] steps = steps(runs, records);
        Estimate[] y = new Estimate[steps.length];
        for (int k = 0; k < steps.length; k++) {
            int record = records[k];
            double[] values = values(runs, run -> value.of(run, record));
            y[k] = interval.apply(values);
        }
        sheet.points(panel, series, colour, steps, y, ends(runs, steps.length));
    }

    private static void addGradients(Sheet sheet, List<InformationPlaneResult> runs) {
        String panel = "gradient";
        sheet.panel(panel, "Gradient over noise, tanh", Axis.log10("step"), Axis.log10("signal to noise ‖μ‖/σ"));
        for (int l = 0; l <= LAYERS; l++) {
            int layer = l;
            addSteps(
                    sheet,
                    panel,
                    l < LAYERS ? "layer " + (l + 1) : "scores",
                    l,
                    runs,
                    (run, record) -> run.gradientToNoise(record, layer),
                    Estimate::ofGeometricMean);
        }
        addSteps(
                sheet, panel, "all", LAYERS + 1, runs, InformationPlane::allGradientToNoise, Estimate::ofGeometricMean);
        sheet.line(panel, "one", "‖μ‖ = σ", 7, new double[] {1, TANH.steps()}, new double[] {1, 1}, Sheet.Kind.THEORY);
        sheet.legend(panel, Corner.BELOW);
    }

    private static void addDepths(Sheet sheet, Results<InformationPlaneConfig, InformationPlaneResult> results) {
        String panel = "depth";
        sheet.panel(
                panel,
                "Steps to 95 % right",
                Axis.linear("hidden layers D").range(0.5, DEEPEST.length + 0.5),
                Axis.log10("step"));
        double[] x = new double[DEEPEST.length];
        Estimate[] y = new Estimate[x.length];
        Ends[] ends = new Ends[x.length];
        for (int d = 0; d < x.length; d++) {
            double[] steps = values(results.of(depths().get(d)), InformationPlane::accurateStep);
            int never = (int) Arrays.stream(steps).filter(Double::isNaN).count();
            x[d] = d + 1;
            y[d] = Estimate.ofGeometricMean(steps);
            ends[d] = new Ends(steps.length - never, never, 0);
        }
        sheet.points(panel, "tanh", 0, x, y, ends);
        sheet.legend(panel, Corner.NONE);
    }

    /** The first record's step with so many of the training patterns right. */
    private static double accurateStep(InformationPlaneResult run) {
        double[] accuracies = run.trainAccuracies();
        for (int k = 0; k < accuracies.length; k++) {
            if (accuracies[k] >= ACCURATE) {
                return run.recordSteps()[k];
            }
        }
        return Double.NaN;
    }

    private static List<Claim> claims(
            List<InformationPlaneResult> tanh,
            List<InformationPlaneResult> relu,
            BottleneckCurve curve,
            Bounded bounded) {
        List<Claim> claims = new ArrayList<>();
        claims.add(claim(
                "tanh-fall",
                "I(X;T) of the last hidden tanh layer falls by 2 bits or more from its later maximum",
                LEAST_FALL,
                MOST_INFORMATION,
                bounded.of(values(tanh, InformationPlaneResult::compression)),
                PAPER));
        claims.add(claim(
                "tanh-label",
                "its I(T;Y) at the end is 0.9 bit or more",
                LEAST_LABEL,
                1,
                bounded.of(values(tanh, InformationPlaneResult::finalLabelInformation)),
                PAPER));
        claims.add(claim(
                "relu-fall",
                "I(X;T) of the last hidden ReLU layer, in bins up to its largest activity at the record, falls by 0.6 bit"
                        + " or less",
                0,
                LARGEST_RELU_FALL,
                bounded.of(values(relu, InformationPlaneResult::compression)),
                CRITIQUE));
        claims.add(claim(
                "relu-fall-run",
                "the same in bins up to the largest activity of the run, where growing activities make I(X;T) rise at first"
                        + " by construction: the weaker test",
                0,
                LARGEST_RELU_FALL,
                bounded.of(values(relu, InformationPlaneResult::runBinnedCompression)),
                CRITIQUE));
        for (boolean isTanh : new boolean[] {true, false}) {
            List<InformationPlaneResult> runs = isTanh ? tanh : relu;
            String name = isTanh ? "tanh" : "relu";
            double[] bins = TANH.bins();
            for (int b = 0; b < bins.length; b++) {
                claims.add(orderClaim(name, runs, b));
            }
        }
        claims.add(claim(
                "bottleneck",
                "least distance of a layer below the bottleneck curve in all records and bins of these runs, tanh and ReLU,"
                        + " is 0 or more; T is a function of X, so this checks the implementation; one number, no interval",
                -CHORD,
                1,
                smallestMargin(tanh, relu, curve),
                "data processing; window from −0.001, by which chords may run below the curve"));
        claims.add(onsetClaim(tanh));
        claims.add(claim(
                "bins",
                "tanh's fall less ReLU's, paired, smallest of 15, 30 and 60 bins, is 0 or more",
                0,
                MOST_INFORMATION,
                smallestDifference(tanh, relu),
                CRITIQUE + "; sign only"));
        return claims;
    }

    /** Over the replicas in which the ratio rises above 1 and falls below it again; the others have no such step. */
    private static Claim onsetClaim(List<InformationPlaneResult> tanh) {
        double[] ratios = tanh.stream()
                .mapToDouble(
                        run -> fallBelowOne(run, record -> allGradientToNoise(run, record)) / run.compressionOnset())
                .filter(ratio -> !Double.isNaN(ratio))
                .toArray();
        return new Claim(
                "information-plane-onset",
                Claim.Kind.THEORY,
                "step at which the gradient of all layers falls below its noise over the step at which compression begins,"
                        + " tanh, "
                        + (ratios.length == tanh.size()
                                ? "in all " + tanh.size() + " replicas"
                                : "in the " + ratios.length + " of " + tanh.size()
                                        + " replicas where it rises above its noise and falls below; it does not in the"
                                        + " other " + (tanh.size() - ratios.length)),
                1,
                1 / ONSET_FACTOR,
                ONSET_FACTOR,
                Estimate.ofGeometricMean(ratios),
                PAPER + "; window a factor 3 either way");
    }

    /**
     * Norm of the gradient over its noise, all layers together: squares of both add up over the layers, each over the
     * square of the norm of the layer's weights, as the result and the paper have them.
     */
    private static double allGradientToNoise(InformationPlaneResult run, int record) {
        double[] mean = run.gradientMean();
        double[] noise = run.gradientNoise();
        int layers = run.hiddenLayers() + 1;
        double means = 0;
        double noises = 0;
        for (int at = record * layers; at < (record + 1) * layers; at++) {
            means += mean[at] * mean[at];
            noises += noise[at] * noise[at];
        }
        return Math.sqrt(means / noises);
    }

    /** The first record with three quarters of the training patterns right, else the last. */
    private static int learnt(InformationPlaneResult run) {
        double[] accuracies = run.trainAccuracies();
        return IntStream.range(0, accuracies.length)
                .filter(k -> accuracies[k] >= LEARNT)
                .findFirst()
                .orElse(accuracies.length - 1);
    }

    /**
     * The step at which a ratio falls below 1 from its largest value since the rule is half learnt, by logarithms
     * between records; NaN if that value is not above 1 or the ratio stays there.
     */
    private static double fallBelowOne(InformationPlaneResult run, IntToDoubleFunction ratio) {
        int peak = learnt(run);
        for (int k = peak + 1; k < run.records(); k++) {
            peak = ratio.applyAsDouble(k) > ratio.applyAsDouble(peak) ? k : peak;
        }
        if (!(ratio.applyAsDouble(peak) > 1)) {
            return Double.NaN;
        }
        double[] steps = run.recordSteps();
        for (int k = peak + 1; k < steps.length; k++) {
            double before = ratio.applyAsDouble(k - 1);
            double after = ratio.applyAsDouble(k);
            if (after < 1) {
                double share = StrictMath.log(before) / StrictMath.log(before / after);
                return steps[k - 1] * StrictMath.pow(steps[k] / steps[k - 1], share);
            }
        }
        return Double.NaN;
    }

    /** A claim of an inequality: theory gives ends of a window but no value. */
    private static Claim claim(
            String name, String statement, double low, double high, Estimate measured, String source) {
        return new Claim(
                "information-plane-" + name, Claim.Kind.THEORY, statement, Double.NaN, low, high, measured, source);
    }

    /**
     * That I(X;T) rises nowhere: one rise in a replica is one too many, so the replica is what is counted, and theory
     * has all of them pass.
     */
    private static Claim orderClaim(String name, List<InformationPlaneResult> runs, int bins) {
        double[] rises = largestRises(runs, bins);
        int rising = rising(rises);
        int number = (int) TANH.bins()[bins];
        return new Claim(
                "information-plane-" + name + "-order-" + number,
                Claim.Kind.THEORY,
                "share of replicas in which I(X;T) rises from no layer to the next at any record, "
                        + name + ", " + number + " bins; "
                        + (rising == 0
                                ? "none of " + runs.size() + " has a rise"
                                : String.format(
                                        Locale.ROOT,
                                        "%d of %d have a rise, the largest of %.2f bit",
                                        rising,
                                        runs.size(),
                                        largest(rises))),
                1,
                1 - Claim.STANDARD_WINDOW,
                1,
                Estimate.ofProportion(runs.size() - rising, runs.size()),
                PAPER + "; data processing, which binned layers need not obey; window the standard 10 %, cut at 1");
    }

    private static double[] largestRises(List<InformationPlaneResult> runs, int bins) {
        return values(runs, run -> largestRise(run, bins));
    }

    private static int rising(double[] rises) {
        return (int) Arrays.stream(rises).filter(rise -> !(rise <= ROUNDING)).count();
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).max().orElse(Double.NaN);
    }

    private static double largestRise(InformationPlaneResult run, int bins) {
        double largest = 0;
        for (int k = 0; k < run.records(); k++) {
            for (int l = 1; l < run.hiddenLayers(); l++) {
                largest = Math.max(largest, run.inputInformation(bins, k, l) - run.inputInformation(bins, k, l - 1));
            }
        }
        return largest;
    }

    /** The minimum over these runs, which is known exactly: both ends are the number itself. */
    private static Estimate smallestMargin(
            List<InformationPlaneResult> tanh, List<InformationPlaneResult> relu, BottleneckCurve curve) {
        double smallest = Stream.concat(tanh.stream(), relu.stream())
                .mapToDouble(run -> smallestMargin(run, curve))
                .min()
                .orElse(Double.NaN);
        return new Estimate(smallest, Double.NaN, smallest, smallest, tanh.size() + relu.size());
    }

    private static double smallestMargin(InformationPlaneResult run, BottleneckCurve curve) {
        double smallest = Double.POSITIVE_INFINITY;
        for (int b = 0; b < TANH.bins().length; b++) {
            for (int k = 0; k < run.records(); k++) {
                for (int l = 0; l < run.hiddenLayers(); l++) {
                    double most = curve.at(run.inputInformation(b, k, l));
                    smallest = Math.min(smallest, most - run.labelInformation(b, k, l));
                }
            }
        }
        return smallest;
    }

    private static Estimate smallestDifference(List<InformationPlaneResult> tanh, List<InformationPlaneResult> relu) {
        Estimate smallest = null;
        for (int b = 0; b < TANH.bins().length; b++) {
            double[] difference = new double[tanh.size()];
            for (int r = 0; r < difference.length; r++) {
                difference[r] = tanh.get(r).compression(b) - relu.get(r).compression(b);
            }
            Estimate estimate = Estimate.ofMean(difference);
            smallest = smallest == null || estimate.mean() < smallest.mean() ? estimate : smallest;
        }
        return smallest;
    }
}
