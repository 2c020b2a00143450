/** Forecasts of a noisy thermoacoustic oscillation, arXiv 2107.06396. */
package org.noisebook.papers.thermoacoustic;
