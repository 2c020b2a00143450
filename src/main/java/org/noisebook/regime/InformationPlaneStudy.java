package org.noisebook.regime;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Head;
import org.noisebook.experiment.Study;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.Mlp;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.BinnedInformation;

/**
 * The layers of a small network in the plane of I(X;T) and I(T;Y) while it learns a rule of 12 bits by SGD.
 *
 * <p>All 4096 patterns are equally likely; labels are drawn once from {@link DipoleRule}, and cross-entropy falls on
 * the patterns in training. Both informations are exact for the binned activities of a layer, with P(y|x) of the rule
 * itself: tanh is binned on [−1, 1], ReLU on [0, the largest activity of the layer at that record] and, for the last
 * hidden layer, on [0, its largest activity in the run] too. Source: Shwartz-Ziv and Tishby 2017, arXiv 1703.00810;
 * Saxe et al. 2018 (doi:10.1088/1742-5468/ab3985) for ReLU.
 *
 * <p><b>Gradients</b>: at the weights of a record, μ is the gradient over all n training patterns and S the trace of
 * the patterns' gradients' covariance; the gradient of a batch drawn without replacement has variance S (n − B)/(B (n
 * − 1)).
 *
 * <p><b>Streams</b>: {@code init}; {@code data} for labels and the split; {@code order} for the batches, which take
 * the patterns in an order drawn anew each time fewer than a batch are left.
 *
 * <p><b>Cost</b>: about 2 s of one core for 12 000 steps of the standard config.
 */
@Head(
        id = "information-plane",
        version = 1,
        title = "Layers of a small network in the information plane during SGD on all patterns of 12 bits",
        streams = {"init", "data", "order"},
        sources = {
            "Shwartz-Ziv, Tishby 2017, Opening the Black Box of Deep Neural Networks via Information,"
                    + " arXiv 1703.00810",
            "Saxe, Bansal, Dapello, Advani, Kolchinsky, Tracey, Cox 2018, On the Information Bottleneck Theory of"
                    + " Deep Learning, doi:10.1088/1742-5468/ab3985"
        })
public final class InformationPlaneStudy implements Study<InformationPlaneConfig, InformationPlaneResult> {
    private static final int LABELS = 2;
    private static final int LOOK = 256;
    private static final int FULL_STEP = 6;

    @Override
    public InformationPlaneResult run(InformationPlaneConfig config, Streams streams) {
        return run(config, streams, MatrixKernels.fastest());
    }

    /** The same run on chosen kernels; the result does not depend on them. */
    public InformationPlaneResult run(InformationPlaneConfig config, Streams streams, MatrixKernels products) {
        return new Training(config, streams, products).run();
    }

    /** Steps of the records: 0, about recordsPerDecade a decade, the last. */
    static int[] recordSteps(int steps, int recordsPerDecade) {
        int last = (int) Math.ceil(recordsPerDecade * StrictMath.log10(steps));
        return IntStream.concat(IntStream.of(0, steps), IntStream.range(0, last).map(k ->
                        (int) Math.rint(StrictMath.pow(10, (double) k / recordsPerDecade))))
                .filter(step -> step <= steps)
                .sorted()
                .distinct()
                .toArray();
    }

    @Override
    public double work(InformationPlaneConfig config) {
        return (double) config.steps() * config.batchSize() * FULL_STEP * weights(config);
    }

    @Override
    public long memory(InformationPlaneConfig config) {
        long units = Arrays.stream(config.widths())
                .mapToLong(width -> Kernels.padded(width + 1))
                .sum();
        double most = config.bins().stream().max().orElseThrow();
        long records = recordSteps(config.steps(), config.recordsPerDecade()).length;
        long last = (long) config.hiddenWidths().get(config.hiddenWidths().size() - 1);
        return (4 * units + records * last + (long) most) * DipoleRule.INPUTS * Double.BYTES;
    }

    private static long weights(InformationPlaneConfig config) {
        int[] widths = config.widths();
        return IntStream.range(1, widths.length)
                .mapToLong(l -> (widths[l - 1] + 1L) * widths[l])
                .sum();
    }

    /** One run and its records so far. */
    private static final class Training {
        private final InformationPlaneConfig config;
        private final int[] widths;
        private final Mlp network;
        private final double[] points = DipoleRule.points();
        private final double[] probabilities;
        private final int[] labels = new int[DipoleRule.INPUTS];
        private final int[] all = IntStream.range(0, DipoleRule.INPUTS).toArray();
        private final int[] train;
        private final int[] test;
        private final Stream order;
        private final int[] steps;
        private final int hidden;
        private final double[][] input;
        private final double[][] label;
        /** Activities of the last hidden layer, by record. */
        private final double[][] lastLayer;

        private final double[] runBinned;
        private final double[] gradientMean;
        private final double[] gradientNoise;
        /** Norm of the gradient over its noise, all layers together. */
        private final double[] signal;

        private final double[] trainLosses;
        private final double[] testLosses;
        private final double[] trainAccuracies;
        private final double[] testAccuracies;

        Training(InformationPlaneConfig config, Streams streams, MatrixKernels products) {
            this.config = config;
            this.widths = config.widths();
            this.network = Mlp.of(widths, config.activation(), DipoleRule.INPUTS, products);
            network.initialise(streams.at("init"), config.initialScale());
            DipoleRule rule = new DipoleRule(config.sharpness());
            this.probabilities = rule.labels();
            Stream data = streams.at("data");
            for (int x = 0; x < DipoleRule.INPUTS; x++) {
                labels[x] = data.nextDouble() < rule.probability(x) ? 1 : 0;
            }
            int[] shuffled = all.clone();
            shuffle(shuffled, data);
            this.train = Arrays.copyOf(shuffled, config.trainSize());
            this.test = Arrays.copyOfRange(shuffled, train.length, shuffled.length);
            this.order = streams.at("order");
            this.steps = recordSteps(config.steps(), config.recordsPerDecade());
            this.hidden = config.hiddenWidths().size();
            int records = steps.length;
            this.input = new double[config.bins().size()][records * hidden];
            this.label = new double[config.bins().size()][records * hidden];
            this.lastLayer = new double[records][];
            this.runBinned = new double[records];
            this.gradientMean = new double[records * (hidden + 1)];
            this.gradientNoise = new double[records * (hidden + 1)];
            this.signal = new double[records];
            this.trainLosses = new double[records];
            this.testLosses = new double[records];
            this.trainAccuracies = new double[records];
            this.testAccuracies = new double[records];
        }

        private static void shuffle(int[] values, Stream stream) {
            for (int k = values.length - 1; k > 0; k--) {
                int other = stream.nextIndex(k + 1);
                int value = values[k];
                values[k] = values[other];
                values[other] = value;
            }
        }

        InformationPlaneResult run() {
            int[] batches = train.clone();
            int at = batches.length;
            int record = 0;
            for (int step = 0; ; step++) {
                if (step == steps[record]) {
                    if (!record(record)) {
                        return diverged();
                    }
                    if (++record == steps.length) {
                        binOverRun();
                        return result(StopReason.COMPLETED);
                    }
                }
                if (step % LOOK == 0 && Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("training interrupted");
                }
                if (at + config.batchSize() > batches.length) {
                    shuffle(batches, order);
                    at = 0;
                }
                network.forward(points, batches, at, config.batchSize());
                network.crossEntropy(labels, batches, at);
                network.backward();
                network.descend(config.learningRate(), config.momentum());
                at += config.batchSize();
            }
        }

        /** Takes all numbers at the present weights; false where the loss is no finite number. */
        private boolean record(int record) {
            network.forward(points, test, 0, test.length);
            testLosses[record] = network.crossEntropy(labels, test, 0);
            testAccuracies[record] = accuracy(test);
            network.forward(points, train, 0, train.length);
            trainLosses[record] = network.crossEntropy(labels, train, 0);
            trainAccuracies[record] = accuracy(train);
            if (!Double.isFinite(trainLosses[record])) {
                return false;
            }
            network.backward();
            recordGradients(record);
            network.forward(points, all, 0, all.length);
            recordInformation(record);
            return true;
        }

        private double accuracy(int[] index) {
            int right = 0;
            for (int k = 0; k < index.length; k++) {
                right += network.predicted(k) == labels[index[k]] ? 1 : 0;
            }
            return (double) right / index.length;
        }

        private void recordGradients(int record) {
            int n = train.length;
            double perBatch = n == 1 ? 0 : (double) (n - config.batchSize()) / ((double) config.batchSize() * (n - 1));
            double means = 0;
            double variances = 0;
            for (int l = 0; l <= hidden; l++) {
                double mean = network.gradientSquare(l);
                // Gradients of single patterns carry 1/n here, so n times their squares is the mean square.
                double variance = Math.max(0, n * network.caseGradientSquares(l) - mean) * perBatch;
                double norm = network.weightSquare(l);
                gradientMean[record * (hidden + 1) + l] = StrictMath.sqrt(mean / norm);
                gradientNoise[record * (hidden + 1) + l] = StrictMath.sqrt(variance / norm);
                means += mean;
                variances += variance;
            }
            signal[record] = StrictMath.sqrt(means / variances);
        }

        private void recordInformation(int record) {
            for (int l = 1; l <= hidden; l++) {
                double[] activities = new double[all.length * widths[l]];
                network.copyActivities(l, activities);
                double high = largest(activities);
                for (int b = 0; b < input.length; b++) {
                    BinnedInformation information = binned(
                            activities, widths[l], high, (int) config.bins().get(b));
                    input[b][record * hidden + l - 1] = information.input();
                    label[b][record * hidden + l - 1] = information.label();
                }
                lastLayer[record] = activities;
            }
        }

        private void binOverRun() {
            double high = Arrays.stream(lastLayer)
                    .mapToDouble(Training::largest)
                    .max()
                    .orElseThrow();
            for (int k = 0; k < steps.length; k++) {
                runBinned[k] = binned(lastLayer[k], widths[hidden], high, (int)
                                config.bins().get(0))
                        .input();
            }
        }

        /** With tanh on [−1, 1], whatever {@code high}. */
        private BinnedInformation binned(double[] activities, int width, double high, int bins) {
            boolean tanh = config.activation() == Activation.TANH;
            return BinnedInformation.of(activities, width, tanh ? -1 : 0, tanh ? 1 : high, bins, probabilities, LABELS);
        }

        private static double largest(double[] values) {
            return Arrays.stream(values).max().orElseThrow();
        }

        private InformationPlaneResult diverged() {
            for (double[][] arrays : List.of(input, label, new double[][] {
                runBinned, gradientMean, gradientNoise, trainLosses, testLosses, trainAccuracies, testAccuracies
            })) {
                for (double[] array : arrays) {
                    Arrays.fill(array, Double.NaN);
                }
            }
            return result(StopReason.DIVERGED);
        }

        private InformationPlaneResult result(StopReason stopReason) {
            int last = steps.length - 1;
            int start = InformationPlaneResult.learnt(trainAccuracies);
            int peak = InformationPlaneResult.largest(start, steps.length, this::lastInput);
            boolean finite = stopReason == StopReason.COMPLETED;
            return new InformationPlaneResult(
                    stopReason,
                    lastInput(last),
                    label[0][last * hidden + hidden - 1],
                    lastInput(peak) - lastInput(last),
                    finite ? steps[peak] : Double.NaN,
                    finite ? InformationPlaneResult.fallBelowOne(start, steps, signal) : Double.NaN,
                    trainAccuracies[last],
                    testAccuracies[last],
                    Doubles.of(Arrays.stream(steps).asDoubleStream().toArray()),
                    Doubles.of(joined(input)),
                    Doubles.of(joined(label)),
                    Doubles.of(runBinned),
                    Doubles.of(gradientMean),
                    Doubles.of(gradientNoise),
                    Doubles.of(trainLosses),
                    Doubles.of(testLosses),
                    Doubles.of(trainAccuracies),
                    Doubles.of(testAccuracies));
        }

        private static double[] joined(double[][] arrays) {
            return Arrays.stream(arrays).flatMapToDouble(Arrays::stream).toArray();
        }

        /** I(X;T) of the last hidden layer. */
        private double lastInput(int record) {
            return input[0][record * hidden + hidden - 1];
        }
    }
}
