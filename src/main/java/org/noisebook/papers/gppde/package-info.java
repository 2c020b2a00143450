/** Gaussian processes with learned spectra for differential equations, arXiv 2311.04465. */
package org.noisebook.papers.gppde;
