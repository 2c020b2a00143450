package org.noisebook.regime;

import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * Gradient descent on a ReLU network with points of four Gaussian clusters whose labels are their XOR.
 *
 * @param learningRate η of the loss that is a mean over points
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

        @Parameter(value = "standard deviation of the weights at the start", symbol = "ω", range = "[1e-100, 1e30]")
        double initialScale,

        @Parameter(value = "steps of gradient descent", range = "[1, 1000000]")
        int steps) {
    /** Validates. */
    public XorGrokkingConfig {
        Ranges.check(
                XorGrokkingConfig.class,
                dimension,
                trainSize,
                testSize,
                width,
                signalNorm,
                flipShare,
                learningRate,
                initialScale,
                steps);
    }

    /**
     * p = 20 000, n = 400, m = 128, ‖μ‖ = 2 p^0.26, 15 % flipped, η = n/p, ω = 10⁻⁹, 30 steps.
     *
     * <p><b>Step size.</b> The first step brings the output of a training point to y f ≈ η p/(8 n), through the quarter of the
     * neurons that see it and have its sign. Slopes stay near 1/2 while the features grow if η p/(8 n) ≪ 1. For
     * the flipped points to be fitted at sizes where p is not ≫ √n ‖μ‖², the slopes must answer to the fit before the end:
     * steps · η p/(8 n) ≳ 1. Between 8/30 and 8 stands η p/n = 1.
     *
     * <p><b>Initial scale.</b> ω n m^(3/2) p ≤ η ‖μ‖², so that the first step outweighs the
     * start, gives ω ≤ 1.2·10⁻⁹. On a fresh point that step moves w_j·x by about η √(p/(8 n m)) from ω √p, which is less by
     * the factor √(8 n m) ω/η = 3·10⁻⁵.
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
                (double) trainSize / dimension,
                1e-9,
                30);
    }

    /** n ‖μ‖²/p: the pull of a whole cluster on a neuron over that of a single point on itself. */
    public double signalRatio() {
        return signalNorm * signalNorm * trainSize / dimension;
    }

    /** η p/n: eight times the output on a training point after the first step. */
    public double relativeStep() {
        return learningRate * dimension / trainSize;
    }
}
