package org.noisebook.model;

import org.noisebook.data.Points;
import org.noisebook.rng.Stream;

/**
 * The weights of one network in one precision, with the memory to run points forward and gradients back.
 *
 * <p>A point's output and gradient do not depend on the points that run beside it, and an update adds the points in
 * ascending order; so leaving out points with factor 0 leaves every bit as it is.
 *
 * <p><b>Shapes</b>: {@code weights()} is block after block; see the network for the order within a block.
 *
 * <p><b>Special cases</b>: outputs may be NaN or infinite when weights are large; then the weights may become so too.
 *
 * <p><b>Cost</b>: no array is allocated in {@code forward} and {@code update}. An instance belongs to one thread.
 */
public interface NetworkEngine {
    /** The most points that go forward at once. */
    int capacity();

    /** Draws all weights from N(0, 1), block by block. */
    void initialise(Stream stream);

    /** A copy of all weights. */
    double[] weights();

    /**
     * Sets all weights, rounded to the engine's precision.
     *
     * @throws IllegalArgumentException for another number of weights
     */
    void set(double[] weights);

    /**
     * out[k] = f(w, x_index[k]) for k &lt; count, and keeps what a gradient of these points needs.
     *
     * @param points of the engine's dimension
     * @param index which points
     * @param count at most {@link #capacity}
     * @param out gets the outputs
     */
    void forward(Points points, int[] index, int count, double[] out);

    /**
     * w ← w + Σ_k factor[k] ∇f(x), x being the point that went forward in place {@code place[k]}.
     *
     * <p>Uses up what the last {@code forward} kept; another update needs another forward.
     *
     * @param place ascending places in the last forward
     * @param factor one number a place
     * @param count how many
     */
    void update(int[] place, double[] factor, int count);

    /** f(w, x) for all points. Allocates. */
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
     * The tangent kernel Θ(x, x′) = ∇f(x) · ∇f(x′) on points, in float64: a block a layer.
     *
     * <p><b>Cost</b>: a forward and a backward pass a point; 8 n bytes times {@link Network#kernelLength}. Values cost when
     * they are read.
     */
    ProbeKernel tangentKernel(Points points);
}
