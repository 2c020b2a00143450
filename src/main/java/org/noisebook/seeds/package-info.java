/**
 * How much of a result is the seed: variance components, rank tests, golden seeds with their nulls, seed classifiers, layouts, and the
 * studies that apply them to generators and to training.
 */
package org.noisebook.seeds;
