/**
 * How much of a result is the seed: tables of scores, variance components, rank tests, golden seeds with their
 * nulls, paired comparisons and their power, and the studies that check these statistics where the truth is known.
 */
package org.noisebook.seeds;
