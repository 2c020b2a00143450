/**
 * How far training leaves its tangent model: movement of weights, tangent kernel and representation, linearised SGD,
 * the spectrum of a kernel, and the studies of networks, XOR clusters and the information plane.
 */
package org.noisebook.regime;
