/** Likelihood of unnormalised models as a nested expectation, arXiv 2306.07485. */
package org.noisebook.papers.compositionalebm;
