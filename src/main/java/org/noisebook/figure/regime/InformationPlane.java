package org.noisebook.figure.regime;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.chart.Corner;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.regime.DipoleRule;
import org.noisebook.regime.InformationPlaneConfig;
import org.noisebook.regime.InformationPlaneResult;
import org.noisebook.regime.InformationPlaneStudy;
import org.noisebook.stats.BottleneckCurve;
import org.noisebook.stats.Estimate;

/** tanh and ReLU layers in the information plane, and the fall of I(X;T) once the rule is learnt, with noise and without. */
public final class InformationPlane extends Story {
    private static final InformationPlaneStudy STUDY = new InformationPlaneStudy();
    private static final InformationPlaneConfig TANH = STUDY.defaults();
    private static final InformationPlaneConfig RELU =
            Schema.with(TANH, "activation", Activation.RELU, "initialScale", StrictMath.sqrt(2));
    private static final double[] BINS = TANH.bins().toArray();
    private static final int LAYERS = TANH.hiddenWidths().size();

    /** Sums of thousands of logarithms. */
    private static final double ROUNDING = 1e-9;

    private static final String PAPER = "Shwartz-Ziv and Tishby 2017, arXiv 1703.00810";
    private static final String DIFFUSION = PAPER + "; diffusion compresses";
    private static final String CRITIQUE = "Saxe et al. 2018, doi:10.1088/1742-5468/ab3985";

    /** Bits that a ReLU layer may lose and count as one that does not compress, set before the run. */
    private static final double RELU_BOUND = 0.6;

    /** The figure. */
    public InformationPlane() {
        super("information-plane", "Layers in the information plane, with tanh and with ReLU", STUDY.sources());
    }

    @Override
    protected void tell(Board board) {
        int n = board.replicas(12, 48);
        var tanh = board.cell(STUDY, TANH);
        var relu = board.cell(STUDY, RELU);
        String rest = ", bins=[30]" + board.choose(", learningRate=1, steps=1200", "");
        board.replicas(4, 16);
        var noisy = board.cell(STUDY, Schema.with(TANH, "batchSize=256" + rest));
        var still = board.cell(STUDY, Schema.with(TANH, "batchSize=3482" + rest));
        // Multipliers dense above 1, where nearly all label information comes at once.
        double[] excess = powers(0x1p-10, StrictMath.sqrt(2), 41);
        BottleneckCurve curve = new DipoleRule(TANH.sharpness())
                .bottleneck(Arrays.stream(excess).map(e -> 1 + e).toArray());
        tellPlane(board, "tanh", tanh, curve.upTo(DipoleRule.BITS)).legend(Corner.BOTTOM_LEFT);
        tellPlane(board, "ReLU", relu, curve.upTo(DipoleRule.BITS)).legend(Corner.NONE);
        Axis step = Axis.log10("step");
        Axis bits = Axis.linear("input information (bit)").range(0, 10);
        Plot plot = board.plot("input", "Last layer: tanh forgets late in training", step, bits);
        tellInput(board, plot, "tanh", tanh);
        tellInput(board, plot, "ReLU", relu);
        tellSteps(
                board,
                plot,
                "ReLU, fixed bins",
                relu,
                (run, k) -> run.runBinned().get(k));
        plot.legend(Corner.NONE).text(1, 9.3, "tanh").text(1, 4.8, "ReLU").text(1, 1.3, "ReLU, in bins of one size");
        plot = board.plot("noise", "Last layer: tanh forgets without noise too", step, bits);
        tellInput(board, plot, "SGD: noise", noisy);
        tellInput(board, plot, "all patterns a step: no noise", still);
        plot.legend(Corner.BOTTOM_LEFT);
        tellFalls(board, tanh, relu);
        tellNoise(board, noisy, still, relu.runs());
        tellOrder(board, "tanh", tanh.runs());
        tellOrder(board, "relu", relu.runs());
        tellBottleneck(board, Stream.of(tanh, relu).flatMap(cell -> cell.runs().stream()), curve);
        tellOnset(board, tanh.runs());
        board.where("input, label information: what a layer tells of its input, of the class; forgetting: input"
                + " information lost since each network's late peak (that of the means is lower)");
        board.layout(plate -> plate.size(170, 0.72));
        board.caption(
                "Networks 12–10–7–5–4–3–2 learn a balanced rule of 12 bits; SGD on cross-entropy with B = {},"
                        + " η = {}, {} steps, 85 % of the 4096 patterns. (a, b) Paths in time of each hidden layer, arrows"
                        + " half-way: means over {} replicas, exact for activities in 30 bins; no representation can lie above"
                        + " the bottleneck curve. (c) tanh binned on [−1, 1], ReLU on [0, largest activity at the step] or,"
                        + " fixed, in the run. (d) As (c), SGD beside descent on all patterns a step from the same start, {}."
                        + " Bars: 95 % bootstrap intervals.",
                TANH.batchSize(),
                TANH.learningRate(),
                TANH.steps(),
                n,
                board.choose("η = 1, 1200 steps, n = 4", "n = 16"));
    }

    /** The records that are shown: every third, the last included. */
    private static int[] shown(Cell<?, InformationPlaneResult> cell) {
        int last = cell.runs().get(0).records() - 1;
        return IntStream.rangeClosed(0, last).filter(k -> (last - k) % 3 == 0).toArray();
    }

    /** Paths of the layers; each that does not begin at the top bears its number half-way up. */
    private static Plot tellPlane(
            Board board, String units, Cell<?, InformationPlaneResult> cell, BottleneckCurve curve) {
        Plot plot = board.plot(
                units.toLowerCase(Locale.ROOT),
                units + ": layers 1 to 5 " + (units.equals("tanh") ? "turn left: forget" : "go up: forget less"),
                Axis.linear("input information I(X;T) (bit)").range(0, DipoleRule.BITS + 0.5),
                Axis.linear("label information I(T;Y) (bit)").range(0, 1.05));
        int[] records = shown(cell);
        int last = records[records.length - 1];
        double[] start = new double[LAYERS];
        double[] end = new double[LAYERS];
        for (int l = 0; l < LAYERS; l++) {
            int layer = l;
            double[] x = Arrays.stream(records)
                    .mapToDouble(k -> cell.mean(run -> run.inputInformation(0, k, layer)))
                    .toArray();
            double[] y = Arrays.stream(records)
                    .mapToDouble(k -> cell.mean(run -> run.labelInformation(0, k, layer)))
                    .toArray();
            start[l] = x[0];
            end[l] = x[x.length - 1];
            plot.colour(2).named("").line(LineKind.PATH, "layer " + (l + 1), x, y);
            if (y[0] < 0.9) {
                int middle =
                        (int) Arrays.stream(y).filter(v -> v < (y[0] + 1) / 2).count();
                plot.text(x[middle], y[middle], String.valueOf(l + 1));
            }
        }
        return plot.colour(5)
                .points("first step", start, cell, l -> bounded(board, run -> run.labelInformation(0, records[0], l)))
                .colour(0)
                .points("last step", end, cell, l -> bounded(board, run -> run.labelInformation(0, last, l)))
                .colour(Plot.GREY)
                .named("limit: no layer lies above")
                .line(LineKind.THEORY, "bottleneck", curve.input(), curve.label());
    }

    /** A mean that stays in the range of what it averages; every one sees the same resamples of the replicas. */
    private static Reduction<InformationPlaneResult> bounded(
            Board board, ToDoubleFunction<InformationPlaneResult> value) {
        return Reduction.resampledMean(() -> board.stream("bootstrap/information-plane"), value);
    }

    /** I(X;T) of the last hidden layer in 30 bins. */
    private static void tellInput(Board board, Plot plot, String series, Cell<?, InformationPlaneResult> cell) {
        tellSteps(board, plot, series, cell, (run, k) -> run.inputInformation(0, k, LAYERS - 1));
    }

    /** A number at the steps that are shown, but for the start, which cannot stand on a logarithmic axis. */
    private static void tellSteps(
            Board board,
            Plot plot,
            String series,
            Cell<?, InformationPlaneResult> cell,
            ToDoubleBiFunction<InformationPlaneResult, Integer> ofRecord) {
        int[] records = Arrays.stream(shown(cell)).filter(k -> k > 0).toArray();
        double[] steps = cell.runs().get(0).recordSteps().toArray();
        double[] x = Arrays.stream(records).mapToDouble(k -> steps[k]).toArray();
        plot.points(series, x, cell, k -> bounded(board, run -> ofRecord.applyAsDouble(run, records[k])));
    }

    private static void tellFalls(
            Board board, Cell<?, InformationPlaneResult> tanh, Cell<?, InformationPlaneResult> relu) {
        Plot input = board.plot("input");
        input.claim("tanh-fall", "I(X;T) of the last hidden tanh layer falls by 2 bits or more from its later maximum")
                .says("The last tanh layer forgets late: {} bit from each network's peak")
                .above(2)
                .judge(tanh.the(bounded(board, InformationPlaneResult::compression)), PAPER);
        board.plot("tanh")
                .claim("tanh-label", "its I(T;Y) at the end is 0.9 bit or more")
                .above(0.9)
                .judge(tanh.the(bounded(board, InformationPlaneResult::finalLabelInformation)), PAPER);
        input.claim(
                        "relu-fall",
                        "I(X;T) of the last hidden ReLU layer, in bins up to its largest activity at the record, falls by"
                                + " 0.6 bit or less")
                .says("The last ReLU layer does not: {} bit")
                .or(
                        "The last ReLU layer forgets less, yet more than the 0.6 bit foretold: {} bit",
                        "The last ReLU layer forgets less: {} bit")
                .below(RELU_BOUND)
                .judge(relu.the(bounded(board, InformationPlaneResult::compression)), CRITIQUE);
        input.claim(
                        "relu-fall-run",
                        "the same in bins up to the largest activity of the run, where growing activities make I(X;T) rise"
                                + " at first by construction: the weaker test")
                .below(RELU_BOUND)
                .judge(relu.the(bounded(board, InformationPlaneResult::runBinnedCompression)), CRITIQUE);
        Estimate least = IntStream.range(0, BINS.length)
                .mapToObj(b -> tanh.less(relu, run -> run.compression(b)))
                .reduce((a, b) -> a.mean() <= b.mean() ? a : b)
                .orElseThrow();
        input.claim("bins", "tanh's fall less ReLU's, paired, smallest of 15, 30 and 60 bins, is 0 or more")
                .above(0)
                .judge(least, CRITIQUE + "; sign only");
    }

    /** Descent on all patterns beside SGD from the same start, and ReLU layers that diffuse. */
    private static void tellNoise(
            Board board,
            Cell<?, InformationPlaneResult> noisy,
            Cell<?, InformationPlaneResult> still,
            List<InformationPlaneResult> relu) {
        Plot noise = board.plot("noise");
        noise.claim(
                        "full-batch-fall",
                        "without noise, on all patterns a step, it falls by more than 0.6 bit, the bound set for ReLU before the"
                                + " run")
                .above(RELU_BOUND)
                .judge(still.the(Reduction.mean(InformationPlaneResult::compression)), CRITIQUE);
        noise.claim(
                        "noise-share",
                        "noise makes half of the fall or more: half the fall of SGD less that on all patterns a step, same start,"
                                + " rate and steps, is 0 or more")
                .says("Noise causes at least half of the forgetting")
                .or("Noise of SGD is not the main cause: without it the last tanh layer forgets over half as much", "")
                .above(0)
                .of(Estimate.ofMean(
                        noisy.paired(still, InformationPlaneResult::compression, (sgd, all) -> sgd / 2 - all)))
                .from(DIFFUSION);
        double[] diffusing = relu.stream()
                .filter(run -> !Double.isNaN(run.fallBelowOne(run::allGradientToNoise)))
                .mapToDouble(InformationPlaneResult::compression)
                .toArray();
        board.claim(
                        "relu-diffusion",
                        "where ReLU's gradient rises above its noise and falls below, " + diffusing.length + " of "
                                + relu.size() + " replicas, I(X;T) falls by tanh's 2 bits or more")
                .above(2)
                .judge(Estimate.ofMean(diffusing), DIFFUSION);
    }

    /** That I(X;T) rises nowhere: one rise in a replica is one too many, so the replica is what is counted. */
    private static void tellOrder(Board board, String name, List<InformationPlaneResult> runs) {
        int n = runs.size();
        for (int b = 0; b < BINS.length; b++) {
            int bins = b;
            double[] rises = runs.stream()
                    .mapToDouble(run -> run.largestRise(bins))
                    .filter(rise -> !(rise <= ROUNDING))
                    .sorted()
                    .toArray();
            int rising = rises.length;
            String found = rising == 0
                    ? "none of " + n + " has a rise"
                    : String.format(
                            Locale.ROOT, "%d of %d have a rise, the largest of %.2f bit", rising, n, rises[rising - 1]);
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
                .theory(1)
                .window(1 / 3.0, 3)
                .judge(Estimate.ofGeometricMean(ratios), PAPER + "; window a factor 3 either way");
    }
}
