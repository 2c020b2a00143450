package org.noisebook.stats;

import java.util.Arrays;
import java.util.stream.IntStream;

/** Checks of samples, and pairwise distances between two of them. */
final class Samples {
    /** Number of points per parallel task. */
    private static final int BLOCK = 64;

    private Samples() {}

    /** Reduces the squared distances from one point to all others; called by several threads. */
    interface Reduction {
        /** The number for a point from its squared distances, which it may overwrite. */
        double of(int point, double[] squared);
    }

    static void check(String name, double[] x) {
        if (x.length == 0) {
            throw new IllegalArgumentException(name + " must have at least one point, got 0");
        }
        for (int k = 0; k < x.length; k++) {
            if (!Double.isFinite(x[k])) {
                throw new IllegalArgumentException(name + " must be finite, got " + x[k] + " at point " + k);
            }
        }
    }

    /** A sorted copy of what passes {@link #check(String, double[])}. */
    static double[] sorted(String name, double[] x) {
        check(name, x);
        double[] sorted = x.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    static void check(String name, double[][] x) {
        if (x.length == 0) {
            throw new IllegalArgumentException(name + " must have at least one coordinate, got 0");
        }
        for (double[] row : x) {
            if (row.length != x[0].length) {
                throw new IllegalArgumentException(
                        "rows of " + name + " must have one length, got " + x[0].length + " and " + row.length);
            }
            check(name, row);
        }
    }

    static void check(double[][] x, double[][] y) {
        check("x", x);
        check("y", y);
        if (x.length != y.length) {
            throw new IllegalArgumentException(
                    "x and y must have the same dimension, got " + x.length + " and " + y.length);
        }
    }

    /**
     * A number for each point of x from its squared distances to all of y, each summed over ascending coordinates, so
     * that the result does not depend on the number of threads.
     */
    static double[] reduce(double[][] x, double[][] y, Reduction reduction) {
        int n = x[0].length;
        int m = y[0].length;
        double[] out = new double[n];
        IntStream.range(0, (n + BLOCK - 1) / BLOCK).parallel().forEach(block -> {
            double[] squared = new double[m];
            for (int i = block * BLOCK; i < Math.min(n, (block + 1) * BLOCK); i++) {
                Arrays.fill(squared, 0);
                for (int j = 0; j < x.length; j++) {
                    addSquares(x[j][i], y[j], squared);
                }
                out[i] = reduction.of(i, squared);
            }
        });
        return out;
    }

    private static void addSquares(double at, double[] row, double[] squared) {
        for (int k = 0; k < row.length; k++) {
            double off = row[k] - at;
            squared[k] = Math.fma(off, off, squared[k]);
        }
    }

    /** Four independent chains, since in one chain every addition would wait for the one before. */
    static double sum(double[] values) {
        double a = 0;
        double b = 0;
        double c = 0;
        double d = 0;
        int k = 0;
        for (; k + 4 <= values.length; k += 4) {
            a += values[k];
            b += values[k + 1];
            c += values[k + 2];
            d += values[k + 3];
        }
        for (; k < values.length; k++) {
            a += values[k];
        }
        return (a + b) + (c + d);
    }

    /** Unbiased variance, 0 for one value. */
    static double variance(double[] values) {
        double mean = sum(values) / values.length;
        double squares = 0;
        for (double value : values) {
            squares = Math.fma(value - mean, value - mean, squares);
        }
        return values.length < 2 ? 0 : squares / (values.length - 1.0);
    }
}
