package org.noisebook.sgd;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.model.FullyConnected;

/** One training of a network along which the largest eigenvalue of its loss' Hessian is taken. */
public record SharpnessConfig(
        @Parameter("the training, as of the study network; gradient descent with batchSize=trainSize, and float64")
        NetworkConfig training,

        @Parameter(value = "equal stretches of the training between looks at the sharpness", range = "[2, 10000]")
        int records) {
    public SharpnessConfig {
        Ranges.check(SharpnessConfig.class, training, records);
        if (!(training.network() instanceof FullyConnected)) {
            throw new IllegalArgumentException("training.network must be fullyConnected, for its Hessian is known, got "
                    + Schema.formatValue(training.network()));
        }
    }

    /**
     * Gradient descent on 128 points of a stripe in six dimensions, two layers of 24 tanh, α = 2, η = 16, 2,000 steps; on the hinge, as all
     * trainings that say no loss.
     */
    public static SharpnessConfig standard() {
        return new SharpnessConfig(
                Schema.with(
                        NetworkConfig.standard(),
                        "dataset=stripe, dimension=6, trainSize=128, testSize=0, probeSize=0, outputScale=2,"
                                + " network=fullyConnected(depth=2, width=24, activation=tanh), batchSize=128,"
                                + " learningRate=16, precision=float64, sampleCap=256000"),
                30);
    }

    /** The steps at which to look; the last is the cap. */
    long[] moments() {
        long steps = training.sampleCap() / training.batchSize();
        long[] at = new long[(int) Math.min(records, steps) + 1];
        int stretches = Math.max(1, at.length - 1);
        for (int k = 0; k < at.length; k++) {
            at[k] = steps / stretches * k + steps % stretches * k / stretches;
        }
        return at;
    }
}
