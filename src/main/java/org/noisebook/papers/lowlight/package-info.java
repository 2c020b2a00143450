/** Noise of image sensors in near darkness, arXiv 2108.02158. */
package org.noisebook.papers.lowlight;
