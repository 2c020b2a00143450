/**
 * Small dense kernels, each plain and with vector instructions, and the activations and shapes of networks; both
 * give the same bits. Classes named Float are written before compiling, from their twins named Double: see
 * {@code environment/generate/FloatTwins.java}.
 */
package org.noisebook.linalg;
