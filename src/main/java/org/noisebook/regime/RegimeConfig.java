package org.noisebook.regime;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.experiment.Schema;
import org.noisebook.model.GradientNoise;
import org.noisebook.sgd.NetworkConfig;

/**
 * One training of a network whose regime is measured.
 *
 * @param training what is trained, fully connected or convolutional; its {@code probeSize} test points are the probes, at
 *     least two
 * @param linearised whether the tangent model is also trained, with the same batches; only for noise of minibatches
 */
public record RegimeConfig(
        @Parameter("the training, as in the study network; its probeSize test points are the probes")
        NetworkConfig training,

        @Parameter(value = "records per decade of steps; 0 for none", range = "[0, 100]")
        int recordsPerDecade,

        @Parameter("whether the tangent model is also trained, with the same batches")
        boolean linearised) {
    private static final int LEAST_PROBES = 2;
    private static final int STANDARD_PROBES = 128;

    public RegimeConfig {
        Ranges.check(RegimeConfig.class, training, recordsPerDecade, linearised);
        if (training.probeSize() < LEAST_PROBES) {
            throw new IllegalArgumentException(
                    "training.probeSize must be in [" + LEAST_PROBES + ", 4096], got " + training.probeSize());
        }
        if (linearised && training.noise() != GradientNoise.MINIBATCH) {
            throw new IllegalArgumentException("linearised must be false for training.noise="
                    + Schema.formatValue(training.noise()) + ", got true");
        }
    }

    /** The standard training of networks, with 128 probes, no intermediate records, and the tangent model. */
    public static RegimeConfig standard() {
        return new RegimeConfig(Schema.with(NetworkConfig.standard(), "probeSize", STANDARD_PROBES), 0, true);
    }
}
