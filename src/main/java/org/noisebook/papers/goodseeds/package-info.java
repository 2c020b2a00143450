/** Seeds of generators, arXiv 2405.14828. */
package org.noisebook.papers.goodseeds;
