package org.noisebook.regime.recurrent;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Study;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.CrossEntropy;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.RecurrentEngine;
import org.noisebook.model.RecurrentNetwork;
import org.noisebook.model.RecurrentNetwork.Block;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trials;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.Movement;
import org.noisebook.regime.Representation;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * SGD with momentum on a recurrent network, and how far it moves from an initial connectivity: lazy or rich.
 *
 * <p>Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie 2024 (arXiv 2310.08513): at a fixed norm of the initial recurrent
 * weights a lower effective rank makes the network move more. Rule of {@link RecurrentEngine}.
 *
 * <p><b>Streams</b>: {@code init}, in separate parts for W, W_in and W_out, so that all structures share their Gaussian matrix
 * and the other weights; {@code data}, and {@code order} for images; the test trials are replica 0's {@code test}, the
 * first of them the probes.
 *
 * <p><b>Cost</b>: 6 N² operations a trial and step: 0.9 s of one core for 4000 iterations at N = 100 with 32 trials of 8
 * steps, 5 s at N = 300; then 0.2 s for kernels and ranks, 0.5 s at N = 300.
 */
@Head(
        id = "rnn",
        version = 1,
        title = "SGD on a recurrent network, and how far it moves from its initial connectivity",
        streams = {"init", "data", "order"},
        sources = {
            "Liu, Baratin, Cornford, Mihalas, Shea-Brown, Lajoie 2024, How connectivity structure shapes rich and"
                    + " lazy learning in neural circuits, arXiv 2310.08513"
        })
public final class RecurrentStudy implements Study<RecurrentConfig, RecurrentResult> {
    /** Trials that go forward at once where nothing goes back. */
    private static final int BLOCK = 128;

    private static final int STEPS_A_LOOK = 64;
    private static final int TIMED = 64;
    private static final int LATE_SHARE = 10;
    private static final int RECURRENT_PART = 0;
    private static final int INPUT_PART = 1;
    private static final int READ_OUT_PART = 2;

    @Override
    public RecurrentResult run(RecurrentConfig config, Streams streams) {
        return run(config, streams, MatrixKernels.fastest());
    }

    /** The same run on chosen kernels; the result does not depend on them. */
    public RecurrentResult run(RecurrentConfig config, Streams streams, MatrixKernels products) {
        RecurrentTask task = config.task();
        RecurrentNetwork network = new RecurrentNetwork(task.inputs(), config.width(), task.classes(), config.leak());
        RecurrentTask.Sources sources = task.open(config.testTrials(), streams);
        Trials test = Trials.of(config.testTrials(), task.steps(), task.inputs());
        sources.testing().fill(test);
        Watch watch = new Watch(config, test);
        RecurrentEngine engine =
                network.engine(task.steps(), task.lossSteps(), Math.max(config.batchSize(), BLOCK), products);
        double[] start = initialise(engine, config, streams.at("init"));
        EffectiveRanks ranks = EffectiveRanks.of(start, config.width());
        double[] initial = engine.weights();
        watch.start(engine);
        Training training = new Training(config, engine, sources.training(), watch);
        StopReason reason = watch.started() ? training.run() : StopReason.DIVERGED;
        Fit fit = Fit.of(engine, task, test);
        double[] weights = engine.weights();
        Optional<Moment> end = reason == StopReason.COMPLETED ? watch.moment(engine) : Optional.empty();
        boolean finite = end.isPresent() && Double.isFinite(fit.loss);
        double[] inputChange = change(network, Block.INPUT, initial, weights);
        double[] readOutChange = change(network, Block.READ_OUT, initial, weights);
        return new RecurrentResult(
                finite ? StopReason.COMPLETED : StopReason.DIVERGED,
                finite ? training.lateLoss() : Double.NaN,
                finite ? fit.loss : Double.NaN,
                finite ? fit.accuracy : Double.NaN,
                finite ? watch.movement(end.orElseThrow()) : Movement.NONE,
                finite ? watch.allKernelAlignment(end.orElseThrow()) : Double.NaN,
                finite ? inputChange[0] : Double.NaN,
                finite ? inputChange[1] : Double.NaN,
                finite ? readOutChange[0] : Double.NaN,
                finite ? readOutChange[1] : Double.NaN,
                ranks,
                Doubles.of(watch.records(0)),
                Doubles.of(watch.records(1)),
                Doubles.of(watch.records(2)),
                Doubles.of(watch.records(3)),
                Doubles.of(watch.records(4)));
    }

    /** Draws all weights; W last, since a structure may be aligned with the read-out. */
    private static double[] initialise(RecurrentEngine engine, RecurrentConfig config, Stream init) {
        RecurrentNetwork network = engine.network();
        engine.initialise(new double[network.size(Block.RECURRENT)], init.part(INPUT_PART), init.part(READ_OUT_PART));
        double[] weights = engine.weights();
        int width = config.width();
        double[] directions = Arrays.copyOfRange(weights, network.start(Block.READ_OUT), network.size(Block.ALL));
        // A common shift of all scores changes no answer.
        for (int i = 0; i < width; i++) {
            double sum = 0;
            for (int k = 0; k < network.classes(); k++) {
                sum += directions[k * width + i];
            }
            for (int k = 0; k < network.classes(); k++) {
                directions[k * width + i] -= sum / network.classes();
            }
        }
        double[] start =
                config.connectivity().draw(width, config.gain(), config.norm(), directions, init.part(RECURRENT_PART));
        System.arraycopy(start, 0, weights, network.start(Block.RECURRENT), start.length);
        engine.set(weights);
        return start;
    }

    /** Norm of a block's change, and over its initial norm. */
    private static double[] change(RecurrentNetwork network, Block block, double[] initial, double[] weights) {
        double change = 0;
        double norm = 0;
        for (int k = network.start(block); k < network.start(block) + network.size(block); k++) {
            double difference = weights[k] - initial[k];
            change = Math.fma(difference, difference, change);
            norm = Math.fma(initial[k], initial[k], norm);
        }
        return new double[] {StrictMath.sqrt(change), StrictMath.sqrt(change / norm)};
    }

    /** The steps of SGD. */
    private static final class Training {
        private final RecurrentConfig config;
        private final RecurrentEngine engine;
        private final RecurrentTask.Source source;
        private final Watch watch;
        private double lateSum;
        private int lateCount;

        Training(RecurrentConfig config, RecurrentEngine engine, RecurrentTask.Source source, Watch watch) {
            this.config = config;
            this.engine = engine;
            this.source = source;
            this.watch = watch;
        }

        StopReason run() {
            Trials batch = Trials.of(
                    config.batchSize(), config.task().steps(), config.task().inputs());
            int late = config.iterations() - Math.max(1, config.iterations() / LATE_SHARE);
            for (int step = 0; step < config.iterations(); step++) {
                if (step % STEPS_A_LOOK == 0 && Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("interrupted");
                }
                source.fill(batch);
                double loss = engine.step(batch, config.learningRate(), config.momentum());
                if (!Double.isFinite(loss)) {
                    return StopReason.DIVERGED;
                }
                if (step >= late) {
                    lateSum += loss;
                    lateCount++;
                }
                watch.look(engine, step + 1);
            }
            return StopReason.COMPLETED;
        }

        double lateLoss() {
            return lateSum / lateCount;
        }
    }

    /** Loss and accuracy on trials. */
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

    /** Holds the network as it was at the start, compares it later, and keeps the records. */
    private static final class Watch {
        private final RecurrentConfig config;
        private final Trials probes;
        private final Trials kernelProbes;
        private final double[] target;
        private final int[] moments;
        private final List<double[]> records = new ArrayList<>();
        private Optional<Moment> start = Optional.empty();

        Watch(RecurrentConfig config, Trials test) {
            this.config = config;
            this.probes = test.first(config.probes());
            this.kernelProbes = test.first(config.kernelProbes());
            this.target = target(config.task(), kernelProbes);
            this.moments = moments(config);
        }

        /** Distinct steps, evenly spaced in the logarithm, the last one the end. */
        private static int[] moments(RecurrentConfig config) {
            int count = config.records();
            double log = StrictMath.log(config.iterations());
            int[] steps = new int[count];
            for (int k = 0; k < count; k++) {
                double share = count == 1 ? 1 : k / (count - 1.0);
                steps[k] = (int) StrictMath.rint(StrictMath.exp(share * log));
            }
            return Arrays.stream(steps).distinct().toArray();
        }

        /** For each row of the kernel: 1 for the right class, less the mean over classes. */
        private static double[] target(RecurrentTask task, Trials trials) {
            int classes = task.classes();
            int counted = task.countedSteps();
            double[] target = new double[trials.count() * counted * classes];
            for (int row = 0; row < target.length; row++) {
                int trial = row / (counted * classes);
                int step = task.steps() - counted + row / classes % counted;
                target[row] = (trials.label(trial, step) == row % classes ? 1 : 0) - 1.0 / classes;
            }
            return target;
        }

        void start(RecurrentEngine engine) {
            start = moment(engine);
        }

        /** Whether the start is finite, squares included. */
        boolean started() {
            return start.isPresent();
        }

        /** The network now, unless numbers left the finite ones or their squares would. */
        Optional<Moment> moment(RecurrentEngine engine) {
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

        Movement movement(Moment end) {
            return Movement.between(start.orElseThrow().recurrent, end.recurrent, target);
        }

        double allKernelAlignment(Moment end) {
            KernelChange change = KernelChange.of(start.orElseThrow().all, end.all);
            return change.startNorm() > 0 && change.endNorm() > 0 ? change.alignment() : Double.NaN;
        }

        void look(RecurrentEngine engine, int step) {
            if (Arrays.binarySearch(moments, step) < 0) {
                return;
            }
            moment(engine).ifPresent(now -> {
                Movement movement = movement(now);
                records.add(new double[] {
                    step,
                    Fit.of(engine, config.task(), probes).loss,
                    movement.weightChange(),
                    movement.kernelAlignment(),
                    movement.representationAlignment()
                });
            });
        }

        double[] records(int column) {
            return records.stream().mapToDouble(row -> row[column]).toArray();
        }
    }

    @Override
    public double work(RecurrentConfig config) {
        RecurrentTask task = config.task();
        double weights = (double) config.width() * (config.width() + task.inputs() + task.classes());
        return 6 * weights * config.batchSize() * task.steps() * config.iterations();
    }

    /** What so many iterations more take is timed, once warm; all else, kernels and ranks among it, stays. */
    @Override
    public double seconds(RecurrentConfig config, Streams streams) {
        timed(config, TIMED, streams);
        double few = Math.min(timed(config, TIMED, streams), timed(config, TIMED, streams));
        double twice = Math.min(timed(config, 2 * TIMED, streams), timed(config, 2 * TIMED, streams));
        // Where a pause hides the difference the whole counts as iterations: too much rather than nothing.
        double each = (twice > few ? twice - few : twice / 2) / TIMED;
        return few + each * config.iterations();
    }

    private double timed(RecurrentConfig config, int iterations, Streams streams) {
        long start = System.nanoTime();
        run(Schema.with(config, "iterations", iterations), streams);
        return (System.nanoTime() - start) * 1e-9;
    }

    @Override
    public long memory(RecurrentConfig config) {
        RecurrentTask task = config.task();
        long width = Kernels.padded(config.width());
        long rows = (long) config.kernelProbes() * task.countedSteps() * task.classes();
        long engine = 5 * width * width
                + Math.max(config.batchSize(), BLOCK) * (task.steps() + 1L) * (4 * width + task.inputs() + 16L);
        long decompositions = 10 * width * width;
        long kernels = rows * (6 * rows + width * task.steps());
        long trials = (long) config.testTrials() * task.steps() * (task.inputs() + task.classes() + 1L);
        long images = task instanceof RecurrentTask.ImageRows rowsOf
                ? rowsOf.dataset().inputDimension(0)
                        * ((rowsOf.trainSize() + (long) config.testTrials()) * Float.BYTES
                                + rowsOf.dataset().points())
                : 0;
        return images + (engine + decompositions + kernels + trials + 4L * config.probes() * width) * Double.BYTES;
    }

    @Override
    public List<String> inputs(RecurrentConfig config) {
        List<String> inputs = new ArrayList<>(config.task().files());
        inputs.addAll(config.connectivity().inputs());
        return inputs;
    }
}
