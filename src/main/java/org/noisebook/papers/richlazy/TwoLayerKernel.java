package org.noisebook.papers.richlazy;

/**
 * The tangent kernel of a two-layer linear network, and how it and the hidden representation compare before and after
 * training.
 *
 * <p>K(x, x′) = xᵀM x′ with M = W₁ᵀW₁ + ‖w₂‖² 1, and the representation kernel is xᵀW₁ᵀW₁x′. For n probe inputs X
 * with XᵀX = nΣ, Σ diagonal, the Gram matrices give ⟨K, K′⟩ = n² Tr(ΣMΣM′), so that
 *
 * <pre>
 *   KA = ⟨K, K′⟩/(‖K‖ ‖K′‖),   RA the same with W₁ᵀW₁,   KD = ‖K − K′‖/n.
 * </pre>
 *
 * <p>KA and RA lie in [0, 1], 1 where nothing turned (lazy); KD also counts growth (Kornblith et al. 2019, arXiv
 * 1905.00414, without centring; Liu et al. 2024, arXiv 2310.08513).
 *
 * @param features W₁ᵀW₁[d][d], not 0
 * @param squaredReadout ‖w₂‖²
 */
record TwoLayerKernel(double[][] features, double squaredReadout) {
    /** The matrix M = W₁ᵀW₁ + ‖w₂‖² 1. */
    private double[][] matrix() {
        return sum(features, 1, identity(features.length), squaredReadout);
    }

    private static double[][] identity(int size) {
        double[][] identity = new double[size][size];
        for (int i = 0; i < size; i++) {
            identity[i][i] = 1;
        }
        return identity;
    }

    /** Kernel alignment KA with another kernel for inputs of these variances. */
    double alignment(TwoLayerKernel other, double... variances) {
        return cosine(weighed(matrix(), variances), weighed(other.matrix(), variances));
    }

    /** Representation alignment RA with another kernel for inputs of these variances. */
    double representationAlignment(TwoLayerKernel other, double... variances) {
        return cosine(weighed(features, variances), weighed(other.features, variances));
    }

    /** Kernel distance KD from another kernel for inputs of these variances. */
    double distance(TwoLayerKernel other, double... variances) {
        return norm(weighed(sum(matrix(), 1, other.matrix(), -1), variances));
    }

    /** Participation ratio PR(M) = (Tr M)²/Tr(M²), in [1, d], the effective number of directions of the kernel. */
    double participationRatio() {
        double[][] matrix = matrix();
        double trace = traceOfProduct(matrix, identity(matrix.length));
        return trace * trace / traceOfProduct(matrix, matrix);
    }

    /** The sum p a + q b. */
    private static double[][] sum(double[][] a, double p, double[][] b, double q) {
        double[][] sum = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                sum[i][j] = p * a[i][j] + q * b[i][j];
            }
        }
        return sum;
    }

    /** The product ΣA. */
    private static double[][] weighed(double[][] a, double... variances) {
        double[][] weighed = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                weighed[i][j] = variances[i] * a[i][j];
            }
        }
        return weighed;
    }

    private static double cosine(double[][] a, double[][] b) {
        return traceOfProduct(a, b) / (norm(a) * norm(b));
    }

    /** The norm √Tr(A²); for a difference of nearly equal kernels, rounding may leave the trace just below 0. */
    private static double norm(double[][] a) {
        return Math.sqrt(Math.max(0, traceOfProduct(a, a)));
    }

    private static double traceOfProduct(double[][] a, double[][] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < b.length; j++) {
                sum += a[i][j] * b[j][i];
            }
        }
        return sum;
    }
}
