package org.noisebook.stats;

import java.util.Arrays;
import org.noisebook.linalg.Dot;

/**
 * Mean and unbiased covariance of a sample.
 *
 * <p><b>Shapes</b>: samples coordinate-major {@code x[j][k]}. <b>Error</b>: means are subtracted first, so that they do
 * not amplify rounding errors. <b>Cost</b>: n d²/2 multiply-adds.
 *
 * @param mean m
 * @param covariance C, symmetric
 * @param n number of points; 0 or less for an exact distribution
 */
public record GaussianFit(double[] mean, double[][] covariance, int n) {

    public GaussianFit {
        Samples.check("mean", mean);
        if (covariance.length != mean.length) {
            throw new IllegalArgumentException(
                    "covariance must have the dimension of mean=" + mean.length + ", got " + covariance.length);
        }
        Samples.check("covariance", covariance);
        if (covariance[0].length != mean.length) {
            throw new IllegalArgumentException(
                    "covariance must be square, got " + covariance.length + " by " + covariance[0].length);
        }
        for (int i = 0; i < mean.length; i++) {
            for (int j = 0; j < i; j++) {
                if (covariance[i][j] != covariance[j][i]) {
                    throw new IllegalArgumentException("covariance must be symmetric, got " + covariance[i][j] + " and "
                            + covariance[j][i] + " at " + i + ", " + j);
                }
            }
        }
        mean = mean.clone();
        covariance = copy(covariance);
    }

    /** The fit to a sample of at least 2 points. */
    public static GaussianFit of(double[][] x) {
        Samples.check("x", x);
        int d = x.length;
        int n = x[0].length;
        if (n < 2) {
            throw new IllegalArgumentException("x must have at least 2 points, got " + n);
        }
        double[] mean = new double[d];
        double[][] covariance = new double[d][d];
        double[] sum = new double[d];
        double[][] off = new double[d][n];
        for (int j = 0; j < d; j++) {
            double centre = Samples.sum(x[j]) / n;
            for (int k = 0; k < n; k++) {
                off[j][k] = x[j][k] - centre;
            }
            sum[j] = Samples.sum(off[j]);
            mean[j] = centre + sum[j] / n;
            for (int i = 0; i <= j; i++) {
                covariance[i][j] =
                        (Dot.inChains(off[i], 0, off[j], 0, off[i].length) - sum[i] * sum[j] / n) / (n - 1.0);
                covariance[j][i] = covariance[i][j];
            }
        }
        return new GaussianFit(mean, covariance, n);
    }

    /** A known distribution. */
    public static GaussianFit exact(double[] mean, double[][] covariance) {
        return new GaussianFit(mean, covariance, 0);
    }

    @Override
    public double[] mean() {
        return mean.clone();
    }

    @Override
    public double[][] covariance() {
        return copy(covariance);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof GaussianFit that
                && n == that.n
                && Arrays.equals(mean, that.mean)
                && Arrays.deepEquals(covariance, that.covariance);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(mean) + Arrays.deepHashCode(covariance)) + n;
    }

    private static double[][] copy(double[][] matrix) {
        return Arrays.stream(matrix).map(double[]::clone).toArray(double[][]::new);
    }
}
