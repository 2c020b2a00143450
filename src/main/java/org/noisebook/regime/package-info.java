/**
 * Whether a training was lazy or rich: how far it leaves its tangent model, in weights, tangent kernel and representation.
 */
package org.noisebook.regime;
