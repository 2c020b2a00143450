package org.noisebook.papers.goodseeds;

import java.util.function.IntUnaryOperator;
import org.noisebook.data.Check;

/**
 * Distances between seeds from their signatures, such as their outputs under every condition or their initial noise.
 *
 * <p><b>Shapes</b>: signatures {@code [seed][entry]} of equal length, not modified; distances {@code [seed][seed]},
 * exactly symmetric with a diagonal of 0. <b>Cost</b>: S²/2 times the signature length.
 */
final class SignatureDistance {
    private SignatureDistance() {}

    /** Fraction of entries with different labels, in [0, 1] (Hamming 1950, doi:10.1002/j.1538-7305.1950.tb00463.x). */
    static double[][] hamming(int[][] labels) {
        checkLengths(labels.length, s -> labels[s].length);
        int length = labels[0].length;
        return all(labels.length, (s, t) -> {
            int different = 0;
            for (int c = 0; c < length; c++) {
                different += labels[s][c] != labels[t][c] ? 1 : 0;
            }
            return (double) different / length;
        });
    }

    /**
     * 1 − cos of the angle between two vectors, such as the initial noise of seeds, in [0, 2].
     *
     * @throws IllegalArgumentException if a vector is zero and has no direction
     */
    static double[][] cosine(double[][] vectors) {
        checkValues(vectors);
        double[][] unit = new double[vectors.length][];
        for (int s = 0; s < unit.length; s++) {
            double largest = 0;
            for (double value : vectors[s]) {
                largest = Math.max(largest, Math.abs(value));
            }
            if (largest == 0) {
                throw new IllegalArgumentException("a vector must have a direction, got zero at seed " + s);
            }
            // Scaled first, so that squares neither overflow nor underflow.
            double[] row = new double[vectors[s].length];
            double squares = 0;
            for (int c = 0; c < row.length; c++) {
                row[c] = vectors[s][c] / largest;
                squares = Math.fma(row[c], row[c], squares);
            }
            for (int c = 0; c < row.length; c++) {
                row[c] /= Math.sqrt(squares);
            }
            unit[s] = row;
        }
        return all(unit.length, (s, t) -> {
            double product = 0;
            for (int c = 0; c < unit[s].length; c++) {
                product = Math.fma(unit[s][c], unit[t][c], product);
            }
            return 1 - Math.min(1, Math.max(-1, product));
        });
    }

    private interface Pair {
        double of(int s, int t);
    }

    private static double[][] all(int seeds, Pair pair) {
        double[][] distance = new double[seeds][seeds];
        for (int s = 0; s < seeds; s++) {
            for (int t = 0; t < s; t++) {
                distance[s][t] = pair.of(s, t);
                distance[t][s] = distance[s][t];
            }
        }
        return distance;
    }

    private static void checkValues(double[][] rows) {
        checkLengths(rows.length, s -> rows[s].length);
        for (double[] row : rows) {
            for (double value : row) {
                Check.inRange("value", value, -Double.MAX_VALUE, Double.MAX_VALUE);
            }
        }
    }

    /** Checks that there are signatures, that none is empty and that all have the same length. */
    static void checkLengths(int seeds, IntUnaryOperator lengthOf) {
        Check.inRange("seeds", seeds, 1, Integer.MAX_VALUE);
        int length = lengthOf.applyAsInt(0);
        Check.inRange("length", length, 1, Integer.MAX_VALUE);
        for (int s = 1; s < seeds; s++) {
            int other = lengthOf.applyAsInt(s);
            if (other != length) {
                throw new IllegalArgumentException(
                        "all signatures must be equally long, got " + length + " and " + other);
            }
        }
    }

    /**
     * Checks a matrix of distances between at least {@code least} items: square, symmetric, finite, ≥ 0, diagonal 0.
     */
    static void check(String name, double[][] distance, int least) {
        int size = distance.length;
        Check.inRange("items of " + name, size, least, Integer.MAX_VALUE);
        for (int s = 0; s < size; s++) {
            if (distance[s].length != size) {
                throw new IllegalArgumentException(
                        name + " must be square, got " + distance[s].length + " numbers in row " + s + " of " + size);
            }
            if (distance[s][s] != 0) {
                throw new IllegalArgumentException(
                        name + " must be 0 on the diagonal, got " + distance[s][s] + " at " + s);
            }
            for (int t = 0; t < s; t++) {
                Check.inRange(name, distance[s][t], 0, Double.MAX_VALUE);
                if (distance[s][t] != distance[t][s]) {
                    throw new IllegalArgumentException(name + " must be symmetric, got " + distance[s][t] + " and "
                            + distance[t][s] + " at " + s + ", " + t);
                }
            }
        }
    }
}
