/** Layers in the information plane: Shwartz-Ziv, Tishby 2017, arXiv 1703.00810. */
package org.noisebook.papers.plane;
