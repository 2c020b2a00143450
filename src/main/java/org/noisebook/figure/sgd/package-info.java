/**
 * Figures of the noise of stochastic gradient descent.
 */
package org.noisebook.figure.sgd;
