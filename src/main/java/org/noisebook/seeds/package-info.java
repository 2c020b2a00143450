/**
 * How much of a result is due to the seed: tables of scores, variance components, rank tests, golden seeds with their
 * null distributions, paired comparisons and their power.
 */
package org.noisebook.seeds;
