/** Replicas on any device with OpenCL, bit by bit as the exact engine computes them. Alone in touching JOCL. */
package org.noisebook.opencl;
