/** Residuals and noise removed together or one before the other, arXiv 2308.13712. */
package org.noisebook.papers.rddm;
