/** Stochastic acceleration with gains, losses and escape, arXiv 2411.14804. */
package org.noisebook.papers.fermi;
