/** The effects of SGD noise in distinct regimes of deep learning, arXiv 2301.13703. */
package org.noisebook.papers.sgdnoise;
