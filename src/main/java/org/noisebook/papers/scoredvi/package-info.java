/** Denoising with a noise map that is learned from the pictures themselves, arXiv 2308.04682. */
package org.noisebook.papers.scoredvi;
