/** Independent intervals from the clipped Slepian process, arXiv 2401.01805. */
package org.noisebook.papers.slepian;
