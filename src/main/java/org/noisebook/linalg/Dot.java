package org.noisebook.linalg;

/** Dot products in float64 by fused multiply-adds, each in an order of its own that fixes its bits. */
public final class Dot {
    private Dot() {}

    /** Σ a_i b_i in ascending order; {@code b} may be longer. */
    public static double inOrder(double[] a, double[] b) {
        return inOrder(a, 0, b, 0, a.length);
    }

    /** Σ a_i b_i in ascending order, from the two starts. */
    public static double inOrder(double[] a, int aStart, double[] b, int bStart, int length) {
        double sum = 0;
        for (int i = 0; i < length; i++) {
            sum = Math.fma(a[aStart + i], b[bStart + i], sum);
        }
        return sum;
    }

    /** The same in four independent chains, because in a single one every addition waits for the one before. */
    public static double inChains(double[] a, int aStart, double[] b, int bStart, int length) {
        double s0 = 0;
        double s1 = 0;
        double s2 = 0;
        double s3 = 0;
        int i = 0;
        for (; i + 4 <= length; i += 4) {
            s0 = Math.fma(a[aStart + i], b[bStart + i], s0);
            s1 = Math.fma(a[aStart + i + 1], b[bStart + i + 1], s1);
            s2 = Math.fma(a[aStart + i + 2], b[bStart + i + 2], s2);
            s3 = Math.fma(a[aStart + i + 3], b[bStart + i + 3], s3);
        }
        for (; i < length; i++) {
            s0 = Math.fma(a[aStart + i], b[bStart + i], s0);
        }
        return (s0 + s1) + (s2 + s3);
    }
}
