/**
 * Integrators of ordinary and stochastic differential equations on blocks of particles, and the fields they integrate.
 *
 * <p>A field ({@link org.noisebook.solver.VelocityField}, {@link org.noisebook.solver.Score}) may be exact, learned or
 * composed; a {@link org.noisebook.solver.Sampler} takes any of them and moves one block by one step at a time with the
 * noise supplied; {@link org.noisebook.solver.Ensemble} runs many blocks over a {@link org.noisebook.solver.TimeGrid
 * grid} of times. A {@link org.noisebook.solver.Method} creates samplers and describes itself and its limits in a card.
 */
package org.noisebook.solver;
