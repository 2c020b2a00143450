/** Estimates with intervals, fits, bootstraps, and distances between samples and laws. */
package org.noisebook.stats;
