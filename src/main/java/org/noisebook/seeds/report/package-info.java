/**
 * What the statistics say of a table, in plain words and tables: conditions over seeds, one condition alone, several
 * sources of randomness, comparisons.
 */
package org.noisebook.seeds.report;
