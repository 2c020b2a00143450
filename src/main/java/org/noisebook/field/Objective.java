package org.noisebook.field;

import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.solver.Field;

/**
 * The regression target of a network for an interpolant: minimising E[½ f² − f·y] over times and points gives f = E[y |
 * x_t = x].
 *
 * <p>Albergo, Boffi and Vanden-Eijnden 2023 (arXiv 2303.08797, section 2.3 and 3); the excess over the minimum is half
 * the mean squared error. The noise ζ is z, or x_0 for one-sided interpolants.
 *
 * <p><b>Special cases</b>: with γ = √(a t (1 − t)) the targets of {@link #VELOCITY} and {@link #SCORE} have infinite
 * variance on [0, 1]: use antithetic pairs, or learn {@link #NOISE}.
 */
public enum Objective {
    /** L_b: y = α̇ x_0 + β̇ x_1 + γ̇ z. */
    VELOCITY,
    /** L_v: y = α̇ x_0 + β̇ x_1, the velocity without the contribution of the latent noise. */
    INTERPOLANT_VELOCITY,
    /** L_s: y = −z/γ, or −x_0/α for one-sided interpolants. */
    SCORE,
    /** L_η: y = ζ. */
    NOISE,
    /** L_1: y = x_1, the clean point; for one-sided interpolants. */
    DENOISER;

    /** The exact minimiser for mixtures. */
    public Field exact(MixtureInterpolant interpolant) {
        return switch (this) {
            case VELOCITY -> interpolant.velocity();
            case INTERPOLANT_VELOCITY -> interpolant.interpolantVelocity();
            case SCORE -> interpolant.score();
            case NOISE -> interpolant.oneSided() ? interpolant.startMean() : interpolant.noiseMean();
            case DENOISER -> interpolant.endMean();
        };
    }
}
