package org.noisebook.data;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * All images of a source, pooled, with their global mean and standard deviation.
 *
 * <p><b>Shapes</b>: {@code pixels[count][dimension]} unsigned bytes, row-major, in the order of the files.
 */
final class Images {
    /** Largest length of an array. */
    static final int LARGEST_SIZE = Integer.MAX_VALUE - Long.BYTES;

    private static final int VALUES = 256;

    private final DataSource source;
    private final int dimension;
    private final byte[] pixels;
    private final byte[] labels;
    private final Map<String, String> inputs;
    private final double mean;
    private final double stdDev;
    private final float[] standardised = new float[VALUES];
    /** From −1 for pixel value 0 to 1 for the largest value in the set. */
    private final float[] signed = new float[VALUES];

    /**
     * One file of images with its labels.
     *
     * @param name name of the label file
     * @param pixels row-major
     * @param labels class labels
     */
    record Part(String name, byte[] pixels, byte[] labels) {
        /**
         * A batch in CIFAR-10's binary version: records of one label and 3 · 32 · 32 pixels, as red, green and blue
         * planes.
         *
         * @throws IOException if the file does not consist of whole records
         */
        static Part cifar(FileBytes file, int dimension) throws IOException {
            int record = dimension + 1;
            if (file.length() == 0 || file.length() % record != 0) {
                throw new IOException(file.name() + ": expected whole records of " + record + " bytes, found "
                        + file.length() + " bytes");
            }
            int count = file.length() / record;
            byte[] pixels = new byte[count * dimension];
            byte[] labels = new byte[count];
            try (InputStream in = file.open()) {
                for (int i = 0; i < count; i++) {
                    labels[i] = file.next(in, 1, "label")[0];
                    System.arraycopy(file.next(in, dimension, "pixels"), 0, pixels, i * dimension, dimension);
                }
            }
            return new Part(file.name(), pixels, labels);
        }

        /**
         * Images of half the height and width; each pixel is the mean of a 2 × 2 square, with halves rounded up.
         *
         * @param width of an image; width and height are even
         */
        Part halved(int width) {
            byte[] means = new byte[pixels.length / 4];
            for (int k = 0; k < means.length; k++) {
                // Heights are even, so the rows of all images can be treated as one tall image.
                int corner = k / (width / 2) * 2 * width + k % (width / 2) * 2;
                int sum = (pixels[corner] & 0xFF)
                        + (pixels[corner + 1] & 0xFF)
                        + (pixels[corner + width] & 0xFF)
                        + (pixels[corner + width + 1] & 0xFF);
                means[k] = (byte) ((sum + 2) / 4);
            }
            return new Part(name, means, labels);
        }
    }

    private Images(DataSource source, int dimension, byte[] pixels, byte[] labels, Map<String, String> inputs) {
        this.source = source;
        this.dimension = dimension;
        this.pixels = pixels;
        this.labels = labels;
        this.inputs = inputs;
        long[] histogram = new long[VALUES];
        for (byte pixel : pixels) {
            histogram[pixel & 0xFF]++;
        }
        double sum = 0;
        for (int value = 0; value < VALUES; value++) {
            sum += (double) histogram[value] * value;
        }
        mean = sum / pixels.length;
        double squares = 0;
        for (int value = 0; value < VALUES; value++) {
            squares += histogram[value] * ((value - mean) * (value - mean));
        }
        stdDev = Math.sqrt(squares / pixels.length);
        int largest = VALUES - 1;
        while (largest > 1 && histogram[largest] == 0) {
            largest--;
        }
        for (int value = 0; value < VALUES; value++) {
            standardised[value] = (float) ((value - mean) / stdDev);
            signed[value] = (float) (2.0 * value / largest - 1);
        }
    }

    /**
     * Pools the parts of a dataset.
     *
     * @param inputs name and SHA-256 of every file read
     * @throws IOException if a class is unknown, or all pixels are equal
     */
    static Images pool(DataSource source, List<Part> parts, Map<String, String> inputs) throws IOException {
        int dimension = source.size();
        long count = parts.stream().mapToLong(part -> part.labels().length).sum();
        if (count == 0 || count * dimension > LARGEST_SIZE) {
            throw new IOException("dataset " + source + ": expected between 1 and " + LARGEST_SIZE / dimension
                    + " images, found " + count);
        }
        byte[] pixels = new byte[(int) count * dimension];
        byte[] labels = new byte[(int) count];
        int start = 0;
        for (Part part : parts) {
            for (int i = 0; i < part.labels().length; i++) {
                if ((part.labels()[i] & 0xFF) >= source.classes()) {
                    throw new IOException(part.name() + ": expected labels in [0, " + (source.classes() - 1)
                            + "], found " + (part.labels()[i] & 0xFF) + " at image " + (i + 1));
                }
            }
            System.arraycopy(part.labels(), 0, labels, start, part.labels().length);
            System.arraycopy(part.pixels(), 0, pixels, start * dimension, part.pixels().length);
            start += part.labels().length;
        }
        Images images = new Images(source, dimension, pixels, labels, inputs);
        if (!(images.stdDev > 0)) {
            throw new IOException(
                    "dataset " + source + ": expected pixels that differ, found " + images.mean + " everywhere");
        }
        return images;
    }

    Map<String, String> inputs() {
        return inputs;
    }

    /** The global mean, in the units of the file. */
    double mean() {
        return mean;
    }

    /** The global standard deviation of all pixels, in the units of the file. */
    double stdDev() {
        return stdDev;
    }

    /** The indices of the images that a task labels, in file order. */
    int[] pool(Task task) {
        byte[] signs = signs(task);
        return IntStream.range(0, labels.length)
                .filter(i -> signs[labels[i]] != 0)
                .toArray();
    }

    private byte[] signs(Task task) {
        byte[] signs = new byte[source.classes()];
        for (int label = 0; label < signs.length; label++) {
            signs[label] = (byte) task.sign(label);
        }
        return signs;
    }

    Split split(Task task, int trainSize, int testSize, TestDraw draw, Streams streams) {
        int[] pool = pool(task);
        checkSizes(source, pool.length, trainSize, testSize);
        int[] test = testSet(pool, testSize, draw.stream(streams));
        return new Split(points(task, trainSet(pool, test, trainSize, streams)), points(task, test));
    }

    /** Training and test images with their original classes, from all images. */
    ClassSplit classes(int trainSize, int testSize, Streams streams) {
        int[] pool = IntStream.range(0, labels.length).toArray();
        checkSizes(source, pool.length, trainSize, testSize);
        int[] test = testSet(pool, testSize, TestDraw.SHARED.stream(streams));
        return new ClassSplit(classPoints(trainSet(pool, test, trainSize, streams)), classPoints(test));
    }

    /** Training images, with pixels in [−1, 1]. */
    ClassPoints pictures(int trainSize, Streams streams) {
        int[] pool = IntStream.range(0, labels.length).toArray();
        checkSizes(source, pool.length, trainSize, 0);
        return classPoints(trainSet(pool, new int[0], trainSize, streams), signed);
    }

    private ClassPoints classPoints(int[] indices) {
        return classPoints(indices, standardised);
    }

    private ClassPoints classPoints(int[] indices, float[] values) {
        byte[] classes = new byte[indices.length];
        for (int i = 0; i < indices.length; i++) {
            classes[i] = labels[indices[i]];
        }
        return ClassPoints.own(dimension, source.classes(), pixels(indices, values), classes);
    }

    static void checkSizes(DataSource source, int points, int trainSize, int testSize) {
        if (testSize < 0 || testSize > points - 1) {
            throw new IllegalArgumentException("testSize must be in [0, " + (points - 1) + "], since dataset=" + source
                    + " has " + points + " points for this task, got " + testSize);
        }
        int largest = points - testSize;
        if (trainSize < 1 || trainSize > largest) {
            throw new IllegalArgumentException("trainSize must be in [1, " + largest + "], since dataset=" + source
                    + " has " + points + " points for this task and testSize=" + testSize + ", got " + trainSize);
        }
    }

    /** A uniform subset; a smaller one is a prefix of a larger one. */
    static int[] testSet(int[] pool, int size, Stream stream) {
        int[] order = pool.clone();
        for (int k = 0; k < size; k++) {
            bringForward(order, k, stream);
        }
        return Arrays.copyOf(order, size);
    }

    /** The first images of the pool, in the replica's random order, that are not in the test set. */
    static int[] trainSet(int[] pool, int[] test, int size, Streams streams) {
        int[] order = pool.clone();
        int[] sorted = test.clone();
        Arrays.sort(sorted);
        Stream stream = streams.at(DataLibrary.TRAIN_STREAM);
        int[] train = new int[size];
        int found = 0;
        for (int k = 0; found < size; k++) {
            bringForward(order, k, stream);
            if (Arrays.binarySearch(sorted, order[k]) < 0) {
                train[found++] = order[k];
            }
        }
        return train;
    }

    /** One step of a Fisher–Yates shuffle. */
    private static void bringForward(int[] order, int k, Stream stream) {
        int j = k + stream.nextIndex(order.length - k);
        int chosen = order[j];
        order[j] = order[k];
        order[k] = chosen;
    }

    private Points points(Task task, int[] indices) {
        byte[] label = new byte[indices.length];
        byte[] signs = signs(task);
        for (int i = 0; i < indices.length; i++) {
            label[i] = signs[labels[indices[i]]];
        }
        return Points.own(dimension, pixels(indices, standardised), label);
    }

    /** Pixels of the selected images, each byte mapped by {@code values}. */
    private float[] pixels(int[] indices, float[] values) {
        if ((long) indices.length * dimension > LARGEST_SIZE) {
            throw new IllegalArgumentException(
                    "at most " + LARGEST_SIZE / dimension + " points fit into an array, got " + indices.length);
        }
        float[] x = new float[indices.length * dimension];
        for (int i = 0; i < indices.length; i++) {
            int from = indices[i] * dimension;
            for (int j = 0; j < dimension; j++) {
                x[i * dimension + j] = values[pixels[from + j] & 0xFF];
            }
        }
        return x;
    }
}
