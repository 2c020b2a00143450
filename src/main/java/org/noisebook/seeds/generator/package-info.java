/**
 * Generators whose samples depend on seed and condition, and analyses of how their samples depend on the seed: scenes,
 * classifiers, distances between seeds, and a study of them.
 */
package org.noisebook.seeds.generator;
