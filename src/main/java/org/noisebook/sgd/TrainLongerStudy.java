package org.noisebook.sgd;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.noisebook.data.ClassPoints;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Mlp;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * SGD with momentum on images for batches of any size: the gap of accuracy between small and large batches, what closes
 * it, and how far weights diffuse while the rate is high.
 *
 * <p>Hoffer, Hubara and Soudry 2017, "Train longer, generalize better", arXiv 1705.08741: the distance from the start
 * grows as ‖w_t − w_0‖ ~ log t (section 3, figure 2), as in a random potential; a rate that grows as √B (section 4),
 * ghost batch normalisation (algorithm 1) and as many updates as with small batches (section 5) bring the accuracy
 * back.
 *
 * <p>A ReLU network with two hidden layers starts from weights N(0, 2/units read) and biases 0 (He et al. 2015, arXiv
 * 1502.01852). Batches are consecutive parts of a random order of the training images, which is drawn anew after each
 * pass and may end within a batch. Step t: v ← μ v + g, w ← w − η_t v, g the mean gradient of the cross-entropy.
 *
 * <p><b>Streams</b>: {@code init}, {@code data}, {@code order}; {@code test} of replica 0. Equal replicas see the
 * images in the same order whatever the batch size. <b>Special cases</b>: a run with a loss that is no finite number
 * diverged. <b>Cost</b>: 6 operations a weight and image of a batch; the defaults take about a second.
 */
@Head(
        id = "train-longer",
        version = 1,
        title = "SGD with small and large batches on classes of images: accuracy, and distance of the weights by step",
        streams = {"init", "data", "order"},
        sources = {
            "Hoffer, Hubara, Soudry 2017, Train longer, generalize better: closing the generalization gap in large"
                    + " batch training of neural networks, arXiv 1705.08741",
            "Ioffe, Szegedy 2015, Batch Normalization, arXiv 1502.03167",
            "He, Zhang, Ren, Sun 2015, Delving Deep into Rectifiers, arXiv 1502.01852",
            "Xiao, Rasul, Vollgraf 2017, Fashion-MNIST, arXiv 1708.07747"
        })
public final class TrainLongerStudy implements Study<TrainLongerConfig, TrainLongerResult> {
    /** Records a factor of two of steps. */
    private static final int RECORDS_PER_OCTAVE = 8;
    /** Cases that are evaluated at once. */
    private static final int CHUNK = 1024;

    private static final int OPERATIONS = 6;

    @Override
    public List<String> inputs(TrainLongerConfig config) {
        return List.copyOf(DataLibrary.standard().inputs(config.dataset()).values());
    }

    @Override
    public TrainLongerResult run(TrainLongerConfig config, Streams streams) {
        return run(config, streams, MatrixKernels.fastest());
    }

    /** The same run on chosen kernels; the result does not depend on them. */
    public TrainLongerResult run(TrainLongerConfig config, Streams streams, MatrixKernels products) {
        return new Training(config, streams, products).run();
    }

    /** Steps 1, 2, …, then about {@value #RECORDS_PER_OCTAVE} a factor of two, and the last. */
    static int[] recordSteps(int updates) {
        int last = (int) Math.ceil(RECORDS_PER_OCTAVE * StrictMath.log(updates) / StrictMath.log(2));
        return IntStream.concat(IntStream.of(updates), IntStream.range(0, last).map(k ->
                        (int) Math.rint(StrictMath.pow(2, (double) k / RECORDS_PER_OCTAVE))))
                .filter(step -> step <= updates)
                .sorted()
                .distinct()
                .toArray();
    }

    private static int[] widths(TrainLongerConfig config) {
        return new int[] {
            config.dataset().inputDimension(0),
            config.firstWidth(),
            config.secondWidth(),
            config.dataset().classes()
        };
    }

    /** Images of a set as {@link Mlp} reads them. */
    private static final class Labelled {
        final double[] x;
        final int[] label;
        final int[] index;

        Labelled(ClassPoints points) {
            int dimension = points.dimension();
            x = new double[points.count() * dimension];
            label = new int[points.count()];
            index = IntStream.range(0, label.length).toArray();
            for (int i = 0; i < label.length; i++) {
                label[i] = points.label(i);
                for (int j = 0; j < dimension; j++) {
                    x[i * dimension + j] = points.x(i, j);
                }
            }
        }
    }

    /** One run. */
    private static final class Training {
        private final TrainLongerConfig config;
        private final Mlp network;
        private final Labelled train;
        private final Labelled test;
        private final Stream order;
        private final int[] passing;
        private int passed;
        private final int[] batch;

        Training(TrainLongerConfig config, Streams streams, MatrixKernels products) {
            this.config = config;
            ClassSplit split = ClassSplit.of(config.dataset(), config.trainSize(), config.testSize(), streams);
            this.train = new Labelled(split.train());
            this.test = new Labelled(split.test());
            this.network = Mlp.of(
                    widths(config), Activation.RELU, Math.max(CHUNK, config.batchSize()), config.precision(), products);
            if (config.ghostBatch() > 0) {
                network.normalise(config.ghostBatch());
            }
            network.initialise(streams.at("init"), StrictMath.sqrt(2));
            this.order = streams.at("order");
            this.passing = train.index.clone();
            this.passed = passing.length;
            this.batch = new int[config.batchSize()];
        }

        private void drawBatch() {
            for (int k = 0; k < batch.length; k++) {
                if (passed == passing.length) {
                    passed = 0;
                }
                // One step of the shuffle of Fisher and Yates, so that a pass is drawn as far as it is used.
                int j = passed + order.nextIndex(passing.length - passed);
                batch[k] = passing[j];
                passing[j] = passing[passed];
                passing[passed++] = batch[k];
            }
        }

        TrainLongerResult run() {
            int[] steps = recordSteps(config.updates());
            double[] distance = new double[steps.length];
            Arrays.fill(distance, Double.NaN);
            double[] start = network.weights();
            int record = 0;
            for (int done = 0; done < config.updates(); done++) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training interrupted");
                }
                drawBatch();
                network.forward(train.x, batch, 0, batch.length);
                double loss = network.crossEntropy(train.label, batch, 0);
                if (!Double.isFinite(loss)) {
                    return result(StopReason.DIVERGED, Double.NaN, Double.NaN, Double.NaN, steps, distance);
                }
                network.backward();
                network.descend(config.rateAfter(done), config.momentum());
                if (done + 1 == steps[record]) {
                    distance[record++] = distance(start, network.weights());
                }
            }
            double[] onTrain = look(train);
            double[] onTest = look(test);
            boolean finite = Double.isFinite(onTrain[1]);
            return result(
                    finite ? StopReason.COMPLETED : StopReason.DIVERGED,
                    finite ? onTest[0] : Double.NaN,
                    finite ? onTrain[0] : Double.NaN,
                    finite ? onTrain[1] : Double.NaN,
                    steps,
                    distance);
        }

        private static TrainLongerResult result(
                StopReason reason,
                double testAccuracy,
                double trainAccuracy,
                double trainLoss,
                int[] steps,
                double[] distance) {
            return new TrainLongerResult(
                    reason,
                    testAccuracy,
                    trainAccuracy,
                    trainLoss,
                    Doubles.of(Arrays.stream(steps).asDoubleStream().toArray()),
                    Doubles.of(distance));
        }

        private static double distance(double[] from, double[] to) {
            double sum = 0;
            for (int k = 0; k < from.length; k++) {
                double change = to[k] - from[k];
                sum = Math.fma(change, change, sum);
            }
            return Math.sqrt(sum);
        }

        /** Accuracy and mean loss of the network as it is tested. */
        private double[] look(Labelled set) {
            int right = 0;
            double loss = 0;
            for (int from = 0; from < set.label.length; from += CHUNK) {
                int cases = Math.min(CHUNK, set.label.length - from);
                network.evaluate(set.x, set.index, from, cases);
                loss += cases * network.crossEntropy(set.label, set.index, from);
                for (int k = 0; k < cases; k++) {
                    right += network.predicted(k) == set.label[from + k] ? 1 : 0;
                }
            }
            return new double[] {(double) right / set.label.length, loss / set.label.length};
        }
    }

    @Override
    public double work(TrainLongerConfig config) {
        return (double) config.updates() * config.batchSize() * OPERATIONS * weights(config);
    }

    @Override
    public long memory(TrainLongerConfig config) {
        int[] widths = widths(config);
        long units = Arrays.stream(widths)
                .mapToLong(width -> Kernels.padded(width + 1))
                .sum();
        long bytes = config.precision() == Precision.FLOAT64 ? Double.BYTES : Float.BYTES;
        long cases = Math.max(CHUNK, config.batchSize());
        long images = (long) config.trainSize() + config.testSize();
        return bytes * (5 * cases * units + 3 * weights(config))
                + Double.BYTES * 2 * weights(config)
                + images * widths[0] * (Float.BYTES + Double.BYTES);
    }

    private static long weights(TrainLongerConfig config) {
        int[] widths = widths(config);
        return IntStream.range(1, widths.length)
                .mapToLong(l -> (widths[l - 1] + 1L) * Kernels.padded(widths[l] + 1))
                .sum();
    }
}
