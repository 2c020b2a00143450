/**
 * The parts of a figure: an id, a sweep, reductions to numbers, a plate and claims, and the edition that writes its
 * files. The figures themselves are in the packages of their papers.
 */
package org.noisebook.figure;
