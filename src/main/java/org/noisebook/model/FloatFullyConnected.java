package org.noisebook.model;

import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;

/**
 * {@link FullyConnected} in float32, the twin of {@link DoubleFullyConnected}.
 *
 * <p>Hidden layers are kept times the factor 1/√h or 1/h of the layer that reads them, points times 1/√d, so that every
 * product is a plain one.
 */
final class FloatFullyConnected implements NetworkEngine {
    private static final int LEAD = Kernels.FLOAT_LEAD;

    private final FullyConnected network;
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
    private final float[][] matrices;
    /** Transposes of W_2 … W_D behind the lead, kept up while few points go back at a time. */
    private final float[][] transposes;

    private boolean transposed;
    /** What multiplies each hidden layer. */
    private final float[] scales;

    private final float[] readOut;
    private final float[] input;
    private final float[] sums;
    private final float[][] hidden;
    private final float[][] slopes;
    private final float[][] deltas;
    private final float[] outputs;
    private final float[] factors;
    private final int[] all;
    private final float inputScale;

    FloatFullyConnected(FullyConnected network, int inputDimension, int[] sizes, int capacity, NetworkKernels kernels) {
        this.network = network;
        this.inputDimension = inputDimension;
        this.capacity = capacity;
        this.depth = network.depth();
        this.width = network.width();
        this.activation = network.activation();
        this.products = kernels.products();
        this.kernels = kernels;
        this.inputStride = Kernels.padded(inputDimension);
        this.stride = Kernels.padded(width);
        this.inputScale = (float) (1 / StrictMath.sqrt(inputDimension));
        int count = 0;
        for (int size : sizes) {
            count += size;
        }
        this.weightCount = count;
        this.matrices = new float[depth][];
        for (int l = 0; l < depth; l++) {
            matrices[l] = new float[LEAD + fanIn(l) * stride];
        }
        this.scales = new float[depth];
        for (int l = 0; l < depth; l++) {
            scales[l] = (float) network.scale(l + 1);
        }
        this.transposes = new float[depth][];
        for (int l = 1; l < depth; l++) {
            transposes[l] = new float[LEAD + width * stride];
        }
        this.readOut = new float[stride];
        this.input = new float[LEAD + capacity * inputStride];
        int batch = LEAD + capacity * stride;
        this.sums = new float[batch];
        this.hidden = new float[depth][batch];
        this.slopes = new float[depth][batch];
        this.deltas = new float[2][batch];
        this.outputs = new float[capacity];
        this.factors = new float[capacity];
        this.all = new int[capacity];
        for (int k = 0; k < capacity; k++) {
            all[k] = k;
        }
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
        double[] weights = new double[weightCount];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = stream.nextGaussian();
        }
        set(weights);
    }

    @Override
    public double[] weights() {
        double[] weights = new double[weightCount];
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
                    matrices[l][LEAD + i * stride + j] = (float) weights[at++];
                }
            }
        }
        for (int j = 0; j < width; j++) {
            readOut[j] = (float) weights[at++];
        }
    }

    @Override
    public void forward(Points points, int[] index, int count, double[] out) {
        NetworkBatches.check(points, inputDimension, count, capacity);
        points.gather(index, count, inputScale, input, LEAD, inputStride);
        float[] a = input;
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
            factors[k] = (float) factor[k];
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
            float[] delta = deltas[l % 2];
            if (l > 0) {
                float[] below = deltas[(l - 1) % 2];
                float[] w = transposed ? transposes[l] : matrices[l];
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

    /** In double precision, from these weights. */
    @Override
    public ProbeKernel tangentKernel(Points points) {
        NetworkEngine twin = network.engine(inputDimension, capacity, Precision.FLOAT64, kernels);
        twin.set(weights());
        return twin.tangentKernel(points);
    }
}
