/** Noise that moves with a video and stays white: Burgert et al. 2025, arXiv 2501.08331. */
package org.noisebook.papers.warped;
