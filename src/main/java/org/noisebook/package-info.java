/** Noisebook: a kit for the physics of noise in learning and generation. */
package org.noisebook;
