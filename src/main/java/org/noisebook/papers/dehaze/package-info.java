/** Tissue and haze sampled together given their sum, arXiv 2307.11204. */
package org.noisebook.papers.dehaze;
