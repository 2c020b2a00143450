/**
 * Small dense kernels, each plain and with vector instructions, and the activations and shapes of networks; both
 * give the same bits.
 */
package org.noisebook.linalg;
