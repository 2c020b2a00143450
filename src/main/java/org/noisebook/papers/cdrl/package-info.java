/** Energies learned by recovery likelihood with short chains, arXiv 2309.05153. */
package org.noisebook.papers.cdrl;
