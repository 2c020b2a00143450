/** Speech enhancement by a diffusion that drifts to the noisy speech, arXiv 2208.05830. */
package org.noisebook.papers.sgmse;
