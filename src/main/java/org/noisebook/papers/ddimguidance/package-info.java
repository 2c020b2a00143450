/** DDPM, DDIM and guidance without a classifier, arXiv 2412.14422. */
package org.noisebook.papers.ddimguidance;
