package org.noisebook.model;

import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.DepthwiseKernels;
import org.noisebook.linalg.Kernels;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.linalg.Window;

/**
 * A matrix of one network layer in one precision, row-major with padded rows: activities [sample][unit] or weights
 * [input unit][unit], and the operations on it.
 *
 * <p>Arguments must have the same precision. {@link FloatLayerMatrix} and {@link DoubleLayerMatrix} are twins: the same
 * operations on the same elements.
 */
abstract sealed class LayerMatrix permits DoubleLayerMatrix, FloatLayerMatrix {
    /** Distance from row to row. */
    final int stride;

    LayerMatrix(int stride) {
        this.stride = stride;
    }

    /** A matrix of zeros. */
    static LayerMatrix of(Precision precision, int rows, int columns, MatrixKernels products) {
        int stride = Kernels.padded(columns);
        return precision == Precision.FLOAT64
                ? new DoubleLayerMatrix(rows, stride, products)
                : new FloatLayerMatrix(rows, stride, products);
    }

    abstract double get(int row, int column);

    abstract void set(int row, int column, double value);

    abstract void clear();

    /** Sets row {@code row} from {@code from[start …]}. */
    abstract void setRow(int row, double[] from, int start, int length);

    /** Copies row {@code row} to {@code to[start …]}. */
    abstract void copyRow(int row, int length, double[] to, int start);

    /** Sets column {@code column} of the first rows. */
    abstract void setColumn(int column, int rows, double value);

    /** Sets columns {@code first} … of the first rows from their transpose {@code from[column − first][row]}. */
    abstract void setColumns(int first, int rows, double[][] from);

    /** Copies the first columns of the first rows to their transpose {@code to[column][row]}. */
    abstract void copyColumns(int columns, int rows, double[][] to);

    /** z = this · w for the first rows. */
    abstract void multiply(int rows, int inputs, int outputs, LayerMatrix w, LayerMatrix z);

    /** e = this · wᵀ for the first rows. */
    abstract void multiplyTransposed(int rows, int inputs, int outputs, LayerMatrix w, LayerMatrix e);

    /** w += thisᵀ · d over the first rows. */
    abstract void addOuter(int rows, int inputs, int outputs, LayerMatrix d, LayerMatrix w);

    /** out = scale φ(this) and slope = scale φ′(this) for the first rows. */
    abstract void activate(Activation activation, double scale, int rows, LayerMatrix out, LayerMatrix slope);

    /** this = scale φ(this) for the first rows. */
    abstract void activate(Activation activation, double scale, int rows);

    /** this *= scale φ′ for the first rows, φ being ReLU and {@code out} its results. */
    abstract void multiplyReluSlopes(double scale, int rows, LayerMatrix out);

    /** this *= factor, element by element, for the first rows. */
    abstract void multiplyElements(int rows, LayerMatrix factor);

    /** The sum over rows from ≤ row &lt; to of each of the first columns. */
    abstract void columnSums(int from, int to, double[] out);

    /** The sum over rows from ≤ row &lt; to of this times other, for each of the first columns. */
    abstract void columnProducts(int from, int to, LayerMatrix other, double[] out);

    /** out = factor · this + shift, column by column, in rows from ≤ row &lt; to; out may be this. */
    abstract void affine(int from, int to, double[] factor, double[] shift, LayerMatrix out);

    /** this += factor · other, column by column, in rows from ≤ row &lt; to. */
    abstract void addColumnMultiples(int from, int to, LayerMatrix other, double[] factor);

    /** Sum of all squares. */
    abstract double square();

    /** Sum of the squares of the first columns of a row. */
    abstract double rowSquare(int row, int columns);

    /** this += factor other for the first rows; both have the same stride. */
    abstract void addScaled(double factor, int rows, LayerMatrix other);

    /** this = other, of the same shape. */
    abstract void copy(LayerMatrix other);

    /** Copies rows {@code from}, … to rows {@code to}, … */
    abstract void copyRows(int from, int to, int rows);

    /** Row k becomes factor times point index[k]. */
    abstract void setPoints(Points points, int[] index, int count, double factor);

    /**
     * Row k · n + p of {@code to} becomes the numbers of row k at {@code columns[p · length …]}, p &lt; n, for the first rows.
     */
    abstract void copyPatches(int rows, int n, int[] columns, LayerMatrix to);

    /** Row k of {@code to} becomes the sum of rows k · n … k · n + n − 1, for the first rows of {@code to}. */
    abstract void sumRows(int rows, int n, LayerMatrix to);

    /** z = this ∗ w, see {@link DepthwiseKernels}; a row is a pixel. */
    abstract void convolve(DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix w, LayerMatrix z);

    /** e = derivative with respect to the input of the convolution, where this is that with respect to its result. */
    abstract void convolveBack(
            DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix w, LayerMatrix e);

    /** w += derivative with respect to the window, where d is that with respect to the result of {@link #convolve}. */
    abstract void addConvolved(
            DepthwiseKernels maps, Window window, int count, int channels, LayerMatrix d, LayerMatrix w);

    /** The sums over rows from ≤ row &lt; to of this and of this times other, in double, for each of the first columns. */
    abstract void moments(int from, int to, LayerMatrix other, double[] sums, double[] products);

    /**
     * out = factor · this + otherFactor · other + shift, column by column with rounded factors, in rows from ≤ row &lt; to;
     * all three have one stride, out may be this, and columns beyond the factors become 0.
     */
    abstract void combine(
            int from,
            int to,
            double[] factor,
            LayerMatrix other,
            double[] otherFactor,
            double[] shift,
            LayerMatrix out);

    /**
     * z = the convolution of {@code count} maps with w, whose rows are the window's taps times the channels; a row is a
     * pixel.
     *
     * @param patches scratch with as many rows as one or more output maps, one column per row of w
     */
    abstract void convolveDense(
            Window window, int count, int channels, int outputs, LayerMatrix w, LayerMatrix patches, LayerMatrix z);

    /**
     * The derivatives of {@link #convolveDense}, where d is that with respect to z: w += that with respect to the
     * weights {@code from}, and e = that with respect to the maps, or nothing if e is this.
     */
    abstract void convolveDenseBack(
            Window window,
            int count,
            int channels,
            int outputs,
            LayerMatrix from,
            LayerMatrix patches,
            LayerMatrix d,
            LayerMatrix w,
            LayerMatrix e);

    /**
     * Rows of {@code to} from {@code start} on, {@code pitch} apart line by line, become the lines of map {@code image},
     * of which every zoom-th pixel from (y, x) on is taken; other rows stay.
     */
    abstract void copyMap(int image, int side, int zoom, int y, int x, LayerMatrix to, int start, int pitch);

    /**
     * The reverse, from rows of this: every zoom-th pixel of map {@code image} of {@code to}, from (y, x) on.
     */
    abstract void copyMapTo(int side, int pitch, int zoom, int y, int x, LayerMatrix to, int image);

    /**
     * z = the product of w, from row {@code first} on, with kernel × kernel windows of this, whose lines lie pitch rows
     * apart, or the same added to z where first is not 0; window k begins at row start + k, and nothing is copied.
     */
    abstract void multiplyWindows(
            int start, int pitch, int kernel, int count, LayerMatrix w, int first, int outputs, LayerMatrix z);

    /** w, from column {@code first} on, += aᵀ times the same windows of this; a has one row for each. */
    abstract void addWindows(
            int start, int pitch, int kernel, int count, int channels, LayerMatrix a, LayerMatrix w, int first);

    /** this += share (other − this). */
    abstract void approach(double share, LayerMatrix other);

    /** v ← momentum v + g, this ← this − rate v. */
    abstract void descend(double rate, double momentum, LayerMatrix g, LayerMatrix v);

    /**
     * m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g², this ← this − rate m/(root √v + ε).
     *
     * @param rate learning rate, corrected for the start of m
     * @param root factor that corrects √v for its start
     */
    abstract void adam(
            double rate,
            double root,
            double beta1,
            double beta2,
            double epsilon,
            LayerMatrix g,
            LayerMatrix m,
            LayerMatrix v);
}
