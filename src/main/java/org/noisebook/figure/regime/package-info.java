/**
 * Figures of lazy and rich training.
 */
package org.noisebook.figure.regime;
