package org.noisebook.model;

import org.noisebook.data.Points;
import org.noisebook.rng.Stream;

/**
 * The weights of one network in one precision, with memory for forward and backward passes.
 *
 * <p>A point's output and gradient do not depend on the other points of a batch, and an update adds the points in
 * ascending order, so omitting points with factor 0 changes no bit.
 *
 * <p><b>Shapes</b>: {@code weights()} holds one block after another; see the network for the order within a block.
 * <b>Special cases</b>: large weights may give NaN or infinite outputs, and then NaN or infinite weights. <b>Cost</b>:
 * {@code forward} and {@code update} allocate no arrays. An instance belongs to one thread.
 */
public interface NetworkEngine {
    /** The largest number of points in one forward pass. */
    int capacity();

    /** Draws all weights from N(0, 1), block by block. */
    void initialise(Stream stream);

    /** A copy of all weights. */
    double[] weights();

    /**
     * Sets all weights, rounded to the engine's precision.
     *
     * @throws IllegalArgumentException if the number of weights differs
     */
    void set(double[] weights);

    /**
     * out[k] = f(w, x_index[k]) for k &lt; count; also keeps what the gradient of these points needs.
     *
     * @param points of the engine's dimension
     * @param index indices of the points
     * @param count at most {@link #capacity}
     * @param out receives the outputs
     */
    void forward(Points points, int[] index, int count, double[] out);

    /**
     * w ← w + Σ_k factor[k] ∇f(x), where x is the point at place {@code place[k]} in the last forward pass.
     *
     * <p>This consumes the stored forward pass; another update needs another {@code forward}.
     *
     * @param place ascending places in the last forward pass
     * @param factor one number per place
     * @param count number of places
     */
    void update(int[] place, double[] factor, int count);

    /** f(w, x) for all points, in a new array. */
    default double[] outputs(Points points) {
        double[] all = new double[points.count()];
        int[] index = new int[capacity()];
        double[] part = new double[capacity()];
        for (int start = 0; start < all.length; start += index.length) {
            int count = Math.min(index.length, all.length - start);
            for (int k = 0; k < count; k++) {
                index[k] = start + k;
            }
            forward(points, index, count, part);
            System.arraycopy(part, 0, all, start, count);
        }
        return all;
    }

    /**
     * The tangent kernel Θ(x, x′) = ∇f(x) · ∇f(x′) on points, in float64, with one block per layer.
     *
     * <p><b>Cost</b>: a forward and a backward pass per point; 8 n bytes times {@link Network#kernelLength}. Values are
     * computed when they are read.
     */
    ProbeKernel tangentKernel(Points points);
}
