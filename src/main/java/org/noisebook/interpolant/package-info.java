/**
 * Stochastic interpolants and diffusions: two densities joined by x_t = α x_0 + β x_1 + γ z, with velocity, score and noise
 * mean exact for Gaussian mixtures and learned for data, and what samples them.
 *
 * <p>Time runs from 0 (base ρ_0) to 1 (data ρ_1) in interpolants, and from 0 (data) to 1 (noise) in
 * diffusions, which count it as τ.
 */
package org.noisebook.interpolant;
