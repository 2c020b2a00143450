package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * A matrix of numbers in [-1e100, 1e100] from a user's file, with the checksum of the file's bytes.
 *
 * <p>The first byte determines the format: NumPy's {@code .npy} with two axes (see {@link Npy}), else text with one row
 * per line and commas between numbers, plain or gzipped. A line of column names is rejected rather than skipped, so
 * that no row is ever lost; numbers have the syntax of {@link Numbers#parse}.
 *
 * <p><b>Shapes</b>: {@code values} is row-major, rows × columns. <b>Special cases</b>: an empty file, rows of unequal
 * length, NaN and numbers out of range are rejected with a one-line message that gives file, place, what was expected
 * and what was found. <b>Error</b>: none; text is read to the nearest double. <b>Cost</b>: about 0.3 µs per number of
 * text; memory of three times the file size.
 *
 * @param rows at least 1
 * @param columns at least 1
 * @param values row-major
 * @param sha256 of the file, in hexadecimal
 */
public record MatrixFile(int rows, int columns, double[] values, String sha256) {
    private static final byte NPY_START = (byte) 0x93;
    /** The square of a number up to this size does not overflow. */
    private static final double LARGEST = 1e100;

    public MatrixFile {
        values = values.clone();
        Objects.requireNonNull(sha256, "sha256");
        if (rows < 1 || columns < 1 || (long) rows * columns != values.length) {
            throw new IllegalArgumentException(
                    "rows and columns must have product " + values.length + ", got " + rows + " and " + columns);
        }
    }

    /**
     * Reads a file.
     *
     * @throws IOException with a one-line message that names the file, if it is missing or not such a matrix
     */
    public static MatrixFile read(Path path) throws IOException {
        FileBytes file = FileBytes.read(path);
        byte[] bytes = file.bytes();
        if (bytes.length > 1 && bytes[0] == 'P' && bytes[1] == 'K') {
            throw new IOException(
                    path + ": zip archives such as .npz are not read: save one array as .npy by numpy.save");
        }
        MatrixFile matrix = bytes.length > 0 && bytes[0] == NPY_START ? npy(file, bytes) : csv(file);
        for (int k = 0; k < matrix.values.length; k++) {
            if (!(Math.abs(matrix.values[k]) <= LARGEST)) {
                throw new IOException(path + ": row " + (k / matrix.columns + 1) + ", column "
                        + (k % matrix.columns + 1) + ": expected a number in [-1e100, 1e100], found "
                        + Numbers.format(matrix.values[k]));
            }
        }
        return matrix;
    }

    /**
     * The checksum of a file, without parsing its numbers.
     *
     * @throws IOException with a one-line message that names the file, if it is missing
     */
    public static String sha256(Path path) throws IOException {
        return FileBytes.read(path).sha256();
    }

    private static MatrixFile npy(FileBytes file, byte[] bytes) throws IOException {
        NumberArray array = Npy.parse(file.name(), bytes);
        int[] shape = array.shape();
        if (shape.length != 2 || shape[0] == 0 || shape[1] == 0) {
            throw new IOException(
                    file.name() + ": expected a matrix, found an array of shape " + Arrays.toString(shape));
        }
        return new MatrixFile(shape[0], shape[1], array.values(), file.sha256());
    }

    private static MatrixFile csv(FileBytes file) throws IOException {
        List<String> lines;
        try (InputStream in = file.open()) {
            lines = new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (IOException e) {
            throw file.trouble(e);
        }
        if (lines.isEmpty()) {
            throw new IOException(file.name() + ": expected a matrix, found an empty file");
        }
        int columns = lines.get(0).split(",", -1).length;
        if ((long) lines.size() * columns > Integer.MAX_VALUE - Long.BYTES) {
            throw new IOException(
                    file.name() + ": expected fewer than 2^31 numbers, found " + lines.size() + " × " + columns);
        }
        double[] values = new double[lines.size() * columns];
        for (int i = 0; i < lines.size(); i++) {
            String place = file.name() + ": line " + (i + 1);
            String[] cells = lines.get(i).split(",", -1);
            if (cells.length != columns) {
                throw new IOException(place + ": expected " + columns + " cells, found " + cells.length);
            }
            for (int j = 0; j < columns; j++) {
                values[i * columns + j] = number(place, cells[j].strip());
            }
        }
        return new MatrixFile(lines.size(), columns, values, file.sha256());
    }

    private static double number(String place, String cell) throws IOException {
        try {
            return Numbers.parse(cell);
        } catch (NumberFormatException e) {
            throw new IOException(
                    place + ": expected a number, found '" + Quoted.of(cell) + "' (column names are not read)", e);
        }
    }

    @Override
    public double[] values() {
        return values.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MatrixFile that
                && rows == that.rows
                && columns == that.columns
                && Arrays.equals(values, that.values)
                && sha256.equals(that.sha256);
    }

    @Override
    public int hashCode() {
        return Objects.hash(rows, columns, Arrays.hashCode(values), sha256);
    }
}
