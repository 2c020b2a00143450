/** Networks with frozen weights from a bounded set: Li, Sonoda, Cao, Wang, Liang 2023, arXiv 2008.08427. */
package org.noisebook.papers.bandlimited;
