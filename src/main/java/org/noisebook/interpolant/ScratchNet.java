package org.noisebook.interpolant;

import java.util.Arrays;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.rng.Stream;

/** Temporary: float32 layers with Adam until the engine of {@code model} has them. */
final class ScratchNet {
    private static final int LEAD = Kernels.FLOAT_LEAD;
    private final int[] widths;
    private final int[] strides;
    private final Activation activation;
    private final MatrixKernels products;
    private final float[][] weights;
    private final float[][] gradients;
    private final float[][] first;
    private final float[][] second;
    private final float[][] average;
    private final float[][] activities;
    private final float[][] sums;
    private final float[][] slopes;
    private final float[][] deltas;
    private final float[][] tangents;
    private int steps;

    ScratchNet(int[] widths, Activation activation, int capacity, MatrixKernels products) {
        this.widths = widths.clone();
        this.activation = activation;
        this.products = products;
        strides = Arrays.stream(widths).map(w -> Kernels.padded(w + 1)).toArray();
        int layers = widths.length - 1;
        weights = new float[layers][];
        gradients = new float[layers][];
        first = new float[layers][];
        second = new float[layers][];
        average = new float[layers][];
        for (int l = 0; l < layers; l++) {
            int size = LEAD + (widths[l] + 1) * strides[l + 1];
            weights[l] = new float[size];
            gradients[l] = new float[size];
            first[l] = new float[size];
            second[l] = new float[size];
            average[l] = new float[size];
        }
        activities = batch(capacity);
        sums = batch(capacity);
        slopes = batch(capacity);
        deltas = batch(capacity);
        tangents = batch(capacity);
        for (int l = 0; l < layers; l++) {
            for (int k = 0; k < capacity; k++) {
                activities[l][LEAD + k * strides[l] + widths[l]] = 1;
            }
        }
    }

    private float[][] batch(int capacity) {
        return Arrays.stream(strides)
                .mapToObj(s -> new float[LEAD + capacity * s])
                .toArray(float[][]::new);
    }

    void initialise(Stream stream, double gain) {
        for (int l = 0; l < weights.length; l++) {
            double scale = gain / StrictMath.sqrt(widths[l]);
            for (int i = 0; i < widths[l]; i++) {
                for (int j = 0; j < widths[l + 1]; j++) {
                    weights[l][LEAD + i * strides[l + 1] + j] = (float) (scale * stream.nextGaussian());
                }
            }
        }
    }

    void input(int row, int column, float value) {
        activities[0][LEAD + row * strides[0] + column] = value;
    }

    void tangent(int row, int column, float value) {
        tangents[0][LEAD + row * strides[0] + column] = value;
    }

    float output(int row, int column) {
        return activities[weights.length][LEAD + row * strides[weights.length] + column];
    }

    float outputTangent(int row, int column) {
        return tangents[weights.length][LEAD + row * strides[weights.length] + column];
    }

    void slope(int row, int column, float value) {
        deltas[weights.length][LEAD + row * strides[weights.length] + column] = value;
    }

    void forward(int count) {
        int last = weights.length;
        for (int l = 1; l <= last; l++) {
            int stride = strides[l];
            products.multiply(count, widths[l - 1] + 1, widths[l], activities[l - 1], LEAD, strides[l - 1], weights[l - 1],
                    LEAD, stride, l == last ? activities[l] : sums[l], LEAD, stride);
            if (l < last) {
                products.activate(activation, 1f, sums[l], LEAD, activities[l], LEAD, slopes[l], LEAD, count * stride);
                for (int k = 0; k < count; k++) {
                    activities[l][LEAD + k * stride + widths[l]] = 1;
                }
            }
        }
    }

    void forwardTangents(int count) {
        for (int l = 1; l <= weights.length; l++) {
            int stride = strides[l];
            products.multiply(count, widths[l - 1] + 1, widths[l], tangents[l - 1], LEAD, strides[l - 1], weights[l - 1],
                    LEAD, stride, tangents[l], LEAD, stride);
            if (l < weights.length) {
                products.multiplyElements(slopes[l], LEAD, tangents[l], LEAD, count * stride);
                for (int k = 0; k < count; k++) {
                    tangents[l][LEAD + k * stride + widths[l]] = 0;
                }
            }
        }
    }

    void backward(int count) {
        for (int l = weights.length - 1; l >= 0; l--) {
            int stride = strides[l + 1];
            Arrays.fill(gradients[l], 0);
            products.addOuter(count, widths[l] + 1, widths[l + 1], activities[l], LEAD, strides[l], deltas[l + 1], LEAD,
                    stride, gradients[l], LEAD, stride);
            if (l > 0) {
                products.multiplyTransposed(count, widths[l], widths[l + 1], deltas[l + 1], LEAD, stride, weights[l], LEAD,
                        stride, deltas[l], LEAD, strides[l]);
                products.multiplyElements(slopes[l], LEAD, deltas[l], LEAD, count * strides[l]);
            }
        }
    }

    void adam(double learningRate, double decay) {
        steps++;
        double c1 = 1 - StrictMath.pow(0.9, steps);
        double c2 = 1 - StrictMath.pow(0.999, steps);
        float rate = (float) (learningRate / c1);
        float scale = (float) (1 / c2);
        float keep = (float) Math.min(decay, (1.0 + steps) / (10.0 + steps));
        for (int l = 0; l < weights.length; l++) {
            float[] w = weights[l];
            float[] g = gradients[l];
            float[] m = first[l];
            float[] v = second[l];
            float[] a = average[l];
            for (int i = 0; i < w.length; i++) {
                m[i] = 0.9f * m[i] + 0.1f * g[i];
                v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
                w[i] -= rate * m[i] / ((float) Math.sqrt(v[i] * scale) + 1e-8f);
                a[i] = keep * a[i] + (1 - keep) * w[i];
            }
        }
    }

    int weightCount() {
        int total = 0;
        for (int l = 0; l < weights.length; l++) {
            total += (widths[l] + 1) * widths[l + 1];
        }
        return total;
    }

    float[] averagedWeights() {
        float[] all = new float[weightCount()];
        int at = 0;
        for (int l = 0; l < weights.length; l++) {
            for (int i = 0; i <= widths[l]; i++) {
                System.arraycopy(average[l], LEAD + i * strides[l + 1], all, at, widths[l + 1]);
                at += widths[l + 1];
            }
        }
        return all;
    }

    void setWeights(float[] packed) {
        int at = 0;
        for (int l = 0; l < weights.length; l++) {
            for (int i = 0; i <= widths[l]; i++) {
                System.arraycopy(packed, at, weights[l], LEAD + i * strides[l + 1], widths[l + 1]);
                at += widths[l + 1];
            }
        }
    }
}
