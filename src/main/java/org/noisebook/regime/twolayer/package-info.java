/**
 * Two-layer linear networks: starts of any rank, gradient flow, and the closed forms that it follows.
 */
package org.noisebook.regime.twolayer;
