package org.noisebook.sgd;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Single-sample SGD of a patch network with squared ReLU on points with a weak feature, mostly a strong one, and noise.
 *
 * @param testSize points with the weak feature and noise only
 */
public record BenignOscillationConfig(
        @Parameter(value = "dimension of a patch", symbol = "d", range = "[3, 100000]")
        int dimension,

        @Parameter(value = "number of training points", symbol = "n", range = "[1, 4096]")
        int trainSize,

        @Parameter(value = "number of test points", range = "[1, 100000]")
        int testSize,

        @Parameter(value = "number of neurons of either sign", symbol = "m", range = "[1, 4096]")
        int width,

        @Parameter(value = "length of the weak patch", range = "[0, 1e30]")
        double weakStrength,

        @Parameter(value = "length of the strong patch", range = "[0, 1e30]")
        double strongStrength,

        @Parameter(value = "share of points without the strong patch", range = "[0, 1]")
        double missingShare,

        @Parameter(
                value = "root mean square length of the noise patch of training points",
                symbol = "σ",
                range = "[0, 1e30]")
        double noiseNorm,

        @Parameter(value = "root mean square length of the noise patch of test points", range = "[0, 1e30]")
        double testNoiseNorm,

        @Parameter(value = "learning rate", symbol = "η", range = "(0, 1e30]")
        double learningRate,

        @Parameter(value = "standard deviation of the weights at the start", range = "[1e-100, 1e30]")
        double initialScale,

        @Parameter(value = "steps of single-sample SGD", range = "[1, 10000000]")
        int steps,

        @Parameter(value = "first steps that are in no mean", range = "[0, steps)")
        int discard,

        @Parameter(value = "steps from one record to the next", range = "[1, steps]")
        int recordEvery) {
    public BenignOscillationConfig {
        Ranges.check(
                BenignOscillationConfig.class,
                dimension,
                trainSize,
                testSize,
                width,
                weakStrength,
                strongStrength,
                missingShare,
                noiseNorm,
                testNoiseNorm,
                learningRate,
                initialScale,
                steps,
                discard,
                recordEvery);
    }

    /**
     * n = 20, d = 100, m = 8, weak patch 0.2, strong patch 1 absent in 10 % of points, noise 0.6, η = 5, start 0.01,
     * 6000 steps (300 epochs) without the first 1000, a record an epoch.
     */
    public static BenignOscillationConfig standard() {
        return new BenignOscillationConfig(100, 20, 1000, 8, 0.2, 1, 0.1, 0.6, 0.6, 5, 0.01, 6000, 1000, 20);
    }

    /** η v²/m, v the strong patch: the learning rate at which {@link FeatureOscillationStudy} moves as the strong feature does. */
    public double strongRate() {
        return learningRate * strongStrength * strongStrength / width;
    }

    /** m/(2 v²): the learning rate above which no fit by the strong patch alone is stable. */
    public double border() {
        return FeatureOscillationRules.BORDER * width / (strongStrength * strongStrength);
    }
}
