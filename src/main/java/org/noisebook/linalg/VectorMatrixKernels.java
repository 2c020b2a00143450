package org.noisebook.linalg;

/** The Vector API twin of {@link MatrixKernels}: in both precisions, one built on the other. */
final class VectorMatrixKernels extends VectorDoubleMatrixKernels implements MatrixKernels {
    @Override
    public String describe() {
        return "vector " + VectorKernels.FLOATS.vectorBitSize() + " bit";
    }
}
