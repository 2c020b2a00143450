/** Inversion by two coupled copies, arXiv 2211.12446. */
package org.noisebook.papers.edict;
