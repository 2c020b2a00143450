package org.noisebook.model;

import java.util.Objects;
import org.noisebook.linalg.DepthwiseKernels;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;

/**
 * The inner loops of a network engine; both twins give the same results.
 *
 * <p>Kernels hold scratch memory, so an instance belongs to one engine and one thread.
 *
 * @param products products of layers and weights
 * @param rows row operations of read-outs
 * @param maps depthwise convolutions
 */
public record NetworkKernels(MatrixKernels products, Kernels rows, DepthwiseKernels maps) {
    /** Rejects null. */
    public NetworkKernels {
        Objects.requireNonNull(products, "products");
        Objects.requireNonNull(rows, "rows");
        Objects.requireNonNull(maps, "maps");
    }

    /** The plain-Java twins: the reference. */
    public static NetworkKernels plain() {
        return new NetworkKernels(MatrixKernels.plain(), Kernels.plain(), DepthwiseKernels.plain());
    }

    /** The fastest twins of this machine. */
    public static NetworkKernels fastest() {
        return new NetworkKernels(MatrixKernels.fastest(), Kernels.fastest(), DepthwiseKernels.fastest());
    }
}
