/** Cyclic one-way diffusion: known pixels imposed again and again, arXiv 2306.08247. */
package org.noisebook.papers.cyclic;
