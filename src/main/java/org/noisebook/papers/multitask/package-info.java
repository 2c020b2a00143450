/** Memories that retrieve several patterns at once, arXiv 2308.04106. */
package org.noisebook.papers.multitask;
