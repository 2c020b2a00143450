package org.noisebook.data;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Small files in the formats of the real ones. */
final class DataFiles {
    static final int MNIST_SIZE = 28 * 28;
    static final int CIFAR_SIZE = 3 * 32 * 32;

    private DataFiles() {}

    static byte[] idx(int magic, int[] lengths, byte[] values) {
        ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * (1 + lengths.length) + values.length);
        bytes.putInt(magic);
        for (int length : lengths) {
            bytes.putInt(length);
        }
        return bytes.put(values).array();
    }

    static byte[] images(int count, int seed) {
        return idx(0x803, new int[] {count, 28, 28}, pixels(count * MNIST_SIZE, seed));
    }

    static byte[] labels(int count, int seed) {
        return idx(0x801, new int[] {count}, classes(count, seed));
    }

    static byte[] pixels(int size, int seed) {
        byte[] pixels = new byte[size];
        for (int k = 0; k < size; k++) {
            pixels[k] = (byte) ((k * 31 + seed * 17 + k / 7) % 256);
        }
        return pixels;
    }

    static byte[] classes(int count, int seed) {
        byte[] classes = new byte[count];
        for (int k = 0; k < count; k++) {
            classes[k] = (byte) ((k * 3 + seed) % 10);
        }
        return classes;
    }

    static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(bytes);
        }
        return out.toByteArray();
    }

    /** Twelve train and eight test images; train images packed, the rest plain. */
    static Path mnist(Path dataFolder) throws IOException {
        Path folder = Files.createDirectories(dataFolder.resolve("mnist"));
        Files.write(folder.resolve("train-images-idx3-ubyte.gz"), gzip(images(12, 1)));
        Files.write(folder.resolve("train-labels-idx1-ubyte"), labels(12, 1));
        Files.write(folder.resolve("t10k-images-idx3-ubyte"), images(8, 2));
        Files.write(folder.resolve("t10k-labels-idx1-ubyte"), labels(8, 2));
        return folder;
    }

    /** Six batches of five pictures. */
    static Path cifar10(Path dataFolder) throws IOException {
        Path folder = Files.createDirectories(dataFolder.resolve("cifar10"));
        for (DataFile file : DataSource.CIFAR10.files()) {
            Files.write(folder.resolve(file.name()), batch(5, file.name().hashCode() & 0xFF));
        }
        return folder;
    }

    static byte[] batch(int count, int seed) {
        ByteBuffer bytes = ByteBuffer.allocate(count * (CIFAR_SIZE + 1));
        byte[] classes = classes(count, seed);
        for (int i = 0; i < count; i++) {
            bytes.put(classes[i]).put(pixels(CIFAR_SIZE, seed + i));
        }
        return bytes.array();
    }
}
