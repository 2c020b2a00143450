package org.noisebook.model;

import java.util.Arrays;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DepthwiseKernels;
import org.noisebook.linalg.DoubleView;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Window;

/** {@link LayerMatrix} in float64. */
final class DoubleLayerMatrix extends LayerMatrix {
    // double in both: signatures of overridden methods
    private static final int LEAD = Kernels.DOUBLE_LEAD;
    /** Number of columns transposed at once: one or two cache lines. */
    private static final int TILE = 16;
    /** Numbers combined at once. */
    private static final int SPAN = 512;

    /**
     * Added and subtracted again, this sets numbers below 2^-53 of it (2^-24 in float32) to 0 before they become
     * subnormal, which is slow, and leaves numbers above 2^54 of it (2^25) unchanged.
     */
    private static final double TINY = 0x1p-960; // float: 0x1p-95f

    private final DoubleView rows;
    private final double[] values;
    private final MatrixKernels products;
    /** Factors, shifts and rows of {@link #combine}. */
    private double[][] spans;

    DoubleLayerMatrix(int rows, int stride, MatrixKernels products) {
        super(stride);
        this.rows = DoubleView.zeros(rows, stride);
        this.values = this.rows.values();
        this.products = products;
    }

    private static double[] of(LayerMatrix matrix) {
        return ((DoubleLayerMatrix) matrix).values;
    }

    private static DoubleView rows(LayerMatrix matrix) {
        return ((DoubleLayerMatrix) matrix).rows;
    }

    /** A number rounded to the precision of the matrix. */
    // float: private static float rounded(double number) {
    private static double rounded(double number) { // double only
        return number; // float: (float) number
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
        values[at(row) + column] = rounded(value);
    }

    @Override
    void clear() {
        Arrays.fill(values, 0);
    }

    @Override
    void setRow(int row, double[] from, int start, int length) {
        int to = at(row);
        for (int j = 0; j < length; j++) {
            values[to + j] = rounded(from[start + j]);
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
            values[at(k) + column] = rounded(value);
        }
    }

    @Override
    void setColumns(int first, int rows, double[][] from) {
        for (int tile = 0; tile < from.length; tile += TILE) {
            int end = Math.min(tile + TILE, from.length);
            for (int k = 0; k < rows; k++) {
                int to = at(k) + first;
                for (int j = tile; j < end; j++) {
                    values[to + j] = rounded(from[j][k]);
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
        products.multiply(rows, inputs, outputs, this.rows, rows(w), rows(z));
    }

    @Override
    void multiplyTransposed(int rows, int inputs, int outputs, LayerMatrix w, LayerMatrix e) {
        products.multiplyTransposed(rows, inputs, outputs, this.rows, rows(w), rows(e));
    }

    @Override
    void addOuter(int rows, int inputs, int outputs, LayerMatrix d, LayerMatrix w) {
        products.addOuter(rows, inputs, outputs, this.rows, rows(d), rows(w));
    }

    @Override
    void activate(Activation activation, double scale, int rows, LayerMatrix out, LayerMatrix slope) {
        products.activate(activation, rounded(scale), rows * stride, this.rows, rows(out), rows(slope));
    }

    @Override
    void activate(Activation activation, double scale, int rows) {
        products.activate(activation, rounded(scale), rows * stride, this.rows, this.rows);
    }

    @Override
    void multiplyReluSlopes(double scale, int rows, LayerMatrix out) {
        products.multiplyReluSlopes(rounded(scale), of(out), LEAD, values, LEAD, rows * stride);
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
        double[] factors = of(other);
        Arrays.fill(out, 0);
        for (int k = from; k < to; k++) {
            int at = at(k);
            int otherAt = LEAD + k * other.stride;
            for (int j = 0; j < out.length; j++) {
                out[j] = Math.fma(values[at + j], factors[otherAt + j], out[j]);
            }
        }
    }

    @Override
    void affine(int from, int to, double[] factor, double[] shift, LayerMatrix out) {
        double[] results = of(out);
        for (int k = from; k < to; k++) {
            int at = at(k);
            int outAt = LEAD + k * out.stride;
            for (int j = 0; j < factor.length; j++) {
                results[outAt + j] = rounded(Math.fma(factor[j], values[at + j], shift[j]));
            }
        }
    }

    @Override
    void addColumnMultiples(int from, int to, LayerMatrix other, double[] factor) {
        double[] added = of(other);
        for (int k = from; k < to; k++) {
            int at = at(k);
            int otherAt = LEAD + k * other.stride;
            for (int j = 0; j < factor.length; j++) {
                values[at + j] = rounded(Math.fma(factor[j], added[otherAt + j], values[at + j]));
            }
        }
    }

    @Override
    double square() {
        // double only:
        double sum = 0;
        for (double value : values) {
            sum = Math.fma(value, value, sum);
        }
        return sum;
        // end of double only
        // float: double even = 0;
        // float: double odd = 0;
        // float: for (int k = 0; k < values.length; k += 2) {
        // float:     even = Math.fma((double) values[k], (double) values[k], even);
        // float:     odd = Math.fma((double) values[k + 1], (double) values[k + 1], odd);
        // float: }
        // float: return even + odd;
    }

    @Override
    double rowSquare(int row, int columns) {
        double sum = 0; // double in both
        int from = at(row);
        for (int j = from; j < from + columns; j++) {
            sum = Math.fma(values[j], values[j], sum);
        }
        return sum;
    }

    @Override
    void addScaled(double factor, int rows, LayerMatrix other) {
        addScaled(rounded(factor), LEAD + rows * stride, of(other), values);
    }

    /** Includes the lead: the compiler vectorises a loop over equal indices of two arrays. */
    private static void addScaled(double factor, int end, double[] other, double[] values) {
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
        points.gather(index, count, rounded(factor), values, LEAD, stride);
    }

    @Override
    void copyPatches(int rows, int n, int[] columns, LayerMatrix to) {
        double[] target = of(to);
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
        double[] target = of(to);
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
        maps.forward(window, count, channels, rows, rows(w), rows(z));
    }

    @Override
    void convolveBack(DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix w, LayerMatrix e) {
        maps.backward(window, count, channels, rows, rows(w), rows(e));
    }

    @Override
    void addConvolved(DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix d, LayerMatrix w) {
        maps.addOuter(window, count, channels, rows, rows(d), rows(w));
    }

    @Override
    void moments(int from, int to, LayerMatrix other, double[] sums, double[] productSums) {
        double[] factors = of(other);
        Arrays.fill(sums, 0);
        Arrays.fill(productSums, 0);
        for (int k = from; k < to; k++) {
            int at = at(k);
            for (int j = 0; j < sums.length; j++) {
                double value = values[at + j]; // double in both
                double factor = other == this ? value : factors[at + j]; // double in both
                sums[j] += value;
                productSums[j] = Math.fma(value, factor, productSums[j]);
            }
        }
    }

    @Override
    void combine(
            int from,
            int to,
            double[] factor,
            LayerMatrix other,
            double[] otherFactor,
            double[] shift,
            LayerMatrix out) {
        int width = Math.min(to - from, Math.max(1, SPAN / stride)) * stride;
        if (spans == null || spans[0].length < width) {
            spans = new double[5][width];
        }
        spread(factor, width, spans[0]);
        spread(otherFactor, width, spans[1]);
        spread(shift, width, spans[2]);
        int end = at(to);
        for (int at = at(from); at < end; at += width) {
            int length = Math.min(width, end - at);
            System.arraycopy(values, at, spans[3], 0, length);
            System.arraycopy(of(other), at, spans[4], 0, length);
            combine(length, spans[0], spans[3], spans[1], spans[4], spans[2]);
            System.arraycopy(spans[3], 0, of(out), at, length);
        }
    }

    // float: private void spread(double[] numbers, int width, float[] to) {
    private void spread(double[] numbers, int width, double[] to) { // double only
        Arrays.fill(to, 0, width, 0);
        for (int at = 0; at < width; at += stride) {
            for (int j = 0; j < numbers.length; j++) {
                to[at + j] = rounded(numbers[j]);
            }
        }
    }

    /** Equal indices, so that the compiler vectorises the loop. */
    private static void combine(int length, double[] f, double[] x, double[] g, double[] y, double[] shift) {
        for (int i = 0; i < length; i++) {
            x[i] = Math.fma(f[i], x[i], Math.fma(g[i], y[i], shift[i]));
        }
    }

    private DoubleView from(int row) {
        return DoubleView.of(values, at(row), stride);
    }

    @Override
    void convolveDense(
            Window window, int count, int channels, int outputs, LayerMatrix w, LayerMatrix patches, LayerMatrix z) {
        DoubleLayerMatrix windows = (DoubleLayerMatrix) patches;
        int pixels = window.outputSide() * window.outputSide();
        int terms = window.kernel() * window.kernel() * channels;
        int atOnce = windows.count() / pixels;
        for (int image = 0; image < count; image += atOnce) {
            int images = Math.min(atOnce, count - image);
            gather(window, image, images, channels, windows);
            products.multiply(
                    images * pixels,
                    terms,
                    outputs,
                    windows.rows,
                    rows(w),
                    ((DoubleLayerMatrix) z).from(image * pixels));
        }
    }

    @Override
    void convolveDenseBack(
            Window window,
            int count,
            int channels,
            int outputs,
            LayerMatrix from,
            LayerMatrix patches,
            LayerMatrix d,
            LayerMatrix w,
            LayerMatrix e) {
        DoubleLayerMatrix windows = (DoubleLayerMatrix) patches;
        int pixels = window.outputSide() * window.outputSide();
        int terms = window.kernel() * window.kernel() * channels;
        int atOnce = windows.count() / pixels;
        int side = window.side();
        for (int image = 0; image < count; image += atOnce) {
            int images = Math.min(atOnce, count - image);
            DoubleView above = ((DoubleLayerMatrix) d).from(image * pixels);
            gather(window, image, images, channels, windows);
            products.addOuter(images * pixels, terms, outputs, windows.rows, above, rows(w));
            if (e != this) {
                DoubleLayerMatrix below = (DoubleLayerMatrix) e;
                products.multiplyTransposed(images * pixels, terms, outputs, above, rows(from), windows.rows);
                int start = below.at(image * side * side);
                Arrays.fill(below.values, start, start + images * side * side * below.stride, 0);
                below.scatter(window, image, images, channels, windows);
            }
        }
    }

    private int count() {
        return (values.length - LEAD) / stride;
    }

    /** Each row of {@code to} becomes the taps of one window, channel by channel; taps outside the map are 0. */
    private void gather(Window window, int first, int images, int channels, DoubleLayerMatrix to) {
        int kernel = window.kernel();
        int side = window.side();
        int out = window.outputSide();
        boolean runs = channels == stride;
        for (int row = 0; row < images * out * out; row++) {
            int x0 = row % out * window.stride() - window.padding();
            int low = Math.max(0, -x0);
            int high = Math.min(kernel, side - x0);
            for (int ky = 0; ky < kernel; ky++) {
                int y = row / out % out * window.stride() + ky - window.padding();
                int at = to.at(row) + ky * kernel * channels;
                if (y < 0 || y >= side) {
                    Arrays.fill(to.values, at, at + kernel * channels, 0);
                    continue;
                }
                int map = ((first + row / (out * out)) * side + y) * side;
                Arrays.fill(to.values, at, at + low * channels, 0);
                if (runs) {
                    System.arraycopy(
                            values, at(map + x0 + low), to.values, at + low * channels, (high - low) * channels);
                } else {
                    for (int kx = low; kx < high; kx++) {
                        System.arraycopy(values, at(map + x0 + kx), to.values, at + kx * channels, channels);
                    }
                }
                Arrays.fill(to.values, at + high * channels, at + kernel * channels, 0);
            }
        }
    }

    /** Adds each tap of the rows of {@code from} to its pixel, window after window. */
    private void scatter(Window window, int first, int images, int channels, DoubleLayerMatrix from) {
        int kernel = window.kernel();
        int side = window.side();
        int out = window.outputSide();
        boolean runs = channels == stride;
        for (int row = 0; row < images * out * out; row++) {
            int x0 = row % out * window.stride() - window.padding();
            int low = Math.max(0, -x0);
            int high = Math.min(kernel, side - x0);
            for (int ky = 0; ky < kernel; ky++) {
                int y = row / out % out * window.stride() + ky - window.padding();
                if (y < 0 || y >= side) {
                    continue;
                }
                int at = from.at(row) + ky * kernel * channels;
                int map = ((first + row / (out * out)) * side + y) * side;
                if (runs) {
                    add(from.values, at + low * channels, (high - low) * channels, values, at(map + x0 + low));
                } else {
                    for (int kx = low; kx < high; kx++) {
                        add(from.values, at + kx * channels, channels, values, at(map + x0 + kx));
                    }
                }
            }
        }
    }

    private static void add(double[] from, int start, int length, double[] to, int at) {
        for (int j = 0; j < length; j++) {
            to[at + j] += from[start + j];
        }
    }

    @Override
    void copyMap(int image, int side, int zoom, int y, int x, LayerMatrix to, int start, int pitch) {
        for (int row = 0; row < side; row++) {
            int line = ((image * side + row) * zoom + y) * side * zoom + x;
            copyLine(line, zoom, side, to, start + row * pitch, 1);
        }
    }

    @Override
    void copyMapTo(int side, int pitch, int zoom, int y, int x, LayerMatrix to, int image) {
        for (int row = 0; row < side; row++) {
            int line = ((image * side + row) * zoom + y) * side * zoom + x;
            copyLine(row * pitch, 1, side, to, line, zoom);
        }
    }

    private void copyLine(int from, int step, int count, LayerMatrix to, int start, int toStep) {
        int run = step == 1 && toStep == 1 ? count : 1;
        for (int k = 0; k < count; k += run) {
            System.arraycopy(values, at(from + k * step), of(to), at(start + k * toStep), run * stride);
        }
    }

    @Override
    void multiplyWindows(
            int start, int pitch, int kernel, int count, LayerMatrix w, int first, int outputs, LayerMatrix z) {
        int terms = kernel * stride;
        for (int line = 0; line < kernel; line++) {
            DoubleView windows = from(start + line * pitch);
            DoubleView weights = rows(w).from(first + line * terms);
            if (first + line == 0) {
                products.multiply(count, terms, outputs, windows, weights, rows(z));
            } else {
                products.addProduct(count, terms, outputs, windows, weights, rows(z));
            }
        }
    }

    @Override
    void addWindows(
            int start, int pitch, int kernel, int count, int channels, LayerMatrix a, LayerMatrix w, int first) {
        int terms = kernel * stride;
        for (int line = 0; line < kernel; line++) {
            DoubleView windows = from(start + line * pitch);
            products.addOuter(count, channels, terms, rows(a), windows, rows(w).from(0, first + line * terms));
        }
    }

    @Override
    void approach(double share, LayerMatrix other) {
        approach(rounded(share), of(other), values);
    }

    private static void approach(double share, double[] other, double[] values) {
        for (int k = 0; k < values.length; k++) {
            values[k] = Math.fma(share, other[k] - values[k], values[k]);
        }
    }

    @Override
    void descend(double rate, double momentum, LayerMatrix g, LayerMatrix v) {
        descend(rounded(rate), rounded(momentum), of(g), of(v), values);
    }

    private static void descend(double rate, double momentum, double[] g, double[] v, double[] w) {
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
        double take1 = rounded(1 - beta1);
        double take2 = rounded(1 - beta2);
        adam(
                rounded(rate),
                rounded(root),
                rounded(epsilon),
                rounded(beta1),
                take1,
                rounded(beta2),
                take2,
                of(g),
                of(m),
                of(v),
                values);
    }

    private static void adam(
            double rate,
            double root,
            double epsilon,
            double keep1,
            double take1,
            double keep2,
            double take2,
            double[] g,
            double[] m,
            double[] v,
            double[] w) {
        for (int k = 0; k < w.length; k++) {
            double first = Math.fma(take1, g[k], keep1 * m[k]) + TINY - TINY;
            double second = Math.fma(take2 * g[k], g[k], keep2 * v[k]) + TINY - TINY;
            m[k] = first;
            v[k] = second;
            w[k] = Math.fma(-rate, first / Math.fma(root, rounded(Math.sqrt(second)), epsilon), w[k]);
        }
    }
}
