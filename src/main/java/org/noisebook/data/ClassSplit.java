package org.noisebook.data;

import org.noisebook.rng.Streams;

/**
 * Training and test images of all classes, drawn as in {@link Split}: the test set from stream {@code test} of replica
 * 0, the training images from the remaining images by the replica's stream {@code data}.
 *
 * @param train trainSize images
 * @param test testSize images
 */
public record ClassSplit(ClassPoints train, ClassPoints test) {
    /**
     * A split under the standard data folder.
     *
     * @param trainSize at least 1
     * @param testSize at least 0
     * @throws IllegalArgumentException if the source is generated, or has fewer images
     * @throws java.io.UncheckedIOException with a one-line message that names the file, if it is missing or invalid
     */
    public static ClassSplit of(DataSource source, int trainSize, int testSize, Streams streams) {
        return DataLibrary.standard().classes(source, trainSize, testSize, streams);
    }
}
