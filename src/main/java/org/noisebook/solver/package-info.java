/**
 * Steps of ordinary and stochastic differential equations on blocks of particles, and the fields they follow.
 *
 * <p>A field ({@link org.noisebook.solver.VelocityField}, {@link org.noisebook.solver.Score}) may be exact, learned or
 * composed; a {@link org.noisebook.solver.Sampler} takes any of them and moves one block a step at a time with the noise it
 * is given; {@link org.noisebook.solver.Ensemble} runs many blocks over a {@link org.noisebook.solver.TimeGrid grid} of
 * times. A {@link org.noisebook.solver.Method} makes samplers and says in its card what it is and when not to use it.
 */
package org.noisebook.solver;
