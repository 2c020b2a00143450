package org.noisebook.model;

import org.noisebook.data.Points;

/** Limits and checks shared by the engines of both precisions. */
final class NetworkBatches {
    /** Largest number of points for which an update creates transposes of the weights. */
    static final int FEW_POINTS = 4;

    /** Largest number of points for which an update keeps existing transposes up to date. */
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
