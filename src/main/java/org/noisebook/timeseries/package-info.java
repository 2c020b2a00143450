/**
 * Series of readings, in time or over frequency: what noise, memory, lines and outliers they hold, and reports that say so.
 */
package org.noisebook.timeseries;
