package org.noisebook.papers.edge;

import java.util.Arrays;
import org.noisebook.data.Check;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DoubleMatrixKernels;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.NetworkEngine;

/**
 * Products with vectors of the Hessian of L = (1/n) Σ ℓ(κ − y F), F = f(w, x) − f(w_0, x), with respect to the weights
 * of a fully connected network, and of its Gauss–Newton part (1/n) Σ ℓ″ ∇f ∇fᵀ.
 *
 * <p>Exact: the forward and backward passes of {@link FullyConnected} are differentiated along the vector (Pearlmutter
 * 1994, doi:10.1162/neco.1994.6.1.147). Gradient descent at rate η on a quadratic loss is stable if the largest
 * eigenvalue is below 2/η.
 *
 * <p><b>Special cases</b>: φ″ = 0 for ReLU and ℓ″ = 0 for the hinge, also at their corners; so the Gauss–Newton part
 * for the hinge is 0, and both matrices are 0 if every point is fitted. <b>Error</b>: rounding, in float64.
 * <b>Cost</b>: a product costs about four gradients; memory of 7 n D h numbers. An instance belongs to one thread.
 */
public final class LossHessian {
    private static final double TOLERANCE = 1e-5;

    private final FullyConnected network;
    private final DoubleMatrixKernels products = MatrixKernels.fastest();
    private final HingeSgd rule;
    private final Points points;
    private final double[] start;
    private final int n;
    private final int depth;
    private final int width;
    private final int stride;
    private final int weightCount;
    private final double[] input;
    private final double[][] hidden;
    private final double[][] slopes;
    private final double[][] curves;
    /** Derivatives of L with respect to the layers' activations and pre-activations. */
    private final double[][] backs;

    private final double[][] deltas;
    private final double[][] sums;
    private final double[][] moved;
    private final double[][] scratch;
    private final double[] outer;
    private final double[] second;
    private Blocks weights;

    /** Weights, or a vector of the same shape: the layers' matrices with padded rows, and the read-out. */
    private record Blocks(double[][] layers, double[] readOut) {}

    /**
     * A Hessian for weights still to be set.
     *
     * @param start f(w_0, x) of the points
     * @param rule gives margin and loss
     */
    public LossHessian(FullyConnected network, Points points, double[] start, HingeSgd rule) {
        this.network = network;
        this.points = points;
        this.start = start.clone();
        this.rule = rule;
        this.n = points.count();
        this.depth = network.depth();
        this.width = network.width();
        this.stride = Kernels.padded(width);
        this.weightCount = Arrays.stream(network.blockSizes(points.dimension())).sum();
        int inputStride = Kernels.padded(points.dimension());
        this.input = new double[n * inputStride];
        int[] all = new int[n];
        Arrays.setAll(all, i -> i);
        points.gather(all, n, 1 / StrictMath.sqrt(points.dimension()), input, 0, inputStride);
        this.hidden = new double[depth][n * stride];
        this.slopes = new double[depth][n * stride];
        this.curves = new double[depth][n * stride];
        this.backs = new double[depth][n * stride];
        this.deltas = new double[depth][n * stride];
        this.sums = new double[depth][n * stride];
        this.moved = new double[depth][n * stride];
        this.scratch = new double[2][n * stride];
        this.outer = new double[n];
        this.second = new double[n];
    }

    private int fanIn(int layer) {
        return layer == 0 ? points.dimension() : width;
    }

    private double[] below(int layer) {
        return layer == 0 ? input : hidden[layer - 1];
    }

    private Blocks blocks(double[] flat) {
        Check.that(flat.length == weightCount, "weights must be " + weightCount + " numbers, got " + flat.length);
        Blocks blocks = empty();
        int at = 0;
        for (int l = 0; l < depth; l++) {
            for (int i = 0; i < fanIn(l); i++, at += width) {
                System.arraycopy(flat, at, blocks.layers[l], i * stride, width);
            }
        }
        System.arraycopy(flat, at, blocks.readOut, 0, width);
        return blocks;
    }

    private Blocks empty() {
        double[][] layers = new double[depth][];
        Arrays.setAll(layers, l -> new double[fanIn(l) * stride]);
        return new Blocks(layers, new double[stride]);
    }

    private double[] flat(Blocks blocks) {
        double[] flat = new double[weightCount];
        int at = 0;
        for (int l = 0; l < depth; l++) {
            for (int i = 0; i < fanIn(l); i++, at += width) {
                System.arraycopy(blocks.layers[l], i * stride, flat, at, width);
            }
        }
        System.arraycopy(blocks.readOut, 0, flat, at, width);
        return flat;
    }

    /** Sets the weights, in the order of {@link NetworkEngine#weights}. */
    public void set(double[] flat) {
        weights = blocks(flat);
        Activation activation = network.activation();
        for (int l = 0; l < depth; l++) {
            double scale = network.scale(l + 1);
            forward(below(l), fanIn(l), weights.layers[l], sums[l]);
            products.activate(activation, scale, n * stride, rows(sums[l]), rows(hidden[l]), rows(slopes[l]));
            for (int k = 0; k < n * stride; k++) {
                curves[l][k] = scale * activation.curvature(sums[l][k]);
            }
        }
        int last = depth - 1;
        for (int i = 0; i < n; i++) {
            int label = points.label(i);
            double gap = rule.margin() - label * (readOut(hidden[last], weights.readOut, i) - start[i]);
            outer[i] = -label * rule.loss().slope(gap) / n;
            second[i] = rule.loss().curvature() / n;
            for (int j = 0; j < width; j++) {
                backs[last][i * stride + j] = outer[i] * weights.readOut[j];
            }
        }
        for (int l = last; l >= 0; l--) {
            System.arraycopy(backs[l], 0, deltas[l], 0, n * stride);
            products.multiplyElements(slopes[l], 0, deltas[l], 0, n * stride);
            if (l > 0) {
                backward(deltas[l], weights.layers[l], backs[l - 1]);
            }
        }
    }

    private DoubleView rows(double[] values) {
        return DoubleView.of(values, stride);
    }

    private void forward(double[] a, int inputs, double[] w, double[] z) {
        products.multiply(n, inputs, width, DoubleView.of(a, Kernels.padded(inputs)), rows(w), rows(z));
    }

    private void backward(double[] delta, double[] w, double[] below) {
        products.multiplyTransposed(n, width, width, rows(delta), rows(w), rows(below));
    }

    private void addOuter(int layer, double[] a, double[] delta, double[] to) {
        int inputs = fanIn(layer);
        products.addOuter(n, inputs, width, DoubleView.of(a, Kernels.padded(inputs)), rows(delta), rows(to));
    }

    private double readOut(double[] a, double[] v, int point) {
        double sum = 0;
        for (int j = 0; j < width; j++) {
            sum = Math.fma(a[point * stride + j], v[j], sum);
        }
        return sum;
    }

    /** The Hessian times a vector in the order of {@link NetworkEngine#weights}; a new array. */
    public double[] times(double... vector) {
        return times(vector, true);
    }

    /** The Gauss–Newton part times a vector; a new array. */
    public double[] gaussNewtonTimes(double... vector) {
        return times(vector, false);
    }

    private double[] times(double[] vector, boolean whole) {
        Blocks along = blocks(vector);
        for (int l = 0; l < depth; l++) {
            forward(below(l), fanIn(l), along.layers[l], sums[l]);
            if (l > 0) {
                forward(moved[l - 1], width, weights.layers[l], scratch[0]);
                add(scratch[0], sums[l]);
            }
            System.arraycopy(sums[l], 0, moved[l], 0, n * stride);
            products.multiplyElements(slopes[l], 0, moved[l], 0, n * stride);
        }
        Blocks product = empty();
        int last = depth - 1;
        double[] back = scratch[0];
        for (int i = 0; i < n; i++) {
            double first = whole ? outer[i] : 0;
            double pull =
                    second[i] * (readOut(moved[last], weights.readOut, i) + readOut(hidden[last], along.readOut, i));
            for (int j = 0; j < width; j++) {
                int at = i * stride + j;
                product.readOut[j] += pull * hidden[last][at] + first * moved[last][at];
                back[at] = pull * weights.readOut[j] + first * along.readOut[j];
            }
        }
        for (int l = last; l >= 0; l--) {
            products.multiplyElements(slopes[l], 0, back, 0, n * stride);
            if (whole) {
                for (int k = 0; k < n * stride; k++) {
                    back[k] = Math.fma(backs[l][k] * curves[l][k], sums[l][k], back[k]);
                }
            }
            addOuter(l, below(l), back, product.layers[l]);
            if (l > 0) {
                double[] next = scratch[1];
                backward(back, weights.layers[l], next);
                System.arraycopy(next, 0, back, 0, n * stride);
                if (whole) {
                    addOuter(l, moved[l - 1], deltas[l], product.layers[l]);
                    backward(deltas[l], along.layers[l], next);
                    add(next, back);
                }
            }
        }
        return flat(product);
    }

    private static void add(double[] from, double[] to) {
        for (int k = 0; k < to.length; k++) {
            to[k] += from[k];
        }
    }

    /** The sharpness λ: the largest eigenvalue of the Hessian, by {@link Lanczos} to a relative residual of 1e-5. */
    public double largest() {
        return Lanczos.largest(weightCount, this::times, TOLERANCE);
    }

    /** The largest eigenvalue of the Gauss–Newton part. */
    public double largestGaussNewton() {
        return Lanczos.largest(weightCount, this::gaussNewtonTimes, TOLERANCE);
    }
}
