/**
 * Noise of stochastic gradient descent: the perceptron and its theory, deep networks, features that oscillate, walks
 * in a random potential, and the studies of them.
 */
package org.noisebook.sgd;
