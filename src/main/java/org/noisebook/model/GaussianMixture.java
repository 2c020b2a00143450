package org.noisebook.model;

import java.util.Arrays;
import org.noisebook.rng.Stream;

/**
 * Σ_k p_k N(m_k, C_k).
 *
 * @param weights p_k, adding up to 1
 * @param means m_k
 * @param covariances C_k, symmetric positive definite
 */
public record GaussianMixture(double[] weights, double[][] means, double[][][] covariances) {

    /** One Gaussian. */
    public static GaussianMixture of(double[] mean, double[][] covariance) {
        return new GaussianMixture(new double[] {1}, new double[][] {mean}, new double[][][] {covariance});
    }

    /** N(0, 1) in d dimensions. */
    public static GaussianMixture standard(int dimension) {
        double[][] covariance = new double[dimension][dimension];
        for (int j = 0; j < dimension; j++) {
            covariance[j][j] = 1;
        }
        return of(new double[dimension], covariance);
    }

    /** On the line, from means and variances. */
    public static GaussianMixture onLine(double[] weights, double[] means, double[] variances) {
        return new GaussianMixture(
                weights,
                Arrays.stream(means).mapToObj(m -> new double[] {m}).toArray(double[][]::new),
                Arrays.stream(variances).mapToObj(v -> new double[][] {{v}}).toArray(double[][][]::new));
    }

    /** d. */
    public int dimension() {
        return means[0].length;
    }

    /** K. */
    public int components() {
        return weights.length;
    }

    /** Draws points, x[j][k]. */
    public double[][] sample(Stream stream, int count) {
        int d = dimension();
        double[][][] roots =
                Arrays.stream(covariances).map(GaussianMixture::cholesky).toArray(double[][][]::new);
        double[][] x = new double[d][count];
        double[] z = new double[d];
        for (int k = 0; k < count; k++) {
            double u = stream.nextDouble();
            int c = 0;
            while (c < weights.length - 1 && u >= weights[c]) {
                u -= weights[c++];
            }
            for (int j = 0; j < d; j++) {
                z[j] = stream.nextGaussian();
            }
            for (int i = 0; i < d; i++) {
                double sum = means[c][i];
                for (int j = 0; j <= i; j++) {
                    sum = Math.fma(roots[c][i][j], z[j], sum);
                }
                x[i][k] = sum;
            }
        }
        return x;
    }

    private static double[][] cholesky(double[][] a) {
        int n = a.length;
        double[][] root = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double sum = a[i][j];
                for (int k = 0; k < j; k++) {
                    sum -= root[i][k] * root[j][k];
                }
                root[i][j] = i == j ? Math.sqrt(sum) : sum / root[j][j];
            }
        }
        return root;
    }
}
