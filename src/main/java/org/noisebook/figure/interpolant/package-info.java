/**
 * Figures of interpolants, learned fields and diffusions.
 */
package org.noisebook.figure.interpolant;
