/** Denoising from noisy data alone by the score of their law, arXiv 2106.07009. */
package org.noisebook.papers.noise2score;
