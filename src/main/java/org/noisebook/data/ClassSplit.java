package org.noisebook.data;

import org.noisebook.rng.Streams;

/**
 * Images of all classes to train on and to test on, drawn by the rule of {@link Split}: the test set by the stream
 * {@code test} of replica 0, the training images from the rest by the replica's stream {@code data}.
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
     * @throws IllegalArgumentException for a source that is drawn, or more images than there are
     * @throws java.io.UncheckedIOException in one line that names the file, if it is missing or not sound
     */
    public static ClassSplit of(DataSource source, int trainSize, int testSize, Streams streams) {
        return DataLibrary.standard().classes(source, trainSize, testSize, streams);
    }
}
