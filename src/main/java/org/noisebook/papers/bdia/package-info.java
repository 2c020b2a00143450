/** Inversion by steps in both directions, arXiv 2307.10829. */
package org.noisebook.papers.bdia;
