package org.noisebook.diffusion;

/** Argument checks and row operations shared by steppers. */
final class Blocks {
    private Blocks() {}

    static double[][] rows(int dimension, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, got " + capacity);
        }
        return new double[dimension][capacity];
    }

    static void check(double[][] x, int count, double[][] own) {
        if (x.length != own.length) {
            throw new IllegalArgumentException(
                    "particles must have the sampler's dimension=" + own.length + ", got " + x.length);
        }
        if (count < 0 || count > own[0].length) {
            throw new IllegalArgumentException("count must be in [0, capacity=" + own[0].length + "], got " + count);
        }
    }

    /** x = factor x. */
    static void scale(double factor, double[][] x, int count) {
        for (double[] row : x) {
            for (int k = 0; k < count; k++) {
                row[k] *= factor;
            }
        }
    }

    /** out = a x + b y; out may be x or y. */
    static void combine(double a, double[][] x, double b, double[][] y, int count, double[][] out) {
        for (int j = 0; j < out.length; j++) {
            combine(a, x[j], b, y[j], count, out[j]);
        }
    }

    private static void combine(double a, double[] x, double b, double[] y, int count, double[] out) {
        for (int k = 0; k < count; k++) {
            out[k] = Math.fma(b, y[k], a * x[k]);
        }
    }
}
