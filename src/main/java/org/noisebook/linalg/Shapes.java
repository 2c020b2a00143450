package org.noisebook.linalg;

/** Checks of the arguments of products. */
final class Shapes {
    private Shapes() {}

    static void sizes(int batch, int inputs, int outputs) {
        if ((batch | inputs | outputs) < 0) {
            throw new IllegalArgumentException(
                    "batch, inputs and outputs must be at least 0, got " + batch + ", " + inputs + ", " + outputs);
        }
    }

    static void paddedMatrix(String name, int length, int rows, int columns, int start, int stride) {
        matrix(name, length, rows, Kernels.padded(columns), start, stride);
    }

    static void matrix(String name, int length, int rows, int columns, int start, int stride) {
        if (rows == 0 || columns == 0) {
            return;
        }
        if (start < 0 || stride < columns || start + (rows - 1L) * stride + columns > length) {
            throw new IllegalArgumentException(name + " must have stride >= columns and lie in its array, got " + rows
                    + " rows of " + columns + " columns at " + start + " + i * " + stride + " in " + length);
        }
    }

    static void paddedLength(int length) {
        if (length < 0 || length % Kernels.PAD != 0) {
            throw new IllegalArgumentException(
                    "length must be a multiple of " + Kernels.PAD + " and at least 0, got " + length);
        }
    }
}
