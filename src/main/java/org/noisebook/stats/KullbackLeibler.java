package org.noisebook.stats;

import org.apache.commons.math3.exception.MathIllegalArgumentException;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.CholeskyDecomposition;
import org.apache.commons.math3.linear.RealMatrix;

/**
 * Estimates of KL(ρ ‖ ρ̂) = E_ρ log(ρ/ρ̂) from points of ρ, and the closed form of Gaussians.
 *
 * <p>With y = ρ̂/ρ and E_ρ y = 1, {@link #controlled} averages −log y + y − 1, which is at least 0 at every point and has the
 * same mean as −log y (Albergo, Boffi and Vanden-Eijnden 2023, arXiv:2303.08797, whose text read here prints −(y − 1), which may be
 * negative).
 *
 * <p><b>Shapes</b>: logarithms log y one a point.
 *
 * <p><b>Special cases</b>: log y = −∞, a point that ρ̂ cannot make, gives ∞.
 *
 * <p><b>Error</b>: standard errors over the points. Where ρ̂ is close to ρ the controlled one is of second order in log y at
 * every point and its error far smaller; where ρ̂ has the heavier tails, y varies more than its logarithm and it loses: y may have no
 * variance at all.
 */
public final class KullbackLeibler {
    private KullbackLeibler() {}

    /** The mean of −log y. */
    public static Estimate plain(double[] logRatio) {
        double[] values = new double[logRatio.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = -logRatio[k];
        }
        return Estimate.ofMean(values);
    }

    /** The mean of −log y + y − 1. */
    public static Estimate controlled(double[] logRatio) {
        double[] values = new double[logRatio.length];
        for (int k = 0; k < values.length; k++) {
            values[k] = excess(logRatio[k]);
        }
        return Estimate.ofMean(values);
    }

    /** e^l − 1 − l without cancellation, at least 0. */
    static double excess(double l) {
        if (Math.abs(l) < 0x1p-10) {
            return l * l / 2 * (1 + l / 3 * (1 + l / 4 * (1 + l / 5)));
        }
        return StrictMath.expm1(l) - l;
    }

    /** KL of Gaussians: ½ (tr C′⁻¹C − d + (m′ − m)·C′⁻¹(m′ − m) + log det C′ − log det C), both covariances positive definite. */
    public static double gaussian(GaussianFit law, GaussianFit model) {
        double[] m0 = law.mean();
        double[] m1 = model.mean();
        if (m0.length != m1.length) {
            throw new IllegalArgumentException(
                    "both Gaussians must have the same dimension, got " + m0.length + " and " + m1.length);
        }
        CholeskyDecomposition own = cholesky("law", law);
        CholeskyDecomposition other = cholesky("model", model);
        RealMatrix inverse = other.getSolver().getInverse();
        double[][] c0 = law.covariance();
        double sum = 2 * (logRoot(other) - logRoot(own)) - m0.length;
        for (int i = 0; i < m0.length; i++) {
            for (int j = 0; j < m0.length; j++) {
                sum += inverse.getEntry(i, j) * (c0[j][i] + (m1[i] - m0[i]) * (m1[j] - m0[j]));
            }
        }
        return sum / 2;
    }

    private static CholeskyDecomposition cholesky(String name, GaussianFit fit) {
        try {
            return new CholeskyDecomposition(new Array2DRowRealMatrix(fit.covariance(), false));
        } catch (MathIllegalArgumentException e) {
            throw new IllegalArgumentException("covariance of " + name + " must be positive definite", e);
        }
    }

    private static double logRoot(CholeskyDecomposition decomposition) {
        RealMatrix l = decomposition.getL();
        double sum = 0;
        for (int j = 0; j < l.getRowDimension(); j++) {
            sum += StrictMath.log(l.getEntry(j, j));
        }
        return sum;
    }
}
