package org.noisebook.papers.richlazy;

import java.util.Arrays;
import org.noisebook.experiment.Parameter;

/**
 * The effective rank of a square matrix by five definitions that may disagree, its spectral radius and its largest singular value.
 *
 * <p>With singular values s_1 ≥ s_2 ≥ … and eigenvalues |λ_1| ≥ |λ_2| ≥ … of an N × N matrix
 *
 * <pre>
 * participation ratio  (Σ s²)² / Σ s⁴              Gaussian, N → ∞:  N/2
 * stable rank          Σ s² / s_1²                                 N/4
 * nuclear ratio        Σ s / s_1                                   4 N/(3π)
 * eigenvalue ratio     Σ |λ| / |λ_1|                               2 N/3
 * entropy rank         exp(−Σ p ln p), p = s/Σ s                   about 0.804 N
 * </pre>
 *
 * <p>The participation ratio of W decides the laziness of a small two-layer linear network; the eigenvalue ratio over N
 * is the quantity in Figure 2 of Liu et al. 2024 (ICLR, arXiv 2310.08513, by its reviews). Name the definition with
 * every number: a balanced matrix under Dale's law has participation ratio 2.4 and eigenvalue ratio 102 at N = 300.
 *
 * <p>Mean over five draws, divided by N, of recipes of {@link Connectivity} at N = 300 (first row N = 100):
 *
 * <pre>
 *                                    participation stable nuclear eigen entropy
 * gaussian, N = 100                          .502   .264    .436  .617    .804
 * gaussian                                   .500   .256    .429  .644    .804
 * lowRank(rank=5)                           .0166  .0160   .0163 .0095   .0167
 * lowRank(rank=30)                          .0987  .0803   .0895 .0635   .0998
 * dale(excitatoryShare=0.8, balanced)       .0080  .0052   .0336  .340    .528
 * dale(excitatoryShare=0.8)                 .0081  .0052   .0401 .0518    .677
 * block                                      .362   .058    .202  .169    .797
 * chain                                      .442   .092    .255  .279    .800
 * </pre>
 *
 * <p><b>Units or range</b>: the ranks by singular values lie in [1, N], for a matrix of rank r in [1, r]; the
 * eigenvalue ratio lies in {0} ∪ [1, N].
 *
 * <p><b>Special cases</b>: multiples of an orthogonal matrix give N for all, rank one gives 1 for all unless it is
 * nilpotent. A spectral radius below N units of rounding of s_1 is set to 0, and so is the eigenvalue
 * ratio.
 *
 * <p><b>Error</b>: singular values to a few units of rounding of s_1 (by a decomposition of W itself; that of WᵀW would
 * lose half the digits of small ones), so ranks by them to about 1e-13 N. Eigenvalues of a matrix far from normal are
 * ill-conditioned as usual: those of a nilpotent chain of k units come out as (10^−16)^(1/k) s_1.
 *
 * <p><b>Cost</b>: O(N³), one singular value and one eigenvalue decomposition: 10 ms at N = 100, 0.3 s at N = 300, 2 s
 * at N = 512; memory of ten matrices.
 */
public record EffectiveRanks(
        @Parameter("participation ratio (Σs²)²/Σs⁴ of the initial recurrent matrix")
        double participationRatio,

        @Parameter("stable rank Σs²/s₁² of the initial recurrent matrix")
        double stableRank,

        @Parameter("nuclear ratio Σs/s₁ of the initial recurrent matrix")
        double nuclearRatio,

        @Parameter("eigenvalue ratio Σ|λ|/|λ₁| of the initial recurrent matrix")
        double eigenvalueRatio,

        @Parameter("entropy rank exp(−Σ p ln p), p = s/Σs, of the initial recurrent matrix")
        double entropyRank,

        @Parameter(value = "spectral radius of the initial recurrent matrix", symbol = "|λ₁|")
        double spectralRadius,

        @Parameter(value = "largest singular value of the initial recurrent matrix", symbol = "s₁")
        double largestSingularValue) {
    private static final double ROUNDING = 0x1.0p-52;

    /** The ranks of a row-major finite matrix, size × size, that is not zero everywhere. */
    static EffectiveRanks of(double[] matrix, int size) {
        double largest = Matrices.largestElement(matrix);
        // A power of two: dividing by it is exact, and squares neither overflow nor vanish.
        double unit = Math.max(Math.scalb(1.0, Math.getExponent(largest)), Double.MIN_NORMAL);
        double[] scaled = new double[matrix.length];
        Arrays.setAll(scaled, k -> matrix[k] / unit);
        double[] s = Matrices.decompose(scaled, size).getSingularValues();
        double[] magnitudes = Eigenvalues.magnitudes(scaled, size);
        double radius = Arrays.stream(magnitudes).max().orElseThrow();
        boolean nilpotent = radius <= size * ROUNDING * s[0];
        double sum = 0;
        double squares = 0;
        double fourths = 0;
        double eigenvalues = 0;
        for (int k = 0; k < size; k++) {
            double ratio = s[k] / s[0];
            double square = ratio * ratio;
            sum += ratio;
            squares += square;
            fourths = Math.fma(square, square, fourths);
            eigenvalues += magnitudes[k];
        }
        double entropy = 0;
        for (double value : s) {
            double p = value / s[0] / sum;
            entropy -= p > 0 ? p * StrictMath.log(p) : 0;
        }
        return new EffectiveRanks(
                squares * squares / fourths,
                squares,
                sum,
                nilpotent ? 0 : eigenvalues / radius,
                StrictMath.exp(entropy),
                nilpotent ? 0 : radius * unit,
                s[0] * unit);
    }
}
