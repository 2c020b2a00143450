/** Large batches that train longer, arXiv 1705.08741. */
package org.noisebook.papers.trainlonger;
