/**
 * Random numbers by name: streams that depend on seed, replica and name alone, whatever thread or order draws them.
 */
package org.noisebook.rng;
