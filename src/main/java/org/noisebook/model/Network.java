package org.noisebook.model;

import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;

/**
 * An architecture: a function f(w, x) of weights and a point, with one output.
 *
 * <p>It holds no weights; {@link #engine} makes the memory that does. Weights lie in blocks, one a layer, in the order from
 * input to output.
 */
public sealed interface Network permits FullyConnected {
    /** h, by which η/(B h) compares temperatures of different widths. */
    int width();

    /** D, the number of hidden layers. */
    int depth();

    /**
     * The number of weights of each block for points of this dimension.
     *
     * @throws IllegalArgumentException if a block is too large for an array
     */
    int[] blockSizes(int inputDimension);

    /**
     * Weights, all zero, and scratch memory.
     *
     * @param inputDimension length of a point
     * @param capacity the most points that go forward at once
     * @param precision of weights and sums
     * @param products belongs to the engine from now on
     * @param rows belongs to the engine from now on
     */
    NetworkEngine engine(int inputDimension, int capacity, Precision precision, MatrixKernels products, Kernels rows);

    /** {@link #engine(int, int, Precision, MatrixKernels, Kernels)} on the fastest kernels: the same bits on any machine. */
    default NetworkEngine engine(int inputDimension, int capacity, Precision precision) {
        return engine(inputDimension, capacity, precision, MatrixKernels.fastest(), Kernels.fastest());
    }
}
