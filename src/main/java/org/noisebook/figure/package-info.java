/**
 * What a figure is: an id, a sweep, a reduction to numbers, a plate and claims, and the edition that writes them.
 * The figures themselves stand in a room for each area.
 */
package org.noisebook.figure;
