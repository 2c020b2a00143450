package org.noisebook.data;

import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads and writes arrays as NumPy {@code .npy} files: formats 1 to 3, floats, booleans, bytes or signed integers, either byte order,
 * either order of axes; written in format 1.0 as float64, little endian, row-major.
 *
 * <p><b>Source</b>: NumPy Enhancement Proposal 1. <b>Shapes</b>: any; the product of the shape is the length.
 */
public final class Npy {
    private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0};
    private static final int ALIGNMENT = 64;
    private static final Pattern LENGTH = Pattern.compile("\\d{1,9}");
    private static final int MOST_AXES = 32;

    private static final int MOST_HEADER = 1 << 16;
    private static final Map<String, NumberArray.Type> TYPES = Map.of(
            "f2", NumberArray.Type.F16,
            "f4", NumberArray.Type.F32,
            "f8", NumberArray.Type.F64,
            "b1", NumberArray.Type.U8,
            "u1", NumberArray.Type.U8,
            "u2", NumberArray.Type.U16,
            "i1", NumberArray.Type.I8,
            "i2", NumberArray.Type.I16,
            "i4", NumberArray.Type.I32,
            "i8", NumberArray.Type.I64);

    private Npy() {}

    /**
     * Writes an array.
     *
     * @throws IllegalArgumentException if the shape does not fit the length
     */
    public static void write(Path file, double[] values, int... shape) throws IOException {
        if (Arrays.stream(shape).anyMatch(length -> length < 0)) {
            throw new IllegalArgumentException("shape must have lengths of 0 or more, got " + Arrays.toString(shape));
        }
        if (NumberArray.product(shape) != values.length) {
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
     * Reads an array.
     *
     * @throws IOException with a one-line message, for anything but an array of real floating-point numbers
     */
    public static NumberArray read(Path file) throws IOException {
        try (InputStream in = FileBytes.stream(file)) {
            return parse(file.toString(), in, Files.size(file), 0);
        }
    }

    /** The array in a file's bytes; {@code file} is its name in messages. */
    static NumberArray parse(String file, byte[] content) throws IOException {
        return parse(file, new ByteArrayInputStream(content), content.length, 0);
    }

    /** The array in the next {@code present} bytes, the rest of the input, if other arrays take {@code taken} bytes. */
    static NumberArray parse(String file, InputStream in, long present, double taken) throws IOException {
        byte[] start = in.readNBytes(MAGIC.length);
        if (start.length < MAGIC.length) {
            throw new IOException(file + ": too short for an .npy file");
        }
        int version = start[MAGIC.length - 2];
        if (!Arrays.equals(start, 0, MAGIC.length - 2, MAGIC, 0, MAGIC.length - 2) || version < 1 || version > 3) {
            throw new IOException(file + ": not an .npy file of format 1, 2 or 3");
        }
        byte[] size = Arrays.copyOf(in.readNBytes(version == 1 ? Short.BYTES : Integer.BYTES), Integer.BYTES);
        long length = Integer.toUnsignedLong(
                ByteBuffer.wrap(size).order(ByteOrder.LITTLE_ENDIAN).getInt());
        long left = present - MAGIC.length - (version == 1 ? Short.BYTES : Integer.BYTES);
        if (length > MOST_HEADER || length > left) {
            throw new IOException(file + ": expected a header of at most " + Math.max(0, Math.min(left, MOST_HEADER))
                    + " bytes, found one of " + length);
        }
        Header header = new Header(file, new String(in.readNBytes((int) length), StandardCharsets.UTF_8).strip());
        return NumberArray.read(
                file, header.shape, header.type, header.order, header.fortran, in, left - length, taken);
    }

    /** Parser for a dictionary with exactly the keys descr, fortran_order and shape. */
    private static final class Header {
        private final String file;
        private final String text;
        private final NumberArray.Type type;
        private final ByteOrder order;
        private final boolean fortran;
        private final int[] shape;
        private int at;

        Header(String file, String text) throws IOException {
            this.file = file;
            this.text = text;
            Map<String, String> parts = new HashMap<>();
            expect('{');
            while (peek() != '}') {
                String key = quoted();
                expect(':');
                char next = peek();
                String value = next == '(' ? tuple() : next == '\'' || next == '"' ? quoted() : word();
                if (parts.put(key, value) != null) {
                    throw broken();
                }
                if (peek() == ',') {
                    at++;
                }
            }
            expect('}');
            if (at < text.length() || !parts.keySet().equals(Set.of("descr", "fortran_order", "shape"))) {
                throw broken();
            }
            String descr = parts.get("descr");
            NumberArray.Type found = TYPES.get(descr.isEmpty() ? "" : descr.substring(1));
            if (descr.matches(".?c\\d+")) {
                throw new IOException(
                        file
                                + ": complex arrays are not read: save a matrix as its real form [[Re, -Im], [Im, Re]] and a vector as [Re, Im]");
            }
            if (found == null || "<>=|".indexOf(descr.charAt(0)) < 0) {
                throw new IOException(file
                        + ": only arrays of float16, float32, float64, booleans, bytes, unsigned integers of 16 bits and signed integers are read, got "
                        + Quoted.of(descr) + ": convert it with .astype('float32')");
            }
            if (!parts.get("fortran_order").equals("True")
                    && !parts.get("fortran_order").equals("False")) {
                throw broken();
            }
            this.type = found;
            this.order = descr.charAt(0) == '>' ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
            this.fortran = parts.get("fortran_order").equals("True");
            this.shape = lengths(parts.get("shape"));
        }

        private IOException broken() {
            return new IOException(
                    file + ": expected a header of descr, fortran_order and shape, got " + Quoted.of(text));
        }

        private char peek() throws IOException {
            while (at < text.length() && text.charAt(at) == ' ') {
                at++;
            }
            if (at == text.length()) {
                throw broken();
            }
            return text.charAt(at);
        }

        private void expect(char wanted) throws IOException {
            if (peek() != wanted) {
                throw broken();
            }
            at++;
        }

        /** The text up to one of these characters; if {@code pass} is set, the terminator is consumed. */
        private String until(String ends, boolean pass) throws IOException {
            int start = at;
            while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                at++;
            }
            if (at == text.length()) {
                throw broken();
            }
            return text.substring(start, pass ? at++ : at);
        }

        private String quoted() throws IOException {
            char quote = peek();
            if (quote != '\'' && quote != '"') {
                throw broken();
            }
            at++;
            return until(String.valueOf(quote), true);
        }

        private String word() throws IOException {
            return until(",}", false).strip();
        }

        private String tuple() throws IOException {
            expect('(');
            return until(")", true);
        }

        /** The lengths in a tuple, which may end with a comma. */
        private int[] lengths(String tuple) throws IOException {
            String whole = tuple.strip();
            if (whole.isEmpty()) {
                return new int[0];
            }
            String[] lengths = (whole.endsWith(",") ? whole.substring(0, whole.length() - 1) : whole).split(",", -1);
            if (lengths.length > MOST_AXES) {
                throw new IOException(
                        file + ": expected at most " + MOST_AXES + " axes in the header, found " + lengths.length);
            }
            int[] shape = new int[lengths.length];
            for (int axis = 0; axis < shape.length; axis++) {
                String length = lengths[axis].strip();
                if (!LENGTH.matcher(length).matches()) {
                    throw new IOException(file + ": no shape in the header " + Quoted.of(text));
                }
                shape[axis] = Integer.parseInt(length);
            }
            return shape;
        }
    }
}
