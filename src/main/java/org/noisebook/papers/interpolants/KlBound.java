package org.noisebook.papers.interpolants;

/**
 * An upper bound on KL(ρ(1) ‖ ρ̂(1)) of the forward SDE with learned fields in terms of their excess losses.
 *
 * <p>With the losses L = E[½|f̂|² − target·f̂], whose excess δL is half the mean squared error,
 *
 * <p>KL ≤ δL_b/ε + ε δL_s,
 *
 * <p>from KL ≤ (1/4ε) ∫ E|b̂_F − b_F|² dt and |a + b|² ≤ 2|a|² + 2|b|². The text of Albergo, Boffi and Vanden-Eijnden 2023
 * (arXiv:2303.08797) read here prints half of it, which fails: see {@link PerturbedGaussian}, whose KL can exceed it.
 *
 * <p><b>Special cases</b>: at ε = 0 the bound is ∞ unless the velocity is exact.
 *
 * <p><b>Error</b>: it bounds the KL divergence of whole paths, which exceeds that of their ends, and is loose if the errors of the
 * two fields do not add up. It needs excess losses over all times [0, 1]; the loss alone, without its minimum, bounds
 * nothing.
 */
final class KlBound {
    private KlBound() {}

    /** The bound δL_b/ε + ε δL_s. */
    static double ofVelocity(double diffusion, double velocityExcess, double scoreExcess) {
        return (velocityExcess == 0 ? 0 : velocityExcess / diffusion) + diffusion * scoreExcess;
    }

    /** The minimum ε* = √(δL_b/δL_s) of {@link #ofVelocity}; ∞ for a perfect score. */
    static double optimalDiffusion(double velocityExcess, double scoreExcess) {
        return Math.sqrt(velocityExcess / scoreExcess);
    }
}
