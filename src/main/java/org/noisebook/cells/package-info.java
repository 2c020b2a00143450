/**
 * Cells and planes that the figures of several papers draw: networks over (α, T), perceptrons, round trips of a sampler.
 */
package org.noisebook.cells;
