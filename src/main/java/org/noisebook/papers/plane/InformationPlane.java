package org.noisebook.papers.plane;

import static org.noisebook.figure.Line.powers;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleBiFunction;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.noisebook.chart.Axis;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/**
 * The layers of a small tanh or ReLU network in the plane of I(X;T) and I(T;Y) while it learns a 12-bit rule by SGD, and the decrease of
 * I(X;T) once the rule is learnt, with and without SGD noise.
 *
 * <p>All 4096 patterns are equally likely; labels are drawn once from {@link DipoleRule}, and training minimises the cross-entropy of the
 * training patterns. Both informations are exact for the binned activities of a layer, with P(y|x) of the rule: tanh is binned on [−1, 1],
 * ReLU on [0, largest activity of the layer at that record] and, for the last hidden layer, also on [0, its largest activity in the run].
 *
 * <p><b>Streams</b>: {@code data} for labels and the split; {@code order} for the batches, drawn from a random order that is redrawn when
 * fewer patterns than a batch are left. <b>Cost</b>: about 2 s of one core for 12 000 steps of the standard config.
 */
@Paper(
        key = "1703.00810",
        title = "Opening the Black Box of Deep Neural Networks via Information",
        cite = {
            "Shwartz-Ziv, Tishby 2017, arXiv 1703.00810",
            "Saxe, Bansal, Dapello, Advani, Kolchinsky, Tracey, Cox 2018, On the Information Bottleneck Theory of"
                    + " Deep Learning, doi:10.1088/1742-5468/ab3985"
        },
        study = "information-plane",
        version = 2,
        does = "Layers of a small network in the information plane, during SGD on all 12-bit patterns",
        figure = "information-plane",
        shows = "Layers in the information plane, with tanh and with ReLU",
        streams = {"init", "data", "order"})
public final class InformationPlane extends OnePaper<InformationPlane.Config, InformationPlane.Result> {
    private static final int MOST_HIDDEN = 20;
    private static final int MOST_BIN_COUNTS = 10;

    /**
     * One training of a small network on 12-bit patterns, with its layers recorded in the information plane; the default widths are those of
     * Shwartz-Ziv and Tishby.
     *
     * <p>The default learning rate was chosen once, in a pilot at root seed 1000 with five tanh replicas at 0.03, 0.1, 0.2 and 0.3 and
     * three ReLU replicas at 0.03, 0.1 and 0.3: at 0.1 every tanh network learns at least 0.9997 of the training patterns and every ReLU
     * network at least 0.9977. Weights start from N(0, initialScale²/fan-in), biases from 0.
     */
    public record Config(
            @Parameter(
                    standard = "[10; 7; 5; 4; 3]",
                    range = "each in [1, 64]",
                    value = "units of the hidden layers, from the input on")
            Doubles hiddenWidths,

            @Parameter(standard = "tanh", value = "tanh or relu")
            Activation activation,

            @Parameter(
                    standard = "1",
                    range = "(0, 100]",
                    value = "standard deviation of initial weights times √fan-in")
            double initialScale,

            @Parameter(
                    standard = "4",
                    symbol = "γ",
                    range = "(0, 1e6]",
                    value = "sharpness of the rule that sets the labels")
            double sharpness,

            @Parameter(standard = "0.85", range = "[0.01, 0.99]", value = "share of the 4096 patterns in training")
            double trainShare,

            @Parameter(
                    standard = "256",
                    symbol = "B",
                    range = "[1, 4096]",
                    value = "patterns per step; every pattern once per epoch")
            int batchSize,

            @Parameter(standard = "0.1", symbol = "η", range = "(0, 1e6]", value = "learning rate")
            double learningRate,

            @Parameter(standard = "0", symbol = "μ", range = "[0, 0.9999]", value = "momentum")
            double momentum,

            @Parameter(standard = "12000", range = "[1, 10000000]", value = "steps of SGD")
            int steps,

            @Parameter(
                    standard = "[30; 15; 60]",
                    range = "each in [1, 1000]",
                    value = "numbers of equal bins per activity, the first for scalar results")
            Doubles bins,

            @Parameter(standard = "12", range = "[1, 50]", value = "records per decade of steps")
            int recordsPerDecade) {
        /** Rejects combinations that ranges cannot express. */
        public Config {
            Ranges.check(
                    Config.class,
                    hiddenWidths,
                    activation,
                    initialScale,
                    sharpness,
                    trainShare,
                    batchSize,
                    learningRate,
                    momentum,
                    steps,
                    bins,
                    recordsPerDecade);
            Check.inRange("batchSize", batchSize, 1, "4096 trainShare", trainSize(trainShare));
            checkWhole("hiddenWidths", hiddenWidths, MOST_HIDDEN);
            checkWhole("bins", bins, MOST_BIN_COUNTS);
            if (activation != Activation.TANH && activation != Activation.RELU) {
                throw new IllegalArgumentException("activation must be tanh or relu, got " + activation);
            }
        }

        private static void checkWhole(String name, Doubles values, int most) {
            Check.inRange(name + ".length", values.size(), 1, most);
            for (double value : values.toArray()) {
                if (value != Math.rint(value)) {
                    throw new IllegalArgumentException(name + " must be whole numbers, got " + value);
                }
            }
        }

        private static int trainSize(double share) {
            return (int) Math.rint(share * DipoleRule.INPUTS);
        }

        /** Number of training patterns. */
        int trainSize() {
            return trainSize(trainShare);
        }

        /** Widths from the 12 inputs to the two scores. */
        int[] widths() {
            return IntStream.concat(
                            IntStream.concat(
                                    IntStream.of(DipoleRule.BITS),
                                    hiddenWidths.stream().mapToInt(width -> (int) width)),
                            IntStream.of(2))
                    .toArray();
        }

        /** Steps of the records: 0, about recordsPerDecade a decade, the last. */
        public int[] recordSteps() {
            int last = (int) Math.ceil(recordsPerDecade * StrictMath.log10(steps));
            return IntStream.concat(
                            IntStream.of(0, steps), IntStream.range(0, last).map(k ->
                                    (int) Math.rint(StrictMath.pow(10, (double) k / recordsPerDecade))))
                    .filter(step -> step <= steps)
                    .sorted()
                    .distinct()
                    .toArray();
        }

        /** Index of the information of a layer at a record for a number of bins in the lists of the result, all counted from 0. */
        public int index(int whichBins, int record, int layer) {
            return (whichBins * recordSteps().length + record) * hiddenWidths.size() + layer;
        }

        /** Length of these lists. */
        public int informations() {
            return index(bins.size(), 0, 0);
        }
    }

    /**
     * The result of one training in the information plane. The later maximum of a quantity is its largest value once
     * three quarters of the training patterns are right. The gradient falls below its noise where the ratio of their norms, over all layers,
     * drops below 1 after a later maximum above 1.
     */
    public record Result(
            @Parameter(symbol = "I(X;T)", value = "I(X;T) of the last hidden layer at the end, in bits")
            double finalInputInformation,

            @Parameter(symbol = "I(T;Y)", value = "I(T;Y) of the last hidden layer at the end, in bits")
            double finalLabelInformation,

            @Parameter("fall of the last hidden layer's I(X;T) from its later maximum to the end, in bits")
            double compression,

            @Parameter("step of that maximum") double compressionOnset,

            @Parameter("the same fall for ReLU, with bins up to its largest activity in the run")
            double runBinnedCompression,

            @Parameter("step at which the gradient falls below its noise, NaN if it never does")
            double noiseStep,

            @Parameter("training accuracy at the end") double trainAccuracy,

            @Parameter("test accuracy at the end") double testAccuracy,

            @Parameter(length = "bins", value = "the fall of I(X;T), by number of bins")
            Doubles compressions,

            @Parameter(
                    length = "bins",
                    value =
                            "largest rise of I(X;T) from one hidden layer to the next at any record, 0 for none, by number of bins")
            Doubles largestRises,

            @Parameter(length = "informations", value = "I(X;T) in bits, [bins][records][hidden layers]")
            Doubles inputInformation,

            @Parameter(length = "informations", value = "I(T;Y) in bits, [bins][records][hidden layers]")
            Doubles labelInformation,

            @Parameter(
                    length = "recordSteps",
                    value =
                            "I(X;T) of the last hidden layer in bits, ReLU in bins up to its largest activity in the run")
            Doubles runBinned,

            @Parameter("norm of the gradient over that of the weights, [records][weight layers]")
            Doubles gradientMean,

            @Parameter(
                    "standard deviation of a batch's gradient over the norm of the weights, [records][weight layers]")
            Doubles gradientNoise,

            @Parameter("mean cross-entropy of the training patterns at the records")
            Doubles trainLosses,

            @Parameter("mean cross-entropy of the test patterns at the records")
            Doubles testLosses,

            @Parameter("training accuracy at the records") Doubles trainAccuracies,

            @Parameter("test accuracy at the records") Doubles testAccuracies)
            implements Outcome {}

    // The study.

    private static final int FULL_STEP = 6;

    @Override
    protected Result measure(Config c, Streams streams) {
        return measure(c, streams, MatrixKernels.fastest());
    }

    /** Runs on given kernels; the result does not depend on them. */
    Result measure(Config c, Streams streams, MatrixKernels products) {
        return new PlaneTraining(c, streams, products).run();
    }

    @Override
    public double work(Config c) {
        int[] widths = c.widths();
        long weights = IntStream.range(1, widths.length)
                .mapToLong(l -> (widths[l - 1] + 1L) * widths[l])
                .sum();
        return (double) c.steps() * c.batchSize() * FULL_STEP * weights;
    }

    @Override
    public long memory(Config c) {
        long units = Arrays.stream(c.widths())
                .mapToLong(width -> Kernels.padded(width + 1))
                .sum();
        double most = c.bins().stream().max().orElseThrow();
        long records = c.recordSteps().length;
        return (4 * units + records * (long) c.hiddenWidths().last() + (long) most) * DipoleRule.INPUTS * Double.BYTES;
    }

    // The figure.

    private static final int LAYERS = 5;
    /** Rounding error of sums of thousands of logarithms. */
    private static final double ROUNDING = 1e-9;

    private static final String AUTHORS = "Shwartz-Ziv and Tishby 2017, arXiv 1703.00810";
    private static final String DIFFUSION = AUTHORS + "; diffusion compresses";
    private static final String CRITIQUE = "Saxe et al. 2018, doi:10.1088/1742-5468/ab3985";

    /** Largest decrease in bits at which a ReLU layer counts as not compressing, set before the run. */
    private static final double RELU_BOUND = 0.6;

    /** The bottleneck curve of the standard rule, computed once. */
    private static final class Limit {
        // Multipliers are dense above 1, where nearly all label information appears at once.
        static final BottleneckCurve CURVE = new DipoleRule(
                        new InformationPlane().defaults().sharpness())
                .bottleneck(Arrays.stream(powers(0x1p-10, StrictMath.sqrt(2), 41))
                        .map(excess -> 1 + excess)
                        .toArray());
    }

    @Override
    protected void tell(Board board) {
        board.control("run: the other activation, from the same initial weights");
        board.title(
                "A tanh network forgets its input late in training; ReLU forgets less",
                "The last tanh layer does not forget its input late in training",
                "The last tanh layer may forget its input late in training");
        board.subtitle("Information of the last layer about the input, against the training step");
        board.show("input", "noise");
        int n = board.replicas(12);
        String sparse = board.choose(", recordsPerDecade=8", "");
        String pace = "learningRate=0.3, steps=3000" + board.choose(", batchSize=128", "") + sparse;
        var tanhLine = on(board, "tanh").with(pace).cell();
        var reluLine = on(board, "ReLU")
                .with("activation=relu, initialScale=" + Numbers.format(StrictMath.sqrt(2)))
                .with(pace)
                .cell();
        board.replicas(3);
        var batches = on(board, "tanh, η = 1, 1200 steps")
                .with("bins=[30], learningRate=1, steps=1200" + sparse)
                .along("batchSize", 256, 3482);
        var tanh = tanhLine.last();
        var relu = reluLine.last();
        var noisy = batches.at(256);
        var still = batches.at(3482);
        BottleneckCurve curve = Limit.CURVE;
        tellPlane(board, "tanh", tanh, curve.upTo(DipoleRule.BITS));
        tellPlane(board, "ReLU", relu, curve.upTo(DipoleRule.BITS));
        Axis step = Axis.log10("step");
        Axis bits = Axis.linear("input information (bit)").range(0, 10);
        Plot plot = board.plot("input", "Last layer", step, bits);
        tellInput(board, plot, "tanh", tanh);
        tellInput(board, plot, "ReLU", relu);
        tellSteps(
                board,
                plot,
                "ReLU, fixed bins",
                relu,
                (run, k) -> run.runBinned().get(k));
        plot = board.plot("noise", "Last tanh layer, by noise", step, bits);
        tellInput(board, plot, "SGD", noisy);
        tellInput(board, plot, "full batch: no noise", still);
        tellFalls(board, tanhLine, reluLine);
        tellNoise(board, batches, reluLine);
        tellOrder(board, "tanh", tanhLine);
        tellOrder(board, "relu", reluLine);
        tellBottleneck(board, Stream.of(tanh, relu).flatMap(cell -> cell.runs().stream()), curve);
        tellOnset(board, tanhLine);
        board.caption(
                "Networks 12–10–7–5–4–3–2 learn a balanced rule of 12 bits; SGD on cross-entropy with B = {},"
                        + " η = {}, {} steps, 85 % of the 4096 patterns. (a) Means over {} replicas, exact for activities"
                        + " in 30 bins: tanh binned on [−1, 1], ReLU on [0, largest activity at the step] or, fixed, in the run."
                        + " (b) As (a) for tanh, SGD and full-batch descent from the same initial weights, {}η = 1, 1200 steps, n = 3."
                        + " Bands: 95 % bootstrap intervals.",
                tanh.config().batchSize(),
                tanh.config().learningRate(),
                tanh.config().steps(),
                n,
                board.choose("B = 256, ", ""));
    }

    /** The records that are shown: four a decade, the last included. */
    private static int[] shown(Cell<Config, Result> cell) {
        int last = cell.config().recordSteps().length - 1;
        return IntStream.rangeClosed(0, last)
                .filter(k -> (last - k) % (cell.config().recordsPerDecade() / 4) == 0)
                .toArray();
    }

    /** Plots the paths of the layers, with a number on each path that does not start at the top. */
    private static Plot tellPlane(Board board, String units, Cell<Config, Result> cell, BottleneckCurve curve) {
        Plot plot = board.plot(
                units.toLowerCase(Locale.ROOT),
                units + ", layers 1 to 5",
                Axis.linear("input information I(X;T) (bit)").range(0, DipoleRule.BITS + 0.5),
                Axis.linear("label information I(T;Y) (bit)").range(0, 1.05));
        int[] records = shown(cell);
        int last = records[records.length - 1];
        double[] start = new double[LAYERS];
        double[] end = new double[LAYERS];
        for (int l = 0; l < LAYERS; l++) {
            int layer = l;
            double[] x = Arrays.stream(records)
                    .map(k -> cell.config().index(0, k, layer))
                    .mapToDouble(at -> cell.mean(run -> run.inputInformation().get(at)))
                    .toArray();
            double[] y = Arrays.stream(records)
                    .map(k -> cell.config().index(0, k, layer))
                    .mapToDouble(at -> cell.mean(run -> run.labelInformation().get(at)))
                    .toArray();
            start[l] = x[0];
            end[l] = x[x.length - 1];
            plot.colour(2).named("").line(LineKind.PATH, "layer " + (l + 1), x, y);
            if (y[0] < 0.9) {
                int below =
                        (int) Arrays.stream(y).filter(v -> v < (y[0] + 1) / 2).count();
                int middle = Math.min(below, y.length - 1);
                plot.text(x[middle], y[middle], String.valueOf(l + 1));
            }
        }
        return plot.colour(5)
                .points(
                        "first step",
                        start,
                        cell,
                        l -> label(board, cell.config().index(0, records[0], l)))
                .colour(0)
                .points("last step", end, cell, l -> label(board, cell.config().index(0, last, l)))
                .colour(Plot.GREY)
                .named("limit: no layer lies above")
                .line(LineKind.THEORY, "bottleneck", curve.input(), curve.label());
    }

    private static Reduction<Result> label(Board board, int at) {
        return bounded(board, run -> run.labelInformation().get(at));
    }

    /** A mean whose interval stays in the range of the data; all such means share the same resamples of the replicas. */
    private static Reduction<Result> bounded(Board board, ToDoubleFunction<Result> value) {
        return Reduction.resampledMean(() -> board.stream("bootstrap/information-plane"), value);
    }

    /** Plots I(X;T) of the last hidden layer in 30 bins. */
    private static void tellInput(Board board, Plot plot, String series, Cell<Config, Result> cell) {
        int first = cell.config().index(0, 0, LAYERS - 1);
        tellSteps(board, plot, series, cell, (run, k) -> run.inputInformation().get(first + k * LAYERS));
    }

    /** Plots a quantity at the displayed steps except step 0, which has no place on a logarithmic axis. */
    private static void tellSteps(
            Board board,
            Plot plot,
            String series,
            Cell<Config, Result> cell,
            ToDoubleBiFunction<Result, Integer> ofRecord) {
        int[] records = Arrays.stream(shown(cell)).filter(k -> k > 0).toArray();
        int[] steps = cell.config().recordSteps();
        double[] x = Arrays.stream(records).mapToDouble(k -> steps[k]).toArray();
        plot.points(series, x, cell, k -> bounded(board, run -> ofRecord.applyAsDouble(run, records[k])));
    }

    private void tellFalls(Board board, Line<Config, Result> tanh, Line<Config, Result> relu) {
        Plot input = board.plot("input");
        String fall = "decrease of the last hidden layer's I(X;T) after its maximum, in bits";
        input.claim("tanh-fall", fall, tanh)
                .control("claim: relu-fall-run")
                .says("The last tanh layer forgets over 2 bits after its peak | decrease of input information (bit)")
                .above(2)
                .of(tanh.last().the(bounded(board, Result::compression)))
                .from(AUTHORS);
        board.plot("tanh")
                .claim("tanh-label", "I(T;Y) of the last hidden layer at the end, in bits", tanh)
                .control("run: the first record, before training, where I(T;Y) is small")
                .above(0.9)
                .of(tanh.last().the(bounded(board, Result::finalLabelInformation)))
                .from(AUTHORS);
        input.claim("relu-fall", fall + ", bins up to its largest activity at the record", relu)
                .control("claim: tanh-fall")
                .says("The last ReLU layer forgets less than 0.6 bit | decrease of input information (bit)")
                .below(RELU_BOUND)
                .of(relu.last().the(bounded(board, Result::compression)))
                .from(CRITIQUE);
        input.claim(
                        "relu-fall-run",
                        fall
                                + ", bins up to its largest activity in the run (a weaker test, since growing activities first"
                                + " raise I(X;T) by construction)",
                        relu)
                .control("claim: tanh-fall")
                .below(RELU_BOUND)
                .of(relu.last().the(bounded(board, Result::runBinnedCompression)))
                .from(CRITIQUE);
        Estimate least = IntStream.range(0, defaults().bins().size())
                .mapToObj(b ->
                        tanh.last().less(relu.last(), run -> run.compressions().get(b)))
                .reduce((a, b) -> a.mean() <= b.mean() ? a : b)
                .orElseThrow();
        input.claim("bins", "decrease of I(X;T) in tanh minus that in ReLU networks, smallest of 15, 30 and 60 bins")
                .control("run: 15, 30 and 60 bins, of which the smallest difference counts")
                .above(0)
                .of(least)
                .from(CRITIQUE, "sign only");
    }

    /** Claims on full-batch descent against SGD from the same weights, and on ReLU networks dominated by noise. */
    private static void tellNoise(Board board, Line<Config, Result> batches, Line<Config, Result> relu) {
        Plot noise = board.plot("noise");
        noise.claim(
                        "full-batch-fall",
                        "decrease of I(X;T) with full batches, that is, without noise, in bits",
                        batches,
                        3482,
                        Result::compression)
                .control("claim: relu-fall-run")
                .above(RELU_BOUND)
                .from(CRITIQUE, "the bound set for ReLU before the run");
        noise.claim(
                        "noise-share",
                        "half the decrease of I(X;T) under SGD minus that under full-batch descent, same initial weights",
                        batches)
                .control("claim: full-batch-fall")
                .says("SGD noise causes at least half of the decrease | ½ decrease − full-batch one (bit)")
                .above(0)
                .of(Estimate.ofMeanOrNone(
                        batches.at(256).paired(batches.at(3482), Result::compression, (sgd, all) -> sgd / 2 - all)))
                .from(DIFFUSION);
        List<Result> runs = relu.last().runs();
        double[] diffusing = runs.stream()
                .filter(run -> !Double.isNaN(run.noiseStep()))
                .mapToDouble(Result::compression)
                .toArray();
        board.claim(
                        "relu-diffusion",
                        "decrease of I(X;T), in bits, in replicas whose gradient exceeds its noise and then falls below it, "
                                + diffusing.length + " of " + runs.size() + " replicas",
                        relu)
                .says("ReLU layers forget as tanh layers do when noise dominates | decrease of input information (bit)")
                .above(2)
                .of(Estimate.ofMeanOrNone(diffusing))
                .from(DIFFUSION, "by tanh's 2 bits or more");
    }

    /** Claims that I(X;T) never rises from layer to layer; replicas are counted, since a single rise contradicts the claim. */
    private void tellOrder(Board board, String name, Line<Config, Result> line) {
        List<Result> runs = line.last().runs();
        int n = runs.size();
        for (int b = 0; b < defaults().bins().size(); b++) {
            int bins = b;
            double[] rises = runs.stream()
                    .mapToDouble(run -> run.largestRises().get(bins))
                    .filter(rise -> !(rise <= ROUNDING))
                    .sorted()
                    .toArray();
            int rising = rises.length;
            String found = rising == 0
                    ? "none of " + n + " has a rise"
                    : String.format(
                            Locale.ROOT, "%d of %d have a rise, the largest of %.2f bit", rising, n, rises[rising - 1]);
            int count = (int) defaults().bins().get(b);
            String share = "share of replicas in which I(X;T) never increases from one layer to the next, ";
            board.claim(name + "-order-" + count, share + count + " bins; " + found, line)
                    .control("claim: " + (name.equals("relu") ? "tanh" : "relu") + "-order-15")
                    .in(name)
                    .says(
                            name.equals("relu")
                                    ? "In ReLU networks, no layer knows more than the one before | share of replicas without a rise"
                                    : "")
                    .above(0.75)
                    .proportion(n - rising, n)
                    .from(
                            AUTHORS,
                            "data-processing inequality, which binned layers need not obey",
                            "the bound is below the low end of Wilson's interval if none rises");
        }
    }

    /** A claim on the smallest distance over these runs, which is known exactly, so both ends of its interval are the value itself. */
    private static void tellBottleneck(Board board, Stream<Result> runs, BottleneckCurve curve) {
        double[] margins = runs.mapToDouble(run -> leastBelow(run, curve)).toArray();
        double smallest = Arrays.stream(margins).min().orElse(Double.NaN);
        board.claim(
                        "bottleneck",
                        "smallest distance of a layer below the bottleneck curve over all records, bins and runs is at"
                                + " least 0; since T is a function of X, this checks the implementation; one number, no"
                                + " interval")
                .control("none: an inequality that no layer can break unless the estimate does")
                .in("tanh")
                .above(-1e-3)
                .of(new Estimate(smallest, Double.NaN, smallest, smallest, margins.length))
                .from("data-processing inequality; window from −0.001, as chords run below the curve by up to this");
    }

    /** The smallest distance of a layer below a curve, over all records and bins. */
    private static double leastBelow(Result run, BottleneckCurve curve) {
        return IntStream.range(0, run.inputInformation().size())
                .mapToDouble(at -> curve.at(run.inputInformation().get(at))
                        - run.labelInformation().get(at))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** A claim on the replicas in which the ratio exceeds 1 and falls below it again; the others have no such step. */
    private static void tellOnset(Board board, Line<Config, Result> tanh) {
        double[] ratios = Arrays.stream(tanh.last().values(run -> run.noiseStep() / run.compressionOnset()))
                .filter(ratio -> !Double.isNaN(ratio))
                .toArray();
        int n = tanh.last().runs().size();
        String where = ratios.length == n
                ? "in all " + n + " replicas"
                : "in the " + ratios.length + " of " + n + " replicas in which the gradient exceeds its noise and then"
                        + " falls below it";
        board.claim(
                        "onset",
                        "ratio of the step at which the gradient falls below its noise to the step at which compression"
                                + " begins, " + where,
                        tanh)
                .control("run: replicas whose gradient never falls below its noise, which are counted separately")
                .theory(1)
                .window(1 / 3.0, 3)
                .of(Estimate.ofGeometricMeanOrNone(ratios))
                .from(AUTHORS, "window: a factor of 3 either way");
    }

    @Override
    protected String says() {
        return """
                The paper says that training first fits and then compresses: I(X; T) of a layer falls once noise dominates the gradients. Here the binned information of
                every layer is followed for tanh and ReLU networks on a task like the paper's.

                Saturating tanh layers compress. The apparent compression of ReLU layers depends on the bins: the bound set before the run was 0.6 bit, and with bins up to
                their current largest activity they lose more. Noise starts to dominate when compression starts, but noise is not the main cause: full-batch descent, without
                noise, loses more than half as much as SGD from the same start at the same rate, in three networks; equality was not tested. ReLU layers whose gradient falls
                below its noise do not compress as tanh layers do (Saxe et al. 2018). The binned information of a deterministic network measures its geometry.""";
    }
}
