package org.noisebook.data;

import org.noisebook.rng.Streams;

/**
 * Points to train on and points to test on.
 *
 * <p>Images (Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703): train and test files are pooled; the test set is a uniform
 * subset drawn first, as {@link TestDraw} says; the training
 * points are drawn from the rest by the replica's stream {@code data}. A smaller set is the first part of a larger one, and
 * another {@code testSize} leaves the training points as they are, but for those it takes. Drawn points are fresh, from the
 * same two streams.
 *
 * <p><b>Special cases</b>: more points than there are is an {@code IllegalArgumentException} that says how many there are.
 *
 * <p><b>Cost</b>: the files are read once a process; then a split costs about a nanosecond a value for images and 6 ns for
 * drawn points.
 *
 * @param train trainSize points
 * @param test testSize points
 */
public record Split(Points train, Points test) {
    /**
     * A split under the standard data folder.
     *
     * @param trainSize at least 1
     * @param testSize at least 0
     * @param dimension of drawn points; 0 for images
     * @throws java.io.UncheckedIOException in one line that names the file, if it is missing or not sound
     */
    public static Split of(DataSource source, Task task, int trainSize, int testSize, int dimension, Streams streams) {
        return of(source, task, trainSize, testSize, TestDraw.SHARED, dimension, streams);
    }

    /** The same with a chosen test set. */
    public static Split of(
            DataSource source, Task task, int trainSize, int testSize, TestDraw draw, int dimension, Streams streams) {
        return DataLibrary.standard().split(source, task, trainSize, testSize, draw, dimension, streams);
    }
}
