/**
 * Generators whose samples depend on seed and condition, and what their samples tell of the seed: layouts,
 * classifiers, Fréchet distances, with the studies of them.
 */
package org.noisebook.seeds.generator;
