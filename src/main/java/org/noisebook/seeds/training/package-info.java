/**
 * Training with separate seeds of initialisation, order and data: learners, the mistake-driven perceptron, shares of
 * the variance, with the studies of them.
 */
package org.noisebook.seeds.training;
