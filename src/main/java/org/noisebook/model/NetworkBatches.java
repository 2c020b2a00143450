package org.noisebook.model;

import org.noisebook.data.Points;

/** Checks that the engines of both precisions share. */
final class NetworkBatches {
    /** The most points that an update makes transposes of the weights for, and the most it keeps them up for. */
    static final int FEW_POINTS = 4;

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
