package org.noisebook.papers.trainlonger;

import static org.noisebook.figure.Line.numbered;
import static org.noisebook.figure.Reduction.jackknife;
import static org.noisebook.figure.Reduction.mean;
import static org.noisebook.paper.Grammar.finite;
import static org.noisebook.paper.Grammar.stopIfInterrupted;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.math3.optim.MaxEval;
import org.apache.commons.math3.optim.nonlinear.scalar.GoalType;
import org.apache.commons.math3.optim.univariate.BrentOptimizer;
import org.apache.commons.math3.optim.univariate.SearchInterval;
import org.apache.commons.math3.optim.univariate.UnivariateObjectiveFunction;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.chart.Axis;
import org.noisebook.data.Check;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Cell;
import org.noisebook.figure.Line;
import org.noisebook.figure.LineKind;
import org.noisebook.figure.Plot;
import org.noisebook.figure.Reduction;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Mlp;
import org.noisebook.paper.OnePaper;
import org.noisebook.paper.Outcome;
import org.noisebook.paper.Paper;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;
import org.noisebook.stats.Jackknife;

/**
 * SGD with momentum on images for any batch size: the accuracy gap between small and large batches, what closes it, and how far the
 * weights diffuse while the rate is high.
 *
 * <p>The paper says that ‖w_t − w_0‖ grows as log t (section 3, figure 2), as in a random potential, {@link SinaiWalk}, and that a rate
 * scaled as √B (section 4), ghost batch normalisation (algorithm 1) and as many updates as with small batches (section 5) restore the accuracy.
 *
 * <p>A ReLU network with two hidden layers starts from weights N(0, 2/units read) and biases 0. Batches are consecutive parts of a random
 * order of the training images, which is redrawn after each pass and may end within a batch, so equal replicas see the images in the same
 * order for every batch size. Step t: v ← μ v + g, w ← w − η_t v, g the mean gradient of the cross-entropy.
 */
@Paper(
        key = "1705.08741",
        title =
                "Train longer, generalize better: closing the generalization gap in large batch training of neural networks",
        cite = {
            "Hoffer, Hubara, Soudry 2017, arXiv 1705.08741",
            "Ioffe, Szegedy 2015, Batch Normalization, arXiv 1502.03167",
            "He, Zhang, Ren, Sun 2015, Delving Deep into Rectifiers, arXiv 1502.01852",
            "Xiao, Rasul, Vollgraf 2017, Fashion-MNIST, arXiv 1708.07747"
        },
        study = "train-longer",
        version = 2,
        does =
                "SGD with small and large batches on image classes: accuracy, and distance of the weights from their initial values",
        figure = "train-longer",
        shows = "Train longer: diffusion of weights at a high rate, and the gap of large batches",
        streams = {"init", "data", "order"},
        with = SinaiWalk.class)
public final class TrainLonger extends OnePaper<TrainLonger.Config, TrainLonger.Result> {
    /** Training of a network on classes of images with a rate that falls in steps. */
    public record Config(
            @Parameter(
                    standard = "fashionTest14",
                    value = "images: digits, fashionTest14, fashionTest, fashionMnist, mnist or cifar10")
            DataSource dataset,

            @Parameter(
                    standard = "4000",
                    value = "number of training images, in addition to testSize others",
                    symbol = "P",
                    range = "[1, 10000000]")
            int trainSize,

            @Parameter(standard = "6000", value = "number of test images", range = "[1, 10000000]")
            int testSize,

            @Parameter(standard = "256", value = "units of the first hidden layer", range = "[1, 4096]")
            int firstWidth,

            @Parameter(standard = "128", value = "units of the second hidden layer", range = "[1, 4096]")
            int secondWidth,

            @Parameter(standard = "32", value = "batch size", symbol = "B", range = "[1, trainSize]")
            int batchSize,

            @Parameter(
                    standard = "0",
                    value =
                            "size of a ghost batch of normalisation, preferably a divisor of batchSize, because the last one takes the rest;"
                                    + " 0 for none",
                    range = "0 or [2, batchSize]")
            int ghostBatch,

            @Parameter(standard = "0.02", value = "initial learning rate", symbol = "η", range = "(0, 1e6]")
            double learningRate,

            @Parameter(standard = "0.9", value = "momentum of the heavy ball", symbol = "μ", range = "[0, 1]")
            double momentum,

            @Parameter(standard = "1500", value = "steps of SGD", range = "[1, 10000000]")
            int updates,

            @Parameter(standard = "0.1", value = "factor of the learning rate at a milestone", range = "[0, 1]")
            double decay,

            @Parameter(
                    standard = "[0.5; 0.75]",
                    value = "fractions of the updates at which the rate falls, ascending",
                    range = "each in [0, 1]")
            Doubles milestones,

            @Parameter(standard = "float32", value = "float32 or float64")
            Precision precision) {
        /** Rejects datasets that are not images, and milestones that do not ascend. */
        public Config {
            if (dataset.isDrawn()) {
                throw new IllegalArgumentException("dataset must hold images, got " + dataset);
            }
            double last = 0;
            for (double milestone : milestones.toArray()) {
                Check.inRange("milestones", milestone, last, 1);
                last = milestone;
            }
        }

        /** The learning rate of the step that follows {@code done} updates. */
        double rateAfter(int done) {
            double rate = learningRate;
            for (double milestone : milestones.toArray()) {
                if (done >= Math.ceil(milestone * updates)) {
                    rate *= decay;
                }
            }
            return rate;
        }

        /** Steps 1, 2, …, then about {@value #RECORDS_PER_OCTAVE} per factor of two, and the last. */
        public double[] recordSteps() {
            int last = (int) Math.ceil(RECORDS_PER_OCTAVE * StrictMath.log(updates) / StrictMath.log(2));
            return DoubleStream.concat(
                            DoubleStream.of(updates),
                            IntStream.range(0, last)
                                    .mapToDouble(k -> Math.rint(StrictMath.pow(2, (double) k / RECORDS_PER_OCTAVE))))
                    .filter(step -> step <= updates)
                    .sorted()
                    .distinct()
                    .toArray();
        }

        /**
         * The records in the high-rate phase, from step 1/(1 − μ) on, since before it the motion is ballistic rather than diffusive. A
         * milestone at share m is passed after ⌈m · updates⌉ steps.
         */
        double[] highRate(Doubles records) {
            double last = milestones.size() == 0 ? updates : Math.ceil(milestones.get(0) * updates);
            double[] steps = recordSteps();
            return IntStream.range(0, steps.length)
                    .filter(k -> steps[k] >= Math.rint(1 / (1 - momentum)) && steps[k] <= last)
                    .mapToDouble(records::orNaN)
                    .toArray();
        }

        private int[] widths() {
            return new int[] {dataset.inputDimension(0), firstWidth, secondWidth, dataset.classes()};
        }

        private long weights() {
            int[] widths = widths();
            return IntStream.range(1, widths.length)
                    .mapToLong(l -> (widths[l - 1] + 1L) * Kernels.padded(widths[l] + 1))
                    .sum();
        }
    }

    /** Accuracy of a trained network, and distance of its weights from their initial values. */
    public record Result(
            @Parameter("test accuracy after the last step") double testAccuracy,

            @Parameter("training accuracy after the last step")
            double trainAccuracy,

            @Parameter("mean cross-entropy of the training images after the last step")
            double trainLoss,

            @Parameter(
                    symbol = "p",
                    value =
                            "of a + b (tᵖ − 1)/p fitted to distances while the rate is high: 0 for ln t, ½ for √t; NaN if fewer than four")
            double power,

            @Parameter(symbol = "R²", value = "of a + b ln t fitted to the same distances")
            double rSquare,

            @Parameter(
                    length = "recordSteps",
                    value =
                            "distance of the weights from their initial values after steps 1, 2, 3, …, then about eight per factor of two")
            Doubles distance)
            implements Outcome {}

    // The study.

    private static final int RECORDS_PER_OCTAVE = 8;
    /** Number of images evaluated at once. */
    private static final int CHUNK = 1024;

    private static final int OPERATIONS = 6;
    private static final int FEWEST_RECORDS = 4;

    /** Labelled images in the form that {@link Mlp} reads. */
    private record Labelled(double[] x, int[] label, int[] index) {
        static Labelled of(ClassPoints points) {
            int d = points.dimension();
            return new Labelled(
                    IntStream.range(0, points.count() * d)
                            .mapToDouble(k -> points.x(k / d, k % d))
                            .toArray(),
                    IntStream.range(0, points.count()).map(points::label).toArray(),
                    IntStream.range(0, points.count()).toArray());
        }

        /** Accuracy and mean loss of the network in evaluation mode. */
        double[] look(Mlp network) {
            int right = 0;
            double loss = 0;
            for (int from = 0; from < label.length; from += CHUNK) {
                int cases = Math.min(CHUNK, label.length - from);
                network.evaluate(x, index, from, cases);
                loss += cases * network.crossEntropy(label, index, from);
                for (int k = 0; k < cases; k++) {
                    right += network.predicted(k) == label[from + k] ? 1 : 0;
                }
            }
            return new double[] {(double) right / label.length, loss / label.length};
        }
    }

    /** Batches from a random order that is redrawn after each pass, one Fisher–Yates step per image. */
    private static final class Batches {
        private final org.noisebook.rng.Stream order;
        private final int[] passing;
        private int passed;

        Batches(org.noisebook.rng.Stream order, int[] index) {
            this.order = order;
            this.passing = index.clone();
            this.passed = passing.length;
        }

        void draw(int[] batch) {
            for (int k = 0; k < batch.length; k++) {
                if (passed == passing.length) {
                    passed = 0;
                }
                int j = passed + order.nextIndex(passing.length - passed);
                batch[k] = passing[j];
                passing[j] = passing[passed];
                passing[passed++] = batch[k];
            }
        }
    }

    @Override
    protected Result measure(Config c, Streams streams) {
        ClassSplit split = ClassSplit.of(c.dataset(), c.trainSize(), c.testSize(), streams);
        Labelled train = Labelled.of(split.train());
        Mlp network = Mlp.of(
                c.widths(), Activation.RELU, Math.max(CHUNK, c.batchSize()), c.precision(), MatrixKernels.fastest());
        if (c.ghostBatch() > 0) {
            network.normalise(c.ghostBatch());
        }
        network.initialise(streams.at("init"), StrictMath.sqrt(2));
        Batches batches = new Batches(streams.at("order"), train.index);
        int[] batch = new int[c.batchSize()];
        double[] steps = c.recordSteps();
        double[] distance = new double[steps.length];
        double[] start = network.weights();
        int record = 0;
        for (int done = 0; done < c.updates(); done++) {
            stopIfInterrupted();
            batches.draw(batch);
            network.forward(train.x, batch, 0, batch.length);
            finite(network.crossEntropy(train.label, batch, 0));
            network.backward();
            network.descend(c.rateAfter(done), c.momentum());
            if (done + 1 == steps[record]) {
                distance[record++] = distance(start, network.weights());
            }
        }
        double[] onTrain = train.look(network);
        finite(onTrain[1]);
        double[] t = c.highRate(Doubles.of(steps));
        double[] far = c.highRate(Doubles.of(distance));
        boolean few = t.length < FEWEST_RECORDS;
        return new Result(
                Labelled.of(split.test()).look(network)[0],
                onTrain[0],
                onTrain[1],
                few ? Double.NaN : power(t, far),
                few ? Double.NaN : regression(t, far, StrictMath::log).getRSquare(),
                Doubles.of(distance));
    }

    private static double distance(double[] from, double[] to) {
        double sum = 0;
        for (int k = 0; k < from.length; k++) {
            sum = Math.fma(to[k] - from[k], to[k] - from[k], sum);
        }
        return Math.sqrt(sum);
    }

    /** The linear regression y = a + b law(x). */
    private static SimpleRegression regression(double[] x, double[] y, DoubleUnaryOperator law) {
        SimpleRegression line = new SimpleRegression();
        for (int k = 0; k < x.length; k++) {
            line.addData(law.applyAsDouble(x[k]), y[k]);
        }
        return line;
    }

    /** The least-squares p of a + b (tᵖ − 1)/p, which is a + b ln t at p = 0 and equivalent to a + b √t at p = ½. */
    static double power(double[] t, double... distance) {
        double[] logs = Arrays.stream(t).map(StrictMath::log).toArray();
        UnivariateObjectiveFunction left = new UnivariateObjectiveFunction(p -> regression(
                        logs, distance, log -> p == 0 ? log : StrictMath.expm1(p * log) / p)
                .getSumSquaredErrors());
        return new BrentOptimizer(1e-9, 1e-9)
                .optimize(new MaxEval(1000), GoalType.MINIMIZE, new SearchInterval(-2, 2), left)
                .getPoint();
    }

    @Override
    public List<String> inputs(Config c) {
        return List.copyOf(DataLibrary.standard().inputs(c.dataset()).values());
    }

    @Override
    public double work(Config c) {
        return (double) c.updates() * c.batchSize() * OPERATIONS * c.weights();
    }

    @Override
    public long memory(Config c) {
        int[] widths = c.widths();
        long units = Arrays.stream(widths)
                .mapToLong(width -> Kernels.padded(width + 1))
                .sum();
        long bytes = c.precision() == Precision.FLOAT64 ? Double.BYTES : Float.BYTES;
        long cases = Math.max(CHUNK, c.batchSize());
        long images = (long) c.trainSize() + c.testSize();
        return bytes * (5 * cases * units + 3 * c.weights())
                + Double.BYTES * 2 * c.weights()
                + images * widths[0] * (Float.BYTES + Double.BYTES);
    }

    // The figure.

    private static final Axis UPDATES = Axis.log2("update t (logarithmic)");
    private static final double LONGER = 6;

    /** Test accuracy of a pilot run on 6000 test images. */
    private static final double PILOT = 0.842;
    /** Standard deviation of that accuracy between trainings on one test set, measured once at root seed 2. */
    private static final double SPREAD = 0.0012;

    private static final String WITHOUT_TEST_ERROR = ", without the sampling error of the test set";
    private static final String PAPER = "Hoffer, Hubara and Soudry 2017, arXiv 1705.08741";
    /** Largest deviation of p from that of a law; the midpoint between ln t, p = 0, and √t, p = ½, is twice as far. */
    private static final double POWER_WINDOW = 0.125;

    @Override
    protected void tell(Board board) {
        board.control("run: batches of 32 at as many epochs, subtracted");
        board.subtitle("Last three: the higher rate and one more change; ghost batches: normalisation over 32 images");
        board.show("accuracy", "distance");
        int n = board.replicas(5);
        Config small = defaults();
        Config large = Schema.with(small, "updates=47, batchSize=1024");
        int batch = large.batchSize();
        double ratio = (double) batch / small.batchSize();
        Config rate = Schema.with(large, "learningRate", small.learningRate() * StrictMath.sqrt(ratio));
        List<Config> configs = List.of(
                small,
                large,
                rate,
                Schema.with(rate, "ghostBatch", batch),
                Schema.with(rate, "ghostBatch", 32),
                Schema.with(rate, "updates", small.updates()));
        var regimes = board.lineOf(numbered(configs.size()), k -> board.cell(this, configs.get((int) k - 1)));
        double[] budgets = {47, 94};
        List<Line<Config, Result>> normalised = Stream.of(0, batch, 32)
                .map(cases -> board.line(this, Schema.with(rate, "ghostBatch", cases), "updates", budgets))
                .toList();
        regimes.ends(); // the trainings run first
        int walks = board.replicas(16);
        var walk = new SinaiWalk().on(board, "").cell().last();
        board.sixDigits();
        List<String> labels = List.of(
                "batch 32",
                "batch " + batch,
                "higher rate",
                "rate and normalisation",
                "rate and ghost batches",
                "rate and longer training");
        Axis cures = Axis.named("small batch, large batch, and remedies", labels);
        Axis share = Axis.linear("test accuracy");
        Plot accuracy = board.plot("accuracy", "Test accuracy", cures, share)
                .named("")
                .points("accuracy", regimes, accuracy(small));
        for (int regime = 1; regime <= 2; regime++) {
            double level = regimes.at(regime).mean(Result::testAccuracy);
            accuracy.level(LineKind.BORDER, "B = " + configs.get(regime - 1).batchSize(), level, 0.5, LONGER + 0.5);
        }
        claimGaps(board, accuracy, regimes);
        tellDistances(board, regimes.at(1), regimes.at(LONGER));
        claimNormalisation(board, budgets, normalised);
        claimWalks(board, walk);
        board.stamp(n + " and " + walks);
        board.caption(
                """
                Fashion-MNIST at 14 × 14, {} images, two hidden layers, cross-entropy, momentum, rate divided by ten after 1/2 and 3/4 \
                of the updates. (a) Accuracy on {} test images; intervals include the sampling error of the images. B = 32: η = {}, {} updates; B = {}: same η \
                and epochs, {} updates; higher rate: η √(B/32), with one change more: normalisation over the batch, over 32 (ghost batches), \
                or as many updates as with 32 (longer). Dashed: the first two, whose difference is the gap. (b) Distance of the weights from their initial \
                values at the first rate; dotted: fits of a + b ln t. In the table: residuals of each run's fit. Means over {} replicas with 95 % t intervals; \
                walks: {} replicas.""",
                small.trainSize(),
                small.testSize(),
                small.learningRate(),
                small.updates(),
                batch,
                large.updates(),
                n,
                walks);
    }

    /** Mean test accuracy, including the sampling error of the test set that all replicas share. */
    private static Reduction<Result> accuracy(Config of) {
        return Reduction.<Result>mean(Result::testAccuracy).onSharedPoints(of.testSize());
    }

    private static void claimWalks(Board board, Cell<SinaiWalk.Config, SinaiWalk.Result> walk) {
        double[] logs =
                Arrays.stream(walk.config().timeGrid()).map(StrictMath::log).toArray();
        int last = logs.length - 1;
        board.claim(
                        "sinai",
                        "exponent of the rms displacement in ln t for a walk in a Brownian potential, σ = 2, t = 10² to 10³⁰")
                .control("run: free diffusion, whose rms grows as a power of t and not of ln t")
                .theory(2)
                .window(1.5, 2.2)
                .of(walk.the(jackknife(runs -> exponent(logs, runs))))
                .from("Sinai 1982: x ~ ln² t at large times; window 1.5 to 2.2");
        board.claim("sinai-prefactor", "rms displacement times σ²/ln² t for a walk in a Brownian potential, t = 10³⁰")
                .control("run: free diffusion, whose rms grows as a power of t and not of ln t")
                .says("A walk in a random potential travels as far as predicted | displacement / ln² t")
                .theory(SinaiWalk.LIMIT)
                .of(walk.the(jackknife(runs -> SinaiWalk.rms(runs, last)
                        * SinaiWalk.LIMIT
                        / walk.config().limit(logs[last]))))
                .from("√(61/45), from the limit distribution of Golosov and Kesten 1986");
    }

    /** Claims on the gain by normalisation and by ghost batches; {@code lines}: none, whole batch, ghost. */
    private static void claimNormalisation(Board board, double[] budgets, List<Line<Config, Result>> lines) {
        Estimate[] gains = lines.get(1).less(lines.get(0), Result::testAccuracy);
        Estimate[] ghosts = lines.get(2).less(lines.get(1), Result::testAccuracy);
        int batch = lines.get(0).last().config().batchSize();
        for (int b = 0; b < budgets.length; b++) {
            int updates = (int) budgets[b];
            String where = "raise%s the test accuracy at B = " + batch + " and the √B rate compared with %s, " + updates
                    + " updates; paired interval" + WITHOUT_TEST_ERROR;
            board.claim("normalised-" + updates, "whole-batch normalisation " + where.formatted("s", "none"))
                    .control("run: no normalisation from the same initial weights, subtracted")
                    .above(0)
                    .judge(gains[b], "Ioffe and Szegedy 2015, arXiv 1502.03167");
            String whole = where.formatted("", "whole-batch normalisation");
            board.claim("ghost-adds-" + updates, "ghost batches of 32 " + whole)
                    .control("run: normalisation over the whole batch from the same initial weights, subtracted")
                    .says("Ghost batches are more accurate than whole-batch normalisation | difference of accuracies")
                    .above(0)
                    .judge(ghosts[b], PAPER + ", section 4, table 1");
        }
    }

    /** The slope of ln rms against ln x. */
    private static double exponent(double[] x, List<SinaiWalk.Result> runs) {
        double[] logs = IntStream.range(0, x.length)
                .mapToDouble(k -> StrictMath.log(SinaiWalk.rms(runs, k)))
                .toArray();
        return regression(x, logs, StrictMath::log).getSlope();
    }

    private static void claimGaps(Board board, Plot plot, Line<Config, Result> regimes) {
        var small = regimes.at(1);
        String gap = "test accuracy with batches of 32 minus that with batches of "
                + regimes.at(2).config().batchSize() + ", same rate and epochs, is at least 0.02; paired interval"
                + WITHOUT_TEST_ERROR;
        plot.claim("gap", gap)
                .above(0.02)
                .of(small.less(regimes.at(2), Result::testAccuracy))
                .from(PAPER + ", section 2; window from two points up");
        var three = regimes.where(k -> k <= 2 || k == LONGER);
        Estimate closed = Jackknife.ratio(
                three.perReplica(Result::testAccuracy, accuracy -> accuracy[2] - accuracy[1]),
                three.perReplica(Result::testAccuracy, accuracy -> accuracy[0] - accuracy[1]));
        board.title(
                "Longer training at a higher rate " + (closed.low() > 1 ? "more than closes" : "closes most of")
                        + " the large-batch gap",
                "Longer training at a higher rate leaves much of the large-batch gap",
                "Longer training at a higher rate may close the large-batch gap");
        plot.claim(
                        "closed",
                        "the √B rate and as many updates as the small batch close at least 0.75 of the accuracy gap;"
                                + " jackknife interval" + WITHOUT_TEST_ERROR)
                .control("claim: gap")
                .says("A higher rate and longer training close 3/4 of the gap | fraction of the gap closed")
                .above(0.75)
                .of(closed)
                .from(PAPER + ", section 5: as many updates close the gap; window from three quarters up");
        String order =
                "test accuracy with batches of 32 (rough check, because the pilot's rate and epochs are not recorded)";
        plot.claim("small-accuracy", order)
                .regression(PILOT, Math.hypot(Math.sqrt(PILOT * (1 - PILOT) / 6000), SPREAD))
                .of(small.the(accuracy(small.config())))
                .from(
                        "pilot run; its error: sampling of its 6000 test images and the spread of trainings, 0.0012 at root seed 2");
    }

    private static void tellDistances(Board board, Cell<Config, Result> small, Cell<Config, Result> longer) {
        Axis distance = Axis.linear("distance of the weights from initialisation");
        Plot plot = board.plot("distance", "Distance of weights from start", UPDATES, distance);
        Plot log = residuals(board, "ln t", small.config());
        Plot root = residuals(board, "√t", small.config());
        tellDistance(plot.named("batch 32"), log, root, "small", "B = 32", small);
        int batch = longer.config().batchSize();
        tellDistance(
                plot.named("batch " + batch + ", longer"), log, root, "longer", "B = " + batch + ", longer", longer);
        plot.claim("log", "R² of a + b ln t" + where(longer) + ", is above 0.98")
                .control("run: the same fit to a root of t")
                .says("ln t fits the distance of the large batch | R² of the fit")
                .above(0.98)
                .of(longer.the(mean(Result::rSquare)).cut(Double.NEGATIVE_INFINITY, 1))
                .from(PAPER + ", section 3, figure 2; interval cut at 1");
    }

    /** A panel of the residuals of a + b law(t), fitted to every run. */
    private static Plot residuals(Board board, String law, Config of) {
        Axis left = Axis.linear("distance minus its fit").range(-2.5, 1);
        double from = Math.rint(1 / (1 - of.momentum()));
        return board.plot(law, "Residual of a + b " + law, UPDATES, left)
                .level(LineKind.BORDER, "none", 0, from, of.milestones().get(0) * of.updates());
    }

    private static String where(Cell<Config, Result> cell) {
        Config c = cell.config();
        return " fitted to the distance of the weights, batches of " + c.batchSize()
                + ", high-rate phase (updates 10 to " + c.updates() / 2 + "), mean over replicas";
    }

    /** Plots every third record with the fit of ln t to the mean over replicas, and makes claims on the fitted power. */
    private static void tellDistance(
            Plot plot, Plot left, Plot root, String key, String series, Cell<Config, Result> cell) {
        Config config = cell.config();
        double[] t = config.highRate(Doubles.of(config.recordSteps()));
        int[] thirds = IntStream.range(0, t.length).filter(k -> k % 3 == 0).toArray();
        int colour = key.equals("small") ? 0 : 1;
        double[] shown = Arrays.stream(thirds).mapToDouble(k -> t[k]).toArray();
        Function<Result, double[]> far = run -> config.highRate(run.distance());
        plot.points(series, shown, cell, k -> mean(run -> far.apply(run)[thirds[k]]));
        left.colour(colour)
                .points(series, shown, cell, k -> mean(run -> residual(t, far.apply(run), StrictMath::log, thirds[k])));
        root.colour(colour)
                .points(
                        series,
                        shown,
                        cell,
                        k -> mean(run -> residual(t, far.apply(run), StrictMath::sqrt, thirds[k])));
        if (cell.isWhole()) {
            double[] means = IntStream.range(0, t.length)
                    .mapToDouble(k -> cell.mean(run -> far.apply(run)[k]))
                    .toArray();
            SimpleRegression log = regression(t, means, StrictMath::log);
            plot.colour(colour).named("").fit(series + ", a + b ln t", shown, x -> log.predict(StrictMath.log(x)));
        }
        Estimate power = cell.the(mean(Result::power));
        String law = "power p of a + b (tᵖ − 1)/p" + where(cell) + ", ";
        plot.claim("logarithm-" + key, law + "p = 0 for ln t")
                .control("claim: root-" + key)
                .says("The distance grows as ln t, which is p = 0 | fitted power p of t")
                .theory(0, POWER_WINDOW)
                .judge(power, PAPER + ", section 3: ‖w − w₀‖ ~ log t; window a quarter of the way to √t");
        plot.claim("root-" + key, law + "p = ½ for √t")
                .says("The distance grows as √t, which is p = 1/2 | fitted power p of t")
                .theory(0.5, POWER_WINDOW)
                .judge(power, "control: free diffusion; window a quarter of the way to ln t");
    }

    private static double residual(double[] t, double[] distance, DoubleUnaryOperator law, int k) {
        return distance[k] - regression(t, distance, law).predict(law.applyAsDouble(t[k]));
    }

    @Override
    protected String says() {
        return """
                The paper says that large batches generalise worse because they make fewer updates. A rate scaled by √B, ghost batch normalisation
                and as many updates close the gap, and the distance of the weights from their initial values grows as ln t, as in a random walk in
                a random potential. Here batches of 32 and 1024 train on 4000 images of 14 × 14 Fashion-MNIST, for 12 epochs or for equally many
                updates. Sinai's walk is computed exactly for each potential for comparison.

                The √B rate alone closes half of the gap; with as many updates as small batches make, it closes 0.88 ± 0.05 of it. In 12 epochs the
                large batch makes only 47 updates. More updates at the old rate were not run. Normalisation over the whole batch of 1024, the
                control for ghost batches of 32, raises the accuracy, less so with twice the updates. Ghost batches have no detectable further
                effect: the difference is negative and its interval contains 0. The distance from the initial weights follows neither law: in a + b
                (tᵖ − 1)/p, with p = 0 for ln t and ½ for √t, the fitted power lies between the two for small and large batches. The exponent of the
                walk in a random potential against ln t is 1.954 [1.925, 1.983] from t = 10² to 10³⁰, just below the theoretical 2; its prefactor is
                undecided.""";
    }
}
