/** Early warning signals and their error rates, arXiv 1305.6700. */
package org.noisebook.papers.earlywarning;
