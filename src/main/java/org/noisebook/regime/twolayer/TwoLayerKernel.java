package org.noisebook.regime.twolayer;

import java.util.Arrays;

/**
 * The tangent kernel of a two-layer linear network, and how it and the hidden representation compare before and after
 * training.
 *
 * <p>K(x, x′) = xᵀM x′ with M = W₁ᵀW₁ + ‖w₂‖² 1, and the representation kernel is xᵀW₁ᵀW₁x′. For n probe inputs X
 * with XᵀX = nΣ the Gram matrices give ⟨K, K′⟩ = n² Tr(ΣMΣM′), so that
 *
 * <pre>
 *   KA = ⟨K, K′⟩/(‖K‖ ‖K′‖),   RA the same with W₁ᵀW₁,   KD = ‖K − K′‖/n.
 * </pre>
 *
 * <p>KA and RA lie in [0, 1], 1 where nothing turned (lazy); KD also counts growth (Kornblith et al. 2019, arXiv
 * 1905.00414, without centring; Liu et al. 2024, arXiv 2310.08513).
 *
 * <p><b>Shapes</b>: W₁ᵀW₁[dimension][dimension]; copied in and out, compared by value. <b>Special cases</b>: the
 * alignment with a kernel that is 0 is NaN. <b>Error</b>: round-off. <b>Cost</b>: d³ operations a comparison.
 *
 * @param features W₁ᵀW₁
 * @param squaredReadout ‖w₂‖²
 */
public record TwoLayerKernel(double[][] features, double squaredReadout) {
    /** Copies. */
    public TwoLayerKernel {
        if (features.length == 0) {
            throw new IllegalArgumentException("features must have rows, got none");
        }
        features = SmallMatrix.copy("features", features, features.length);
        if (!(squaredReadout >= 0 && squaredReadout < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("squaredReadout must be in [0, inf), got " + squaredReadout);
        }
    }

    @Override
    public double[][] features() {
        return SmallMatrix.copy("features", features, features.length);
    }

    /** M = W₁ᵀW₁ + ‖w₂‖² 1. */
    public double[][] matrix() {
        double[][] matrix = features();
        for (int i = 0; i < matrix.length; i++) {
            matrix[i][i] += squaredReadout;
        }
        return matrix;
    }

    /** KA for inputs of this covariance. */
    public double alignment(TwoLayerKernel other, double[][] covariance) {
        return cosine(matrix(), other.matrix(), covariance);
    }

    /** KA for whitened inputs. */
    public double alignment(TwoLayerKernel other) {
        return alignment(other, SmallMatrix.identity(features.length));
    }

    /** RA for inputs of this covariance. */
    public double representationAlignment(TwoLayerKernel other, double[][] covariance) {
        return cosine(features, other.features, covariance);
    }

    /** RA for whitened inputs. */
    public double representationAlignment(TwoLayerKernel other) {
        return representationAlignment(other, SmallMatrix.identity(features.length));
    }

    /** KD for inputs of this covariance. */
    public double distance(TwoLayerKernel other, double[][] covariance) {
        double[][] difference = matrix();
        double[][] subtracted = other.matrix();
        for (int i = 0; i < difference.length; i++) {
            for (int j = 0; j < difference.length; j++) {
                difference[i][j] -= subtracted[i][j];
            }
        }
        return norm(SmallMatrix.product(covariance, difference));
    }

    /** KD for whitened inputs. */
    public double distance(TwoLayerKernel other) {
        return distance(other, SmallMatrix.identity(features.length));
    }

    /** PR(M) = (Tr M)²/Tr(M²), in [1, d]: how many directions the kernel has. */
    public double participationRatio() {
        double[][] matrix = matrix();
        double trace = SmallMatrix.trace(matrix);
        return trace * trace / positive(SmallMatrix.traceOfProduct(matrix, matrix));
    }

    private static double cosine(double[][] a, double[][] b, double[][] covariance) {
        double[][] left = SmallMatrix.product(covariance, a);
        double[][] right = SmallMatrix.product(covariance, b);
        return SmallMatrix.traceOfProduct(left, right) / (positive(norm(left)) * positive(norm(right)));
    }

    private static double positive(double norm) {
        if (!(norm > 0)) {
            throw new IllegalArgumentException("kernels must not be zero, got norm " + norm);
        }
        return norm;
    }

    /** √Tr(A²); the rounding of a difference of nearly equal kernels may leave the trace just below 0. */
    private static double norm(double[][] a) {
        return Math.sqrt(Math.max(0, SmallMatrix.traceOfProduct(a, a)));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TwoLayerKernel that
                && Arrays.deepEquals(features, that.features)
                && Double.compare(squaredReadout, that.squaredReadout) == 0;
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.deepHashCode(features) + Double.hashCode(squaredReadout);
    }
}
