/**
 * Recurrent networks whose initial weights have a given rank or structure, the tasks they learn, and how far they
 * move.
 */
package org.noisebook.regime.recurrent;
