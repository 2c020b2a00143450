/** Variance in machine-learning benchmarks, arXiv 2103.03098. */
package org.noisebook.papers.variance;
