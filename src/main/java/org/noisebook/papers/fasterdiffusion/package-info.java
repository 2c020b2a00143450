/** Parts of a diffusion's denoiser reused from step to step. */
package org.noisebook.papers.fasterdiffusion;
