/** Discrete diffusion by masks on languages whose conditionals are exact: Zheng and others 2024, arXiv 2409.02908. */
package org.noisebook.papers.masked;
