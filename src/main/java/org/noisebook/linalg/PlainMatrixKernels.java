package org.noisebook.linalg;

/** The plain-Java twin of {@link MatrixKernels} in both precisions; the double version extends the float version. */
final class PlainMatrixKernels extends PlainDoubleMatrixKernels implements MatrixKernels {
    @Override
    public String describe() {
        return "plain";
    }
}
