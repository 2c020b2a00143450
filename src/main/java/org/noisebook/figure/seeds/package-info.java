/**
 * Figures of how much of a result is the seed.
 */
package org.noisebook.figure.seeds;
