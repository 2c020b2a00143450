package org.noisebook.model;

import java.util.Arrays;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Stream;

/**
 * {@link FullyConnected} in float64.
 *
 * <p>Hidden layers are stored with the factor 1/√h or 1/h of the layer that reads them, and points with 1/√d, so that
 * every product is a plain matrix product.
 */
final class DoubleFullyConnected implements NetworkEngine {
    // double in both: signatures of overridden methods
    private static final int LEAD = Kernels.DOUBLE_LEAD;

    // float: private final FullyConnected network;
    private final int inputDimension;
    private final int capacity;
    private final int depth;
    private final int width;
    private final int inputStride;
    private final int stride;
    private final Activation activation;
    private final MatrixKernels products;
    private final NetworkKernels kernels;
    private final int weightCount;
    /** W_1 … W_D, stored behind the lead. */
    private final DoubleView[] matrices;
    /**
     * Transposes of W_2 … W_D, stored behind the lead and kept up to date while few points are backpropagated at once.
     */
    private final DoubleView[] transposes;

    private boolean transposed;
    /** The factor of each hidden layer. */
    private final double[] scales;

    private final DoubleView readOut;
    private final DoubleView input;
    private final DoubleView sums;
    private final DoubleView[] hidden;
    private final DoubleView[] slopes;
    private final DoubleView[] deltas;
    private final double[] outputs;
    private final DoubleView factors;
    private final int[] all;
    private final double inputScale;

    DoubleFullyConnected(
            FullyConnected network, int inputDimension, int weightCount, int capacity, NetworkKernels kernels) {
        // float: this.network = network;
        this.inputDimension = inputDimension;
        this.capacity = capacity;
        this.depth = network.depth();
        this.width = network.width();
        this.activation = network.activation();
        this.products = kernels.products();
        this.kernels = kernels;
        this.inputStride = Kernels.padded(inputDimension);
        this.stride = Kernels.padded(width);
        this.inputScale = rounded(1 / StrictMath.sqrt(inputDimension));
        this.weightCount = weightCount;
        this.matrices = views(depth, 0);
        Arrays.setAll(matrices, l -> DoubleView.zeros(fanIn(l), stride));
        this.scales = new double[depth];
        for (int l = 0; l < depth; l++) {
            scales[l] = rounded(network.scale(l + 1));
        }
        this.transposes = views(depth, width);
        this.readOut = DoubleView.of(new double[stride], stride);
        this.input = DoubleView.zeros(capacity, inputStride);
        this.sums = DoubleView.zeros(capacity, stride);
        this.hidden = views(depth, capacity);
        this.slopes = views(depth, capacity);
        this.deltas = views(2, capacity);
        this.outputs = new double[capacity];
        this.factors = DoubleView.of(new double[capacity], 1);
        this.all = new int[capacity];
        for (int k = 0; k < capacity; k++) {
            all[k] = k;
        }
    }

    private DoubleView[] views(int count, int rows) {
        DoubleView[] views = new DoubleView[count];
        Arrays.setAll(views, l -> DoubleView.zeros(rows, stride));
        return views;
    }

    /** A number rounded to the precision of the engine. */
    // float: private static float rounded(double number) {
    private static double rounded(double number) { // double only
        return number; // float: (float) number
    }

    private int fanIn(int layer) {
        return layer == 0 ? inputDimension : width;
    }

    @Override
    public int capacity() {
        return capacity;
    }

    @Override
    public void initialise(Stream stream) {
        double[] weights = new double[weightCount]; // double in both
        for (int k = 0; k < weights.length; k++) {
            weights[k] = stream.nextGaussian();
        }
        set(weights);
    }

    @Override
    public double[] weights() {
        double[] weights = new double[weightCount]; // double in both
        int at = 0;
        for (int l = 0; l < depth; l++) {
            for (int i = 0; i < fanIn(l); i++) {
                for (int j = 0; j < width; j++) {
                    weights[at++] = matrices[l].get(i, j);
                }
            }
        }
        for (int j = 0; j < width; j++) {
            weights[at++] = readOut.get(0, j);
        }
        return weights;
    }

    @Override
    public void set(double[] weights) {
        NetworkBatches.checkWeights(weights, weightCount);
        transposed = false;
        int at = 0;
        for (int l = 0; l < depth; l++) {
            for (int i = 0; i < fanIn(l); i++) {
                for (int j = 0; j < width; j++) {
                    matrices[l].set(i, j, rounded(weights[at++]));
                }
            }
        }
        for (int j = 0; j < width; j++) {
            readOut.set(0, j, rounded(weights[at++]));
        }
    }

    @Override
    public void forward(Points points, int[] index, int count, double[] out) {
        NetworkBatches.check(points, inputDimension, count, capacity);
        points.gather(index, count, inputScale, input.values(), LEAD, inputStride);
        DoubleView a = input;
        for (int l = 0; l < depth; l++) {
            products.multiply(count, fanIn(l), width, a, matrices[l], sums);
            products.activate(activation, scales[l], count * stride, sums, hidden[l], slopes[l]);
            a = hidden[l];
        }
        kernels.rows().dots(a.values(), LEAD, stride, all, count, readOut.values(), outputs);
        for (int k = 0; k < count; k++) {
            out[k] = outputs[k];
        }
    }

    @Override
    public void update(int[] place, double[] factor, int count) {
        for (int k = 0; k < count; k++) {
            factors.set(k, 0, rounded(factor[k]));
            if (place[k] != k) {
                copyRow(input, place[k], k);
                for (int l = 0; l < depth; l++) {
                    copyRow(hidden[l], place[k], k);
                    copyRow(slopes[l], place[k], k);
                }
            }
        }
        keepTransposes(count);
        int last = depth - 1;
        int length = count * stride;
        products.multiply(count, 1, width, factors, readOut, deltas[last % 2]);
        products.multiplyElements(slopes[last].values(), LEAD, deltas[last % 2].values(), LEAD, length);
        for (int k = 0; k < count; k++) {
            kernels.rows()
                    .addScaled(factors.get(k, 0), hidden[last].values(), LEAD + k * stride, stride, readOut.values());
        }
        for (int l = last; l >= 0; l--) {
            DoubleView delta = deltas[l % 2];
            if (l > 0) {
                DoubleView below = deltas[(l - 1) % 2];
                if (transposed) {
                    products.multiply(count, width, width, delta, transposes[l], below);
                    products.addOuter(count, width, width, delta, hidden[l - 1], transposes[l]);
                } else {
                    products.multiplyTransposed(count, width, width, delta, matrices[l], below);
                }
                products.multiplyElements(slopes[l - 1].values(), LEAD, below.values(), LEAD, length);
            }
            products.addOuter(count, fanIn(l), width, l == 0 ? input : hidden[l - 1], delta, matrices[l]);
        }
    }

    private static void copyRow(DoubleView rows, int from, int to) {
        System.arraycopy(rows.values(), rows.at(from, 0), rows.values(), rows.at(to, 0), rows.rowStride());
    }

    /**
     * Decides whether this update multiplies by stored transposes and updates them too, with the same chains of sums.
     * For few points this is faster than transposing each time, for many it is slower; in between, existing transposes
     * are kept but not rebuilt.
     */
    private void keepTransposes(int count) {
        if (count > NetworkBatches.SOME_POINTS) {
            transposed = false;
        } else if (!transposed && count <= NetworkBatches.FEW_POINTS) {
            for (int l = 1; l < depth; l++) {
                for (int i = 0; i < width; i++) {
                    for (int j = 0; j < width; j++) {
                        transposes[l].set(j, i, matrices[l].get(i, j));
                    }
                }
            }
            transposed = true;
        }
    }

    // float: /** In float64, from these weights. */
    // float: @Override
    // float: public ProbeKernel tangentKernel(Points points) {
    // float:     NetworkEngine twin =
    // float:             new DoubleFullyConnected(network, inputDimension, weightCount, capacity, kernels);
    // float:     twin.set(weights());
    // float:     return twin.tangentKernel(points);
    // float: }

    // double only:
    /** Number of points per block in the tangent kernel; half or four times as many are slower. */
    private static final int AT_ONCE = 128;

    @Override
    public ProbeKernel tangentKernel(Points points) {
        int n = points.count();
        double[][] rows = new double[depth + 1][];
        double[][] derivatives = new double[depth][];
        for (int l = 0; l <= depth; l++) {
            rows[l] = new double[ProbeKernel.LEAD + n * Kernels.padded(fanIn(l))];
        }
        for (int l = 0; l < depth; l++) {
            derivatives[l] = new double[ProbeKernel.LEAD + n * stride];
        }
        int[] index = new int[Math.min(n, AT_ONCE)];
        DoubleView sum = DoubleView.zeros(index.length, stride);
        DoubleView[] a = new DoubleView[depth + 1];
        DoubleView[] slope = new DoubleView[depth];
        for (int start = 0; start < n; start += AT_ONCE) {
            int count = Math.min(AT_ONCE, n - start);
            for (int k = 0; k < count; k++) {
                index[k] = start + k;
            }
            for (int l = 0; l <= depth; l++) {
                int rowStride = Kernels.padded(fanIn(l));
                a[l] = DoubleView.of(rows[l], LEAD + start * rowStride, rowStride);
            }
            points.gather(index, count, inputScale, rows[0], a[0].start(), inputStride);
            for (int l = 0; l < depth; l++) {
                slope[l] = DoubleView.of(derivatives[l], LEAD + start * stride, stride);
                products.multiply(count, fanIn(l), width, a[l], matrices[l], sum);
                products.activate(activation, scales[l], count * stride, sum, a[l + 1], slope[l]);
            }
            for (int k = 0; k < count; k++) {
                products.multiplyElements(
                        readOut.values(), 0, derivatives[depth - 1], slope[depth - 1].at(k, 0), stride);
            }
            for (int l = depth - 1; l > 0; l--) {
                products.multiplyTransposed(count, width, width, slope[l], matrices[l], sum);
                products.multiplyElements(sum.values(), LEAD, derivatives[l - 1], slope[l - 1].start(), count * stride);
            }
        }
        ProbeKernel.Builder kernel = new ProbeKernel.Builder(n);
        for (int l = 0; l < depth; l++) {
            kernel.add(rows[l], fanIn(l), derivatives[l], width);
        }
        return kernel.add(rows[depth], width, new double[0], 0).build();
    }
    // end of double only
}
