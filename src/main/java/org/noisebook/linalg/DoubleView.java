package org.noisebook.linalg;

/**
 * A strided matrix view of an array: element (i, j) is at {@code start + i rowStride + j columnStride}. No copying.
 *
 * @param values the array
 * @param start index of element (0, 0)
 * @param rowStride distance from row to row
 * @param columnStride distance from column to column
 */
public record DoubleView(double[] values, int start, int rowStride, int columnStride) implements Shapes.View {
    /** Rows one after another, each {@code stride} long. */
    public static DoubleView of(double[] values, int start, int stride) {
        return new DoubleView(values, start, stride, 1);
    }

    /** The same, from the beginning of the array. */
    public static DoubleView of(double[] values, int stride) {
        return of(values, 0, stride);
    }

    /** A zeroed matrix whose rows are {@code stride} long and start {@link Kernels#DOUBLE_LEAD} numbers into its array. */
    public static DoubleView zeros(int rows, int stride) {
        return of(new double[Kernels.DOUBLE_LEAD + rows * stride], Kernels.DOUBLE_LEAD, stride);
    }

    @Override
    public int length() {
        return values.length;
    }

    /** The index of element (i, j). */
    public int at(int i, int j) {
        return start + i * rowStride + j * columnStride;
    }

    public double get(int i, int j) {
        return values[at(i, j)];
    }

    public void set(int i, int j, double value) {
        values[at(i, j)] = value;
    }

    /** The matrix from row {@code i} onwards. */
    public DoubleView from(int i) {
        return from(i, 0);
    }

    /** The matrix from element (i, j) onwards. */
    public DoubleView from(int i, int j) {
        return i == 0 && j == 0 ? this : new DoubleView(values, at(i, j), rowStride, columnStride);
    }

    public DoubleView transposed() {
        return new DoubleView(values, start, columnStride, rowStride);
    }
}
