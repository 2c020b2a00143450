/**
 * Diffusions and their samplers: noise schedules as interpolants with another time, ancestral, Langevin and multistep
 * methods, guidance, and studies of them. Time runs from 0 (data) to 1 (noise) and is denoted by τ.
 */
package org.noisebook.diffusion;
