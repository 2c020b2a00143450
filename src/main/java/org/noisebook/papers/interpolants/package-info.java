/** Stochastic interpolants, arXiv 2303.08797. */
package org.noisebook.papers.interpolants;
