/** The law of signals that are never seen whole, arXiv 2306.11719. */
package org.noisebook.papers.forwardmodels;
