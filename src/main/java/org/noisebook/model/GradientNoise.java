package org.noisebook.model;

/**
 * The source of gradient noise in a step: three noises of one temperature T = η/B, of which the first is SGD and the
 * others are its controls (after Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703).
 *
 * <p>In all of them a point that is fitted has gradient g_i = 0, and ḡ is the mean of the g_i over all P points.
 */
public enum GradientNoise {
    /**
     * A fresh uniform subset of B of all P points, without replacement; the step is the mean of its g_i.
     *
     * <p>Mean ḡ, covariance (1/B − 1/P) S with S = Σ (g_i − ḡ)(g_i − ḡ)ᵀ/(P − 1).
     */
    MINIBATCH,
    /**
     * A fresh uniform subset of min(B, U) of the U points that are unfitted now; the step is the sum of its g_i over B.
     *
     * <p>Mean ḡ P/max(U, B) and, of the noise, that of the minibatch of the unfitted points alone: neither goes to zero
     * as points get fitted, until U ≤ B, from where on all of them are taken and nothing is random.
     */
    UNFITTED,
    /**
     * The mean over all points plus Gaussian noise of exactly the minibatch's covariance: Σ c_i g_i with c_i = 1/P +
     * √((1/B − 1/P)/(P − 1)) (ξ_i − ξ̄), ξ_i ~ N(0, 1) independent for all P points, ξ̄ their mean.
     *
     * <p>Mean and covariance are those of {@link #MINIBATCH}; gradient descent for B = P. The authors' release spreads
     * the noise over all points, fitted or not: covariance (1/B − 1/P)(U/P) Σ_i ∇F_i ∇F_iᵀ/P ({@code edm/dynamics.py},
     * {@code gd_sde}): the size of a minibatch's noise, not its shape.
     */
    GAUSSIAN
}
