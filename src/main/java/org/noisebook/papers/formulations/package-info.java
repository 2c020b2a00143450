/** Three formulations of diffusion models, arXiv 2211.07804. */
package org.noisebook.papers.formulations;
