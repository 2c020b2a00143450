package org.noisebook.model;

import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;

/**
 * A network architecture: a scalar function f(w, x) of weights and a point.
 *
 * <p>It holds no weights; {@link #engine} allocates them. Weights form blocks, one per layer, from input to output.
 */
public sealed interface Network permits FullyConnected, InvertedResidual {
    /** The width h; η/(B h) compares temperatures across widths. */
    int width();

    /** The number D of hidden layers; there are D + 1 blocks of weights. */
    int depth();

    /** The activation φ of all but the linear layers. */
    Activation activation();

    /**
     * The number of weights in each block for points of the given dimension.
     *
     * @throws IllegalArgumentException if the network cannot read such points, or if a block is too large for an array
     */
    int[] blockSizes(int inputDimension);

    /** Multiply-adds in the forward pass of one point. */
    double multiplyAdds(int inputDimension);

    /** Number of hidden activities of one point. */
    long hiddenLength(int inputDimension);

    /** Number of values that a tangent kernel stores for one point. */
    long kernelLength(int inputDimension);

    /**
     * An engine with all weights zero and its scratch memory.
     *
     * @param inputDimension length of a point
     * @param capacity the largest number of points in one forward pass
     * @param precision of weights and sums
     * @param kernels owned by the engine from now on
     */
    NetworkEngine engine(int inputDimension, int capacity, Precision precision, NetworkKernels kernels);

    /** An engine on the fastest kernels, with the same bits on any machine. */
    default NetworkEngine engine(int inputDimension, int capacity, Precision precision) {
        return engine(inputDimension, capacity, precision, NetworkKernels.fastest());
    }
}
