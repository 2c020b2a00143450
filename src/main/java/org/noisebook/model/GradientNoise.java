package org.noisebook.model;

/**
 * The source of gradient noise in a step: three kinds of noise at the same temperature T = η/B, of which the first is
 * SGD and the others are controls (after Sclocchi, Geiger and Wyart 2023, arXiv 2301.13703).
 *
 * <p>In all of them a fitted point has gradient g_i = 0, and ḡ is the mean of the g_i over all P points.
 */
public enum GradientNoise {
    /**
     * A new uniform subset of B of the P points, drawn without replacement; the step is the mean of its g_i.
     *
     * <p>Mean ḡ, covariance (1/B − 1/P) S with S = Σ (g_i − ḡ)(g_i − ḡ)ᵀ/(P − 1).
     */
    MINIBATCH,
    /**
     * A new uniform subset of min(B, U) of the U points that are unfitted now; the step is the sum of its g_i over B.
     *
     * <p>The mean is ḡ P/max(U, B), and the noise is that of a minibatch of the unfitted points alone. Neither goes to
     * zero as points are fitted until U ≤ B, when all unfitted points are taken and the step is deterministic.
     */
    UNFITTED,
    /**
     * The mean over all points plus Gaussian noise with exactly the covariance of the minibatch: Σ c_i g_i with c_i =
     * 1/P + √((1/B − 1/P)/(P − 1)) (ξ_i − ξ̄), with independent ξ_i ~ N(0, 1) for all P points and their mean ξ̄.
     *
     * <p>Mean and covariance are those of {@link #MINIBATCH}; B = P is gradient descent. The authors' release spreads
     * the noise over all points, fitted or not: covariance (1/B − 1/P)(U/P) Σ_i ∇F_i ∇F_iᵀ/P ({@code edm/dynamics.py},
     * {@code gd_sde}): this has the size of minibatch noise but not its shape.
     */
    GAUSSIAN
}
