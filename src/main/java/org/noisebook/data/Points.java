package org.noisebook.data;

import java.util.Arrays;
import java.util.Objects;

/**
 * Labelled points in float32, ready for training.
 *
 * <p><b>Shapes</b>: {@code x[count][dimension]}, row-major; {@code label[count]}, +1 or −1. <b>Special cases</b>: there
 * may be no points; NaN and infinities are not checked, since no source produces them. <b>Cost</b>: 4 · count ·
 * dimension bytes. {@link #x()} and {@link #label()} copy; engines use their own memory and call {@link #gather}.
 */
public final class Points {
    private final int count;
    private final int dimension;
    private final float[] x;
    private final byte[] label;

    /** Creates points that own the arrays. */
    private Points(int dimension, float[] x, byte[] label) {
        this.count = label.length;
        this.dimension = dimension;
        this.x = x;
        this.label = label;
    }

    /**
     * Points with copies of these arrays.
     *
     * @throws IllegalArgumentException if lengths do not fit or a label is neither +1 nor −1
     */
    public static Points of(int count, int dimension, float[] x, byte[] label) {
        if (count < 0) {
            throw new IllegalArgumentException("count must be in [0, 2147483647], got " + count);
        }
        if (dimension < 1) {
            throw new IllegalArgumentException("dimension must be in [1, 2147483647], got " + dimension);
        }
        if (x.length != (long) count * dimension) {
            throw new IllegalArgumentException(
                    "x must have count · dimension = " + (long) count * dimension + " values, got " + x.length);
        }
        if (label.length != count) {
            throw new IllegalArgumentException("label must have count = " + count + " values, got " + label.length);
        }
        for (byte b : label) {
            if (b != 1 && b != -1) {
                throw new IllegalArgumentException("labels must be 1 or -1, got " + b);
            }
        }
        return own(dimension, x.clone(), label.clone());
    }

    /** Creates points that own the arrays; the caller must not use them again. */
    static Points own(int dimension, float[] x, byte[] label) {
        return new Points(dimension, x, label);
    }

    public int count() {
        return count;
    }

    /** Dimension of a point. */
    public int dimension() {
        return dimension;
    }

    /** A copy of all points, row-major. */
    public float[] x() {
        return x.clone();
    }

    /** One coordinate of a point. */
    public float x(int point, int coordinate) {
        return x[Objects.checkIndex(point, count) * dimension + Objects.checkIndex(coordinate, dimension)];
    }

    /** A copy of all labels. */
    public byte[] label() {
        return label.clone();
    }

    /** One label, +1 or −1. */
    public int label(int point) {
        return label[point];
    }

    /**
     * target[offset + k · stride …] = factor · x[index[k]] for k &lt; size; the padding between rows is unchanged.
     *
     * @param stride at least {@code dimension}
     */
    public void gather(int[] index, int size, float factor, float[] target, int offset, int stride) {
        checkStride(stride);
        for (int k = 0; k < size; k++) {
            int from = index[k] * dimension;
            int to = offset + k * stride;
            // A copy followed by a product in place: the compiler vectorises both, but not the loop over two arrays.
            System.arraycopy(x, from, target, to, dimension);
            for (int j = to; j < to + dimension; j++) {
                target[j] *= factor;
            }
        }
    }

    /** The same for doubles. */
    public void gather(int[] index, int size, double factor, double[] target, int offset, int stride) {
        checkStride(stride);
        for (int k = 0; k < size; k++) {
            int from = index[k] * dimension;
            int to = offset + k * stride;
            for (int j = 0; j < dimension; j++) {
                target[to + j] = factor * x[from + j];
            }
        }
    }

    private void checkStride(int stride) {
        if (stride < dimension) {
            throw new IllegalArgumentException("stride must be at least dimension=" + dimension + ", got " + stride);
        }
    }

    /** The first {@code size} points. */
    public Points first(int size) {
        if (size < 0 || size > count) {
            throw new IllegalArgumentException("size must be in [0, count=" + count + "], got " + size);
        }
        return own(dimension, Arrays.copyOf(x, size * dimension), Arrays.copyOf(label, size));
    }

    /**
     * These points followed by others.
     *
     * @throws IllegalArgumentException if the dimensions differ
     */
    public Points and(Points others) {
        if (others.dimension != dimension) {
            throw new IllegalArgumentException("points must have dimension " + dimension + ", got " + others.dimension);
        }
        float[] rows = Arrays.copyOf(x, x.length + others.x.length);
        System.arraycopy(others.x, 0, rows, x.length, others.x.length);
        byte[] labels = Arrays.copyOf(label, count + others.count);
        System.arraycopy(others.label, 0, labels, count, others.count);
        return own(dimension, rows, labels);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Points that
                && dimension == that.dimension
                && Arrays.equals(x, that.x)
                && Arrays.equals(label, that.label);
    }

    @Override
    public int hashCode() {
        return (31 * dimension + Arrays.hashCode(x)) * 31 + Arrays.hashCode(label);
    }

    @Override
    public String toString() {
        return "Points[count=" + count + ", dimension=" + dimension + "]";
    }
}
