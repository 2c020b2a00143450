/** ASGDiffusion: large pictures from patches with asynchronous structure guidance, arXiv 2412.06163. */
package org.noisebook.papers.asg;
