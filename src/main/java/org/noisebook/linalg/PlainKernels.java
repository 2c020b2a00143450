package org.noisebook.linalg;

/** The plain-Java twin of {@link Kernels} in both precisions; the double version extends the float version. */
final class PlainKernels extends PlainDoubleKernels implements Kernels {
    @Override
    public String describe() {
        return "plain";
    }

    /** Half the number of accumulators that a row of this length uses: 8, 16 or 32. */
    static int firstHalf(int length) {
        return length > 32 ? 32 : length > 16 ? 16 : 8;
    }
}
