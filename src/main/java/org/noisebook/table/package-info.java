/** Frames as Tablesaw tables; the only package that touches Tablesaw. */
package org.noisebook.table;
