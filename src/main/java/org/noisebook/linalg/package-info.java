/**
 * Small dense kernels, each in a plain and a vector version that give the same bits, and the activations and layer
 * shapes of networks. Classes named Float are generated from their Double twins before compilation: see {@code
 * environment/generate/FloatTwins.java}.
 */
package org.noisebook.linalg;
