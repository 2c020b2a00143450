package org.noisebook.solver;

import java.util.function.IntFunction;

/**
 * Operations shared by the stages of all steppers, on coordinate-major rows.
 *
 * <p>The loops are plain, so that the compiler vectorises them; a fused multiply-add gives the same bits either way.
 */
final class Stages {
    private Stages() {}

    /**
     * A sampler built from a stepper factory.
     *
     * @param begin creates a stepper of a given capacity
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

    /** Rejects invalid arguments that would otherwise give obscure errors or silent NaN. */
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
