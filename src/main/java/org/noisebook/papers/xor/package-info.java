/** A ReLU network on XOR clusters: Xu, Wang, Frei, Vardi, Hu 2023, arXiv 2310.02541. */
package org.noisebook.papers.xor;
