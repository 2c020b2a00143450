/** A holdout that is asked again and again, arXiv 1411.2664. */
package org.noisebook.papers.holdout;
