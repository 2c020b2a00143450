/** Several expectations from one sample with control variates, arXiv 2212.00568. */
package org.noisebook.papers.controlvariates;
