package org.noisebook.papers.richlazy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.experiment.StudyInfo;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.CrossEntropy;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.RecurrentEngine;
import org.noisebook.model.RecurrentNetwork;
import org.noisebook.model.RecurrentNetwork.Block;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;
import org.noisebook.model.Trials;
import org.noisebook.paper.Grammar;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.Movement;
import org.noisebook.regime.Representation;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * SGD with momentum on a recurrent network, and how far it moves from its initial connectivity, that is, how lazy or rich training is.
 *
 * <p>Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie 2024 (arXiv 2310.08513): at a fixed norm of the initial recurrent
 * weights a lower effective rank makes the network move more. The update rule is that of {@link RecurrentEngine}.
 *
 * <p><b>Streams</b>: {@code init}, in separate parts for W, W_in and W_out, so that all structures share their Gaussian matrix
 * and the other weights; {@code data}, and {@code order} for images; all replicas share the test trials of replica 0's
 * {@code test}, the first of which are the probes.
 *
 * <p><b>Cost</b>: 6 N² operations per trial and step: 0.9 s of one core for 4000 iterations at N = 100 with 32 trials of 8
 * steps, 5 s at N = 300; then 0.2 s for kernels and ranks, 0.5 s at N = 300.
 */
@StudyInfo(
        id = "rnn",
        version = 1,
        title = "SGD on a recurrent network, and how far it moves from its initial connectivity",
        streams = {"init", "data", "order"},
        sources = {
            "Liu, Baratin, Cornford, Mihalas, Shea-Brown, Lajoie 2024, How connectivity structure shapes rich and"
                    + " lazy learning in neural circuits, arXiv 2310.08513"
        })
public final class Recurrent implements Study<Recurrent.Config, Recurrent.Result> {
    /** One training; the default is the authors' two-alternative choice at N = 100. */
    public record Config(
            @Parameter(
                    standard = "twoAlternativeChoice",
                    value = "task: twoAlternativeChoice, delayedMatch, contextDecision or imageRows")
            RecurrentTask task,

            @Parameter(standard = "100", range = "[1, 4096]", symbol = "N", value = "recurrent units")
            int width,

            @Parameter(
                    standard = "1",
                    range = "(0, 1]",
                    symbol = "a",
                    value = "share of the state that each step replaces, dt/τ")
            double leak,

            @Parameter(
                    standard = "gaussian",
                    value = "structure of the initial recurrent weights, such as gaussian or lowRank(rank=5)")
            Connectivity connectivity,

            @Parameter(
                    standard = "1.25",
                    range = "(0, 1e6]",
                    symbol = "g",
                    value = "initial size: weights of standard deviation g/√N")
            double gain,

            @Parameter(
                    standard = "frobenius",
                    value = "norm that all structures share: frobenius or largestSingularValue")
            Connectivity.Norm norm,

            @Parameter(standard = "0.003", range = "(0, 1e30]", symbol = "η", value = "learning rate")
            double learningRate,

            @Parameter(standard = "0.9", range = "[0, 1]", symbol = "μ", value = "momentum")
            double momentum,

            @Parameter(standard = "32", range = "[1, 65536]", symbol = "B", value = "trials per step")
            int batchSize,

            @Parameter(standard = "4000", range = "[1, 1000000000]", value = "steps of SGD")
            int iterations,

            @Parameter(standard = "4096", range = "[1, 1000000]", value = "trials of the test loss and accuracy")
            int testTrials,

            @Parameter(standard = "16", range = "[1, probes]", value = "test trials of the tangent kernels")
            int kernelProbes,

            @Parameter(standard = "320", range = "[1, testTrials]", value = "test trials of the representation")
            int probes,

            @Parameter(
                    standard = "0",
                    range = "[0, 1000]",
                    value = "number of records, evenly spaced in the logarithm of the step; 0 for none")
            int records) {
        /** Largest size of an array. */
        private static final int MOST_ROWS = 8192;

        private static final int MOST_NUMBERS = Integer.MAX_VALUE / 2;

        /** Rejects structures that do not fit, more images than there are, and sizes beyond an array. */
        public Config {
            // A common shift of all classes does not count as a direction.
            connectivity.check(width, task.classes() - 1);
            if (task instanceof RecurrentTask.ImageRows images) {
                Check.inRange("batchSize", batchSize, 1, "task.trainSize", images.trainSize());
                int left = images.dataset().points() - images.trainSize();
                Check.inRange("testTrials", testTrials, 1, "images beyond task.trainSize", left);
            }
            checkSize("probes · width", (long) probes * width);
            checkSize("testTrials · steps · inputs", (long) testTrials * task.steps() * task.inputs());
            checkSize("batchSize · steps · width", (long) batchSize * (task.steps() + 1) * (width + 2L * Kernels.PAD));
            checkSize(
                    "task.classes · steps² · width",
                    (long) task.classes() * task.countedSteps() * task.steps() * (width + 2L * Kernels.PAD));
            int rows = task.classes() * task.countedSteps();
            Check.inRange(
                    "kernelProbes", kernelProbes, 1, MOST_ROWS + " rows of the kernel / " + rows, MOST_ROWS / rows);
        }

        private static void checkSize(String name, long size) {
            Check.inRange(name, size, 1, MOST_NUMBERS);
        }
    }

    /**
     * The result of one training. After divergence losses, accuracy and movement are NaN.
     *
     * <p>A record has the same index in five lists, which are empty if there are no records; records after a divergence are
     * left out.
     */
    public record Result(
            @Parameter("why the run ended: completed or diverged")
            StopReason stopReason,

            @Parameter("training loss, mean over the last tenth of the steps")
            double lateLoss,

            @Parameter("loss on fresh test trials") double testLoss,

            @Parameter("share of test trials with the right answer at the last step")
            double testAccuracy,

            @Parameter("change of recurrent weights, their tangent kernel, and the activity at the last step")
            Movement movement,

            @Parameter("cosine of the tangent kernels of all weights before and after")
            double allKernelAlignment,

            @Parameter(value = "norm of the input weights' change", symbol = "|ΔW_in|")
            double inputWeightChange,

            @Parameter("the same over their initial norm") double relativeInputWeightChange,

            @Parameter(value = "norm of the read-out weights' change", symbol = "|ΔW_out|")
            double readOutWeightChange,

            @Parameter("the same over their initial norm") double relativeReadOutWeightChange,

            @Parameter("effective ranks of the initial recurrent weights")
            EffectiveRanks ranks,

            @Parameter("steps done at the records") Doubles recordStep,
            @Parameter("loss on the probes at the records") Doubles recordLoss,

            @Parameter("norm of the recurrent weights' change at the records")
            Doubles recordWeightChange,

            @Parameter("alignment of the recurrent tangent kernel at the records")
            Doubles recordKernelAlignment,

            @Parameter("alignment of the representation at the records")
            Doubles recordRepresentationAlignment)
            implements Trained {}

    /** Number of trials evaluated at once when no gradient is needed. */
    private static final int BLOCK = 128;

    private static final int STEPS_A_LOOK = 64;
    private static final int TIMED = 64;
    private static final int LATE_SHARE = 10;
    private static final int RECURRENT_PART = 0;
    private static final int INPUT_PART = 1;
    private static final int READ_OUT_PART = 2;

    @Override
    public Result run(Config c, Streams streams) {
        RecurrentTask task = c.task();
        RecurrentTask.Sources sources = task.open(c.testTrials(), streams);
        Trials test = Trials.of(c.testTrials(), task.steps(), task.inputs());
        sources.testing().fill(test);
        RecurrentEngine engine = new RecurrentNetwork(task.inputs(), c.width(), task.classes(), c.leak())
                .engine(task.steps(), task.lossSteps(), Math.max(c.batchSize(), BLOCK), MatrixKernels.fastest());
        EffectiveRanks ranks = EffectiveRanks.of(initialise(engine, c, streams.at("init")), c.width());
        double[] initial = engine.weights();
        Watch watch = new Watch(c, test, engine);
        double lateLoss = watch.start.isPresent() ? train(c, engine, sources.training(), watch) : Double.NaN;
        Fit fit = Fit.of(engine, task, test);
        Optional<Moment> end = Double.isNaN(lateLoss) || !Double.isFinite(fit.loss) ? Optional.empty() : watch.moment();
        double[] weights = engine.weights();
        if (end.isEmpty()) {
            lateLoss = Double.NaN;
            fit = new Fit(Double.NaN, Double.NaN);
            Arrays.fill(weights, Double.NaN);
        }
        double[] input = change(engine.network(), Block.INPUT, initial, weights);
        double[] readOut = change(engine.network(), Block.READ_OUT, initial, weights);
        return new Result(
                end.isPresent() ? StopReason.COMPLETED : StopReason.DIVERGED,
                lateLoss,
                fit.loss,
                fit.accuracy,
                end.map(watch::movement).orElse(Movement.NONE),
                end.map(watch::allKernelAlignment).orElse(Double.NaN),
                input[0],
                input[1],
                readOut[0],
                readOut[1],
                ranks,
                watch.column(0),
                watch.column(1),
                watch.column(2),
                watch.column(3),
                watch.column(4));
    }

    /** Draws all weights; W last, since a structure may be aligned with the read-out. */
    private static double[] initialise(RecurrentEngine engine, Config c, Stream init) {
        RecurrentNetwork network = engine.network();
        engine.initialise(new double[network.size(Block.RECURRENT)], init.part(INPUT_PART), init.part(READ_OUT_PART));
        double[] weights = engine.weights();
        int width = c.width();
        double[] directions = Arrays.copyOfRange(weights, network.start(Block.READ_OUT), network.size(Block.ALL));
        // A common shift of all scores does not change an answer.
        for (int i = 0; i < width; i++) {
            int unit = i;
            double sum = Grammar.sum(network.classes(), k -> directions[k * width + unit]);
            for (int k = 0; k < network.classes(); k++) {
                directions[k * width + i] -= sum / network.classes();
            }
        }
        double[] start = c.connectivity().draw(width, c.gain(), c.norm(), directions, init.part(RECURRENT_PART));
        System.arraycopy(start, 0, weights, network.start(Block.RECURRENT), start.length);
        engine.set(weights);
        return start;
    }

    /** Norm of the change of a block of weights, absolute and relative to its initial norm. */
    private static double[] change(RecurrentNetwork network, Block block, double[] initial, double... weights) {
        double change = 0;
        double norm = 0;
        for (int k = network.start(block); k < network.start(block) + network.size(block); k++) {
            double difference = weights[k] - initial[k];
            change = Math.fma(difference, difference, change);
            norm = Math.fma(initial[k], initial[k], norm);
        }
        return new double[] {StrictMath.sqrt(change), StrictMath.sqrt(change / norm)};
    }

    /** Trains, and returns the mean loss over the last tenth of the steps; NaN after divergence. */
    private static double train(Config c, RecurrentEngine engine, RecurrentTask.Source source, Watch watch) {
        Trials batch = Trials.of(c.batchSize(), c.task().steps(), c.task().inputs());
        int late = c.iterations() - Math.max(1, c.iterations() / LATE_SHARE);
        double sum = 0;
        for (int step = 0; step < c.iterations(); step++) {
            if (step % STEPS_A_LOOK == 0 && Thread.currentThread().isInterrupted()) {
                throw new CancellationException("interrupted");
            }
            source.fill(batch);
            double loss = engine.step(batch, c.learningRate(), c.momentum());
            if (!Double.isFinite(loss)) {
                return Double.NaN;
            }
            sum += step >= late ? loss : 0;
            watch.look(step + 1);
        }
        return sum / (c.iterations() - late);
    }

    /** Loss and accuracy on a set of trials. */
    private record Fit(double loss, double accuracy) {
        static Fit of(RecurrentEngine engine, RecurrentTask task, Trials trials) {
            double[] scores = engine.scores(trials);
            int classes = task.classes();
            int counted = task.countedSteps();
            double[] slope = new double[classes];
            double loss = 0;
            int right = 0;
            for (int i = 0; i < trials.count(); i++) {
                for (int c = 0; c < counted; c++) {
                    int label = trials.label(i, task.steps() - counted + c);
                    loss += CrossEntropy.of(scores, (i * counted + c) * classes, classes, label, slope, 0);
                }
                int last = (i * counted + counted - 1) * classes;
                int best = 0;
                for (int k = 1; k < classes; k++) {
                    best = scores[last + k] > scores[last + best] ? k : best;
                }
                right += best == trials.label(i, task.steps() - 1) ? 1 : 0;
            }
            return new Fit(loss / ((double) trials.count() * counted), (double) right / trials.count());
        }
    }

    /** A network at one moment, and the tangent kernel of all its weights. */
    private record Moment(Movement.Snapshot recurrent, ProbeKernel all) {}

    /** Keeps the initial network, compares later ones with it, and keeps the records. */
    private static final class Watch {
        private final Config config;
        private final RecurrentEngine engine;
        private final Trials probes;
        private final Trials kernelProbes;
        private final double[] target;
        private final int[] moments;
        private final List<double[]> records = new ArrayList<>();
        private final Optional<Moment> start;

        Watch(Config config, Trials test, RecurrentEngine engine) {
            this.config = config;
            this.engine = engine;
            this.probes = test.first(config.probes());
            this.kernelProbes = test.first(config.kernelProbes());
            this.target = target(config.task(), kernelProbes);
            this.moments = moments(config);
            this.start = moment();
        }

        /** Distinct steps, evenly spaced in the logarithm, up to the last one. */
        private static int[] moments(Config config) {
            int count = config.records();
            double log = StrictMath.log(config.iterations());
            return IntStream.range(0, count)
                    .map(k -> (int) StrictMath.rint(StrictMath.exp((count == 1 ? 1 : k / (count - 1.0)) * log)))
                    .distinct()
                    .toArray();
        }

        /** The target of each row of the kernel: 1 for the right class, minus the mean over classes. */
        private static double[] target(RecurrentTask task, Trials trials) {
            int classes = task.classes();
            int counted = task.countedSteps();
            double[] target = new double[trials.count() * counted * classes];
            Arrays.setAll(target, row -> {
                int label = trials.label(row / (counted * classes), task.steps() - counted + row / classes % counted);
                return (label == row % classes ? 1 : 0) - 1.0 / classes;
            });
            return target;
        }

        /** The current network, unless values or their squares are no longer finite. */
        Optional<Moment> moment() {
            RecurrentNetwork network = engine.network();
            int from = network.start(Block.RECURRENT);
            double[] activity = engine.activity(probes);
            ProbeKernel recurrent = engine.tangentKernel(kernelProbes, Block.RECURRENT);
            ProbeKernel all = engine.tangentKernel(kernelProbes, Block.ALL);
            double squares = Arrays.stream(activity).map(h -> h * h).sum();
            if (!Double.isFinite(squares * squares + recurrent.norm() + all.norm())) {
                return Optional.empty();
            }
            return Optional.of(new Moment(
                    new Movement.Snapshot(
                            Arrays.copyOfRange(engine.weights(), from, from + network.size(Block.RECURRENT)),
                            recurrent,
                            Representation.of(probes.count(), network.width(), activity)),
                    all));
        }

        Movement movement(Moment now) {
            return Movement.between(start.orElseThrow().recurrent, now.recurrent, target);
        }

        double allKernelAlignment(Moment end) {
            KernelChange change = KernelChange.of(start.orElseThrow().all, end.all);
            return change.startNorm() > 0 && change.endNorm() > 0 ? change.alignment() : Double.NaN;
        }

        void look(int step) {
            if (Arrays.binarySearch(moments, step) >= 0) {
                moment().map(this::movement)
                        .ifPresent(movement -> records.add(new double[] {
                            step,
                            Fit.of(engine, config.task(), probes).loss,
                            movement.weightChange(),
                            movement.kernelAlignment(),
                            movement.representationAlignment()
                        }));
            }
        }

        Doubles column(int index) {
            return Doubles.of(records.stream().mapToDouble(row -> row[index]).toArray());
        }
    }

    @Override
    public double work(Config c) {
        RecurrentTask task = c.task();
        double weights = (double) c.width() * (c.width() + task.inputs() + task.classes());
        return 6 * weights * c.batchSize() * task.steps() * c.iterations();
    }

    /** Extrapolates from two short timed runs: a constant part, with kernels and ranks, and a time per iteration. */
    @Override
    public double seconds(Config c, Streams streams) {
        timed(c, TIMED, streams);
        double few = Math.min(timed(c, TIMED, streams), timed(c, TIMED, streams));
        double twice = Math.min(timed(c, 2 * TIMED, streams), timed(c, 2 * TIMED, streams));
        // If a pause hides the difference, the whole time counts as iterations, an overestimate rather than nothing.
        double each = (twice > few ? twice - few : twice / 2) / TIMED;
        return few + each * c.iterations();
    }

    private double timed(Config c, int iterations, Streams streams) {
        long start = System.nanoTime();
        run(Schema.with(c, "iterations", iterations), streams);
        return (System.nanoTime() - start) * 1e-9;
    }

    @Override
    public long memory(Config c) {
        RecurrentTask task = c.task();
        long width = Kernels.padded(c.width());
        long rows = (long) c.kernelProbes() * task.countedSteps() * task.classes();
        long engine = 5 * width * width
                + Math.max(c.batchSize(), BLOCK) * (task.steps() + 1L) * (4 * width + task.inputs() + 16L);
        long decompositions = 10 * width * width;
        long kernels = rows * (6 * rows + width * task.steps());
        long trials = (long) c.testTrials() * task.steps() * (task.inputs() + task.classes() + 1L);
        long images = task instanceof RecurrentTask.ImageRows rowsOf
                ? rowsOf.dataset().inputDimension(0)
                        * ((rowsOf.trainSize() + (long) c.testTrials()) * Float.BYTES
                                + rowsOf.dataset().points())
                : 0;
        return images + (engine + decompositions + kernels + trials + 4L * c.probes() * width) * Double.BYTES;
    }

    @Override
    public List<String> inputs(Config c) {
        List<String> inputs = new ArrayList<>(c.task().files());
        inputs.addAll(c.connectivity().inputs());
        return inputs;
    }
}
