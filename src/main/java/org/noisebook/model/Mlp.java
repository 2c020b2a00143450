package org.noisebook.model;

import java.util.Arrays;
import java.util.Objects;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Stream;

/**
 * A small dense network of layers of any widths with biases, trained by SGD: z_l = W_lᵀ a_(l−1) + b_l, a_l =
 * φ_l(z_l), with linear scores z_L at the end.
 *
 * <p>A step is {@link #forward}, a loss ({@link #crossEntropy} or {@link #setSlopes}), {@link #backward} and
 * {@link #descend}. Backpropagation: Rumelhart, Hinton and Williams 1986, doi:10.1038/323533a0; momentum is the heavy
 * ball v ← μ v + g, w ← w − η v of Polyak 1964, doi:10.1016/0041-5553(64)90137-5.
 *
 * <p><b>Shapes</b>: {@code widths} runs from the inputs over the hidden layers to the scores; weight layer l = 0 … L
 * − 1 leads from widths[l] to widths[l + 1] units. Packed weights and gradients hold layer after layer, each
 * row-major [widths[l] + 1][widths[l + 1]] with the biases in the last row. Activities are row-major [count][width].
 *
 * <p><b>Special cases</b>: without hidden layers it is linear or softmax regression. NaN and infinities propagate.
 *
 * <p><b>Error</b>: every number is one chain of fused multiply-adds in the order that {@link MatrixKernels} fixes, so
 * plain and vector kernels give the same bits.
 *
 * <p><b>Cost</b>: 6 operations a weight and case of a step, where each row of weights counts as a multiple of
 * {@link Kernels#PAD}, and no allocation. An instance belongs to one thread. For wide networks with one output and no
 * biases use {@link FullyConnected}, which is faster at small batches.
 */
public final class Mlp {
    private static final int LEAD = Kernels.DOUBLE_LEAD;
    private static final int LARGEST_WIDTH = 16_384;
    private static final int MOST_LAYERS = 100;

    private final int[] widths;
    private final Activation[] activations;
    private final int capacity;
    private final MatrixKernels products;
    /** Distance of rows of activities and of weights that lead to them; one place more than units, for the bias. */
    private final int[] strides;

    private final double[][] weights;
    private final double[][] gradients;
    private final double[][] velocities;
    /**
     * Of inputs, hidden layers and scores; behind the units of all but the scores stands the 1 that biases multiply.
     */
    private final double[][] activities;

    private final double[][] sums;
    private final double[][] slopes;
    /** Derivatives of the loss by z. */
    private final double[][] deltas;

    private int count;

    /**
     * A network of zeros.
     *
     * @param widths of inputs, hidden layers and scores
     * @param activations of the hidden layers
     * @param capacity most cases that go forward at once
     * @param products kernels of this thread
     */
    public Mlp(int[] widths, Activation[] activations, int capacity, MatrixKernels products) {
        this.widths = widths.clone();
        this.activations = activations.clone();
        this.products = Objects.requireNonNull(products, "products");
        this.capacity = capacity;
        checkSizes();
        int layers = widths.length - 1;
        this.strides =
                Arrays.stream(widths).map(width -> Kernels.padded(width + 1)).toArray();
        this.weights = new double[layers][];
        this.gradients = new double[layers][];
        this.velocities = new double[layers][];
        for (int l = 0; l < layers; l++) {
            int size = LEAD + (widths[l] + 1) * strides[l + 1];
            weights[l] = new double[size];
            gradients[l] = new double[size];
            velocities[l] = new double[size];
        }
        this.activities = batches(0);
        this.sums = batches(1);
        this.slopes = batches(1);
        this.deltas = batches(1);
        for (int k = 0; k < capacity; k++) {
            activities[0][LEAD + k * strides[0] + widths[0]] = 1;
        }
    }

    /** A network of zeros whose hidden layers have one activation. */
    public static Mlp of(int[] widths, Activation activation, int capacity, MatrixKernels products) {
        Activation[] activations = new Activation[Math.max(0, widths.length - 2)];
        Arrays.fill(activations, activation);
        return new Mlp(widths, activations, capacity, products);
    }

    private void checkSizes() {
        if (widths.length < 2 || widths.length > MOST_LAYERS + 1) {
            throw new IllegalArgumentException(
                    "widths must hold 2 to " + (MOST_LAYERS + 1) + " layers, got " + widths.length);
        }
        if (activations.length != widths.length - 2) {
            throw new IllegalArgumentException("activations must hold one for each of " + (widths.length - 2)
                    + " hidden layers, got " + activations.length);
        }
        for (Activation activation : activations) {
            Objects.requireNonNull(activation, "activation");
        }
        for (int width : widths) {
            if (width < 1 || width > LARGEST_WIDTH) {
                throw new IllegalArgumentException("widths must be in [1, " + LARGEST_WIDTH + "], got " + width);
            }
        }
        long largest = Kernels.padded(Arrays.stream(widths).max().orElseThrow() + 1);
        if (capacity < 1 || capacity * largest > Integer.MAX_VALUE - Kernels.PAD) {
            throw new IllegalArgumentException("capacity must be in [1, 2^31 / largest layer], got " + capacity);
        }
    }

    private double[][] batches(int first) {
        double[][] arrays = new double[widths.length][];
        for (int l = first; l < widths.length; l++) {
            arrays[l] = new double[LEAD + capacity * strides[l]];
        }
        return arrays;
    }

    /** Widths of inputs, hidden layers and scores. */
    public int[] widths() {
        return widths.clone();
    }

    /** L, the number of weight layers. */
    public int layers() {
        return weights.length;
    }

    /** Cases of the last forward pass. */
    public int count() {
        return count;
    }

    /** Number of weights and biases. */
    public int weightCount() {
        int total = 0;
        for (int l = 0; l < weights.length; l++) {
            total += (widths[l] + 1) * widths[l + 1];
        }
        return total;
    }

    /**
     * Draws weights of standard deviation {@code gain}/√(units they read) and sets biases and velocities to 0; the
     * draws go from input to scores, each layer row by row.
     */
    public void initialise(Stream stream, double gain) {
        for (int l = 0; l < weights.length; l++) {
            Arrays.fill(weights[l], 0);
            Arrays.fill(velocities[l], 0);
            double scale = gain / StrictMath.sqrt(widths[l]);
            for (int i = 0; i < widths[l]; i++) {
                for (int j = 0; j < widths[l + 1]; j++) {
                    weights[l][LEAD + i * strides[l + 1] + j] = scale * stream.nextGaussian();
                }
            }
        }
    }

    /** All weights and biases, packed. */
    public double[] weights() {
        return packed(weights);
    }

    /** The derivatives of the last backward pass, packed. */
    public double[] gradient() {
        return packed(gradients);
    }

    private double[] packed(double[][] arrays) {
        double[] all = new double[weightCount()];
        int at = 0;
        for (int l = 0; l < arrays.length; l++) {
            for (int i = 0; i <= widths[l]; i++) {
                System.arraycopy(arrays[l], LEAD + i * strides[l + 1], all, at, widths[l + 1]);
                at += widths[l + 1];
            }
        }
        return all;
    }

    /** Sets all weights and biases from their packed form, velocities to 0. */
    public void setWeights(double[] packed) {
        if (packed.length != weightCount()) {
            throw new IllegalArgumentException("weights must hold " + weightCount() + " numbers, got " + packed.length);
        }
        int at = 0;
        for (int l = 0; l < weights.length; l++) {
            Arrays.fill(velocities[l], 0);
            for (int i = 0; i <= widths[l]; i++) {
                System.arraycopy(packed, at, weights[l], LEAD + i * strides[l + 1], widths[l + 1]);
                at += widths[l + 1];
            }
        }
    }

    /**
     * Takes cases index[from], …, index[from + cases − 1] of the points through all layers.
     *
     * @param points row-major, one row of widths[0] numbers a point
     */
    public void forward(double[] points, int[] index, int from, int cases) {
        if (cases < 0 || cases > capacity) {
            throw new IllegalArgumentException("cases must be in [0, capacity=" + capacity + "], got " + cases);
        }
        count = cases;
        for (int k = 0; k < cases; k++) {
            System.arraycopy(points, index[from + k] * widths[0], activities[0], LEAD + k * strides[0], widths[0]);
        }
        int last = weights.length;
        for (int l = 1; l <= last; l++) {
            int stride = strides[l];
            products.multiply(
                    cases,
                    widths[l - 1] + 1,
                    widths[l],
                    activities[l - 1],
                    LEAD,
                    strides[l - 1],
                    weights[l - 1],
                    LEAD,
                    stride,
                    l == last ? activities[l] : sums[l],
                    LEAD,
                    stride);
            if (l < last) {
                products.activate(
                        activations[l - 1], 1, sums[l], LEAD, activities[l], LEAD, slopes[l], LEAD, cases * stride);
                for (int k = 0; k < cases; k++) {
                    activities[l][LEAD + k * stride + widths[l]] = 1;
                }
            }
        }
    }

    /** Activity of one unit for row {@code row} of the last batch: layer 0 is the input, layer L holds the scores. */
    public double activity(int layer, int row, int unit) {
        return activities[layer][LEAD + row * strides[layer] + unit];
    }

    /** Copies the activities of a layer for the last batch to {@code to}, row-major [count][width]. */
    public void copyActivities(int layer, double[] to) {
        for (int k = 0; k < count; k++) {
            System.arraycopy(activities[layer], LEAD + k * strides[layer], to, k * widths[layer], widths[layer]);
        }
    }

    /** The class of the largest score of a row of the last batch, the first of equals. */
    public int predicted(int row) {
        int last = weights.length;
        int best = 0;
        for (int c = 1; c < widths[last]; c++) {
            if (activity(last, row, c) > activity(last, row, best)) {
                best = c;
            }
        }
        return best;
    }

    /**
     * Mean cross-entropy of the last batch, whose derivative stands ready for {@link #backward}; NaN for no case.
     *
     * @param labels class of every point, addressed as the points were in {@link #forward}
     */
    public double crossEntropy(int[] labels, int[] index, int from) {
        int last = weights.length;
        double loss = 0;
        for (int k = 0; k < count; k++) {
            int row = LEAD + k * strides[last];
            loss += CrossEntropy.of(activities[last], row, widths[last], labels[index[from + k]], deltas[last], row);
            for (int c = 0; c < widths[last]; c++) {
                deltas[last][row + c] /= count;
            }
        }
        return loss / count;
    }

    /** Sets the derivatives of a loss of the last batch by its scores, row-major [count][scores]. */
    public void setSlopes(double[] byScores) {
        int last = weights.length;
        for (int k = 0; k < count; k++) {
            System.arraycopy(byScores, k * widths[last], deltas[last], LEAD + k * strides[last], widths[last]);
        }
    }

    /** The derivatives of the loss of the last batch by all weights and biases. */
    public void backward() {
        for (int l = weights.length - 1; l >= 0; l--) {
            int stride = strides[l + 1];
            Arrays.fill(gradients[l], 0);
            products.addOuter(
                    count,
                    widths[l] + 1,
                    widths[l + 1],
                    activities[l],
                    LEAD,
                    strides[l],
                    deltas[l + 1],
                    LEAD,
                    stride,
                    gradients[l],
                    LEAD,
                    stride);
            if (l > 0) {
                products.multiplyTransposed(
                        count,
                        widths[l],
                        widths[l + 1],
                        deltas[l + 1],
                        LEAD,
                        stride,
                        weights[l],
                        LEAD,
                        stride,
                        deltas[l],
                        LEAD,
                        strides[l]);
                products.multiplyElements(slopes[l], LEAD, deltas[l], LEAD, count * strides[l]);
            }
        }
    }

    /** One step v ← μ v + g, w ← w − η v with the gradient of the last backward pass. */
    public void descend(double learningRate, double momentum) {
        for (int l = 0; l < weights.length; l++) {
            descend(learningRate, momentum, gradients[l], velocities[l], weights[l]);
        }
    }

    private static void descend(double learningRate, double momentum, double[] g, double[] v, double[] w) {
        for (int k = 0; k < w.length; k++) {
            v[k] = Math.fma(momentum, v[k], g[k]);
            w[k] = Math.fma(-learningRate, v[k], w[k]);
        }
    }

    /** ‖g‖² of one weight layer, g being the derivative of the loss of the last batch. */
    public double gradientSquare(int layer) {
        return square(gradients[layer]);
    }

    /** ‖w‖² of one weight layer, biases included. */
    public double weightSquare(int layer) {
        return square(weights[layer]);
    }

    private static double square(double[] values) {
        double sum = 0;
        for (double value : values) {
            sum = Math.fma(value, value, sum);
        }
        return sum;
    }

    /**
     * Σ_k ‖g_k‖² of one weight layer over the cases of the last batch, where g = Σ_k g_k: what the scatter of
     * gradients is made of.
     *
     * <p>The gradient of a case is an outer product, so ‖g_k‖² = (1 + ‖a_k‖²) ‖δ_k‖² needs no gradient of its own.
     */
    public double caseGradientSquares(int layer) {
        double sum = 0;
        for (int k = 0; k < count; k++) {
            double below = rowSquare(activities[layer], LEAD + k * strides[layer], widths[layer] + 1);
            double above = rowSquare(deltas[layer + 1], LEAD + k * strides[layer + 1], widths[layer + 1]);
            sum = Math.fma(below, above, sum);
        }
        return sum;
    }

    private static double rowSquare(double[] values, int start, int length) {
        double sum = 0;
        for (int j = start; j < start + length; j++) {
            sum = Math.fma(values[j], values[j], sum);
        }
        return sum;
    }
}
