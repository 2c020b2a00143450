package org.noisebook.regime.twolayer;

import java.util.Arrays;

/**
 * The weights of a two-layer linear network f(x) = w₂·(W₁x).
 *
 * <p><b>Shapes</b>: W₁[width][dimension], w₂[width]; copied in and out, compared by value.
 *
 * <p><b>Special cases</b>: an empty or ragged matrix, another length of w₂ and numbers that are not finite are refused.
 *
 * @param first W₁
 * @param readout w₂
 */
public record TwoLayerWeights(double[][] first, double[] readout) {
    /** Copies. */
    public TwoLayerWeights {
        if (first.length == 0 || first[0].length == 0) {
            throw new IllegalArgumentException("first must have rows and columns, got none");
        }
        if (readout.length != first.length) {
            throw new IllegalArgumentException(
                    "readout must have first.length=" + first.length + " numbers, got " + readout.length);
        }
        first = SmallMatrix.copy("first", first, first[0].length);
        readout = SmallMatrix.copy("readout", readout);
    }

    @Override
    public double[][] first() {
        return SmallMatrix.copy("first", first, first[0].length);
    }

    @Override
    public double[] readout() {
        return readout.clone();
    }

    /** h. */
    public int width() {
        return first.length;
    }

    /** d. */
    public int dimension() {
        return first[0].length;
    }

    /** v = W₁ᵀw₂, so that f(x) = v·x. */
    public double[] predictor() {
        double[] v = new double[dimension()];
        for (int i = 0; i < first.length; i++) {
            for (int j = 0; j < v.length; j++) {
                v[j] += readout[i] * first[i][j];
            }
        }
        return v;
    }

    /**
     * C = W₁W₁ᵀ − w₂w₂ᵀ, which gradient flow conserves whatever inputs and target (Saxe et al. 2014, arXiv
     * 1312.6120).
     */
    public double[][] conserved() {
        double[][] c = new double[first.length][first.length];
        for (int i = 0; i < c.length; i++) {
            for (int k = 0; k < c.length; k++) {
                c[i][k] = SmallMatrix.dot(first[i], first[k]) - readout[i] * readout[k];
            }
        }
        return c;
    }

    /** W₁ᵀW₁ and ‖w₂‖². */
    public TwoLayerKernel kernel() {
        double[][] features = new double[dimension()][dimension()];
        for (double[] row : first) {
            for (int j = 0; j < features.length; j++) {
                for (int k = 0; k < features.length; k++) {
                    features[j][k] += row[j] * row[k];
                }
            }
        }
        return new TwoLayerKernel(features, SmallMatrix.dot(readout, readout));
    }

    /** The Frobenius norm of W₁ less that of another network. */
    public double firstDistance(TwoLayerWeights other) {
        double sum = 0;
        for (int i = 0; i < first.length; i++) {
            for (int j = 0; j < first[i].length; j++) {
                double difference = first[i][j] - other.first[i][j];
                sum += difference * difference;
            }
        }
        return Math.sqrt(sum);
    }

    /** The norm of w₂ less that of another network. */
    public double readoutDistance(TwoLayerWeights other) {
        double sum = 0;
        for (int i = 0; i < readout.length; i++) {
            double difference = readout[i] - other.readout[i];
            sum += difference * difference;
        }
        return Math.sqrt(sum);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TwoLayerWeights that
                && Arrays.deepEquals(first, that.first)
                && Arrays.equals(readout, that.readout);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.deepHashCode(first) + Arrays.hashCode(readout);
    }
}
