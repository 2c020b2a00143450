package org.noisebook.model;

import org.noisebook.data.Points;

/** What the engines of both precisions share: limits and checks. */
final class NetworkBatches {
    /** The most points that an update makes transposes of the weights for. */
    static final int FEW_POINTS = 4;

    /** The most points that an update keeps transposes up for. */
    static final int SOME_POINTS = 16;

    private NetworkBatches() {}

    static void check(Points points, int inputDimension, int count, int capacity) {
        if (points.dimension() != inputDimension) {
            throw new IllegalArgumentException(
                    "points must have dimension " + inputDimension + ", got " + points.dimension());
        }
        if (count < 0 || count > capacity) {
            throw new IllegalArgumentException("count must be in [0, capacity=" + capacity + "], got " + count);
        }
    }

    static void checkWeights(double[] weights, int count) {
        if (weights.length != count) {
            throw new IllegalArgumentException("weights must be " + count + " numbers, got " + weights.length);
        }
    }
}
