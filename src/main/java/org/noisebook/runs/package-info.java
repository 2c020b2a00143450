/**
 * Runs of other programs: tables whose columns have roles, said or guessed, and reports that answer in words.
 *
 * <p>Every command that reads a table of a user's own finds its columns by {@link org.noisebook.runs.Columns} and its labels and scores there,
 * and writes its answer by {@link org.noisebook.runs.Report}.
 */
package org.noisebook.runs;
