/** Certified radii by smoothing, in one pass or after denoising, arXiv 2501.13094. */
package org.noisebook.papers.certificate;
