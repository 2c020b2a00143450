/** Connectivity and the rich and lazy regimes of neural circuits, arXiv 2310.08513. */
package org.noisebook.papers.richlazy;
