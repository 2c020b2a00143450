package org.noisebook.papers.plane;

import static org.noisebook.paper.Grammar.numbers;
import static org.noisebook.paper.Grammar.stopIfInterrupted;
import static org.noisebook.paper.Grammar.sum;

import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.Mlp;
import org.noisebook.paper.Outcome;
import org.noisebook.papers.plane.InformationPlane.Config;
import org.noisebook.papers.plane.InformationPlane.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * One training of a network and its records in the information plane.
 *
 * <p><b>Gradients</b>: at the weights of a record, μ is the gradient over all n training patterns and S the trace of the patterns'
 * gradients' covariance; the gradient of a batch drawn without replacement has variance S (n − B)/(B (n − 1)).
 *
 * <p><b>Onsets</b>: the later maximum of a quantity is its largest value once three quarters of the training patterns are right,
 * half-way between chance and all. Before, the information of layers is that of their random initial weights.
 */
final class PlaneTraining {
    private static final int LABELS = 2;
    private static final int LOOK = 256;
    /** Training accuracy half-way between chance and all. */
    private static final double LEARNT = 0.75;

    private final Config config;
    private final int[] widths;
    private final Mlp network;
    private final double[] points = DipoleRule.points();
    private final double[] probabilities;
    private final int[] labels = new int[DipoleRule.INPUTS];
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
    private final double[] trainLosses;
    private final double[] testLosses;
    private final double[] trainAccuracies;
    private final double[] testAccuracies;

    PlaneTraining(Config config, Streams streams, MatrixKernels products) {
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
        int[] shuffled = IntStream.range(0, DipoleRule.INPUTS).toArray();
        data.shuffle(shuffled);
        this.train = Arrays.copyOf(shuffled, config.trainSize());
        this.test = Arrays.copyOfRange(shuffled, train.length, shuffled.length);
        this.order = streams.at("order");
        this.steps = config.recordSteps();
        this.hidden = config.hiddenWidths().size();
        int records = steps.length;
        this.input = new double[config.bins().size()][records * hidden];
        this.label = new double[config.bins().size()][records * hidden];
        this.lastLayer = new double[records][];
        this.runBinned = new double[records];
        this.gradientMean = new double[records * (hidden + 1)];
        this.gradientNoise = new double[records * (hidden + 1)];
        this.trainLosses = new double[records];
        this.testLosses = new double[records];
        this.trainAccuracies = new double[records];
        this.testAccuracies = new double[records];
    }

    Result run() {
        int[] batches = train.clone();
        int at = batches.length;
        int record = 0;
        for (int step = 0; ; step++) {
            if (step == steps[record]) {
                record(record);
                if (++record == steps.length) {
                    binOverRun();
                    return result();
                }
            }
            if (step % LOOK == 0) {
                stopIfInterrupted();
            }
            if (at + config.batchSize() > batches.length) {
                order.shuffle(batches);
                at = 0;
            }
            network.forward(points, batches, at, config.batchSize());
            network.crossEntropy(labels, batches, at);
            network.backward();
            network.descend(config.learningRate(), config.momentum());
            at += config.batchSize();
        }
    }

    /** Records all quantities at the current weights. */
    private void record(int record) {
        network.forward(points, test, 0, test.length);
        testLosses[record] = network.crossEntropy(labels, test, 0);
        testAccuracies[record] = accuracy(test);
        double[][] activities = new double[hidden + 1][];
        Arrays.setAll(activities, l -> new double[DipoleRule.INPUTS * widths[l]]);
        copy(test, activities);
        network.forward(points, train, 0, train.length);
        trainLosses[record] = network.crossEntropy(labels, train, 0);
        trainAccuracies[record] = accuracy(train);
        if (!Double.isFinite(trainLosses[record])) {
            throw new Outcome.Diverged();
        }
        copy(train, activities);
        network.backward();
        recordGradients(record);
        recordInformation(record, activities);
    }

    /** Copies the activities of the hidden layers for these patterns to the places of the patterns. */
    private void copy(int[] patterns, double[][] activities) {
        for (int l = 1; l <= hidden; l++) {
            int width = widths[l];
            double[] rows = new double[patterns.length * width];
            network.copyActivities(l, rows);
            for (int k = 0; k < patterns.length; k++) {
                System.arraycopy(rows, k * width, activities[l], patterns[k] * width, width);
            }
        }
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
        for (int l = 0; l <= hidden; l++) {
            double mean = network.gradientSquare(l);
            // Gradients of single patterns carry 1/n here, so n times their squares is the mean square.
            double variance = Math.max(0, n * network.caseGradientSquares(l) - mean) * perBatch;
            double norm = network.weightSquare(l);
            gradientMean[record * (hidden + 1) + l] = StrictMath.sqrt(mean / norm);
            gradientNoise[record * (hidden + 1) + l] = StrictMath.sqrt(variance / norm);
        }
    }

    private void recordInformation(int record, double[][] layers) {
        for (int l = 1; l <= hidden; l++) {
            double[] activities = layers[l];
            double high = largest(activities);
            for (int b = 0; b < input.length; b++) {
                BinnedInformation information =
                        binned(activities, widths[l], high, (int) config.bins().get(b));
                input[b][record * hidden + l - 1] = information.input();
                label[b][record * hidden + l - 1] = information.label();
            }
            lastLayer[record] = activities;
        }
    }

    private void binOverRun() {
        double high = Arrays.stream(lastLayer)
                .mapToDouble(PlaneTraining::largest)
                .max()
                .orElseThrow();
        for (int k = 0; k < steps.length; k++) {
            runBinned[k] = binned(lastLayer[k], widths[hidden], high, (int)
                            config.bins().get(0))
                    .input();
        }
    }

    /** The information of binned activities; tanh is binned on [−1, 1] for any {@code high}. */
    private BinnedInformation binned(double[] activities, int width, double high, int bins) {
        boolean tanh = config.activation() == Activation.TANH;
        return BinnedInformation.of(activities, width, tanh ? -1 : 0, tanh ? 1 : high, bins, probabilities, LABELS);
    }

    private static double largest(double[] values) {
        return Arrays.stream(values).max().orElseThrow();
    }

    private Result result() {
        int last = steps.length - 1;
        int bins = input.length;
        return new Result(
                lastInput(0, last),
                label[0][last * hidden + hidden - 1],
                fall(k -> lastInput(0, k)),
                steps[peak(k -> lastInput(0, k))],
                fall(k -> runBinned[k]),
                noiseStep(),
                trainAccuracies[last],
                testAccuracies[last],
                each(bins, b -> fall(k -> lastInput(b, k))),
                each(bins, this::largestRise),
                Doubles.of(numbers(input).toArray()),
                Doubles.of(numbers(label).toArray()),
                Doubles.of(runBinned),
                Doubles.of(gradientMean),
                Doubles.of(gradientNoise),
                Doubles.of(trainLosses),
                Doubles.of(testLosses),
                Doubles.of(trainAccuracies),
                Doubles.of(testAccuracies));
    }

    private static Doubles each(int count, IntToDoubleFunction value) {
        return Doubles.of(IntStream.range(0, count).mapToDouble(value).toArray());
    }

    private int peak(IntToDoubleFunction value) {
        return largest(learnt(trainAccuracies), steps.length, value);
    }

    private double fall(IntToDoubleFunction value) {
        return value.applyAsDouble(peak(value)) - value.applyAsDouble(steps.length - 1);
    }

    /** The largest rise of I(X;T) from a hidden layer to the next at any record, 0 for none. */
    private double largestRise(int bins) {
        double largest = 0;
        for (int at = 0; at < input[bins].length; at++) {
            largest = at % hidden == 0 ? largest : Math.max(largest, input[bins][at] - input[bins][at - 1]);
        }
        return largest;
    }

    /** The step at which the gradient falls below its noise; squares, relative to the layer's squared weight norm, add over layers. */
    private double noiseStep() {
        double[] ratios = new double[steps.length];
        Arrays.setAll(ratios, k -> Math.sqrt(square(gradientMean, k) / square(gradientNoise, k)));
        return fallBelowOne(learnt(trainAccuracies), steps, ratios);
    }

    private double square(double[] norms, int record) {
        int layers = hidden + 1;
        return sum(layers, l -> norms[record * layers + l] * norms[record * layers + l]);
    }

    /** I(X;T) of the last hidden layer. */
    private double lastInput(int bins, int record) {
        return input[bins][record * hidden + hidden - 1];
    }

    /** The first record with three quarters of the training patterns right, or else the last. */
    static int learnt(double[] trainAccuracies) {
        int start = 0;
        while (start < trainAccuracies.length - 1 && !(trainAccuracies[start] >= LEARNT)) {
            start++;
        }
        return start;
    }

    /** The first index in [start, end) of the largest value. */
    static int largest(int start, int end, IntToDoubleFunction value) {
        int best = start;
        for (int k = start + 1; k < end; k++) {
            if (value.applyAsDouble(k) > value.applyAsDouble(best)) {
                best = k;
            }
        }
        return best;
    }

    /**
     * The step at which a quantity first falls below 1 after its largest value from start on, interpolated in logarithms; NaN if that value
     * is not above 1 or the quantity stays above 1.
     */
    static double fallBelowOne(int start, int[] steps, double[] values) {
        int peak = largest(start, steps.length, k -> values[k]);
        if (!(values[peak] > 1)) {
            return Double.NaN;
        }
        for (int k = peak + 1; k < steps.length; k++) {
            if (values[k] < 1) {
                double share = StrictMath.log(values[k - 1]) / StrictMath.log(values[k - 1] / values[k]);
                return steps[k - 1] * StrictMath.pow((double) steps[k] / steps[k - 1], share);
            }
        }
        return Double.NaN;
    }
}
