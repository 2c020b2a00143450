/** Diagonal state-space models and the HiPPO matrix, arXiv 2310.01698. */
package org.noisebook.papers.hippo;
