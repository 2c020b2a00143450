/** Replica engine for any OpenCL device, bit for bit like the exact engine. The only package that uses JOCL. */
package org.noisebook.opencl;
