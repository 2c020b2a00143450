/** Half-spaces learned after tests of what the learner assumes, arXiv 2302.14853. */
package org.noisebook.papers.testerlearner;
