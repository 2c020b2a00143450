package org.noisebook.linalg;

/** The plain-Java twin of {@link DepthwiseKernels}: in both precisions, one built on the other. */
final class PlainDepthwiseKernels extends PlainDoubleDepthwiseKernels implements DepthwiseKernels {
    @Override
    public String describe() {
        return "plain";
    }
}
