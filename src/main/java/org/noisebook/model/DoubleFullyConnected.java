package org.noisebook.model;

import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Stream;

/**
 * {@link FullyConnected} in float64.
 *
 * <p>Hidden layers are kept times the factor 1/√h or 1/h of the layer that reads them, points times 1/√d, so that every
 * product is a plain one.
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
    /** W_1 … W_D behind the lead. */
    private final double[][] matrices;
    /** Transposes of W_2 … W_D behind the lead, kept up while few points go back at a time. */
    private final double[][] transposes;

    private boolean transposed;
    /** What multiplies each hidden layer. */
    private final double[] scales;

    private final double[] readOut;
    private final double[] input;
    private final double[] sums;
    private final double[][] hidden;
    private final double[][] slopes;
    private final double[][] deltas;
    private final double[] outputs;
    private final double[] factors;
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
        this.matrices = new double[depth][];
        for (int l = 0; l < depth; l++) {
            matrices[l] = new double[LEAD + fanIn(l) * stride];
        }
        this.scales = new double[depth];
        for (int l = 0; l < depth; l++) {
            scales[l] = rounded(network.scale(l + 1));
        }
        this.transposes = new double[depth][];
        for (int l = 1; l < depth; l++) {
            transposes[l] = new double[LEAD + width * stride];
        }
        this.readOut = new double[stride];
        this.input = new double[LEAD + capacity * inputStride];
        int batch = LEAD + capacity * stride;
        this.sums = new double[batch];
        this.hidden = new double[depth][batch];
        this.slopes = new double[depth][batch];
        this.deltas = new double[2][batch];
        this.outputs = new double[capacity];
        this.factors = new double[capacity];
        this.all = new int[capacity];
        for (int k = 0; k < capacity; k++) {
            all[k] = k;
        }
    }

    /** A number in the precision of the engine. */
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
                    weights[at++] = matrices[l][LEAD + i * stride + j];
                }
            }
        }
        for (int j = 0; j < width; j++) {
            weights[at++] = readOut[j];
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
                    matrices[l][LEAD + i * stride + j] = rounded(weights[at++]);
                }
            }
        }
        for (int j = 0; j < width; j++) {
            readOut[j] = rounded(weights[at++]);
        }
    }

    @Override
    public void forward(Points points, int[] index, int count, double[] out) {
        NetworkBatches.check(points, inputDimension, count, capacity);
        points.gather(index, count, inputScale, input, LEAD, inputStride);
        double[] a = input;
        int inputs = inputDimension;
        int aStride = inputStride;
        for (int l = 0; l < depth; l++) {
            products.multiply(count, inputs, width, a, LEAD, aStride, matrices[l], LEAD, stride, sums, LEAD, stride);
            products.activate(activation, scales[l], sums, LEAD, hidden[l], LEAD, slopes[l], LEAD, count * stride);
            a = hidden[l];
            inputs = width;
            aStride = stride;
        }
        kernels.rows().dots(a, LEAD, stride, all, count, readOut, outputs);
        for (int k = 0; k < count; k++) {
            out[k] = outputs[k];
        }
    }

    @Override
    public void update(int[] place, double[] factor, int count) {
        for (int k = 0; k < count; k++) {
            factors[k] = rounded(factor[k]);
            if (place[k] != k) {
                System.arraycopy(input, LEAD + place[k] * inputStride, input, LEAD + k * inputStride, inputStride);
                for (int l = 0; l < depth; l++) {
                    int from = LEAD + place[k] * stride;
                    System.arraycopy(hidden[l], from, hidden[l], LEAD + k * stride, stride);
                    System.arraycopy(slopes[l], from, slopes[l], LEAD + k * stride, stride);
                }
            }
        }
        keepTransposes(count);
        int last = depth - 1;
        int length = count * stride;
        products.multiply(count, 1, width, factors, 0, 1, readOut, 0, stride, deltas[last % 2], LEAD, stride);
        products.multiplyElements(slopes[last], LEAD, deltas[last % 2], LEAD, length);
        for (int k = 0; k < count; k++) {
            kernels.rows().addScaled(factors[k], hidden[last], LEAD + k * stride, stride, readOut);
        }
        for (int l = last; l >= 0; l--) {
            double[] delta = deltas[l % 2];
            if (l > 0) {
                double[] below = deltas[(l - 1) % 2];
                double[] w = transposed ? transposes[l] : matrices[l];
                if (transposed) {
                    products.multiply(count, width, width, delta, LEAD, stride, w, LEAD, stride, below, LEAD, stride);
                    products.addOuter(
                            count, width, width, delta, LEAD, stride, hidden[l - 1], LEAD, stride, w, LEAD, stride);
                } else {
                    products.multiplyTransposed(
                            count, width, width, delta, LEAD, stride, w, LEAD, stride, below, LEAD, stride);
                }
                products.multiplyElements(slopes[l - 1], LEAD, below, LEAD, length);
            }
            products.addOuter(
                    count,
                    fanIn(l),
                    width,
                    l == 0 ? input : hidden[l - 1],
                    LEAD,
                    l == 0 ? inputStride : stride,
                    delta,
                    LEAD,
                    stride,
                    matrices[l],
                    LEAD,
                    stride);
        }
    }

    /**
     * Decides whether this update multiplies by transposes and updates them too: the same chains. For few points this is
     * faster than to transpose on the way, for many it is not; in between it is not worth making them anew.
     */
    private void keepTransposes(int count) {
        if (count > NetworkBatches.SOME_POINTS) {
            transposed = false;
        } else if (!transposed && count <= NetworkBatches.FEW_POINTS) {
            for (int l = 1; l < depth; l++) {
                for (int i = 0; i < width; i++) {
                    for (int j = 0; j < width; j++) {
                        transposes[l][LEAD + j * stride + i] = matrices[l][LEAD + i * stride + j];
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
    /** Points that go through the layers at a time for the tangent kernel: half or four times as many are slower. */
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
        double[] sum = new double[LEAD + index.length * stride];
        for (int start = 0; start < n; start += AT_ONCE) {
            int count = Math.min(AT_ONCE, n - start);
            for (int k = 0; k < count; k++) {
                index[k] = start + k;
            }
            int at = LEAD + start * stride;
            points.gather(index, count, inputScale, rows[0], LEAD + start * inputStride, inputStride);
            for (int l = 0; l < depth; l++) {
                int from = l == 0 ? LEAD + start * inputStride : at;
                int rowStride = Kernels.padded(fanIn(l));
                products.multiply(
                        count, fanIn(l), width, rows[l], from, rowStride, matrices[l], LEAD, stride, sum, LEAD, stride);
                products.activate(
                        activation, scales[l], sum, LEAD, rows[l + 1], at, derivatives[l], at, count * stride);
            }
            for (int k = 0; k < count; k++) {
                products.multiplyElements(readOut, 0, derivatives[depth - 1], at + k * stride, stride);
            }
            for (int l = depth - 1; l > 0; l--) {
                products.multiplyTransposed(
                        count, width, width, derivatives[l], at, stride, matrices[l], LEAD, stride, sum, LEAD, stride);
                products.multiplyElements(sum, LEAD, derivatives[l - 1], at, count * stride);
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
