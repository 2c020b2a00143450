package org.noisebook.linalg;

/** The plain-Java twin of {@link Kernels} in {@code double}; its loops are written so that the compiler can vectorise them. */
// float: class PlainFloatKernels {
class PlainDoubleKernels extends PlainFloatKernels { // double only
    private static final int ACCUMULATORS = 64;
    private final double[] sums = new double[ACCUMULATORS];

    public void dots(double[] rows, int start, int stride, int[] index, int count, double[] vector, double[] out) {
        for (int k = 0; k < count; k++) {
            out[k] = dot(rows, start + index[k] * stride, vector, stride);
        }
    }

    private double dot(double[] row, int offset, double[] vector, int length) {
        double[] s = sums;
        int width = Math.min(length, ACCUMULATORS);
        for (int j = 0; j < width; j++) {
            s[j] = Math.fma(row[offset + j], vector[j], 0);
        }
        for (int block = ACCUMULATORS; block < length; block += ACCUMULATORS) {
            int end = Math.min(ACCUMULATORS, length - block);
            for (int j = 0; j < end; j++) {
                s[j] = Math.fma(row[offset + block + j], vector[block + j], s[j]);
            }
        }
        for (int j = width; j < ACCUMULATORS; j++) {
            s[j] = 0;
        }
        for (int half = PlainKernels.firstHalf(length); half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                s[j] += s[j + half];
            }
        }
        return s[0];
    }

    public void addScaled(double factor, double[] rows, int offset, int length, double[] y) {
        for (int j = 0; j < length; j++) {
            y[j] = Math.fma(factor, rows[offset + j], y[j]);
        }
    }
}
