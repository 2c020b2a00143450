package org.noisebook.regime;

import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Parameter;
import org.noisebook.model.StopReason;
import org.noisebook.model.Trained;
import org.noisebook.stats.BottleneckCurve;

/**
 * What one training in the information plane gives; after divergence all numbers but the steps are NaN.
 *
 * <p><b>Shapes</b>: with R records, H hidden layers and K numbers of bins, information is flattened row-major
 * {@code [K][R][H]} and gradients {@code [R][H + 1]}, one for each weight layer from input to scores.
 *
 * <p><b>Onsets</b>: the later maximum of a number is its largest value from the first record with three quarters of
 * the training patterns right, half-way from chance to all, on. Before that the information of layers is that of
 * their random initial weights.
 *
 * @param noiseOnset step at which the norm of the gradient falls below the standard deviation of a batch's gradient
 *     from the later maximum of their ratio on, all layers together; NaN if it does not, the step of the maximum if
 *     that is below 1
 * @param recordSteps the records' steps, 0 and the last included
 * @param runBinned I(X;T) of the last hidden layer at the records for the first number of bins, ReLU's on [0, its
 *     largest activity in the whole run]; the same as inputInformation with tanh
 */
public record InformationPlaneResult(
        @Parameter("completed or diverged") StopReason stopReason,

        @Parameter(value = "I(X;T) of the last hidden layer at the end, in bits", symbol = "I(X;T)")
        double finalInputInformation,

        @Parameter(value = "I(T;Y) of the last hidden layer at the end, in bits", symbol = "I(T;Y)")
        double finalLabelInformation,

        @Parameter("fall of the last hidden layer's I(X;T) from its later maximum to the end, in bits")
        double compression,

        @Parameter("step of that maximum") double compressionOnset,

        @Parameter("step at which the gradient falls below its noise, NaN if it does not")
        double noiseOnset,

        @Parameter("share of training patterns right at the end")
        double trainAccuracy,

        @Parameter("share of test patterns right at the end")
        double testAccuracy,

        @Parameter("steps of the records") Doubles recordSteps,

        @Parameter("I(X;T) in bits, [bins][records][hidden layers]")
        Doubles inputInformation,

        @Parameter("I(T;Y) in bits, [bins][records][hidden layers]")
        Doubles labelInformation,

        @Parameter("I(X;T) of the last hidden layer in bits, ReLU in bins up to its largest activity in the run")
        Doubles runBinned,

        @Parameter("norm of the gradient over that of the weights, [records][weight layers]")
        Doubles gradientMean,

        @Parameter("standard deviation of a batch's gradient over the norm of the weights, [records][weight layers]")
        Doubles gradientNoise,

        @Parameter("mean cross-entropy of the training patterns at the records")
        Doubles trainLosses,

        @Parameter("mean cross-entropy of the test patterns at the records")
        Doubles testLosses,

        @Parameter("share of training patterns right at the records")
        Doubles trainAccuracies,

        @Parameter("share of test patterns right at the records")
        Doubles testAccuracies)
        implements Trained {
    /** Half-way from chance to all. */
    private static final double LEARNT = 0.75;

    /** Number of records. */
    public int records() {
        return recordSteps.size();
    }

    /** Number of hidden layers. */
    public int hiddenLayers() {
        return gradientMean.size() / recordSteps.size() - 1;
    }

    /** I(X;T) at a record for hidden layer {@code layer} = 0, … and number of bins {@code bins} = 0, …. */
    public double inputInformation(int bins, int record, int layer) {
        return inputInformation.get((bins * records() + record) * hiddenLayers() + layer);
    }

    /** I(T;Y) there. */
    public double labelInformation(int bins, int record, int layer) {
        return labelInformation.get((bins * records() + record) * hiddenLayers() + layer);
    }

    /** Norm of the gradient over its noise at a record, for weight layer {@code layer} = 0, …. */
    public double gradientToNoise(int record, int layer) {
        int at = record * (hiddenLayers() + 1) + layer;
        return gradientMean.get(at) / gradientNoise.get(at);
    }

    /**
     * Norm of the gradient over its noise at a record, all layers together: squares of both add up over the layers, each
     * over the square of the norm of the layer's weights.
     */
    public double allGradientToNoise(int record) {
        int layers = hiddenLayers() + 1;
        double means = 0;
        double noises = 0;
        for (int at = record * layers; at < (record + 1) * layers; at++) {
            means += gradientMean.get(at) * gradientMean.get(at);
            noises += gradientNoise.get(at) * gradientNoise.get(at);
        }
        return Math.sqrt(means / noises);
    }

    /** The largest rise of I(X;T) from a hidden layer to the next at any record, 0 for none. */
    public double largestRise(int bins) {
        double largest = 0;
        for (int k = 0; k < records(); k++) {
            for (int l = 1; l < hiddenLayers(); l++) {
                largest = Math.max(largest, inputInformation(bins, k, l) - inputInformation(bins, k, l - 1));
            }
        }
        return largest;
    }

    /** The least distance of a layer below a curve, over all records and bins. */
    public double leastBelow(BottleneckCurve curve) {
        return IntStream.range(0, inputInformation.size())
                .mapToDouble(at -> curve.at(inputInformation.get(at)) - labelInformation.get(at))
                .min()
                .orElse(Double.POSITIVE_INFINITY);
    }

    /** The first record's step with so large a share of the training patterns right; NaN for none. */
    public double firstStep(double accuracy) {
        return IntStream.range(0, records())
                .filter(k -> trainAccuracies.get(k) >= accuracy)
                .mapToDouble(k -> recordSteps.get(k))
                .findFirst()
                .orElse(Double.NaN);
    }

    /**
     * The step at which a number of the records falls below 1 from its later maximum on, by logarithms between records;
     * NaN if that maximum is not above 1 or the number stays there.
     */
    public double fallBelowOne(IntToDoubleFunction value) {
        int start = learnt(trainAccuracies.toArray());
        if (!(value.applyAsDouble(largest(start, records(), value)) > 1)) {
            return Double.NaN;
        }
        int[] steps = recordSteps.stream().mapToInt(step -> (int) step).toArray();
        double[] values = IntStream.range(0, records()).mapToDouble(value).toArray();
        return fallBelowOne(start, steps, values);
    }

    /** {@link #compression()} for number of bins {@code bins} = 0, …. */
    public double compression(int bins) {
        int last = hiddenLayers() - 1;
        return fall(k -> inputInformation(bins, k, last));
    }

    /** {@link #compression()} for {@link #runBinned()}. */
    public double runBinnedCompression() {
        return fall(k -> runBinned.get(k));
    }

    private double fall(IntToDoubleFunction value) {
        int peak = largest(learnt(trainAccuracies.toArray()), records(), value);
        return value.applyAsDouble(peak) - value.applyAsDouble(records() - 1);
    }

    /** The first record with three quarters of the training patterns right, else the last. */
    static int learnt(double[] trainAccuracies) {
        int start = 0;
        while (start < trainAccuracies.length - 1 && !(trainAccuracies[start] >= LEARNT)) {
            start++;
        }
        return start;
    }

    /** The first place in [start, end) of the largest value. */
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
     * The step at which a number falls below 1 from its largest value in [start, …) on, by logarithms between
     * records; the step of that value if it is below 1, NaN if it stays above.
     */
    static double fallBelowOne(int start, int[] steps, double[] values) {
        int peak = largest(start, steps.length, k -> values[k]);
        if (values[peak] < 1) {
            return steps[peak];
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
