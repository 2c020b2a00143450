package org.noisebook.linalg;

/** The plain-Java twin of {@link DepthwiseKernels} in both precisions; the double version extends the float version. */
final class PlainDepthwiseKernels extends PlainDoubleDepthwiseKernels implements DepthwiseKernels {}
