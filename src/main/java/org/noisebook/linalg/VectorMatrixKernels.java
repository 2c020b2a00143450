package org.noisebook.linalg;

/** The Vector API twin of {@link MatrixKernels} in both precisions; the double version extends the float version. */
final class VectorMatrixKernels extends VectorDoubleMatrixKernels implements MatrixKernels {
    @Override
    public String describe() {
        return "vector " + VectorKernels.FLOATS.vectorBitSize() + " bit";
    }
}
