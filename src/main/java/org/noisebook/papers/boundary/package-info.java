/** Optimal boundary conditions of diffusion equations, arXiv 2305.15357. */
package org.noisebook.papers.boundary;
