/** Fractional noise as a sum of Markov processes, arXiv 2310.12975. */
package org.noisebook.papers.fractional;
