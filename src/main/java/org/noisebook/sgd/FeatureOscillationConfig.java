package org.noisebook.sgd;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Two features, a strong one of strength 1 and a weak one, that gradient descent learns together.
 *
 * @param initialScale standard deviation of the normal numbers whose sizes are both weights at the start
 */
public record FeatureOscillationConfig(
        @Parameter(value = "strength of the weak feature", symbol = "u", range = "[0, 1]")
        double weakStrength,

        @Parameter(value = "learning rate", symbol = "η", range = "(0, 1e30]")
        double learningRate,

        @Parameter(value = "standard deviation of the weights at the start", range = "[1e-100, 1e30]")
        double initialScale,

        @Parameter(value = "steps of gradient descent", range = "[1, 100000000]")
        int steps,

        @Parameter(value = "first steps that are in no mean", range = "[0, steps)")
        int discard,

        @Parameter(value = "steps from one recorded weak weight to the next", range = "[1, steps]")
        int recordEvery) {
    public FeatureOscillationConfig {
        Ranges.check(
                FeatureOscillationConfig.class, weakStrength, learningRate, initialScale, steps, discard, recordEvery);
    }

    /** u = 0.1, η = 0.6, start 10⁻³, 4000 steps without the first 500, every hundredth recorded. */
    public static FeatureOscillationConfig standard() {
        return new FeatureOscillationConfig(0.1, 0.6, 1e-3, 4000, 500, 100);
    }
}
