package org.noisebook.linalg;

/** The Vector API twin of {@link DepthwiseKernels} in both precisions; the double version extends the float version. */
final class VectorDepthwiseKernels extends VectorDoubleDepthwiseKernels implements DepthwiseKernels {}
