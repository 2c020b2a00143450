package org.noisebook.linalg;

/** The plain-Java twin of {@link Kernels}; its loops are written so that the compiler can vectorise them. */
final class PlainKernels implements Kernels {
    private static final int ACCUMULATORS = 64;
    private final double[] sums = new double[ACCUMULATORS];
    private final float[] floatSums = new float[ACCUMULATORS];

    @Override
    public String describe() {
        return "plain";
    }

    @Override
    public void dots(double[] rows, int start, int stride, int[] index, int count, double[] vector, double[] out) {
        for (int k = 0; k < count; k++) {
            out[k] = dot(rows, start + index[k] * stride, vector, stride);
        }
    }

    private double dot(double[] row, int offset, double[] vector, int length) {
        double[] s = sums;
        int width = Math.min(length, ACCUMULATORS);
        for (int j = 0; j < width; j++) {
            s[j] = Math.fma(row[offset + j], vector[j], 0.0);
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
        for (int half = firstHalf(length); half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                s[j] += s[j + half];
            }
        }
        return s[0];
    }

    /** Half the number of accumulators that a row of this length uses: 8, 16 or 32. */
    static int firstHalf(int length) {
        return length > 32 ? 32 : length > 16 ? 16 : 8;
    }

    @Override
    public void dots(float[] rows, int start, int stride, int[] index, int count, float[] vector, float[] out) {
        for (int k = 0; k < count; k++) {
            out[k] = dot(rows, start + index[k] * stride, vector, stride);
        }
    }

    private float dot(float[] row, int offset, float[] vector, int length) {
        float[] s = floatSums;
        int width = Math.min(length, ACCUMULATORS);
        for (int j = 0; j < width; j++) {
            s[j] = Math.fma(row[offset + j], vector[j], 0.0f);
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
        for (int half = firstHalf(length); half > 0; half /= 2) {
            for (int j = 0; j < half; j++) {
                s[j] += s[j + half];
            }
        }
        return s[0];
    }

    @Override
    public void addScaled(double factor, double[] rows, int offset, int length, double[] y) {
        for (int j = 0; j < length; j++) {
            y[j] = Math.fma(factor, rows[offset + j], y[j]);
        }
    }

    @Override
    public void addScaled(float factor, float[] rows, int offset, int length, float[] y) {
        for (int j = 0; j < length; j++) {
            y[j] = Math.fma(factor, rows[offset + j], y[j]);
        }
    }
}
