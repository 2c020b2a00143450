package org.noisebook.data;

import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Whose test points a replica is tested on, drawn by the stream {@code test}.
 *
 * <p>A shared set leaves its own sampling out of every interval over replicas, paired ones too: for a difference of two
 * errors on n points it adds a variance of up to the share of points on which both differ over n.
 */
public enum TestDraw {
    /** Replica 0's for all replicas, whatever is pinned. */
    SHARED,
    /** The replica's own, so that intervals over replicas hold the sampling of the test points. */
    OWN;

    Stream stream(Streams streams) {
        return this == SHARED ? streams.at("test", 0) : streams.at("test");
    }
}
