/** Gradient descent at the edge of stability: Cohen, Kaur, Li, Kolter, Talwalkar 2021, arXiv 2103.00065. */
package org.noisebook.papers.edge;
