package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Arrays of unsigned bytes in the IDX format of MNIST, plain or gzipped: two zero bytes, type 0x08, number of axes,
 * their lengths as big-endian 32-bit integers, the values row-major.
 */
final class Idx {
    private static final int UNSIGNED_BYTES = 0x0800;

    private Idx() {}

    /**
     * The values of a file whose shape is any number of items of the given shape.
     *
     * @param shape lengths of the axes after the first
     * @throws IOException with a one-line message that names the file, for any other content
     */
    static byte[] read(FileBytes file, int... shape) throws IOException {
        int axes = shape.length + 1;
        try (InputStream in = file.open()) {
            ByteBuffer header = ByteBuffer.wrap(file.next(in, Integer.BYTES, "magic number"));
            int magic = header.getInt();
            if (magic != UNSIGNED_BYTES + axes) {
                throw new IOException(String.format(
                        "%s: expected IDX magic number 0x%08x, found 0x%08x",
                        file.name(), UNSIGNED_BYTES + axes, magic));
            }
            ByteBuffer lengths = ByteBuffer.wrap(file.next(in, axes * Integer.BYTES, "axis lengths"));
            int count = lengths.getInt();
            int[] found = new int[shape.length];
            Arrays.setAll(found, k -> lengths.getInt());
            if (!Arrays.equals(found, shape)) {
                throw new IOException(file.name() + ": expected items of shape " + Arrays.toString(shape) + ", found "
                        + Arrays.toString(found));
            }
            long size = Arrays.stream(shape).asLongStream().reduce(count, (a, b) -> a * b);
            if (count < 0 || size > Images.LARGEST_SIZE) {
                throw new IOException(file.name() + ": expected at most " + Images.LARGEST_SIZE + " values, found "
                        + Integer.toUnsignedString(count) + " items of shape " + Arrays.toString(shape));
            }
            byte[] values = file.next(in, (int) size, count + " items");
            file.end(in, count + " items");
            return values;
        }
    }

    /**
     * An array of any number of items of any shape; shape[0] is their number.
     *
     * @throws IOException with a one-line message that names the file
     */
    static NumberArray any(FileBytes file) throws IOException {
        int[] shape;
        try (InputStream in = file.open()) {
            byte[] magic = file.next(in, Integer.BYTES, "magic number");
            int axes = magic[3];
            if (magic[0] != 0 || magic[1] != 0 || magic[2] != UNSIGNED_BYTES >> Byte.SIZE || axes < 1 || axes > 3) {
                throw new IOException(file.name() + ": expected an IDX file of unsigned bytes, found other bytes");
            }
            ByteBuffer lengths = ByteBuffer.wrap(file.next(in, axes * Integer.BYTES, "axis lengths"));
            shape = new int[axes];
            Arrays.setAll(shape, k -> lengths.getInt());
        }
        byte[] bytes = read(file, Arrays.copyOfRange(shape, 1, shape.length));
        double[] values = new double[bytes.length];
        Arrays.setAll(values, k -> bytes[k] & 0xFF);
        return NumberArray.of(shape, values);
    }

    /** Reads a file of images and its file of labels. */
    static Images.Part images(FileBytes images, FileBytes labels, int height, int width) throws IOException {
        byte[] pixels = read(images, height, width);
        byte[] label = read(labels);
        int count = pixels.length / (height * width);
        if (label.length != count) {
            throw new IOException(labels.name() + ": expected " + count + " labels as there are images in "
                    + images.name() + ", found " + label.length);
        }
        return new Images.Part(labels.name(), pixels, label);
    }
}
