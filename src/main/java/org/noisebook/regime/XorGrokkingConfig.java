package org.noisebook.regime;

import org.noisebook.experiment.Check;
import org.noisebook.experiment.Parameter;

/**
 * Gradient descent on a ReLU network with points of four Gaussian clusters whose labels are their XOR.
 *
 * @param dimension p of the points
 * @param trainSize n
 * @param testSize points of the accuracies that are not of training
 * @param width m neurons
 * @param signalNorm ‖μ‖, the distance of every cluster from the origin
 * @param flipShare probability that a training label is flipped
 * @param learningRate η of the loss that is a mean over points
 * @param initialScale ω, the standard deviation of the weights at the start
 * @param steps of gradient descent
 */
public record XorGrokkingConfig(
        @Parameter(value = "dimension of the points", symbol = "p", range = "[2, 1000000000]")
        int dimension,

        @Parameter(value = "number of training points", symbol = "n", range = "[1, 10000]")
        int trainSize,

        @Parameter(value = "number of test points", range = "[1, 100000]")
        int testSize,

        @Parameter(value = "number of neurons", symbol = "m", range = "[1, 4096]")
        int width,

        @Parameter(value = "distance of the clusters from the origin", symbol = "‖μ‖", range = "[0, 1e30]")
        double signalNorm,

        @Parameter(value = "probability that a training label is flipped", range = "[0, 1]")
        double flipShare,

        @Parameter(value = "learning rate", symbol = "η", range = "(0, 1e30]")
        double learningRate,

        @Parameter(value = "standard deviation of the weights at the start", symbol = "ω", range = "(0, 1e30]")
        double initialScale,

        @Parameter(value = "steps of gradient descent", range = "[1, 1000000]")
        int steps) {
    private static final int LARGEST_DIMENSION = 1_000_000_000;
    private static final int LARGEST_SET = 10_000;
    private static final int LARGEST_WIDTH = 4096;
    private static final int LARGEST_TEST = 100_000;
    private static final double LARGEST_SCALE = 1e30;
    private static final int MOST_STEPS = 1_000_000;

    /** Validates. */
    public XorGrokkingConfig {
        Check.inRange("dimension", dimension, 2, LARGEST_DIMENSION);
        Check.inRange("trainSize", trainSize, 1, LARGEST_SET);
        Check.inRange("testSize", testSize, 1, LARGEST_TEST);
        Check.inRange("width", width, 1, LARGEST_WIDTH);
        Check.inRange("signalNorm", signalNorm, 0, LARGEST_SCALE);
        Check.inRange("flipShare", flipShare, 0, 1);
        Check.above("learningRate", learningRate, 0, LARGEST_SCALE);
        Check.above("initialScale", initialScale, 0, LARGEST_SCALE);
        Check.inRange("steps", steps, 1, MOST_STEPS);
    }

    /**
     * p = 20 000, n = 400, m = 128, ‖μ‖ = 2 p^0.26, 15 % flipped, η = 1/(n p), ω = 7·10⁻¹⁵, 30 steps.
     *
     * <p>The step size is the largest order that the theorem allows, 1/(n p): all outputs stay far below 1, every point pulls
     * with the slope 1/2 throughout, and η is then only a unit. The initial scale obeys ω n m^(3/2) p ≤ η ‖μ‖² (Xu et al.
     * 2023, whose assumption is of this form): the first step outweighs the start. On a fresh point it moves a neuron by
     * about η √(p/(8 n m)), from ω √p, which is less by √(8 n m) ω/η = 4·10⁻⁵. The theorem's sizes (‖μ‖² ≫ √(n p), p ≫ n² ‖μ‖²)
     * are not reached.
     */
    public static XorGrokkingConfig standard() {
        int dimension = 20_000;
        int trainSize = 400;
        return new XorGrokkingConfig(
                dimension,
                trainSize,
                1000,
                128,
                2 * StrictMath.pow(dimension, 0.26),
                0.15,
                1 / ((double) trainSize * dimension),
                7e-15,
                30);
    }

    /** n ‖μ‖²/p: the pull of a whole cluster on a neuron over that of a single point on itself. */
    public double signalRatio() {
        return signalNorm * signalNorm * trainSize / dimension;
    }

    /** η p/n: the size of the outputs on training points after the first step, up to a factor 1/8. */
    public double relativeStep() {
        return learningRate * dimension / trainSize;
    }
}
