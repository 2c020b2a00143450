/**
 * Stochastic interpolants: two densities joined by x_t = α x_0 + β x_1 + γ z, with velocity, score and noise mean exact for
 * Gaussian mixtures, what moves them, and the studies of both. Time runs from 0 (base ρ_0) to 1 (data ρ_1).
 */
package org.noisebook.interpolant;
