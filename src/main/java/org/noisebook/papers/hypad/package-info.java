/** Certainty and anomalies, arXiv 2211.09224. */
package org.noisebook.papers.hypad;
