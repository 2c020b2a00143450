/** FreeNoise: longer video from shared noise and overlapping windows, arXiv 2310.15169. */
package org.noisebook.papers.freenoise;
