/** Post-training quantisation of a diffusion's denoiser. */
package org.noisebook.papers.quantisation;
