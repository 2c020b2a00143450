/**
 * Networks, Gaussian mixtures and perceptrons: training, tangent kernels, and engines for many replicas in parallel.
 */
package org.noisebook.model;
