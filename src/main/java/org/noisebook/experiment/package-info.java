/**
 * Studies, runs and sweeps: configs with a text form and a hash, the cache of runs, claims, progress and provenance.
 */
package org.noisebook.experiment;
