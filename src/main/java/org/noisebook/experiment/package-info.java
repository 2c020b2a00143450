/**
 * Studies, runs and sweeps: configs with a text and a hash, the cache of runs, claims, progress and provenance. It
 * knows no study by name.
 */
package org.noisebook.experiment;
