/** Figures of a reader's own tables, networks and engines; they belong to no paper. */
package org.noisebook.report;
