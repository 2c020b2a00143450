package org.noisebook.interpolant;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.noisebook.model.GaussianMixture;

/**
 * A component of x_0 and one of x_1, jointly Gaussian.
 *
 * @param weight its probability
 * @param startMean m_0
 * @param endMean m_1
 * @param startCovariance C_0, row-major like the others
 * @param endCovariance C_1
 * @param cross C_01 = Cov(x_0, x_1); empty if zero
 */
record MixturePair(
        double weight,
        double[] startMean,
        double[] endMean,
        double[] startCovariance,
        double[] endCovariance,
        double[] cross) {

    /** All pairs of components of two independent mixtures, with those of the end varying fastest. */
    static List<MixturePair> product(GaussianMixture start, GaussianMixture end) {
        if (start.dimension() != end.dimension()) {
            throw new IllegalArgumentException(
                    "start and end must have the same dimension, got " + start.dimension() + " and " + end.dimension());
        }
        List<MixturePair> pairs = new ArrayList<>();
        for (int i = 0; i < start.components(); i++) {
            for (int j = 0; j < end.components(); j++) {
                pairs.add(new MixturePair(
                        start.weights()[i] * end.weights()[j],
                        start.means()[i],
                        end.means()[j],
                        flat(start.covariances()[i]),
                        flat(end.covariances()[j]),
                        new double[0]));
            }
        }
        return pairs;
    }

    private static double[] flat(double[][] matrix) {
        return Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray();
    }

    /** The components of a mixture, each paired with itself: x_0 = x_1. */
    static List<MixturePair> same(GaussianMixture mixture) {
        List<MixturePair> pairs = new ArrayList<>();
        for (int k = 0; k < mixture.components(); k++) {
            double[] mean = mixture.means()[k];
            double[] covariance = flat(mixture.covariances()[k]);
            pairs.add(new MixturePair(mixture.weights()[k], mean, mean, covariance, covariance, covariance));
        }
        return pairs;
    }

    /** The components of the joint distribution of (x_0, x_1). */
    static List<MixturePair> joint(GaussianMixture joint) {
        int d = joint.dimension() / 2;
        if (joint.dimension() != 2 * d) {
            throw new IllegalArgumentException("joint must have an even dimension, got " + joint.dimension());
        }
        List<MixturePair> pairs = new ArrayList<>();
        for (int k = 0; k < joint.components(); k++) {
            double[] mean = joint.means()[k];
            double[][] covariance = joint.covariances()[k];
            pairs.add(new MixturePair(
                    joint.weights()[k],
                    Arrays.copyOf(mean, d),
                    Arrays.copyOfRange(mean, d, 2 * d),
                    block(covariance, 0, 0),
                    block(covariance, d, d),
                    block(covariance, 0, d)));
        }
        return pairs;
    }

    private static double[] block(double[][] matrix, int row, int column) {
        int d = matrix.length / 2;
        double[] block = new double[d * d];
        for (int i = 0; i < d; i++) {
            System.arraycopy(matrix[row + i], column, block, i * d, d);
        }
        return block;
    }

    int dimension() {
        return startMean.length;
    }

    /** p m_0 + q m_1, where 0 times infinity is 0. */
    double[] mean(double p, double q) {
        double[] mean = new double[startMean.length];
        Arrays.setAll(mean, j -> (startMean[j] == 0 ? 0 : p * startMean[j]) + (endMean[j] == 0 ? 0 : q * endMean[j]));
        return mean;
    }

    /** p C_0 + q C_1 + r C_01 + s C_01ᵀ + u I. */
    double[] covariance(double p, double q, double r, double s, double u) {
        int d = startMean.length;
        double[] sum = new double[d * d];
        for (int i = 0; i < d; i++) {
            for (int j = 0; j < d; j++) {
                int at = i * d + j;
                double value = p * startCovariance[at] + q * endCovariance[at];
                if (cross.length > 0) {
                    value += r * cross[at] + s * cross[j * d + i];
                }
                sum[at] = i == j ? value + u : value;
            }
        }
        return sum;
    }
}
