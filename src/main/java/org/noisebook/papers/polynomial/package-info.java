/** Grokking from lazy to rich: a network with a closed state on the square of one direction. */
package org.noisebook.papers.polynomial;
