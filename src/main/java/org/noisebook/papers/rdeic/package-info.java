/** Decoding from a coded picture plus noise instead of from noise, arXiv 2410.02640. */
package org.noisebook.papers.rdeic;
