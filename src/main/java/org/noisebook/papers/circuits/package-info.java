/** Search for quantum circuits under noise, arXiv 2402.03500. */
package org.noisebook.papers.circuits;
