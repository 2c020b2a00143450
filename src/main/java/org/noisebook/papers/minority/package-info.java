/** Guidance to rare samples, arXiv 2301.12334. */
package org.noisebook.papers.minority;
