package org.noisebook.sgd;

import org.noisebook.data.Check;
import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.Precision;

/**
 * Configuration of one perceptron run: data, SGD rule and stopping.
 *
 * <p>Data: x_1 with density ∝ |x_1|^χ e^(−x_1²/2) and label sign(x_1), the other coordinates standard normal. Predictor
 * w·x/√d − w_0·x/√d, batch loss mean max(0, κ − y F), temperature T = η/B (Sclocchi, Geiger and Wyart 2023,
 * arXiv 2301.13703).
 */
public record PerceptronConfig(
        @Parameter(value = "exponent of the data density at the label boundary", symbol = "χ", range = "[0, 100]")
        double chi,

        @Parameter(value = "input dimension", symbol = "d", range = "[2, 65536]")
        int dimension,

        @Parameter(value = "number of training points", symbol = "P", range = "[1, 100000000]")
        int trainSize,

        @Parameter(
                value = "points per step, drawn without replacement; all of them is gradient descent",
                symbol = "B",
                range = "[1, trainSize]")
        int batchSize,

        @Parameter(value = "learning rate; the temperature is T = η/B", symbol = "η", range = "(0, 1e100]")
        double learningRate,

        @Parameter(value = "hinge margin, 1/α", symbol = "κ", range = "(0, 1e100]")
        double margin,

        @Parameter(
                value =
                        "how steps are simulated; all samplers have the same distribution; replica engines take every step")
        Sampler sampler,

        @Parameter("precision of data and weights") Precision precision,

        @Parameter(value = "most samples (steps × batchSize) drawn before a run is stopped", range = "[1, 1e18]")
        long sampleCap,

        @Parameter(value = "fresh points for testErrorSampled; 0 for none", range = "[0, 100000000]")
        int testSize,

        @Parameter(value = "trajectory records per decade of steps; 0 for none", range = "[0, 1000]")
        int recordsPerDecade) {
    /** Room for the lead and for the header of a Java array. */
    private static final int PAD_AND_HEADER = 32;

    private static final double DOUBLE_RESOLUTION = 0x1p-50;
    private static final double FLOAT_RESOLUTION = 0x1p-21;

    public PerceptronConfig {
        Ranges.check(
                PerceptronConfig.class,
                chi,
                dimension,
                trainSize,
                batchSize,
                learningRate,
                margin,
                sampler,
                precision,
                sampleCap,
                testSize,
                recordsPerDecade);
        long largestSet = (Integer.MAX_VALUE - PAD_AND_HEADER) / Kernels.padded(dimension);
        Check.inRange("trainSize", trainSize, 1, "2^31 / padded dimension", largestSet);
        // Below this rate an update no longer changes weights as large as the margin needs, and a run would never end.
        double resolution = precision == Precision.FLOAT64 ? DOUBLE_RESOLUTION : FLOAT_RESOLUTION;
        double smallest = margin * batchSize * dimension * resolution;
        if (learningRate < smallest) {
            throw new IllegalArgumentException("learningRate must be at least margin · batchSize · dimension · "
                    + Numbers.format(resolution) + " = " + Numbers.format(smallest) + " in this precision, got "
                    + Numbers.format(learningRate));
        }
    }

    /** The algorithm that simulates the steps. */
    public enum Sampler {
        /** Draws every batch. */
        PLAIN,
        /** Skips steps that change nothing, exactly in distribution. */
        FAST_FORWARD
    }

    /** The default run: χ = 1, d = 32, P = 1024, B = 2, T = 1, with a negligible margin. */
    public static PerceptronConfig standard() {
        return new PerceptronConfig(
                1, 32, 1024, 2, 2, 0x1p-15, Sampler.FAST_FORWARD, Precision.FLOAT64, 1_000_000_000_000_000L, 1024, 0);
    }

    /** The temperature T = η/B. */
    public double temperature() {
        return learningRate / batchSize;
    }
}
