package org.noisebook.interpolant;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import org.noisebook.experiment.Check;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Assignment;

/**
 * A joint distribution of pairs (x_0, x_1) with marginals ρ_0 and ρ_1, on which an interpolant is trained.
 *
 * <p>Every coupling leaves both laws as they are; the velocity b and the paths depend on it.
 *
 * <p><b>Source</b>: Albergo et al. 2023 (arXiv 2310.03725) for couplings; minibatch transport: Pooladian et al. 2023 (arXiv
 * 2304.14772).
 *
 * <p><b>Shapes</b>: {@code draw(stream, count)[end][j][k]}, end 0 or 1, coordinate j, pair k. <b>Special cases</b>: equal streams give
 * equal pairs: take a part of a stream for every batch. Couplings are immutable if what they are made of is.
 */
@FunctionalInterface
public interface Coupling {
    /** Most pairs that are transported at once. */
    int LARGEST_BATCH = 512;

    /** Points of a law, coordinate-major: {@code GaussianMixture::sample} is one. */
    @FunctionalInterface
    interface Source {
        /** count points, x[j][k]. */
        double[][] sample(Stream stream, int count);
    }

    /** count pairs. */
    double[][][] draw(Stream stream, int count);

    /** x_0 and x_1 do not know of each other. */
    static Coupling independent(Source start, Source end) {
        return (stream, count) ->
                new double[][][] {start.sample(stream.part(0), count), end.sample(stream.part(1), count)};
    }

    /** x_0 = x_1. */
    static Coupling same(Source points) {
        return (stream, count) -> {
            double[][] x1 = points.sample(stream.part(1), count);
            return new double[][][] {Arrays.stream(x1).map(double[]::clone).toArray(double[][]::new), x1};
        };
    }

    /**
     * Jointly Gaussian components.
     *
     * @param joint law of (x_0, x_1) in 2d dimensions; {@link MixtureInterpolant#coupled} has its exact fields
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
     * Pairs of another coupling, whose x_1 are exchanged among {@code batch} pairs at a time so that Σ |x_1 − x_0|² is least.
     *
     * <p>The last batch of a draw may be smaller. <b>Cost</b>: batch² per pair, 0.1 ms a pair at 512.
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

    private static void exchange(double[][] x0, double[][] x1, int first, int size) {
        double[] cost = new double[size * size];
        for (int j = 0; j < x0.length; j++) {
            for (int i = 0; i < size; i++) {
                for (int k = 0; k < size; k++) {
                    double move = x1[j][first + k] - x0[j][first + i];
                    cost[i * size + k] = Math.fma(move, move, cost[i * size + k]);
                }
            }
        }
        int[] partner = Assignment.of(size, cost);
        double[] row = new double[size];
        for (double[] coordinate : x1) {
            for (int i = 0; i < size; i++) {
                row[i] = coordinate[first + partner[i]];
            }
            System.arraycopy(row, 0, coordinate, first, size);
        }
    }
}
