package org.noisebook.papers.variance;

import org.noisebook.rng.Stream;
import org.noisebook.seeds.Shuffle;

/**
 * Rosenblatt's perceptron, which visits the points in turn and updates w ← w + y x at each one with y w·x ≤ 0.
 *
 * <p>From w = 0 it makes at most (R/ρ)² mistakes on points of norm at most R that are separable with margin ρ (Novikoff 1962).
 *
 * <p><b>Shapes</b>: {@code points} has one row per point. <b>Cost</b>: 2 operations per coordinate and visit of a point.
 */
final class MistakePerceptron {
    private final double[][] points;
    private final int[] labels;
    private final double[] weights;
    private int mistakes;

    MistakePerceptron(double[][] points, int[] labels, double[] start) {
        this.points = points;
        this.labels = labels;
        this.weights = start.clone();
    }

    /** Visits every point once in a fresh order; returns whether there was no mistake. */
    boolean epoch(Stream order) {
        int before = mistakes;
        for (int point : Shuffle.of(points.length, order)) {
            look(point);
        }
        return mistakes == before;
    }

    private void look(int point) {
        double[] x = points[point];
        double sum = 0;
        for (int j = 0; j < weights.length; j++) {
            sum = Math.fma(weights[j], x[j], sum);
        }
        if (labels[point] * sum <= 0) {
            mistakes++;
            for (int j = 0; j < weights.length; j++) {
                weights[j] = Math.fma(labels[point], x[j], weights[j]);
            }
        }
    }

    /** Number of weight updates so far. */
    int mistakes() {
        return mistakes;
    }

    double[] weights() {
        return weights.clone();
    }
}
