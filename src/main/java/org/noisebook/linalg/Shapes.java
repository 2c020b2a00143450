package org.noisebook.linalg;

/** Argument checks for matrix products. */
final class Shapes {
    private Shapes() {}

    /** A matrix in an array of either precision. */
    interface View {
        /** Length of the array. */
        int length();

        int start();

        int rowStride();

        int columnStride();
    }

    /** Checks Z[batch × outputs] = A[batch × inputs] W[inputs × outputs]. */
    static void product(int batch, int inputs, int outputs, View a, View w, View z) {
        sizes(batch, inputs, outputs);
        matrix("a", a, batch, inputs, 1);
        paddedMatrix("w", w, inputs, outputs);
        paddedMatrix("z", z, batch, outputs);
    }

    /** Checks E[batch × inputs] = D[batch × outputs] Wᵀ. */
    static void transposed(int batch, int inputs, int outputs, View d, View w, View e) {
        sizes(batch, inputs, outputs);
        matrix("d", d, batch, outputs, 1);
        matrix("w", w, inputs, outputs, 1);
        paddedMatrix("e", e, batch, inputs);
    }

    /** Checks W[inputs × outputs] += A[batch × inputs]ᵀ D[batch × outputs]. */
    static void outer(int batch, int inputs, int outputs, View a, View d, View w) {
        sizes(batch, inputs, outputs);
        matrix("a", a, batch, inputs, 1);
        matrix("d", d, batch, Kernels.padded(outputs), 1);
        paddedMatrix("w", w, inputs, outputs);
    }

    private static void sizes(int batch, int inputs, int outputs) {
        if ((batch | inputs | outputs) < 0) {
            throw new IllegalArgumentException(
                    "batch, inputs and outputs must be at least 0, got " + batch + ", " + inputs + ", " + outputs);
        }
    }

    private static void paddedMatrix(String name, View view, int rows, int columns) {
        matrix(name, view, rows, Kernels.padded(columns), Kernels.padded(columns));
    }

    /** Rows that are only read may overlap: then {@code least} is below the number of columns. */
    private static void matrix(String name, View view, int rows, int columns, int least) {
        if (rows == 0 || columns == 0) {
            return;
        }
        int start = view.start();
        int stride = view.rowStride();
        if (start < 0
                || stride < least
                || view.columnStride() != 1
                || start + (rows - 1L) * stride + columns > view.length()) {
            throw new IllegalArgumentException(name + " must have stride >= " + least + " and lie in its array, got "
                    + rows
                    + " rows of " + columns + " columns at " + start + " + i * " + stride
                    + (view.columnStride() == 1 ? "" : " + j * " + view.columnStride()) + " in " + view.length());
        }
    }

    static void paddedLength(int length) {
        if (length < 0 || length % Kernels.PAD != 0) {
            throw new IllegalArgumentException(
                    "length must be a multiple of " + Kernels.PAD + " and at least 0, got " + length);
        }
    }

    /** Checks a map, the weights of a window and the output map. */
    static void maps(Window window, int count, int channels, View map, View weights, View output) {
        if ((count | channels) < 0) {
            throw new IllegalArgumentException("count and channels must be at least 0, got " + count + ", " + channels);
        }
        long padded = Kernels.padded(channels);
        squares("map", count, window.side(), padded, map);
        squares("weights", 1, window.kernel(), padded, weights);
        squares("output", count, window.outputSide(), padded, output);
    }

    private static void squares(String name, long count, long side, long padded, View view) {
        int start = view.start();
        int length = view.length();
        long pixels = count * side * side;
        if (pixels > 0
                && padded > 0
                && (start < 0 || view.rowStride() != padded || pixels > (length - start) / padded)) {
            throw new IllegalArgumentException(name + " must lie in its array, got " + count + " * " + side + " * "
                    + side + " * " + padded + " at " + start + " + i * " + view.rowStride() + " in " + length);
        }
    }
}
