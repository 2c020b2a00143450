package org.noisebook.model;

import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;

/**
 * An architecture: a function f(w, x) of weights and a point, with one output.
 *
 * <p>It holds no weights; {@link #engine} makes the memory that does. Weights lie in blocks, one a layer, in the order from
 * input to output.
 */
public sealed interface Network permits FullyConnected, InvertedResidual {
    /** h, by which η/(B h) compares temperatures of different widths. */
    int width();

    /** D, the number of hidden layers; there are D + 1 blocks of weights. */
    int depth();

    /** φ of all layers but linear ones. */
    Activation activation();

    /**
     * The number of weights of each block for points of this dimension.
     *
     * @throws IllegalArgumentException for points that the network cannot read, or a block too large for an array
     */
    int[] blockSizes(int inputDimension);

    /** Multiply-adds of a forward pass of one point. */
    double multiplyAdds(int inputDimension);

    /** Numbers in the hidden layers of one point. */
    long hiddenLength(int inputDimension);

    /** Numbers that a tangent kernel holds of one point. */
    long kernelLength(int inputDimension);

    /**
     * Weights, all zero, and scratch memory.
     *
     * @param inputDimension length of a point
     * @param capacity the most points that go forward at once
     * @param precision of weights and sums
     * @param kernels belong to the engine from now on
     */
    NetworkEngine engine(int inputDimension, int capacity, Precision precision, NetworkKernels kernels);

    /** {@link #engine(int, int, Precision, NetworkKernels)} on the fastest kernels: the same bits on any machine. */
    default NetworkEngine engine(int inputDimension, int capacity, Precision precision) {
        return engine(inputDimension, capacity, precision, NetworkKernels.fastest());
    }
}
