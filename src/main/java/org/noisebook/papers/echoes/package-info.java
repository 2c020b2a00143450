/** A comb of lines with one unknown phase each, arXiv 2308.01017. */
package org.noisebook.papers.echoes;
