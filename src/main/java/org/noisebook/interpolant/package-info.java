/**
 * Stochastic interpolants x_t = α x_0 + β x_1 + γ z between two densities, with exact velocity, score and noise mean
 * for Gaussian mixtures, couplings, likelihoods and targets. Time runs from 0 (base ρ_0) to 1 (data ρ_1).
 */
package org.noisebook.interpolant;
