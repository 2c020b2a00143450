/** Oscillation at large learning rates, arXiv 2310.17074. */
package org.noisebook.papers.benignoscillation;
