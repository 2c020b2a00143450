package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * An array of numbers with a shape, row-major, as stored in a file of arrays.
 *
 * <p><b>Shapes</b>: any; a scalar has no axes and one number. <b>Special cases</b>: float16, bfloat16, float32 and
 * integers up to 16 bits become float32, which holds them exactly in half the memory; longer ones become float64.
 * <b>Error</b>: none; of integers beyond 2^53, rounding.
 */
public final class NumberArray {
    private static final int CHUNK = 1 << 16;
    private static final int MOST = Integer.MAX_VALUE - 8;
    /** Fraction of the heap that arrays may fill, so that memory remains for computation. */
    private static final double SHARE = 0.6;

    private final int[] shape;
    private final float[] floats;
    private final double[] doubles;

    private NumberArray(int[] shape, float[] floats, double[] doubles) {
        this.shape = shape;
        this.floats = floats;
        this.doubles = doubles;
    }

    /** Format of the numbers in a file. */
    enum Type {
        /** IEEE half precision. */
        F16(2),
        /** bfloat16, the upper half of a float32. */
        BF16(2),
        /** IEEE single precision. */
        F32(4),
        /** IEEE double precision. */
        F64(8),
        /** Unsigned bytes. */
        U8(1),
        /** Unsigned integers of 16 bits, as cameras write them. */
        U16(2),
        /** Signed integers. */
        I8(1),
        I16(2),
        I32(4),
        I64(8);

        private final int bytes;

        Type(int bytes) {
            this.bytes = bytes;
        }

        private float single(ByteBuffer from, int at) {
            return switch (this) {
                case F16 -> half(from.getShort(at));
                case U8 -> from.get(at) & 0xFF;
                case I8 -> from.get(at);
                case U16 -> from.getShort(at) & 0xFFFF;
                case I16 -> from.getShort(at);
                case BF16 -> Float.intBitsToFloat(from.getShort(at) << Short.SIZE);
                default -> from.getFloat(at);
            };
        }

        /** Whether float32 would not hold every number. */
        private boolean isWide() {
            return this == F64 || this == I32 || this == I64;
        }

        private double wide(ByteBuffer from, int at) {
            return this == F64 ? from.getDouble(at) : this == I32 ? from.getInt(at) : from.getLong(at);
        }

        /** Decodes 1 sign, 5 exponent and 10 fraction bits, including subnormal numbers. */
        private static float half(short bits) {
            int exponent = bits >> 10 & 0x1F;
            int fraction = bits & 0x3FF;
            float size = exponent == 0
                    ? fraction * 0x1p-24f
                    : Float.intBitsToFloat((exponent == 0x1F ? 0xFF : exponent + 112) << 23 | fraction << 13);
            return bits < 0 ? -size : size;
        }
    }

    /**
     * An array of float64 numbers; shape and values are copied.
     *
     * @throws IllegalArgumentException if the shape does not fit
     */
    public static NumberArray of(int[] shape, double... values) {
        if (product(shape) != values.length) {
            throw new IllegalArgumentException(
                    "shape must have product " + values.length + ", got " + Arrays.toString(shape));
        }
        return new NumberArray(shape.clone(), null, values.clone());
    }

    /** The product of the lengths, as a double, which cannot overflow. */
    static double product(int... shape) {
        return Arrays.stream(shape).asDoubleStream().reduce(1, (a, b) -> a * b);
    }

    /**
     * Reads the numbers of an array from the next {@code present} bytes, when others take {@code taken} bytes.
     *
     * @param fortran whether the first axis varies fastest in the file
     * @throws IOException with a one-line message, before memory is allocated, if the shape does not fit bytes or
     *     memory
     */
    static NumberArray read(
            String name,
            int[] shape,
            Type type,
            ByteOrder order,
            boolean fortran,
            InputStream in,
            long present,
            double taken)
            throws IOException {
        double count = product(shape);
        if (count * type.bytes != present) {
            throw new IOException(name + ": shape " + Arrays.toString(shape) + " does not fit the "
                    + present / (double) type.bytes + " numbers in the file");
        }
        double needed = taken + count * (type.isWide() ? Double.BYTES : Float.BYTES);
        long heap = Runtime.getRuntime().maxMemory();
        if (count > MOST || needed > SHARE * heap) {
            throw new IOException(
                    name + ": " + Math.round(needed / 1e6) + " MB of numbers need more memory than there is ("
                            + heap / 1_000_000 + " MB of heap; NOISEBOOK_JAVA_OPTS=-Xmx… gives more)");
        }
        int length = (int) count;
        boolean isDouble = type.isWide();
        NumberArray array = new NumberArray(
                shape.clone(), isDouble ? null : new float[length], isDouble ? new double[length] : null);
        int[] place = new int[shape.length];
        int at = 0;
        for (int done = 0; done < length; ) {
            int some = Math.min(CHUNK, length - done);
            ByteBuffer bytes = ByteBuffer.wrap(in.readNBytes(some * type.bytes)).order(order);
            if (bytes.limit() < some * type.bytes) {
                throw new IOException(
                        name + ": cut off after " + (done + bytes.limit() / type.bytes) + " of " + length + " numbers");
            }
            for (int k = 0; k < some; k++) {
                if (isDouble) {
                    array.doubles[at] = type.wide(bytes, k * type.bytes);
                } else {
                    array.floats[at] = type.single(bytes, k * type.bytes);
                }
                at = fortran ? next(place, shape, at) : at + 1;
            }
            done += some;
        }
        return array;
    }

    /** The row-major index of the next element in the order in which the first axis varies fastest. */
    private static int next(int[] place, int[] shape, int at) {
        int stride = 1;
        for (int axis = shape.length - 1; axis > 0; axis--) {
            stride *= shape[axis];
        }
        int index = at;
        for (int axis = 0; axis < shape.length; axis++) {
            index += stride;
            if (++place[axis] < shape[axis]) {
                return index;
            }
            index -= shape[axis] * stride;
            place[axis] = 0;
            stride = axis + 1 < shape.length ? stride / shape[axis + 1] : 1;
        }
        return 0;
    }

    /** Memory in bytes. */
    double bytes() {
        return length() * (floats == null ? (double) Double.BYTES : Float.BYTES);
    }

    /** A copy of the lengths of the axes. */
    public int[] shape() {
        return shape.clone();
    }

    /** Number of entries. */
    public int length() {
        return floats == null ? doubles.length : floats.length;
    }

    /** The length of the first axis; 1 for a scalar. */
    public int rows() {
        return shape.length == 0 ? 1 : shape[0];
    }

    /** The number of entries per row: the product of the other axes. */
    public int columns() {
        return (int) product(shape.length == 0 ? shape : Arrays.copyOfRange(shape, 1, shape.length));
    }

    /** The number at a row-major index. */
    public double at(int index) {
        return floats == null ? doubles[index] : floats[index];
    }

    /** Copies a range of numbers to another array. */
    public void copy(int from, int count, double[] to, int start) {
        if (floats == null) {
            System.arraycopy(doubles, from, to, start, count);
        } else {
            for (int k = 0; k < count; k++) {
                to[start + k] = floats[from + k];
            }
        }
    }

    /** All numbers as float64. */
    public double[] values() {
        double[] values = new double[length()];
        copy(0, values.length, values, 0);
        return values;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NumberArray that
                && Arrays.equals(shape, that.shape)
                && Arrays.equals(floats, that.floats)
                && Arrays.equals(doubles, that.doubles);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(shape) + Arrays.hashCode(floats) + Arrays.hashCode(doubles);
    }

    @Override
    public String toString() {
        return (floats == null ? "float64 " : "float32 ") + Arrays.toString(shape);
    }
}
