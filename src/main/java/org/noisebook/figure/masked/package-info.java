/** Figures of masked diffusion. */
package org.noisebook.figure.masked;
