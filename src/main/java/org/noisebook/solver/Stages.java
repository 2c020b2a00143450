package org.noisebook.solver;

import java.util.function.IntFunction;

/**
 * What the stages of all steppers share, over coordinate-major rows.
 *
 * <p>The loops are plain: the compiler makes vector code of them, and a fused multiply-add has the same bits either way.
 */
final class Stages {
    private Stages() {}

    /**
     * A sampler of steppers.
     *
     * @param begin a stepper by capacity
     */
    static Sampler sampler(int dimension, int noises, IntFunction<Sampler.Stepper> begin) {
        return new Sampler() {
            @Override
            public int dimension() {
                return dimension;
            }

            @Override
            public int noises() {
                return noises;
            }

            @Override
            public Stepper begin(int capacity) {
                return begin.apply(capacity);
            }
        };
    }

    static double[][] rows(int dimension, int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, got " + capacity);
        }
        return new double[dimension][capacity];
    }

    /** Rejects what would give a long trace or silent NaN. */
    static void check(double from, double to, double[][] x, int count, int dimension, int capacity) {
        if (!Double.isFinite(from) || !Double.isFinite(to)) {
            throw new IllegalArgumentException("from and to must be finite times, got " + from + " and " + to);
        }
        if (x.length != dimension) {
            throw new IllegalArgumentException(
                    "particles must have the sampler's dimension=" + dimension + ", got " + x.length);
        }
        if (count < 0 || count > capacity) {
            throw new IllegalArgumentException("count must be in [0, capacity=" + capacity + "], got " + count);
        }
    }

    static void checkNoise(double[][][] noise, int noises, int dimension) {
        if (noise.length < noises || noise[0].length != dimension) {
            throw new IllegalArgumentException("noise must hold " + noises + " vectors of dimension=" + dimension
                    + ", got " + noise.length + (noise.length == 0 ? "" : " of " + noise[0].length));
        }
    }

    /** out = x + factor y; out may be x or y. */
    static void add(double[][] x, double factor, double[][] y, int count, double[][] out) {
        for (int j = 0; j < x.length; j++) {
            add(x[j], factor, y[j], count, out[j]);
        }
    }

    static void add(double[] x, double factor, double[] y, int count, double[] out) {
        for (int k = 0; k < count; k++) {
            out[k] = Math.fma(factor, y[k], x[k]);
        }
    }
}
