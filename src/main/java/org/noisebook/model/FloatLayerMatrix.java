package org.noisebook.model;

import java.util.Arrays;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DepthwiseKernels;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Window;

/** {@link LayerMatrix} in float32. */
final class FloatLayerMatrix extends LayerMatrix {
    private static final int LEAD = Kernels.FLOAT_LEAD;
    /** Columns that are transposed at once: a cache line. */
    private static final int TILE = 16;

    /**
     * Added and taken away, it makes numbers below 2^-24 of it 0 before they are subnormal, with which processors are slow, and leaves
     * those above 2^25 of it as they are.
     */
    private static final float TINY = 0x1p-95f;

    private final float[] values;
    private final MatrixKernels products;

    FloatLayerMatrix(int rows, int stride, MatrixKernels products) {
        super(stride);
        this.values = new float[LEAD + rows * stride];
        this.products = products;
    }

    private static float[] of(LayerMatrix matrix) {
        return ((FloatLayerMatrix) matrix).values;
    }

    private int at(int row) {
        return LEAD + row * stride;
    }

    @Override
    double get(int row, int column) {
        return values[at(row) + column];
    }

    @Override
    void set(int row, int column, double value) {
        values[at(row) + column] = (float) value;
    }

    @Override
    void clear() {
        Arrays.fill(values, 0);
    }

    @Override
    void setRow(int row, double[] from, int start, int length) {
        int to = at(row);
        for (int j = 0; j < length; j++) {
            values[to + j] = (float) from[start + j];
        }
    }

    @Override
    void copyRow(int row, int length, double[] to, int start) {
        int from = at(row);
        for (int j = 0; j < length; j++) {
            to[start + j] = values[from + j];
        }
    }

    @Override
    void setColumn(int column, int rows, double value) {
        for (int k = 0; k < rows; k++) {
            values[at(k) + column] = (float) value;
        }
    }

    @Override
    void setColumns(int first, int rows, double[][] from) {
        for (int tile = 0; tile < from.length; tile += TILE) {
            int end = Math.min(tile + TILE, from.length);
            for (int k = 0; k < rows; k++) {
                int to = at(k) + first;
                for (int j = tile; j < end; j++) {
                    values[to + j] = (float) from[j][k];
                }
            }
        }
    }

    @Override
    void copyColumns(int columns, int rows, double[][] to) {
        for (int tile = 0; tile < columns; tile += TILE) {
            int end = Math.min(tile + TILE, columns);
            for (int k = 0; k < rows; k++) {
                int from = at(k);
                for (int j = tile; j < end; j++) {
                    to[j][k] = values[from + j];
                }
            }
        }
    }

    @Override
    void multiply(int rows, int inputs, int outputs, LayerMatrix w, LayerMatrix z) {
        products.multiply(rows, inputs, outputs, values, LEAD, stride, of(w), LEAD, w.stride, of(z), LEAD, z.stride);
    }

    @Override
    void multiplyTransposed(int rows, int inputs, int outputs, LayerMatrix w, LayerMatrix e) {
        products.multiplyTransposed(
                rows, inputs, outputs, values, LEAD, stride, of(w), LEAD, w.stride, of(e), LEAD, e.stride);
    }

    @Override
    void addOuter(int rows, int inputs, int outputs, LayerMatrix d, LayerMatrix w) {
        products.addOuter(rows, inputs, outputs, values, LEAD, stride, of(d), LEAD, d.stride, of(w), LEAD, w.stride);
    }

    @Override
    void activate(Activation activation, double scale, int rows, LayerMatrix out, LayerMatrix slope) {
        products.activate(activation, (float) scale, values, LEAD, of(out), LEAD, of(slope), LEAD, rows * stride);
    }

    @Override
    void activate(Activation activation, double scale, int rows) {
        products.activate(activation, (float) scale, values, LEAD, values, LEAD, rows * stride);
    }

    @Override
    void multiplyReluSlopes(double scale, int rows, LayerMatrix out) {
        products.multiplyReluSlopes((float) scale, of(out), LEAD, values, LEAD, rows * stride);
    }

    @Override
    void multiplyElements(int rows, LayerMatrix factor) {
        products.multiplyElements(of(factor), LEAD, values, LEAD, rows * stride);
    }

    @Override
    void columnSums(int from, int to, double[] out) {
        Arrays.fill(out, 0);
        for (int k = from; k < to; k++) {
            int at = at(k);
            for (int j = 0; j < out.length; j++) {
                out[j] += values[at + j];
            }
        }
    }

    @Override
    void columnProducts(int from, int to, LayerMatrix other, double[] out) {
        float[] factors = of(other);
        Arrays.fill(out, 0);
        for (int k = from; k < to; k++) {
            int at = at(k);
            int otherAt = LEAD + k * other.stride;
            for (int j = 0; j < out.length; j++) {
                out[j] = Math.fma((double) values[at + j], (double) factors[otherAt + j], out[j]);
            }
        }
    }

    @Override
    void affine(int from, int to, double[] factor, double[] shift, LayerMatrix out) {
        float[] results = of(out);
        for (int k = from; k < to; k++) {
            int at = at(k);
            int outAt = LEAD + k * out.stride;
            for (int j = 0; j < factor.length; j++) {
                results[outAt + j] = (float) Math.fma(factor[j], values[at + j], shift[j]);
            }
        }
    }

    @Override
    void addColumnMultiples(int from, int to, LayerMatrix other, double[] factor) {
        float[] added = of(other);
        for (int k = from; k < to; k++) {
            int at = at(k);
            int otherAt = LEAD + k * other.stride;
            for (int j = 0; j < factor.length; j++) {
                values[at + j] = (float) Math.fma(factor[j], added[otherAt + j], values[at + j]);
            }
        }
    }

    @Override
    double square() {
        double even = 0;
        double odd = 0;
        for (int k = 0; k < values.length; k += 2) {
            even = Math.fma((double) values[k], (double) values[k], even);
            odd = Math.fma((double) values[k + 1], (double) values[k + 1], odd);
        }
        return even + odd;
    }

    @Override
    double rowSquare(int row, int columns) {
        double sum = 0;
        int from = at(row);
        for (int j = from; j < from + columns; j++) {
            sum = Math.fma((double) values[j], (double) values[j], sum);
        }
        return sum;
    }

    @Override
    void addScaled(double factor, int rows, LayerMatrix other) {
        addScaled((float) factor, LEAD + rows * stride, of(other), values);
    }

    /** Over the lead too: the compiler vectorises a loop over equal places of two arrays. */
    private static void addScaled(float factor, int end, float[] other, float[] values) {
        for (int k = 0; k < end; k++) {
            values[k] = Math.fma(factor, other[k], values[k]);
        }
    }

    @Override
    void copy(LayerMatrix other) {
        System.arraycopy(of(other), 0, values, 0, values.length);
    }

    @Override
    void copyRows(int from, int to, int rows) {
        System.arraycopy(values, at(from), values, at(to), rows * stride);
    }

    @Override
    void setPoints(Points points, int[] index, int count, double factor) {
        points.gather(index, count, (float) factor, values, LEAD, stride);
    }

    @Override
    void copyPatches(int rows, int n, int[] columns, LayerMatrix to) {
        float[] target = of(to);
        int length = columns.length / n;
        for (int k = 0; k < rows; k++) {
            int from = at(k);
            for (int p = 0; p < n; p++) {
                int start = LEAD + (k * n + p) * to.stride;
                for (int j = 0; j < length; j++) {
                    target[start + j] = values[from + columns[p * length + j]];
                }
            }
        }
    }

    @Override
    void sumRows(int rows, int n, LayerMatrix to) {
        float[] target = of(to);
        for (int k = 0; k < rows; k++) {
            int start = LEAD + k * stride;
            System.arraycopy(values, at(k * n), target, start, stride);
            for (int p = 1; p < n; p++) {
                int from = at(k * n + p);
                for (int j = 0; j < stride; j++) {
                    target[start + j] += values[from + j];
                }
            }
        }
    }

    @Override
    void convolve(DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix w, LayerMatrix z) {
        maps.forward(window, count, channels, values, LEAD, of(w), LEAD, of(z), LEAD);
    }

    @Override
    void convolveBack(DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix w, LayerMatrix e) {
        maps.backward(window, count, channels, values, LEAD, of(w), LEAD, of(e), LEAD);
    }

    @Override
    void addConvolved(DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix d, LayerMatrix w) {
        maps.addOuter(window, count, channels, values, LEAD, of(d), LEAD, of(w), LEAD);
    }

    @Override
    void scale(double factor) {
        float f = (float) factor;
        for (int k = 0; k < values.length; k++) {
            values[k] *= f;
        }
    }

    @Override
    void approach(double share, LayerMatrix other) {
        approach((float) share, of(other), values);
    }

    private static void approach(float share, float[] other, float[] values) {
        for (int k = 0; k < values.length; k++) {
            values[k] = Math.fma(share, other[k] - values[k], values[k]);
        }
    }

    @Override
    void descend(double rate, double momentum, LayerMatrix g, LayerMatrix v) {
        descend((float) rate, (float) momentum, of(g), of(v), values);
    }

    private static void descend(float rate, float momentum, float[] g, float[] v, float[] w) {
        for (int k = 0; k < w.length; k++) {
            v[k] = Math.fma(momentum, v[k], g[k]);
            w[k] = Math.fma(-rate, v[k], w[k]);
        }
    }

    @Override
    void adam(
            double rate,
            double root,
            double beta1,
            double beta2,
            double epsilon,
            LayerMatrix g,
            LayerMatrix m,
            LayerMatrix v) {
        float take1 = (float) (1 - beta1);
        float take2 = (float) (1 - beta2);
        adam(
                (float) rate,
                (float) root,
                (float) epsilon,
                (float) beta1,
                take1,
                (float) beta2,
                take2,
                of(g),
                of(m),
                of(v),
                values);
    }

    private static void adam(
            float rate,
            float root,
            float epsilon,
            float keep1,
            float take1,
            float keep2,
            float take2,
            float[] g,
            float[] m,
            float[] v,
            float[] w) {
        for (int k = 0; k < w.length; k++) {
            float first = Math.fma(take1, g[k], keep1 * m[k]) + TINY - TINY;
            float second = Math.fma(take2 * g[k], g[k], keep2 * v[k]) + TINY - TINY;
            m[k] = first;
            v[k] = second;
            w[k] = Math.fma(-rate, first / Math.fma(root, (float) Math.sqrt(second), epsilon), w[k]);
        }
    }
}
