/** Sequential learning from private reports: Liu and Rahimian 2025, arXiv 2502.19525. */
package org.noisebook.papers.privatecrowd;
