/** Loads of a mechanical submodel from a Wasserstein GAN, arXiv 2110.13680. */
package org.noisebook.papers.wgan;
