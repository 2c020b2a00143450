/** The phases of SGD in the plane of batch size and learning rate, arXiv 2309.10688. */
package org.noisebook.papers.sgdphases;
