package org.noisebook.regime.twolayer;

import java.util.Arrays;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;

/**
 * The random part of a start: singular vectors of a normal matrix G[h][d] and the direction of the read-out.
 *
 * @param left u_i as rows
 * @param right v_i as rows
 * @param singularValues of G, from the largest down
 * @param readout standard normal numbers, h of them
 */
record TwoLayerDraw(double[][] left, double[][] right, double[] singularValues, double[] readout) {
    /** For a start of a rank, which must fit. */
    static TwoLayerDraw of(int width, int dimension, int rank, Stream stream) {
        Check.inRange("rank", rank, 1, "min(width, dimension)", Math.min(width, dimension));
        double[][] gaussian = new double[width][];
        Stream first = stream.part(0);
        for (int i = 0; i < width; i++) {
            gaussian[i] = normal(dimension, first);
        }
        SingularValueDecomposition svd = new SingularValueDecomposition(new Array2DRowRealMatrix(gaussian));
        return new TwoLayerDraw(
                svd.getUT().getData(), svd.getVT().getData(), svd.getSingularValues(), normal(width, stream.part(1)));
    }

    static double[] normal(int length, Stream stream) {
        double[] vector = new double[length];
        for (int j = 0; j < length; j++) {
            vector[j] = stream.nextGaussian();
        }
        return vector;
    }

    static double[] unit(double[] vector) {
        double norm = SmallMatrix.norm(vector);
        double[] unit = new double[vector.length];
        for (int j = 0; j < unit.length; j++) {
            unit[j] = vector[j] / norm;
        }
        return unit;
    }

    /**
     * W₁ with singular vectors u_i and rows[i], singular values brought to norm {@code scale}; w₂ of norm
     * readoutScale.
     */
    TwoLayerWeights weights(double[] values, double[][] rows, double scale, double readoutScale) {
        double[] brought = unit(values);
        double[][] mixing = new double[values.length][values.length];
        for (int i = 0; i < values.length; i++) {
            mixing[i][i] = scale * brought[i];
        }
        return new TwoLayerWeights(compose(mixing, rows), times(readoutScale, unit(readout)));
    }

    /** The balanced start of a rank: W₁ = U(λ + w₂w₂ᵀ)^½Vᵀ. */
    TwoLayerWeights balanced(int rank, double scale, double readoutScale) {
        double[] direction = unit(Arrays.copyOf(readout, rank));
        double squared = readoutScale * readoutScale;
        double lambda = (scale * scale - squared) / rank;
        double root = Math.sqrt(lambda);
        double along = Math.sqrt(lambda + squared) - root;
        double[][] mixing = new double[rank][rank];
        double[] w2 = new double[left[0].length];
        for (int i = 0; i < rank; i++) {
            for (int k = 0; k < rank; k++) {
                mixing[i][k] = (i == k ? root : 0) + along * direction[i] * direction[k];
            }
            for (int j = 0; j < w2.length; j++) {
                w2[j] += readoutScale * direction[i] * left[i][j];
            }
        }
        return new TwoLayerWeights(compose(mixing, right), w2);
    }

    /** Σ_ik u_i mixing_ik rows_kᵀ. */
    private double[][] compose(double[][] mixing, double[][] rows) {
        double[][] w1 = new double[left[0].length][rows[0].length];
        for (int i = 0; i < mixing.length; i++) {
            for (int k = 0; k < mixing.length; k++) {
                for (int a = 0; mixing[i][k] != 0 && a < w1.length; a++) {
                    for (int b = 0; b < w1[a].length; b++) {
                        w1[a][b] += left[i][a] * mixing[i][k] * rows[k][b];
                    }
                }
            }
        }
        return w1;
    }

    private static double[] times(double factor, double[] vector) {
        double[] scaled = new double[vector.length];
        for (int j = 0; j < scaled.length; j++) {
            scaled[j] = factor * vector[j];
        }
        return scaled;
    }
}
