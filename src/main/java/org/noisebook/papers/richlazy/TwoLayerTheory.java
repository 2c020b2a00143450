package org.noisebook.papers.richlazy;

import org.apache.commons.math3.special.Gamma;

/**
 * The exact end of gradient flow of a two-layer linear network on a linear teacher, from W₁ of given rank, norm and
 * direction, and how lazy it is.
 *
 * <p>Setting: f(x) = w₂·(W₁x), y = β·x, E[xxᵀ] = 1, w₂(0) = 0, B = ‖β‖ = 1 unless said otherwise, β̂ = β/B ({@link TwoLayerFlow}). W₁(0) has
 * norm σ; q is the share of the target in its row space, |P_V β̂|², and KA, RA and KD are those of {@link
 * TwoLayerKernel}.
 *
 * <p><b>Infinitesimal start</b>, any spectrum and any small w₂(0), M = W₁ᵀW₁ + ‖w₂‖² 1 at the start. The hidden
 * weights align before they grow, and the end is W₁ = √B u β̂ᵀ, w₂ = √B u with kernel B(1 + β̂β̂ᵀ) (Atanasov,
 * Bordelon and Pehlevan 2022, arXiv 2111.00034). Hence, and averaged over target directions,
 *
 * <pre>
 *   KA   = (Tr M + β̂ᵀMβ̂)/(‖M‖ √(d + 3))
 *   E KA = (1 + 1/d) √(PR(M)/(d + 3)),    PR(M) = (Tr M)²/Tr(M²).
 * </pre>
 *
 * <p><b>Any norm</b>, r equal singular values s² = σ²/r. C = W₁W₁ᵀ − w₂w₂ᵀ = s² UUᵀ is conserved, so at the end,
 * where W₁ᵀw₂ = β, W₁W₁ᵀw₂ = (s² + c²) w₂ with c² = ‖w₂‖² and c²(s² + c²) = B²: W₁ᵀW₁ has eigenvalue a² = s² + c²
 * along β̂. Directions x of V orthogonal to β keep W₁x: the flow is symmetric under their reflection, so that x·W₁ᵀw₂
 * stays 0. There W₁ᵀW₁ = s². Hence
 *
 * <pre>
 *   a² = (s² + √(s⁴ + 4B²))/2      c² = a² − s²,    a² c² = B²
 *   ‖K‖² = (r − 1)(s² + c²)² + (a² + c²)² + (d − r) c⁴
 *   KA = [s²(r − 1) + a² q + c² r]/(√r ‖K‖)
 *   RA = [s²(r − 1) + a² q]/(√r √((r − 1) s⁴ + a⁴))
 *   ‖W₁ − W₁(0)‖² = a² + s² − 2 √(a² s² q)
 *   KD² = ‖K‖² − 2 s² [s²(r − 1) + a² q + c² r] + r s⁴.
 * </pre>
 *
 * <p>KA, RA and KD² are linear in q, and E q = r/d. Limits: σ → 0 gives the infinitesimal start, σ → ∞ gives KA → (r
 * − 1 + q)/r, which is 1 for q = 1 at any rank: a low-rank start that is aligned with its task is lazy.
 *
 * <p><b>Rank one, any inputs</b>: W₁ = u wᵀ and w₂ = cu for all times, so that conservation of ‖w‖² − c² = σ² and cw
 * = β fix the end for any E[xxᵀ] and direction of the start: W₁ᵀW₁ = a² β̂β̂ᵀ and ‖w₂‖² = c² with s² = σ²,
 * {@link #rankOneEnd}.
 *
 * <p><b>Source</b>: derived here for the setting of Liu, Baratin, Cornford, Mihalas, Shea-Brown and Lajoie 2024
 * (ICLR, arXiv 2310.08513), whose Theorem 1 and Proposition 1 are of this kind.
 *
 * <p><b>Special cases</b>: q = 0 with w₂(0) = 0 is a saddle; its numbers are limits q → 0. With spare hidden units,
 * large σ and small q the end is unstable against round-off (see {@link TwoLayerFlow}). <b>Error</b>: relative 1e-14.
 *
 * @param dimension d
 */
public record TwoLayerTheory(int dimension) {
    /** The end of training from r equal singular values. */
    record EndPoint(
            double kernelAlignment,
            double representationAlignment,
            double weightChange,
            double readoutNorm,
            double kernelDistance) {}

    /** Averages over target directions: E KA, E RA and E ‖W₁ − W₁(0)‖². */
    public record TaskAverage(double kernelAlignment, double representationAlignment, double squaredWeightChange) {}

    /**
     * E KA of an infinitesimal start over target directions.
     *
     * @param participationRatio PR(M), in [1, d]; r for r equal singular values
     */
    public double meanInfinitesimalAlignment(double participationRatio) {
        return (1 + 1.0 / dimension) * Math.sqrt(participationRatio / (dimension + 3.0));
    }

    /**
     * The exact end from r equal singular values.
     *
     * @param rank r, in [1, d]
     * @param scale σ = ‖W₁(0)‖, positive
     * @param share q, in [0, 1]; 1 where r = d
     */
    EndPoint endPoint(int rank, double scale, double share) {
        Growth growth = Growth.of(dimension, 1, rank, scale);
        return new EndPoint(
                growth.kernelAlignment(share),
                growth.representationAlignment(share),
                Math.sqrt(Math.max(0, growth.squaredWeightChange(Math.sqrt(share)))),
                Math.sqrt(growth.c2),
                Math.sqrt(Math.max(0, growth.squaredDistance(share))));
    }

    /** The exact averages of {@link #endPoint} over target directions. */
    public TaskAverage taskAverage(int rank, double scale) {
        double share = (double) rank / dimension;
        Growth growth = Growth.of(dimension, 1, rank, scale);
        return new TaskAverage(
                growth.kernelAlignment(share),
                growth.representationAlignment(share),
                growth.squaredWeightChange(meanRootShare(rank)));
    }

    /** The kernel at the end from rank one, w₂(0) = 0, for a target β of any norm and inputs of any covariance. */
    static TwoLayerKernel rankOneEnd(double[] target, double scale) {
        double squared = TwoLayerWeights.dot(target, target);
        Growth growth = Growth.of(target.length, Math.sqrt(squared), 1, scale);
        double[][] features = new double[target.length][target.length];
        for (int i = 0; i < target.length; i++) {
            for (int j = 0; j < target.length; j++) {
                features[i][j] = growth.a2 * target[i] * target[j] / squared;
            }
        }
        return new TwoLayerKernel(features, growth.c2);
    }

    /** E √q = Γ((r + 1)/2) Γ(d/2)/(Γ(r/2) Γ((d + 1)/2)), since q ~ Beta(r/2, (d − r)/2). */
    double meanRootShare(int rank) {
        double r = rank / 2.0;
        double d = dimension / 2.0;
        return StrictMath.exp(
                Gamma.logGamma(r + 0.5) - Gamma.logGamma(r) + Gamma.logGamma(d) - Gamma.logGamma(d + 0.5));
    }

    /** The quantities that do not depend on the direction of the target. */
    private record Growth(int rank, double s2, double a2, double c2, double kernelNorm) {
        static Growth of(int dimension, double b, int rank, double scale) {
            double s2 = scale * scale / rank;
            double a2 = (s2 + Math.sqrt(s2 * s2 + 4 * b * b)) / 2;
            double c2 = b * b / a2;
            double squared = (rank - 1) * (s2 + c2) * (s2 + c2) + (a2 + c2) * (a2 + c2) + (dimension - rank) * c2 * c2;
            return new Growth(rank, s2, a2, c2, Math.sqrt(squared));
        }

        private double overlap(double share) {
            return s2 * (rank - 1) + a2 * share + c2 * rank;
        }

        double kernelAlignment(double share) {
            return overlap(share) / (Math.sqrt(rank) * kernelNorm);
        }

        double representationAlignment(double share) {
            return (s2 * (rank - 1) + a2 * share) / Math.sqrt(rank * ((rank - 1) * s2 * s2 + a2 * a2));
        }

        double squaredWeightChange(double rootShare) {
            return a2 + s2 - 2 * Math.sqrt(a2 * s2) * rootShare;
        }

        double squaredDistance(double share) {
            return kernelNorm * kernelNorm - 2 * s2 * overlap(share) + rank * s2 * s2;
        }
    }
}
