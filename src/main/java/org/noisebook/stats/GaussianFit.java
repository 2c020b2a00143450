package org.noisebook.stats;

import java.util.Arrays;

/**
 * Mean and covariance of a sample, the covariance unbiased.
 *
 * <p><b>Shapes</b>: samples coordinate-major {@code x[j][k]}. <b>Error</b>: means are taken out first, so that rounding does not
 * grow with them. <b>Cost</b>: n d²/2 multiply-adds.
 *
 * @param mean m
 * @param covariance C, symmetric
 * @param n points behind it; at most 0 stands for an exact law
 */
public record GaussianFit(double[] mean, double[][] covariance, int n) {

    /** Copies the arrays. */
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

    /** The fit of a sample of at least 2 points. */
    public static GaussianFit of(double[][] x) {
        Samples.check("x", x);
        return new Moments(x, 0, x[0].length, centre(x)).fit();
    }

    /** A law that is known. */
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

    static double[] centre(double[][] x) {
        return Arrays.stream(x)
                .mapToDouble(row -> Samples.sum(row) / row.length)
                .toArray();
    }

    /** Sums of x − centre and of its products over some points, which add and subtract. */
    static final class Moments {
        private final double[] centre;
        private final double[] sum;
        private final double[][] products;
        private int n;

        /** Of the points from first to end − 1. */
        Moments(double[][] x, int first, int end, double[] centre) {
            this.centre = centre;
            n = end - first;
            int d = x.length;
            sum = new double[d];
            products = new double[d][d];
            double[][] off = new double[d][n];
            for (int j = 0; j < d; j++) {
                for (int k = 0; k < n; k++) {
                    off[j][k] = x[j][first + k] - centre[j];
                }
                sum[j] = Samples.sum(off[j]);
                for (int i = 0; i <= j; i++) {
                    products[i][j] = Samples.dot(off[i], off[j]);
                    products[j][i] = products[i][j];
                }
            }
        }

        private Moments(Moments from) {
            centre = from.centre;
            sum = from.sum.clone();
            products = copy(from.products);
            n = from.n;
        }

        /** Those of all points but the part's. */
        Moments without(Moments part) {
            Moments rest = new Moments(this);
            rest.n -= part.n;
            for (int j = 0; j < sum.length; j++) {
                rest.sum[j] -= part.sum[j];
                for (int i = 0; i < sum.length; i++) {
                    rest.products[j][i] -= part.products[j][i];
                }
            }
            return rest;
        }

        GaussianFit fit() {
            if (n < 2) {
                throw new IllegalArgumentException("x must have at least 2 points, got " + n);
            }
            int d = sum.length;
            double[] mean = new double[d];
            double[][] covariance = new double[d][d];
            for (int j = 0; j < d; j++) {
                mean[j] = centre[j] + sum[j] / n;
                for (int i = 0; i <= j; i++) {
                    covariance[i][j] = (products[i][j] - sum[i] * sum[j] / n) / (n - 1.0);
                    covariance[j][i] = covariance[i][j];
                }
            }
            return new GaussianFit(mean, covariance, n);
        }
    }
}
