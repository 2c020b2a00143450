/** Noise of stochastic gradient descent: the perceptron and its theory, deep networks, and studies of both. */
package org.noisebook.sgd;
