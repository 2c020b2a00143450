/** Pictures between two by blending what a sampler takes them to: Zheng and others 2024, arXiv 2403.08840. */
package org.noisebook.papers.blended;
