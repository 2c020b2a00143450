/** Initial noise learned by policy gradient, arXiv 2407.19453. */
package org.noisebook.papers.noisepolicy;
