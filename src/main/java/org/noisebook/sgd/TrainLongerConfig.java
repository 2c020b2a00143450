package org.noisebook.sgd;

import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.linalg.Precision;

/**
 * Training of a ReLU network with two hidden layers on classes of images by SGD with momentum, the rate falling in
 * steps.
 */
public record TrainLongerConfig(
        @Parameter("images: digits, fashionTest14, fashionTest, fashionMnist, mnist or cifar10")
        DataSource dataset,

        @Parameter(value = "number of training images, beside testSize others", symbol = "P", range = "[1, 10000000]")
        int trainSize,

        @Parameter(value = "number of test images", range = "[1, 10000000]")
        int testSize,

        @Parameter(value = "units of the first hidden layer", range = "[1, 4096]")
        int firstWidth,

        @Parameter(value = "units of the second hidden layer", range = "[1, 4096]")
        int secondWidth,

        @Parameter(value = "batch size", symbol = "B", range = "[1, trainSize]")
        int batchSize,

        @Parameter(
                value =
                        "cases of a ghost batch of normalisation, best a divisor of batchSize, as the last takes what is left;"
                                + " 0 for none",
                range = "0 or [2, batchSize]")
        int ghostBatch,

        @Parameter(value = "learning rate at the start", symbol = "η", range = "(0, 1e6]")
        double learningRate,

        @Parameter(value = "momentum of the heavy ball", symbol = "μ", range = "[0, 1]")
        double momentum,

        @Parameter(value = "steps of SGD", range = "[1, 10000000]")
        int updates,

        @Parameter(value = "factor of the learning rate at a milestone", range = "[0, 1]")
        double decay,

        @Parameter(value = "shares of the updates after which the rate falls, ascending", range = "each in [0, 1]")
        Doubles milestones,

        @Parameter("float32 or float64") Precision precision) {
    public TrainLongerConfig {
        Ranges.check(
                TrainLongerConfig.class,
                dataset,
                trainSize,
                testSize,
                firstWidth,
                secondWidth,
                batchSize,
                ghostBatch,
                learningRate,
                momentum,
                updates,
                decay,
                milestones,
                precision);
        if (dataset.isDrawn()) {
            throw new IllegalArgumentException("dataset must hold images, got " + dataset);
        }
        double last = 0;
        for (double milestone : milestones.toArray()) {
            Check.inRange("milestones", milestone, last, 1);
            last = milestone;
        }
    }

    /**
     * 4000 images of Fashion-MNIST at half the side, the other 6000 to test on; 256 and 128 units; B = 32, η = 0.02,
     * μ = 0.9; twelve epochs, the rate down to a tenth after half and three quarters of them.
     */
    public static TrainLongerConfig standard() {
        return new TrainLongerConfig(
                DataSource.FASHION_TEST_14,
                4000,
                6000,
                256,
                128,
                32,
                0,
                0.02,
                0.9,
                1500,
                0.1,
                Doubles.of(0.5, 0.75),
                Precision.FLOAT32);
    }

    /** Updates before the rate first falls: a milestone at share m is passed after ⌈m · updates⌉ of them. */
    public int firstPhase() {
        return milestones.size() == 0 ? updates : (int) Math.ceil(milestones.get(0) * updates);
    }

    /** The learning rate of the step that follows {@code done} updates. */
    double rateAfter(int done) {
        double rate = learningRate;
        for (double milestone : milestones.toArray()) {
            if (done >= Math.ceil(milestone * updates)) {
                rate *= decay;
            }
        }
        return rate;
    }
}
