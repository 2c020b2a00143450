package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Line.powers;
import static org.noisebook.figure.Reduction.geometric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.model.Ends;
import org.noisebook.regime.DipoleRule;
import org.noisebook.regime.InformationPlaneConfig;
import org.noisebook.regime.InformationPlaneResult;
import org.noisebook.regime.InformationPlaneStudy;
import org.noisebook.stats.BottleneckCurve;
import org.noisebook.stats.Estimate;

/** tanh and ReLU layers in the information plane, the fall of I(X;T) once the rule is learnt, gradient over noise. */
public final class InformationPlane extends Story {
    static final InformationPlaneStudy STUDY = new InformationPlaneStudy();
    static final InformationPlaneConfig TANH = STUDY.defaults();
    private static final InformationPlaneConfig RELU =
            Schema.with(TANH, "activation", Activation.RELU, "initialScale", StrictMath.sqrt(2));
    private static final double[] BINS = TANH.bins().toArray();
    private static final int LAYERS = TANH.hiddenWidths().size();
    /** Hidden widths of the sweep of layers: the last so many of these. */
    private static final double[] DEEPEST = {12, 10, 7, 5, 4, 3};

    /** Multipliers of the bottleneck, dense above 1, where nearly all label information comes at once. */
    private static final double[] BETAS = Arrays.stream(powers(0x1p-10, StrictMath.sqrt(2), 41))
            .map(excess -> 1 + excess)
            .toArray();

    /** Sums of thousands of logarithms. */
    private static final double ROUNDING = 1e-9;

    static final String PAPER = "Shwartz-Ziv and Tishby 2017, arXiv 1703.00810";
    static final String CRITIQUE = "Saxe et al. 2018, doi:10.1088/1742-5468/ab3985";

    /** The figure. */
    public InformationPlane() {
        super(
                "information-plane",
                "Layers in the information plane: compression with tanh and with ReLU",
                STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(16, 48);
        var tanh = board.cell(STUDY, TANH);
        var relu = board.cell(STUDY, RELU);
        var noise = InformationControls.cells(board);
        var depths = board.choose(false, true) ? depths(board) : null;
        DipoleRule rule = new DipoleRule(TANH.sharpness());
        BottleneckCurve curve = rule.bottleneck(BETAS);
        tellPlane(board, "tanh", "tanh layers", tanh, curve.upTo(DipoleRule.BITS));
        tellPlane(board, "relu", "ReLU layers", relu, curve.upTo(DipoleRule.BITS));
        tellInformation(board, tanh, relu);
        tellGradients(board, tanh);
        InformationControls.tell(board, noise, relu);
        Optional.ofNullable(depths).ifPresent(line -> tellDepths(board, line));
        tellFalls(board, tanh, relu);
        tellOrder(board, "tanh", tanh.runs());
        tellOrder(board, "relu", relu.runs());
        tellBottleneck(board, Stream.of(tanh, relu).flatMap(cell -> cell.runs().stream()), curve);
        tellOnset(board, tanh.runs());
        Estimate leastDifference = IntStream.range(0, BINS.length)
                .mapToObj(b -> tanh.less(relu, run -> run.compression(b)))
                .min(Comparator.comparingDouble(Estimate::mean))
                .orElseThrow();
        board.claim("bins", "tanh's fall less ReLU's, paired, smallest of 15, 30 and 60 bins, is 0 or more")
                .in("input")
                .above(0)
                .of(leastDifference)
                .from(CRITIQUE + "; sign only");
        board.caption(
                "Networks 12–10–7–5–4–3–2 learn a balanced rule of 12 bits, I(X;Y) = {} bit; SGD on cross-entropy with B = {},"
                        + " η = {}, {} steps, 85 % of the 4096 patterns. (a, b) Means over {} replicas of I(X;T) and I(T;Y) of"
                        + " each hidden layer, exact for activities in 30 bins, at four steps a decade; bars: 95 % bootstrap"
                        + " intervals of I(T;Y). Dotted: in order of time, to the green circle. Solid: the bottleneck curve,"
                        + " above which no representation can lie. (c) Last hidden layer, with 95 % bootstrap intervals; tanh"
                        + " binned on [−1, 1], ReLU on [0, largest activity at the step] or in the run. (d) tanh: norm of the"
                        + " gradient over the standard deviation of a batch's, geometric means with 95 % t intervals of the"
                        + " logarithms; all: squares added up, each over that of the weights' norm. (e) As (c), {}.{}",
                String.format(Locale.ROOT, "%.3f", rule.information()),
                TANH.batchSize(),
                TANH.learningRate(),
                TANH.steps(),
                n,
                board.choose("η = 1, 1200 steps, 4 replicas", "16 replicas"),
                board.choose(
                        "", " (f) tanh: first record with 95 % right for the last 1 to 6 of widths 12–10–7–5–4–3."));
    }

    /** Networks of 1 to 6 hidden layers, each ending with the same narrow ones. */
    private static Line<InformationPlaneConfig, InformationPlaneResult> depths(Board board) {
        int most = DEEPEST.length;
        return board.along(
                STUDY,
                numbered(most),
                d -> Schema.with(TANH, "hiddenWidths", Arrays.copyOfRange(DEEPEST, most - (int) d, most)));
    }

    /** A mean that stays in the range of what it averages; every one sees the same resamples of the replicas. */
    static Reduction<InformationPlaneResult> bounded(Board board, ToDoubleFunction<InformationPlaneResult> value) {
        return Reduction.resampledMean(() -> board.stream("bootstrap/information-plane"), value);
    }

    /** The records that are shown: every third, the last included. */
    private static int[] shown(Cell<?, InformationPlaneResult> cell) {
        int last = cell.runs().get(0).records() - 1;
        return IntStream.rangeClosed(0, last).filter(k -> (last - k) % 3 == 0).toArray();
    }

    private static String layer(int layer) {
        return "layer " + (layer + 1);
    }

    private static void tellPlane(
            Board board, String name, String title, Cell<?, InformationPlaneResult> cell, BottleneckCurve curve) {
        Plot plot = board.plot(
                name,
                title,
                Axis.linear("input information I(X;T) (bit)").range(0, DipoleRule.BITS + 0.5),
                Axis.linear("label information I(T;Y) (bit)").range(0, 1.05));
        int[] records = shown(cell);
        int last = records.length - 1;
        double[] end = new double[LAYERS];
        for (int l = 0; l < LAYERS; l++) {
            int layer = l;
            double[] x = Arrays.stream(records)
                    .mapToDouble(k -> cell.mean(run -> run.inputInformation(0, k, layer)))
                    .toArray();
            plot.points(layer(l), x, cell, k -> bounded(board, run -> run.labelInformation(0, records[k], layer)));
            end[l] = x[last];
        }
        plot.points("last step", end, cell, l -> bounded(board, run -> run.labelInformation(0, records[last], l)));
        plot.colour(Plot.GREY)
                .named("bottleneck curve")
                .line(LineKind.THEORY, "bottleneck", curve.input(), curve.label());
        IntStream.range(0, LAYERS).forEach(l -> plot.joined(layer(l)).legend(Corner.BELOW));
    }

    /** A number at the steps that are shown, but for the start, which cannot stand on a logarithmic axis. */
    static void tellSteps(
            Plot plot,
            String series,
            Cell<?, InformationPlaneResult> cell,
            IntFunction<Reduction<InformationPlaneResult>> ofRecord) {
        int[] records = Arrays.stream(shown(cell)).filter(k -> k > 0).toArray();
        double[] steps = cell.runs().get(0).recordSteps().toArray();
        double[] x = Arrays.stream(records).mapToDouble(k -> steps[k]).toArray();
        plot.points(series, x, cell, k -> ofRecord.apply(records[k]));
    }

    private static void tellInformation(
            Board board, Cell<?, InformationPlaneResult> tanh, Cell<?, InformationPlaneResult> relu) {
        Plot plot = board.plot(
                "input", "Last hidden layer", Axis.log10("step"), Axis.linear("input information I(X;T₅) (bit)"));
        for (var cell : List.of(tanh, relu)) {
            for (int b = 0; b < BINS.length; b++) {
                int bins = b;
                tellSteps(
                        plot,
                        (cell == tanh ? "tanh, " : "ReLU, ") + (int) BINS[b] + " bins",
                        cell,
                        record -> bounded(board, run -> run.inputInformation(bins, record, LAYERS - 1)));
            }
        }
        tellSteps(
                plot,
                "ReLU, 30 bins of the run",
                relu,
                record -> bounded(board, run -> run.runBinned().get(record)));
        plot.legend(Corner.BELOW);
    }

    private static void tellGradients(Board board, Cell<?, InformationPlaneResult> tanh) {
        Plot plot =
                board.plot("gradient", "Gradient over noise", Axis.log10("step"), Axis.log10("signal to noise ‖μ‖/σ"));
        for (int l = 0; l <= LAYERS; l++) {
            int layer = l;
            String series = l < LAYERS ? layer(l) : "scores";
            tellSteps(plot, series, tanh, record -> geometric(run -> run.gradientToNoise(record, layer)));
        }
        tellSteps(plot, "all", tanh, record -> geometric(run -> run.allGradientToNoise(record)));
        plot.colour(Plot.GREY)
                .named("‖μ‖ = σ")
                .law("one", new double[] {1, TANH.steps()}, step -> 1)
                .legend(Corner.BELOW);
    }

    /** Where every replica got there; the others count as capped. */
    private static void tellDepths(Board board, Line<?, InformationPlaneResult> depths) {
        Ends[] ends = Arrays.stream(depths.values(run -> run.firstStep(0.95)))
                .map(Ends::reached)
                .toArray(Ends[]::new);
        board.plot(
                        "depth",
                        "Steps to 95 % right",
                        Axis.linear("hidden layers D").range(0.5, DEEPEST.length + 0.5),
                        Axis.log10("step"))
                .points("tanh", depths.x(), depths.each(geometric(run -> run.firstStep(0.95))), ends)
                .legend(Corner.NONE);
    }

    private static void tellFalls(
            Board board, Cell<?, InformationPlaneResult> tanh, Cell<?, InformationPlaneResult> relu) {
        board.claim("tanh-fall", "I(X;T) of the last hidden tanh layer falls by 2 bits or more from its later maximum")
                .in("input")
                .above(2)
                .of(tanh.the(bounded(board, InformationPlaneResult::compression)))
                .from(PAPER);
        board.claim("tanh-label", "its I(T;Y) at the end is 0.9 bit or more")
                .in("tanh")
                .above(0.9)
                .of(tanh.the(bounded(board, InformationPlaneResult::finalLabelInformation)))
                .from(PAPER);
        board.claim(
                        "relu-fall",
                        "I(X;T) of the last hidden ReLU layer, in bins up to its largest activity at the record, falls by"
                                + " 0.6 bit or less")
                .in("input")
                .below(0.6)
                .of(relu.the(bounded(board, InformationPlaneResult::compression)))
                .from(CRITIQUE);
        board.claim(
                        "relu-fall-run",
                        "the same in bins up to the largest activity of the run, where growing activities make I(X;T) rise"
                                + " at first by construction: the weaker test")
                .in("input")
                .below(0.6)
                .of(relu.the(bounded(board, InformationPlaneResult::runBinnedCompression)))
                .from(CRITIQUE);
    }

    /** That I(X;T) rises nowhere: one rise in a replica is one too many, so the replica is what is counted. */
    private static void tellOrder(Board board, String name, List<InformationPlaneResult> runs) {
        int n = runs.size();
        for (int b = 0; b < BINS.length; b++) {
            int bins = b;
            double[] rises = runs.stream()
                    .mapToDouble(run -> run.largestRise(bins))
                    .sorted()
                    .toArray();
            long rising =
                    Arrays.stream(rises).filter(rise -> !(rise <= ROUNDING)).count();
            String found = rising == 0
                    ? "none of " + n + " has a rise"
                    : String.format(
                            Locale.ROOT, "%d of %d have a rise, the largest of %.2f bit", rising, n, rises[n - 1]);
            board.claim(
                            name + "-order-" + (int) BINS[b],
                            "share of replicas in which I(X;T) rises from no layer to the next at any record, " + name
                                    + ", " + (int) BINS[b] + " bins; " + found)
                    .in(name)
                    .above(board.choose(0.75, 0.9))
                    .proportion(n - rising, n)
                    .from(PAPER
                            + "; data processing, which binned layers need not obey; the bound below the low end of Wilson's"
                            + " interval where none rises");
        }
    }

    /** The least over these runs, which is known exactly: both ends are the number itself. */
    private static void tellBottleneck(Board board, Stream<InformationPlaneResult> runs, BottleneckCurve curve) {
        double[] margins = runs.mapToDouble(run -> run.leastBelow(curve)).toArray();
        double smallest = Arrays.stream(margins).min().orElse(Double.NaN);
        board.claim(
                        "bottleneck",
                        "least distance of a layer below the bottleneck curve in all records and bins of these runs, tanh"
                                + " and ReLU, is 0 or more; T is a function of X, so this checks the implementation; one"
                                + " number, no interval")
                .in("tanh")
                .above(-1e-3)
                .of(new Estimate(smallest, Double.NaN, smallest, smallest, margins.length))
                .from("data processing; window from −0.001, by which chords may run below the curve");
    }

    /** Over the replicas in which the ratio rises above 1 and falls below it again; the others have no such step. */
    private static void tellOnset(Board board, List<InformationPlaneResult> tanh) {
        double[] ratios = tanh.stream()
                .mapToDouble(run -> run.fallBelowOne(run::allGradientToNoise) / run.compressionOnset())
                .filter(ratio -> !Double.isNaN(ratio))
                .toArray();
        int n = tanh.size();
        String where = ratios.length == n
                ? "in all " + n + " replicas"
                : "in the " + ratios.length + " of " + n + " replicas where it rises above its noise and falls below;"
                        + " it does not in the other " + (n - ratios.length);
        board.claim(
                        "onset",
                        "step at which the gradient of all layers falls below its noise over the step at which compression"
                                + " begins, tanh, " + where)
                .in("gradient")
                .theory(1)
                .window(1 / 3.0, 3)
                .of(Estimate.ofGeometricMean(ratios))
                .from(PAPER + "; window a factor 3 either way");
    }
}
