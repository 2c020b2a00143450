/** One picture for two views, a task each: Xu et al. 2024, arXiv 2412.02693. */
package org.noisebook.papers.anagrams;
