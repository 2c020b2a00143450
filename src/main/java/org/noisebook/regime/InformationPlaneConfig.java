package org.noisebook.regime;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.linalg.Activation;

/**
 * One training of a small network on all patterns of 12 bits whose layers are followed in the information plane.
 *
 * <p>The learning rate of the standard config was chosen once, by a pilot under root seed 1000 with five replicas of
 * tanh at 0.03, 0.1, 0.2 and 0.3 and three of ReLU at 0.03, 0.1 and 0.3: at 0.1 every tanh network learns 0.9997 or
 * more of the training patterns and every ReLU network 0.9977.
 *
 * @param hiddenWidths units of the hidden layers, from the input on
 * @param activation tanh or ReLU
 * @param initialScale weights start from N(0, initialScale²/fan-in), biases from 0
 * @param sharpness γ of {@link DipoleRule}
 * @param trainShare share of the 4096 patterns to train on, the others being the test set
 * @param batchSize B
 * @param learningRate η
 * @param momentum μ
 * @param steps of SGD
 * @param bins numbers of equal bins, the first for the scalar results
 * @param recordsPerDecade records a decade of steps
 */
public record InformationPlaneConfig(
        @Parameter(value = "units of the hidden layers, from the input on", range = "each in [1, 64]")
        double[] hiddenWidths,

        @Parameter("tanh or relu") Activation activation,

        @Parameter(value = "standard deviation of initial weights times √fan-in", range = "(0, 100]")
        double initialScale,

        @Parameter(value = "sharpness of the rule that gives the labels", symbol = "γ", range = "(0, 1e6]")
        double sharpness,

        @Parameter(value = "share of the 4096 patterns in training", range = "[0.01, 0.99]")
        double trainShare,

        @Parameter(value = "patterns a step, every pattern once an epoch", symbol = "B", range = "[1, 4096 trainShare]")
        int batchSize,

        @Parameter(value = "learning rate", symbol = "η", range = "(0, 1e6]")
        double learningRate,

        @Parameter(value = "momentum", symbol = "μ", range = "[0, 0.9999]")
        double momentum,

        @Parameter(value = "steps of SGD", range = "[1, 10000000]")
        int steps,

        @Parameter(
                value = "numbers of equal bins an activity, the first for scalar results",
                range = "each in [1, 1000]")
        double[] bins,

        @Parameter(value = "records a decade of steps", range = "[1, 50]")
        int recordsPerDecade) {
    private static final int WIDEST = 64;
    private static final int MOST_HIDDEN = 20;
    private static final double LARGEST = 1e6;
    private static final double LARGEST_SCALE = 100;
    private static final double LARGEST_MOMENTUM = 0.9999;
    private static final int MOST_STEPS = 10_000_000;
    private static final int MOST_BINS = 1000;
    private static final int MOST_BIN_COUNTS = 10;
    private static final int MOST_RECORDS = 50;
    private static final double LEAST_SHARE = 0.01;

    /** Validates and copies. */
    public InformationPlaneConfig {
        hiddenWidths = hiddenWidths.clone();
        bins = bins.clone();
        checkWhole("hiddenWidths", hiddenWidths, WIDEST, MOST_HIDDEN);
        checkWhole("bins", bins, MOST_BINS, MOST_BIN_COUNTS);
        Objects.requireNonNull(activation, "activation");
        if (activation != Activation.TANH && activation != Activation.RELU) {
            throw new IllegalArgumentException("activation must be tanh or relu, got " + activation);
        }
        Check.above("initialScale", initialScale, 0, LARGEST_SCALE);
        Check.above("sharpness", sharpness, 0, LARGEST);
        Check.inRange("trainShare", trainShare, LEAST_SHARE, 1 - LEAST_SHARE);
        Check.inRange("batchSize", batchSize, 1, "4096 trainShare", trainSize(trainShare));
        Check.above("learningRate", learningRate, 0, LARGEST);
        Check.inRange("momentum", momentum, 0, LARGEST_MOMENTUM);
        Check.inRange("steps", steps, 1, MOST_STEPS);
        Check.inRange("recordsPerDecade", recordsPerDecade, 1, MOST_RECORDS);
    }

    private static void checkWhole(String name, double[] values, int largest, int most) {
        Check.inRange(name + ".length", values.length, 1, most);
        for (double value : values) {
            Check.inRange(name, value, 1, largest);
            if (value != Math.rint(value)) {
                throw new IllegalArgumentException(name + " must be whole numbers, got " + value);
            }
        }
    }

    private static int trainSize(double share) {
        return (int) Math.rint(share * DipoleRule.INPUTS);
    }

    /**
     * The tanh network of Shwartz-Ziv and Tishby: 12–10–7–5–4–3–2, batches of 256, 85 % of the patterns in training.
     */
    public static InformationPlaneConfig standard() {
        return new InformationPlaneConfig(
                new double[] {10, 7, 5, 4, 3},
                Activation.TANH,
                1,
                4,
                0.85,
                256,
                0.1,
                0,
                12_000,
                new double[] {30, 15, 60},
                12);
    }

    @Override
    public double[] hiddenWidths() {
        return hiddenWidths.clone();
    }

    @Override
    public double[] bins() {
        return bins.clone();
    }

    /** Number of training patterns. */
    int trainSize() {
        return trainSize(trainShare);
    }

    /** Widths from the 12 inputs to the two scores. */
    int[] widths() {
        int[] widths = new int[hiddenWidths.length + 2];
        widths[0] = DipoleRule.BITS;
        for (int l = 0; l < hiddenWidths.length; l++) {
            widths[l + 1] = (int) hiddenWidths[l];
        }
        widths[widths.length - 1] = 2;
        return widths;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof InformationPlaneConfig that && Arrays.deepEquals(content(), that.content());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(content());
    }

    private Object[] content() {
        return new Object[] {
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
            recordsPerDecade
        };
    }
}
