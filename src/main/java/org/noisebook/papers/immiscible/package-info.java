/** Immiscible diffusion: training noise assigned to the pictures that are near it, arXiv 2406.12303. */
package org.noisebook.papers.immiscible;
