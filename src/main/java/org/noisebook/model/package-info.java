/**
 * Networks, mixtures and perceptrons: their training, their tangent kernels, and engines that train many replicas
 * side by side.
 */
package org.noisebook.model;
