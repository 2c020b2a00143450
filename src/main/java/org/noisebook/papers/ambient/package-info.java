/** What a noisy sample is worth, arXiv 2411.02780. */
package org.noisebook.papers.ambient;
