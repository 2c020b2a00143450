package org.noisebook.model;

import org.noisebook.data.Points;
import org.noisebook.linalg.Precision;

/**
 * The tangent kernel of a network on a set of probes, Θ(x, x′) = ∇_w f(x) · ∇_w f(x′).
 *
 * <p>Jacot, Gabriel and Hongler 2018 (arXiv 1806.07572). Of a layer with inputs a and derivatives δ by its sums, the share is
 * (a·a′)(δ·δ′): two Gram matrices and never a gradient. Float64 throughout.
 *
 * <p><b>Shapes</b>: n × n for n probes.
 *
 * <p><b>Special cases</b>: no probes give the empty kernel; the relative change is then NaN, as it is for NaN or infinite
 * weights and for a start kernel of norm 0.
 *
 * <p><b>Cost</b>: 2 n² (d + 2 D h) operations, 4 more a weight and probe, and 8 n (d + 4 D h) + 32 n² bytes
 * beside twice the weights.
 */
public final class TangentKernel {
    private final int size;
    private final double[] values;

    private TangentKernel(int size, double[] values) {
        this.size = size;
        this.values = values;
    }

    /**
     * The kernel of a network with these weights.
     *
     * @param weights as {@link NetworkEngine#weights} gives them
     */
    public static TangentKernel of(Network network, double[] weights, Points probes) {
        if (probes.count() == 0) {
            return new TangentKernel(0, new double[0]);
        }
        NetworkEngine engine = network.engine(probes.dimension(), probes.count(), Precision.FLOAT64);
        engine.set(weights);
        return new TangentKernel(probes.count(), engine.tangentKernel(probes));
    }

    /** Number of probes. */
    public int size() {
        return size;
    }

    /** Θ between two probes. */
    public double value(int first, int second) {
        if (first < 0 || first >= size || second < 0 || second >= size) {
            throw new IndexOutOfBoundsException("probes must be in [0, " + size + "), got " + first + " and " + second);
        }
        return values[first * size + second];
    }

    /** The Frobenius norm. */
    public double norm() {
        double squares = 0;
        for (double value : values) {
            squares = Math.fma(value, value, squares);
        }
        return StrictMath.sqrt(squares);
    }

    /**
     * ‖Θ − Θ_0‖ / ‖Θ_0‖, Frobenius.
     *
     * @throws IllegalArgumentException for another number of probes
     */
    public double relativeChange(TangentKernel start) {
        if (start.size != size) {
            throw new IllegalArgumentException("kernels must be of equal size, got " + size + " and " + start.size);
        }
        double squares = 0;
        for (int k = 0; k < values.length; k++) {
            double change = values[k] - start.values[k];
            squares = Math.fma(change, change, squares);
        }
        return StrictMath.sqrt(squares) / start.norm();
    }
}
