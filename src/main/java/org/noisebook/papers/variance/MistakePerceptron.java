package org.noisebook.papers.variance;

import org.noisebook.rng.Stream;
import org.noisebook.seeds.Shuffle;

/**
 * The perceptron of Rosenblatt: points in turn, and w ← w + y x at each one with y w·x ≤ 0.
 *
 * <p>From w = 0 it makes at most (R/ρ)² mistakes on points of norm at most R that a unit vector parts with margin ρ (Novikoff 1962).
 *
 * <p><b>Shapes</b>: {@code points} is one row a point. <b>Cost</b>: 2 operations a number of a point and look.
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

    /** One look at every point in a fresh order; whether none was a mistake. */
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

    /** Changes of the weights so far. */
    int mistakes() {
        return mistakes;
    }

    double[] weights() {
        return weights.clone();
    }
}
