/** Golden noise, arXiv 2411.09502. */
package org.noisebook.papers.goldennoise;
