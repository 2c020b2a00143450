/** Score-based generative modelling through stochastic differential equations, arXiv 2011.13456. */
package org.noisebook.papers.scoresde;
