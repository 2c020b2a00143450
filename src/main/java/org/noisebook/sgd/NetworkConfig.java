package org.noisebook.sgd;

import org.noisebook.data.DataSource;
import org.noisebook.data.Task;
import org.noisebook.data.TestDraw;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;

/**
 * Configuration of one network training run: data, architecture, SGD rule and stopping.
 *
 * <p>Predictor F = f(w, x) − f(w_0, x), batch loss the mean of (1/α) max(0, 1 − α y F) or of (1/α − y F)²/2,
 * temperature T = η/B (Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703). Large α is the lazy regime, small α the
 * feature-learning regime.
 */
public record NetworkConfig(
        @Parameter("dataset; see noisebook data list") DataSource dataset,

        @Parameter("the classes with label +1 and −1: parity, animals, labelSets(plus=0+2, minus=1+3)")
        Task task,

        @Parameter(value = "input dimension of generated points; 0 for images", symbol = "d", range = "[0, 65536]")
        int dimension,

        @Parameter(value = "number of training points", symbol = "P", range = "[1, 100000000]")
        int trainSize,

        @Parameter(value = "test points; 0 for none", range = "[0, 100000000]")
        int testSize,

        @Parameter(
                "architecture: fullyConnected(depth=3, width=64, activation=relu), or for square images, with learningRate about"
                        + " 1, the convolutional invertedResidual(channels=1, width=4, activation=relu)")
        Network network,

        @Parameter(
                value = "large: lazy regime, small: feature learning; the hinge margin is 1/α",
                symbol = "α",
                range = "(0, 1e30]")
        double outputScale,

        @Parameter(
                value = "points per step, drawn without replacement; all of them is gradient descent",
                symbol = "B",
                range = "[1, trainSize]")
        int batchSize,

        @Parameter(
                "source of noise: minibatch; unfitted (batchSize of the points that do not fit yet); gaussian (full gradient plus"
                        + " noise with a minibatch's covariance); both controls evaluate all points at every step")
        GradientNoise noise,

        @Parameter(value = "learning rate; the temperature is T = η/B", symbol = "η", range = "(0, 1e30]")
        double learningRate,

        @Parameter("precision of weights and sums; at α = 2^15 float32 loses steps below T/h = 2^-18")
        Precision precision,

        @Parameter(value = "most samples (steps × batchSize) drawn before a run is stopped", range = "[1, 1e18]")
        long sampleCap,

        @Parameter(
                value = "number of test points for the tangent kernel; 0 for none",
                range = "[0, min(4096, testSize)]")
        int probeSize,

        @Parameter(
                value = "the test set: shared by all replicas, or own, one per replica, so that intervals include the"
                        + " sampling of test points and probes",
                omit = "shared")
        TestDraw testDraw,

        @Parameter(
                value = "loss at gap 1/α − y F: hinge, max(0, gap), or squared, gap²/2, which trains to the sample cap",
                omit = "hinge")
        Loss loss) {
    private static final int STANDARD_PROBES = 64;

    public NetworkConfig {
        Ranges.check(
                NetworkConfig.class,
                dataset,
                task,
                dimension,
                trainSize,
                testSize,
                network,
                outputScale,
                batchSize,
                noise,
                learningRate,
                precision,
                sampleCap,
                probeSize,
                testDraw,
                loss);
        task.check(dataset);
        network.blockSizes(dataset.inputDimension(dimension));
    }

    /** The default run: digits parity, P = 512, D = 3, h = 64, α = 1, B = 8, T = 1. */
    public static NetworkConfig standard() {
        return new NetworkConfig(
                DataSource.DIGITS,
                new Task.Parity(),
                0,
                512,
                1024,
                new FullyConnected(3, 64, Activation.RELU),
                1,
                8,
                GradientNoise.MINIBATCH,
                8,
                Precision.FLOAT32,
                1 << 20,
                STANDARD_PROBES,
                TestDraw.SHARED,
                Loss.HINGE);
    }

    /** The temperature T = η/B. */
    public double temperature() {
        return learningRate / batchSize;
    }

    /** The temperature per width η/(B h), comparable across widths. */
    public double temperaturePerWidth() {
        return temperature() / network.width();
    }

    /** The margin κ = 1/α. */
    public double margin() {
        return 1 / outputScale;
    }

    /** Dimension of a data point. */
    public int inputDimension() {
        return dataset.inputDimension(dimension);
    }
}
