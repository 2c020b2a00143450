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

    /** Of a map, the weights of a window on it and what comes out. */
    static void maps(
            Window window,
            int count,
            int channels,
            int mapLength,
            int mapStart,
            int weightsLength,
            int weightsStart,
            int outputLength,
            int outputStart) {
        if ((count | channels) < 0) {
            throw new IllegalArgumentException("count and channels must be at least 0, got " + count + ", " + channels);
        }
        long padded = Kernels.padded(channels);
        squares("map", count, window.side(), padded, mapStart, mapLength);
        squares("weights", 1, window.kernel(), padded, weightsStart, weightsLength);
        squares("output", count, window.outputSide(), padded, outputStart, outputLength);
    }

    private static void squares(String name, long count, long side, long padded, int start, int length) {
        long pixels = count * side * side;
        if (pixels > 0 && padded > 0 && (start < 0 || pixels > (length - start) / padded)) {
            throw new IllegalArgumentException(name + " must lie in its array, got " + count + " * " + side + " * "
                    + side + " * " + padded + " at " + start + " in " + length);
        }
    }
}
