/** One more step before the first, arXiv 2311.15744. */
package org.noisebook.papers.onemorestep;
