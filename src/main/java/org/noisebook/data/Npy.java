package org.noisebook.data;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Arrays as NumPy's {@code .npy} files, format 1.0, float64, little endian, row-major.
 *
 * <p><b>Source</b>: NumPy Enhancement Proposal 1. <b>Shapes</b>: any; the product of the shape is the length.
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;
    private static final String SHAPE = "'shape': (";
    private static final Pattern LENGTH = Pattern.compile("\\d{1,9}");
    /** NumPy's own limit. */
    private static final int MOST_AXES = 64;

    private Npy() {}

    /**
     * An array that was read.
     *
     * @param shape lengths of the axes
     * @param values row-major
     */
    public record Array(int[] shape, double[] values) {
        /** Copies. */
        public Array {
            shape = shape.clone();
            values = values.clone();
        }

        @Override
        public int[] shape() {
            return shape.clone();
        }

        @Override
        public double[] values() {
            return values.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Array that
                    && Arrays.equals(shape, that.shape)
                    && Arrays.equals(values, that.values);
        }

        @Override
        public int hashCode() {
            return 31 * Arrays.hashCode(shape) + Arrays.hashCode(values);
        }
    }

    /**
     * Writes an array.
     *
     * @throws IllegalArgumentException if the shape does not fit the length
     */
    public static void write(Path file, double[] values, int... shape) throws IOException {
        if (Arrays.stream(shape).anyMatch(length -> length < 0)) {
            throw new IllegalArgumentException("shape must have lengths of 0 or more, got " + Arrays.toString(shape));
        }
        if (product(shape) != values.length) {
            throw new IllegalArgumentException(
                    "shape must have product " + values.length + ", got " + Arrays.toString(shape));
        }
        StringBuilder text = new StringBuilder("(");
        for (int length : shape) {
            text.append(length).append(", ");
        }
        String tuple =
                shape.length == 1 ? "(" + shape[0] + ",)" : text.toString().replaceAll(", $", "") + ")";
        String header = "{'descr': '<f8', 'fortran_order': False, 'shape': " + tuple + ", }";
        int prefix = MAGIC.length + Short.BYTES;
        int padding = Math.floorMod(-(prefix + header.length() + 1), ALIGNMENT);
        byte[] line = (header + " ".repeat(padding) + "\n").getBytes(StandardCharsets.US_ASCII);
        ByteBuffer bytes = ByteBuffer.allocate(prefix).order(ByteOrder.LITTLE_ENDIAN);
        bytes.put(MAGIC).putShort((short) line.length);
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file), 1 << 16)) {
            out.write(bytes.array());
            out.write(line);
            ByteBuffer number = ByteBuffer.allocate(Double.BYTES).order(ByteOrder.LITTLE_ENDIAN);
            for (double value : values) {
                number.putDouble(0, value);
                out.write(number.array());
            }
        }
    }

    /**
     * Reads a float64 row-major file of format 1.0.
     *
     * @throws IOException in one line, for anything else
     */
    public static Array read(Path file) throws IOException {
        return parse(file.toString(), FileBytes.read(file).bytes());
    }

    /** The array in a file's bytes; messages call it {@code file}. */
    static Array parse(String file, byte[] content) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        byte[] magic = new byte[MAGIC.length];
        if (bytes.remaining() < MAGIC.length + Short.BYTES) {
            throw new IOException(file + ": too short for an .npy file");
        }
        bytes.get(magic);
        if (!Arrays.equals(magic, MAGIC)) {
            throw new IOException(file + ": not an .npy file of format 1.0");
        }
        byte[] line = new byte[Math.min(Short.toUnsignedInt(bytes.getShort()), bytes.remaining())];
        bytes.get(line);
        String header = new String(line, StandardCharsets.US_ASCII);
        if (!header.contains("'<f8'") || !header.contains("False")) {
            throw new IOException(file + ": only float64 row-major arrays are read, got " + Echo.of(header.strip()));
        }
        int[] shape = shape(file, header.strip());
        double numbers = bytes.remaining() / (double) Double.BYTES;
        if (product(shape) != numbers) {
            throw new IOException(file + ": shape " + Arrays.toString(shape) + " does not fit the " + numbers
                    + " numbers in the file");
        }
        double[] values = new double[(int) numbers];
        bytes.asDoubleBuffer().get(values);
        return new Array(shape, values);
    }

    /** The tuple of the header, in which a comma may end. */
    private static int[] shape(String file, String header) throws IOException {
        int start = header.indexOf(SHAPE) + SHAPE.length();
        int end = header.indexOf(')', start);
        String tuple = start < SHAPE.length() || end < 0 ? "?" : header.substring(start, end);
        List<String> lengths = Arrays.stream(tuple.replaceFirst(",\\s*$", "").split(","))
                .map(String::strip)
                .toList();
        if (lengths.size() > MOST_AXES) {
            throw new IOException(
                    file + ": expected at most " + MOST_AXES + " axes in the header, found " + lengths.size());
        }
        if (tuple.isBlank()) {
            return new int[0];
        }
        if (!lengths.stream().allMatch(length -> LENGTH.matcher(length).matches())) {
            throw new IOException(file + ": no shape in the header " + Echo.of(header));
        }
        return lengths.stream().mapToInt(Integer::parseInt).toArray();
    }

    /** As a double, which no lengths overflow. */
    private static double product(int[] shape) {
        return Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    }
}
