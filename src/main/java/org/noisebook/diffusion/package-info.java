/**
 * Diffusions and their samplers: noise schedules as interpolants of another time, ancestral, Langevin and multistep
 * methods, guidance, and their studies. Time runs from 0 (data) to 1 (noise) and is written τ.
 */
package org.noisebook.diffusion;
