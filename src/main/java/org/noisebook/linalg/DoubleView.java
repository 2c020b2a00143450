package org.noisebook.linalg;

/**
 * A matrix in an array: element (i, j) at {@code start + i rowStride + j columnStride}. It shares the array.
 *
 * @param values the array
 * @param start where element (0, 0) lies
 * @param rowStride from row to row
 * @param columnStride from column to column
 */
public record DoubleView(double[] values, int start, int rowStride, int columnStride) implements Shapes.View {
    /** Rows one after the other, each {@code stride} long. */
    public static DoubleView of(double[] values, int start, int stride) {
        return new DoubleView(values, start, stride, 1);
    }

    /** The same from the beginning of the array on. */
    public static DoubleView of(double[] values, int stride) {
        return of(values, 0, stride);
    }

    /** New rows of zeros behind {@link Kernels#DOUBLE_LEAD}, each {@code stride} long. */
    public static DoubleView zeros(int rows, int stride) {
        return of(new double[Kernels.DOUBLE_LEAD + rows * stride], Kernels.DOUBLE_LEAD, stride);
    }

    @Override
    public int length() {
        return values.length;
    }

    /** Where element (i, j) lies. */
    public int at(int i, int j) {
        return start + i * rowStride + j * columnStride;
    }

    /** Element (i, j). */
    public double get(int i, int j) {
        return values[at(i, j)];
    }

    /** Sets element (i, j). */
    public void set(int i, int j, double value) {
        values[at(i, j)] = value;
    }

    /** The matrix from row {@code i} on. */
    public DoubleView from(int i) {
        return from(i, 0);
    }

    /** The matrix from element (i, j) on. */
    public DoubleView from(int i, int j) {
        return i == 0 && j == 0 ? this : new DoubleView(values, at(i, j), rowStride, columnStride);
    }

    /** The transpose. */
    public DoubleView transposed() {
        return new DoubleView(values, start, columnStride, rowStride);
    }
}
