package org.noisebook.regime;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.linalg.Activation;

/**
 * One training of a small network on all patterns of 12 bits whose layers are followed in the information plane.
 *
 * <p>The learning rate of the standard config was chosen once, by a pilot under root seed 1000 with five replicas of
 * tanh at 0.03, 0.1, 0.2 and 0.3 and three of ReLU at 0.03, 0.1 and 0.3: at 0.1 every tanh network learns 0.9997 or
 * more of the training patterns and every ReLU network 0.9977.
 *
 * @param initialScale weights start from N(0, initialScale²/fan-in), biases from 0
 */
public record InformationPlaneConfig(
        @Parameter(value = "units of the hidden layers, from the input on", range = "each in [1, 64]")
        Doubles hiddenWidths,

        @Parameter("tanh or relu") Activation activation,

        @Parameter(value = "standard deviation of initial weights times √fan-in", range = "(0, 100]")
        double initialScale,

        @Parameter(value = "sharpness of the rule that gives the labels", symbol = "γ", range = "(0, 1e6]")
        double sharpness,

        @Parameter(value = "share of the 4096 patterns in training", range = "[0.01, 0.99]")
        double trainShare,

        @Parameter(value = "patterns a step, every pattern once an epoch", symbol = "B", range = "[1, 4096]")
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
        Doubles bins,

        @Parameter(value = "records a decade of steps", range = "[1, 50]")
        int recordsPerDecade) {
    private static final int MOST_HIDDEN = 20;
    private static final int MOST_BIN_COUNTS = 10;
    /** Validates and copies. */
    public InformationPlaneConfig {
        Ranges.check(
                InformationPlaneConfig.class,
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

    /**
     * The tanh network of Shwartz-Ziv and Tishby: 12–10–7–5–4–3–2, batches of 256, 85 % of the patterns in training.
     */
    public static InformationPlaneConfig standard() {
        return new InformationPlaneConfig(
                Doubles.of(10, 7, 5, 4, 3),
                Activation.TANH,
                1,
                4,
                0.85,
                256,
                0.1,
                0,
                12_000,
                Doubles.of(30, 15, 60),
                12);
    }

    /** Number of training patterns. */
    int trainSize() {
        return trainSize(trainShare);
    }

    /** Widths from the 12 inputs to the two scores. */
    int[] widths() {
        int[] widths = new int[hiddenWidths.size() + 2];
        widths[0] = DipoleRule.BITS;
        for (int l = 0; l < hiddenWidths.size(); l++) {
            widths[l + 1] = (int) hiddenWidths.get(l);
        }
        widths[widths.length - 1] = 2;
        return widths;
    }
}
