package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.data.Check;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Assignment;

/**
 * A joint distribution of pairs (x_0, x_1) with marginals ρ_0 and ρ_1, from which an interpolant is trained.
 *
 * <p>Every coupling has the same marginals; the velocity b and the paths depend on the coupling.
 *
 * <p><b>Source</b>: Albergo et al. 2023 (arXiv 2310.03725) for couplings; minibatch transport: Pooladian et al. 2023
 * (arXiv 2304.14772). <b>Shapes</b>: {@code draw(stream, count)[end][j][k]}, end 0 or 1, coordinate j, pair k.
 * <b>Special cases</b>: equal streams give equal pairs, so use a separate part of a stream for every batch. A coupling
 * is immutable if its parts are.
 */
@FunctionalInterface
public interface Coupling {
    /** Largest number of pairs in one transport problem. */
    int LARGEST_BATCH = 512;

    /** Draws points from a distribution, coordinate-major; {@code GaussianMixture::sample} is an example. */
    @FunctionalInterface
    interface Source {
        /** Draws {@code count} points, x[j][k]. */
        double[][] sample(Stream stream, int count);
    }

    /** Draws {@code count} pairs. */
    double[][][] draw(Stream stream, int count);

    /** The independent coupling of x_0 and x_1. */
    static Coupling independent(Source start, Source end) {
        return (stream, count) ->
                new double[][][] {start.sample(stream.part(0), count), end.sample(stream.part(1), count)};
    }

    /** The coupling x_0 = x_1. */
    static Coupling same(Source points) {
        return (stream, count) -> {
            double[][] x1 = points.sample(stream.part(1), count);
            return new double[][][] {Arrays.stream(x1).map(double[]::clone).toArray(double[][]::new), x1};
        };
    }

    /**
     * A coupling with jointly Gaussian components.
     *
     * @param joint distribution of (x_0, x_1) in 2d dimensions; {@link MixtureInterpolant#coupled} has its exact fields
     */
    static Coupling joint(GaussianMixture joint) {
        int d = joint.dimension() / 2;
        if (joint.dimension() != 2 * d) {
            throw new IllegalArgumentException("joint must have an even dimension, got " + joint.dimension());
        }
        return (stream, count) -> {
            double[][] both = joint.sample(stream.part(0), count);
            double[][][] pairs = new double[2][d][];
            for (int j = 0; j < d; j++) {
                pairs[0][j] = both[j];
                pairs[1][j] = both[d + j];
            }
            return pairs;
        };
    }

    /**
     * Minibatch transport: permutes the x_1 of a coupling within every {@code batch} pairs to minimise Σ |x_1 − x_0|².
     *
     * <p>The last batch of a draw may be smaller. <b>Cost</b>: batch² per pair, 0.1 ms per pair at 512.
     *
     * @param batch in [1, 512]
     * @throws IllegalArgumentException while drawing, if a point is not finite
     */
    static Coupling transported(Coupling pairs, int batch) {
        Check.inRange("batch", batch, 1, LARGEST_BATCH);
        return (stream, count) -> {
            double[][][] x = pairs.draw(stream, count);
            for (int first = 0; first < count; first += batch) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new CancellationException("matching interrupted");
                }
                exchange(x[0], x[1], first, Math.min(batch, count - first));
            }
            return x;
        };
    }

    /** The assignment of least Σ |x_1 − x_0|² from the points x_0 of a batch to its points x_1. */
    static Assignment.Solved partners(double[][] x0, double[][] x1, int first, int size) {
        double[] cost = new double[size * size];
        double[][] end = Arrays.stream(x1)
                .map(row -> Arrays.copyOfRange(row, first, first + size))
                .toArray(double[][]::new);
        double[] row = new double[size];
        for (int i = 0; i < size; i++) {
            Arrays.fill(row, 0);
            int j = 0;
            for (; j + 3 < end.length; j += 4) {
                addSquares(
                        end,
                        j,
                        x0[j][first + i],
                        x0[j + 1][first + i],
                        x0[j + 2][first + i],
                        x0[j + 3][first + i],
                        row);
            }
            for (; j < end.length; j++) {
                addSquares(end[j], x0[j][first + i], row);
            }
            System.arraycopy(row, 0, cost, i * size, size);
        }
        return Assignment.solved(size, cost);
    }

    private static void addSquares(double[] x, double from, double[] sum) {
        for (int k = 0; k < sum.length; k++) {
            double move = x[k] - from;
            sum[k] = Math.fma(move, move, sum[k]);
        }
    }

    /** Four coordinates at once, added in their order. */
    private static void addSquares(
            double[][] x, int first, double from0, double from1, double from2, double from3, double[] sum) {
        double[] x0 = x[first];
        double[] x1 = x[first + 1];
        double[] x2 = x[first + 2];
        double[] x3 = x[first + 3];
        for (int k = 0; k < sum.length; k++) {
            double a = x0[k] - from0;
            double b = x1[k] - from1;
            double c = x2[k] - from2;
            double d = x3[k] - from3;
            sum[k] = Math.fma(d, d, Math.fma(c, c, Math.fma(b, b, Math.fma(a, a, sum[k]))));
        }
    }

    private static void exchange(double[][] x0, double[][] x1, int first, int size) {
        reorder(x1, first, partners(x0, x1, first, size).columns());
    }

    /** Puts point {@code first + order[i]} of a batch in place {@code first + i}. */
    static void reorder(double[][] x, int first, int... order) {
        int size = order.length;
        double[] row = new double[size];
        for (double[] coordinate : x) {
            for (int i = 0; i < size; i++) {
                row[i] = coordinate[first + order[i]];
            }
            System.arraycopy(row, 0, coordinate, first, size);
        }
    }
}
