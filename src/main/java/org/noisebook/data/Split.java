package org.noisebook.data;

import org.noisebook.rng.Streams;

/**
 * Training and test points.
 *
 * <p>Images (Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703): train and test files are pooled; the test set is a
 * uniform subset drawn first, see {@link TestDraw}; the training points are drawn from the rest by the replica's stream
 * {@code data}. A smaller set is a prefix of a larger one, and changing {@code testSize} only removes those training
 * points that move into the test set. Generated points come from the same two streams.
 *
 * <p><b>Special cases</b>: a request for more points than available throws an {@code IllegalArgumentException} that
 * gives the number available. <b>Cost</b>: the files are read once per process; a split then costs about 1 ns per value
 * for images and 6 ns for generated points.
 *
 * @param train trainSize points
 * @param test testSize points
 */
public record Split(Points train, Points test) {
    /**
     * A split from the standard data folder.
     *
     * @param trainSize at least 1
     * @param testSize at least 0
     * @param dimension of generated points; 0 for images
     * @throws java.io.UncheckedIOException with a one-line message that names the file, if it is missing or invalid
     */
    public static Split of(DataSource source, Task task, int trainSize, int testSize, int dimension, Streams streams) {
        return of(source, task, trainSize, testSize, TestDraw.SHARED, dimension, streams);
    }

    /** The same with a given kind of test set. */
    public static Split of(
            DataSource source, Task task, int trainSize, int testSize, TestDraw draw, int dimension, Streams streams) {
        return DataLibrary.standard().split(source, task, trainSize, testSize, draw, dimension, streams);
    }
}
