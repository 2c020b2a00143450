package org.noisebook.papers.richlazy;

import static org.noisebook.paper.Grammar.sum;

import java.util.Arrays;
import org.noisebook.rng.Stream;

/**
 * The weights of a two-layer linear network f(x) = w₂·(W₁x).
 *
 * @param dimension d
 * @param state W₁[h][d] row by row, then w₂[h]
 */
record TwoLayerWeights(int dimension, double... state) {
    static TwoLayerWeights of(double[][] first, double... readout) {
        double[] state = Arrays.copyOf(
                Arrays.stream(first).flatMapToDouble(Arrays::stream).toArray(), first.length * (first[0].length + 1));
        System.arraycopy(readout, 0, state, first.length * first[0].length, first.length);
        return new TwoLayerWeights(first[0].length, state);
    }

    static double[] normal(int length, Stream stream) {
        double[] vector = new double[length];
        Arrays.setAll(vector, j -> stream.nextGaussian());
        return vector;
    }

    static double dot(double[] a, double... b) {
        return sum(a.length, j -> a[j] * b[j]);
    }

    static double[] unit(double... vector) {
        double norm = Math.sqrt(dot(vector, vector));
        return Arrays.stream(vector).map(v -> v / norm).toArray();
    }

    private int width() {
        return state.length / (dimension + 1);
    }

    double[][] first() {
        double[][] rows = new double[width()][];
        Arrays.setAll(rows, i -> Arrays.copyOfRange(state, i * dimension, (i + 1) * dimension));
        return rows;
    }

    double[] readout() {
        return Arrays.copyOfRange(state, width() * dimension, state.length);
    }

    /** The kernel given by W₁ᵀW₁ and ‖w₂‖². */
    TwoLayerKernel kernel() {
        double[][] features = new double[dimension][dimension];
        for (double[] row : first()) {
            for (int j = 0; j < dimension; j++) {
                for (int k = 0; k < dimension; k++) {
                    features[j][k] += row[j] * row[k];
                }
            }
        }
        return new TwoLayerKernel(features, dot(readout(), readout()));
    }

    /** The Frobenius norm of the difference between W₁ and that of another network. */
    double firstDistance(TwoLayerWeights other) {
        return distance(other, 0, width() * dimension);
    }

    /** The norm of the difference between w₂ and that of another network. */
    double readoutDistance(TwoLayerWeights other) {
        return distance(other, width() * dimension, state.length);
    }

    private double distance(TwoLayerWeights other, int from, int to) {
        return Math.sqrt(sum(to - from, k -> {
            double difference = state[from + k] - other.state[from + k];
            return difference * difference;
        }));
    }
}
