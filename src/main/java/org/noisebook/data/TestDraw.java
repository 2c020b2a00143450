package org.noisebook.data;

import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Whether replicas share one set of test points or draw their own, from the stream {@code test}.
 *
 * <p>Intervals over replicas, including paired ones, omit the sampling error of a shared test set; for a difference of
 * two errors on n points this is a variance of up to 1/n times the fraction of points on which they differ.
 */
public enum TestDraw {
    /** Replica 0's test points for all replicas, even if streams are pinned. */
    SHARED,
    /** Each replica's own test points, so that intervals over replicas include their sampling. */
    OWN;

    Stream stream(Streams streams) {
        return this == SHARED ? streams.at("test", 0) : streams.at("test");
    }
}
