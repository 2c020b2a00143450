package org.noisebook.regime;

import org.apache.commons.math3.distribution.NormalDistribution;

/**
 * Accuracies in closed form of rules for XOR clusters, to compare networks with.
 *
 * <p>With n points of which a share q of the labels is flipped, in p dimensions at distance ‖μ‖ from the origin:
 *
 * <ul>
 *   <li>every linear rule has test accuracy exactly 1/2 ({@link #LINEAR_TEST});
 *   <li>the linear rule sgn(Σ_i y_i x_i·x), to which a wide network comes with its first step, fits a training point with
 *       probability Φ((p + ‖μ‖²)/s), s² = (n − 1)(p + 2 ‖μ‖² + ‖μ‖⁴/2) + 2 p + 4 ‖μ‖²: mean and variance of y Σ_i y_i x_i·x are
 *       exact, the normal law holds for large n;
 *   <li>the rule sgn(|v_1·x| − |v_2·x|) with v_k = Σ_i ± y_i x_i over the points of ±μ_k, which knows the clusters, has test
 *       accuracy Φ(b)² + Φ(−b)² with b = a/√2 and a = c ‖μ‖²/√(c² ‖μ‖² + n p/2), c = (1 − 2 q) n/2, up to fluctuations of
 *       v_k·μ_k of relative order 1/√n;
 *   <li>after the first step from small weights, w ∝ Σ_i y_i φ′(w_0·x_i) x_i has mean |cos(w, μ_k)| = √(2/π) s ‖μ‖/√(n p/2 + 2
 *       s² ‖μ‖²), s² = n/4 + (n (1 − 2 q)/4)² (2/π) arcsin(κ²/(1 + κ²)), κ = ‖μ‖/√p, for p ≫ 1 and n ≫ 1: the excess of one cluster
 *       over its opposite among the points a neuron sees, from chance and from its first weights.
 * </ul>
 *
 * <p>Derived here; the setting is that of Xu et al. 2023, arXiv 2310.02541. <b>Range</b>: [0, 1].
 */
public final class XorRules {
    /** Test accuracy of any linear rule without a bias: right on +μ as often as wrong on −μ. */
    public static final double LINEAR_TEST = 0.5;

    private XorRules() {}

    /** Training accuracy of sgn(Σ_i y_i x_i·x), flipped labels included. */
    public static double averageTrain(XorGrokkingConfig config) {
        double p = config.dimension();
        double signal = config.signalNorm() * config.signalNorm();
        double others = (config.trainSize() - 1) * (p + 2 * signal + signal * signal / 2);
        return cumulative((p + signal) / Math.sqrt(others + 2 * p + 4 * signal));
    }

    /** Test accuracy of the rule that knows the cluster of every training point. */
    public static double clusterTest(XorGrokkingConfig config) {
        double signal = config.signalNorm() * config.signalNorm();
        double clean = (1 - 2 * config.flipShare()) * config.trainSize() / 2;
        double square = clean * clean * signal + 0.5 * config.trainSize() * config.dimension();
        double right = cumulative(clean * signal / Math.sqrt(2 * square));
        return right * right + (1 - right) * (1 - right);
    }

    /** Cosine of μ with Σ_i y_i x_i over the n/4 points of one cluster: a neuron that sees that cluster alone. */
    public static double clusterAlignment(XorGrokkingConfig config) {
        double quarter = config.trainSize() / 4.0;
        double along = (1 - 2 * config.flipShare()) * quarter * config.signalNorm();
        return along / Math.sqrt(along * along + quarter * config.dimension());
    }

    /** Mean |cos| of a neuron with either μ after the first step. */
    public static double firstAlignment(XorGrokkingConfig config) {
        double n = config.trainSize();
        double signal = config.signalNorm() * config.signalNorm();
        double clean = n * (1 - 2 * config.flipShare()) / 4;
        double lean = 2 / Math.PI * StrictMath.asin(signal / (signal + config.dimension()));
        double square = (n / 4 + clean * clean * lean) * signal;
        return Math.sqrt(2 / Math.PI * square / (n * config.dimension() / 2 + 2 * square));
    }

    private static double cumulative(double x) {
        return new NormalDistribution(null, 0, 1).cumulativeProbability(x);
    }
}
