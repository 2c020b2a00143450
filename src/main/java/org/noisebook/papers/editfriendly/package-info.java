/** Noise maps that rebuild a picture: Huberman-Spiegelglas, Kulikov, Michaeli 2023, arXiv 2304.06140. */
package org.noisebook.papers.editfriendly;
