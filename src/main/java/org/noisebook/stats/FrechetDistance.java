package org.noisebook.stats;

import java.util.Arrays;
import org.apache.commons.math3.exception.MaxCountExceededException;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.EigenDecomposition;
import org.apache.commons.math3.linear.RealMatrix;
import org.noisebook.linalg.SymmetricSpectrum;

/**
 * The squared Fréchet distance of Gaussian fits, |m − m′|² + tr C + tr C′ − 2 tr (C^½ C′ C^½)^½: the W_2² of the two
 * Gaussians (Dowson and Landau 1982, doi:10.1016/0047-259X(82)90077-X), used for samples by Heusel et al. 2017
 * (arXiv:1706.08500).
 *
 * <p><b>Shapes</b>: samples coordinate-major {@code x[j][k]}. Inputs are not modified. <b>Special cases</b>: singular
 * covariances are fine; eigenvalues that rounding made negative count as 0. <b>Error</b>: on samples it is biased
 * upwards by c/n to first order, more for small n and large d; {@link #biasOfEqualLaws} gives the bias for equal
 * distributions. Compare values only at equal n. <b>Cost</b>: two symmetric eigendecompositions, a few milliseconds at
 * d = 64. <b>Not for</b> features beyond mean and covariance: distributions that agree in both have distance 0.
 */
public final class FrechetDistance {
    private FrechetDistance() {}

    /** The distance between the fits of two samples, bias included. */
    public static double of(double[][] x, double[][] y) {
        return of(GaussianFit.of(x), GaussianFit.of(y));
    }

    /** The distance between two Gaussians. */
    public static double of(GaussianFit first, GaussianFit second) {
        double[] m0 = first.mean();
        double[] m1 = second.mean();
        if (m0.length != m1.length) {
            throw new IllegalArgumentException(
                    "both fits must have the same dimension, got " + m0.length + " and " + m1.length);
        }
        double[][] c0 = first.covariance();
        double[][] c1 = second.covariance();
        double sum = 0;
        for (int j = 0; j < m0.length; j++) {
            sum += (m0[j] - m1[j]) * (m0[j] - m1[j]) + c0[j][j] + c1[j][j];
        }
        RealMatrix root = root(c0);
        RealMatrix inner = root.multiply(new Array2DRowRealMatrix(c1, false)).multiply(root);
        return sum
                - 2
                        * Arrays.stream(eigen(inner).values)
                                .map(value -> Math.sqrt(Math.max(0, value)))
                                .sum();
    }

    /**
     * The mean distance of the fits of two samples from one Gaussian with covariance C, to first order in 1/n:
     * (1/n + 1/m) tr C + ½ (1/(n − 1) + 1/(m − 1)) Σ_ij (1 + δ_ij) λ_i λ_j/(λ_i + λ_j), λ the eigenvalues of C.
     *
     * <p>The second term is the mean of the quadratic form ½ Σ_ij Δ_ij²/(λ_i + λ_j), which approximates W_2² for a
     * small difference Δ of covariances, over Wishart fluctuations of both.
     *
     * @param m points of the other sample; 0 for the exact distribution
     */
    public static double biasOfEqualLaws(double[][] covariance, int n, int m) {
        if (n < 2 || m < 0 || m == 1) {
            throw new IllegalArgumentException("n must be at least 2 and m 0 or at least 2, got " + n + " and " + m);
        }
        double[] spectrum = eigen(new Array2DRowRealMatrix(covariance)).values;
        double trace = 0;
        double fluctuation = 0;
        for (double a : spectrum) {
            trace += a;
            fluctuation += Math.max(0, a) / 2;
            for (double b : spectrum) {
                fluctuation += a > 0 && b > 0 ? a * b / (a + b) : 0;
            }
        }
        double perMean = 1.0 / n + (m == 0 ? 0 : 1.0 / m);
        double perCovariance = 1 / (n - 1.0) + (m == 0 ? 0 : 1 / (m - 1.0));
        return perMean * trace + perCovariance * fluctuation / 2;
    }

    /**
     * The mean distance between a Gaussian mixture and the fit of n points drawn from it, to first order in 1/n: tr V/n
     * + ½ Σ_ij Var_ij/(n (λ_i + λ_j)), where V is the contribution of one point to the covariance of the mean and
     * Var_ij the variance of (x − m)_i (x − m)_j, in the eigenbasis of the mixture's covariance diag λ.
     *
     * <p>Points drawn with fixed component shares vary only within components, so V and Var are means over components;
     * for independent points the variance between components is added.
     *
     * @param covariances positive definite
     * @param isStratified whether the shares of the components are fixed
     */
    public static double biasOfMixture(
            double[] weights, double[][] means, double[][][] covariances, int n, boolean isStratified) {
        int d = means[0].length;
        double[] mean = new double[d];
        for (int k = 0; k < weights.length; k++) {
            for (int j = 0; j < d; j++) {
                mean[j] = Math.fma(weights[k], means[k][j], mean[j]);
            }
        }
        double[][] off = new double[weights.length][d];
        RealMatrix whole = new Array2DRowRealMatrix(d, d);
        for (int k = 0; k < weights.length; k++) {
            for (int j = 0; j < d; j++) {
                off[k][j] = means[k][j] - mean[j];
            }
            RealMatrix between = new ArrayRealVector(off[k]).outerProduct(new ArrayRealVector(off[k]));
            whole = whole.add(
                    new Array2DRowRealMatrix(covariances[k]).add(between).scalarMultiply(weights[k]));
        }
        Spectrum axes = eigen(whole);
        double trace = 0;
        double fluctuation = 0;
        for (int k = 0; k < weights.length; k++) {
            double[] e = axes.vectors.preMultiply(off[k]);
            double[][] c = axes.vectors
                    .transpose()
                    .multiply(new Array2DRowRealMatrix(covariances[k]).multiply(axes.vectors))
                    .getData();
            for (int i = 0; i < d; i++) {
                trace += weights[k] * (c[i][i] + (isStratified ? 0 : e[i] * e[i]));
                for (int j = 0; j < d; j++) {
                    double within = c[i][i] * c[j][j]
                            + c[i][j] * c[i][j]
                            + e[i] * e[i] * c[j][j]
                            + e[j] * e[j] * c[i][i]
                            + 2 * e[i] * e[j] * c[i][j];
                    double shift = c[i][j] + e[i] * e[j] - (i == j ? axes.values[i] : 0);
                    double all = within + (isStratified ? 0 : shift * shift);
                    fluctuation += weights[k] * all / (axes.values[i] + axes.values[j]);
                }
            }
        }
        return (trace + fluctuation / 2) / n;
    }

    private static RealMatrix root(double[][] covariance) {
        Spectrum eigen = eigen(new Array2DRowRealMatrix(covariance, false));
        double[] values = eigen.values;
        double[][] vectors = eigen.vectors.getData();
        int d = values.length;
        double[][] scaled = new double[d][d];
        for (int i = 0; i < d; i++) {
            for (int k = 0; k < d; k++) {
                scaled[i][k] = vectors[i][k] * Math.sqrt(Math.sqrt(Math.max(0, values[k])));
            }
        }
        RealMatrix half = new Array2DRowRealMatrix(scaled, false);
        return half.multiply(half.transpose());
    }

    /** Eigenvalues, and the eigenvectors as columns. */
    record Spectrum(double[] values, RealMatrix vectors) {
        static Spectrum of(RealMatrix matrix) {
            EigenDecomposition eigen = new EigenDecomposition(matrix);
            return new Spectrum(eigen.getRealEigenvalues(), eigen.getV());
        }

        /** By this library's own sweeps, which count the rounding of the largest eigenvalue as 0 and so always end. */
        static Spectrum patient(double[][] matrix) {
            int d = matrix.length;
            SymmetricSpectrum own = SymmetricSpectrum.of(
                    d, Arrays.stream(matrix).flatMapToDouble(Arrays::stream).toArray());
            double[][] rows = new double[d][];
            Arrays.setAll(rows, k -> {
                double[] unit = new double[d];
                unit[k] = 1;
                return own.vector(unit);
            });
            return new Spectrum(own.values(), new Array2DRowRealMatrix(rows, false).transpose());
        }
    }

    /**
     * Decomposition of a symmetrised matrix that is symmetric up to rounding; the general algorithm does not apply.
     *
     * <p>Many eigenvalues near 0, such as those of pixels that are always white, can prevent convergence; shifting all
     * eigenvalues by their mean mostly avoids this and keeps the rounding error relative to the largest.
     */
    private static Spectrum eigen(RealMatrix matrix) {
        double[][] data = matrix.getData();
        for (int i = 0; i < data.length; i++) {
            for (int j = 0; j < i; j++) {
                data[i][j] = (data[i][j] + data[j][i]) / 2;
                data[j][i] = data[i][j];
            }
        }
        RealMatrix symmetric = new Array2DRowRealMatrix(data, false);
        try {
            return Spectrum.of(symmetric);
        } catch (MaxCountExceededException e) {
            double shift = symmetric.getTrace() / data.length;
            for (int i = 0; i < data.length; i++) {
                data[i][i] += shift;
            }
            Spectrum moved = shifted(symmetric);
            return new Spectrum(
                    Arrays.stream(moved.values).map(value -> value - shift).toArray(), moved.vectors);
        }
    }

    private static Spectrum shifted(RealMatrix symmetric) {
        try {
            return Spectrum.of(symmetric);
        } catch (MaxCountExceededException e) {
            return Spectrum.patient(symmetric.getData());
        }
    }
}
