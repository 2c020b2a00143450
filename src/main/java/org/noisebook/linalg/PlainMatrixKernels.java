package org.noisebook.linalg;

/** The plain-Java twin of {@link MatrixKernels}: in both precisions, one built on the other. */
final class PlainMatrixKernels extends PlainDoubleMatrixKernels implements MatrixKernels {
    @Override
    public String describe() {
        return "plain";
    }
}
