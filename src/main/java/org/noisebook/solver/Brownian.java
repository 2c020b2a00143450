package org.noisebook.solver;

import java.util.Arrays;
import org.noisebook.rng.Stream;

/**
 * Noise addressed by time: a Brownian path for every coordinate of every particle, whose increments (W(to) − W(from)) /
 * √|to − from| are the normal numbers of a step. Refining the steps refines the same path.
 *
 * <p>W(tEnd) is drawn first, then the middle of every cell of a dyadic tree from the Brownian bridge between its ends,
 * each with random numbers addressed by (block, node). Any time grid, forward or backward, in any order and from any
 * thread, samples the same path.
 *
 * <p><b>Source</b>: Lévy's construction; for its use as addressable noise in solvers, Gaines and Lyons 1997
 * (doi:10.1137/S0036139995286515) and Li, Wong, Chen and Duvenaud 2020 (arXiv 2001.01328), section 4.
 *
 * <p><b>Special cases</b>: times are rounded to the nearest of 2⁴⁰ equal parts of [tStart, tEnd], and a step must be
 * longer than one. The tree ends at 2^depth cells: a time inside one of these is drawn from the bridge between its ends
 * with random numbers addressed by (block, time), so that W(t) has the correct distribution at every t, and the joint
 * distribution of several times is exact if no two lie strictly inside the same finest cell; grids with steps of at
 * least (tEnd − tStart)/2^depth, and all coarser subgrids, are therefore exact. Two times inside one finest cell are
 * drawn independently given its ends.
 *
 * <p><b>Error</b>: otherwise exact in distribution; sums of increments agree under refinement up to rounding.
 * <b>Cost</b>: one normal number for each node not visited by the previous step: one per step for the dyadic grid of
 * 2^depth steps, up to depth + 1 − log₂ n per step for another grid of n steps, so choose a depth slightly above log₂
 * of the finest grid. A block holds depth + 4 numbers for every coordinate and particle.
 *
 * @param stream the address of the noise; its position does not matter
 * @param tStart start time, where W = 0
 * @param tEnd end time, above tStart
 * @param depth of the tree, in [0, 40]
 */
public record Brownian(Stream stream, double tStart, double tEnd, int depth) implements Noise {
    private static final int BITS = 40;
    private static final long UNIT = 1L << BITS;

    public Brownian {
        if (!(tStart < tEnd) || !Double.isFinite(tStart) || !Double.isFinite(tEnd)) {
            throw new IllegalArgumentException(
                    "tStart must be below tEnd, both finite, got " + tStart + " and " + tEnd);
        }
        if (depth < 0 || depth > BITS) {
            throw new IllegalArgumentException("depth must be in [0, " + BITS + "], got " + depth);
        }
    }

    @Override
    public Block block(long block) {
        return new Path(stream.part(block));
    }

    /** t as an integer number of the 2⁴⁰ parts. */
    private long place(double t) {
        if (!(t >= tStart && t <= tEnd)) {
            throw new IllegalArgumentException(
                    "times of a Brownian path must be in [" + tStart + ", " + tEnd + "], got " + t);
        }
        return Math.round((t - tStart) / (tEnd - tStart) * UNIT);
    }

    /** The paths of one block, scaled to a time interval of length 1; caches the nodes last visited. */
    private final class Path implements Block {
        private final Stream nodes;
        private final Stream inside;
        private int vectors;
        private int coordinates;
        private int count;
        private double[][] zero = {};
        private double[][] whole = {};
        private final double[][][] middles = new double[depth][][];
        /** Heap index of the node whose values each level holds; 0 if none. */
        private final long[] held = new long[depth];

        private double[][] last = {};
        private double[][] here = {};
        private long lastPlace;

        Path(Stream own) {
            nodes = own.part(0);
            inside = own.part(1);
        }

        @Override
        public void fill(int step, double from, double to, int particles, double[][][] out) {
            if (out.length == 0 || particles == 0) {
                return;
            }
            long start = place(from);
            long end = place(to);
            if (start == end) {
                throw new IllegalArgumentException("a step on a Brownian path must be longer than 2^-40 of [" + tStart
                        + ", " + tEnd + "], got " + from + " to " + to);
            }
            if (particles > count || vectors != out.length || coordinates != out[0].length) {
                begin(out.length, out[0].length, particles);
            }
            if (lastPlace != start) {
                copy(at(start), last);
            }
            copy(at(end), here);
            double scale = Math.sqrt((tEnd - tStart) / Math.abs(to - from));
            for (int m = 0; m < vectors; m++) {
                for (int j = 0; j < coordinates; j++) {
                    double[] before = last[m * coordinates + j];
                    double[] after = here[m * coordinates + j];
                    double[] normal = out[m][j];
                    for (int k = 0; k < particles; k++) {
                        normal[k] = (after[k] - before[k]) * scale;
                    }
                }
            }
            double[][] spare = last;
            last = here;
            here = spare;
            lastPlace = end;
        }

        private void begin(int newVectors, int newCoordinates, int particles) {
            vectors = newVectors;
            coordinates = newCoordinates;
            count = particles;
            zero = rows();
            whole = rows();
            last = rows();
            here = rows();
            lastPlace = 0;
            Arrays.fill(held, 0);
            Arrays.setAll(middles, level -> rows());
            draw(nodes.part(0), zero, zero, 0, 1, whole);
        }

        private double[][] rows() {
            return new double[vectors * coordinates][count];
        }

        private void copy(double[][] from, double[][] to) {
            for (int r = 0; r < from.length; r++) {
                System.arraycopy(from[r], 0, to[r], 0, count);
            }
        }

        /** W at a time; the rows are valid until the next call. */
        private double[][] at(long place) {
            if (place == 0) {
                return zero;
            }
            if (place == UNIT) {
                return whole;
            }
            long low = 0;
            long high = UNIT;
            double[][] below = zero;
            double[][] above = whole;
            long node = 1;
            for (int level = 0; level < depth; level++) {
                double[][] middle = middles[level];
                if (held[level] != node) {
                    bridge(nodes.part(node), below, above, 0.5, high - low, middle);
                    held[level] = node;
                }
                long centre = low + (high - low) / 2;
                if (place == centre) {
                    return middle;
                }
                if (place < centre) {
                    high = centre;
                    above = middle;
                    node = 2 * node;
                } else {
                    low = centre;
                    below = middle;
                    node = 2 * node + 1;
                }
            }
            double share = (double) (place - low) / (high - low);
            bridge(inside.part(place), below, above, share, high - low, here);
            return here;
        }

        /**
         * Brownian bridge inside a cell, given its end values, with variance share (1 − share) times the cell's length.
         */
        private void bridge(Stream own, double[][] below, double[][] above, double share, long length, double[][] out) {
            draw(own, below, above, share, Math.sqrt(share * (1 - share) * length / UNIT), out);
        }

        private void draw(Stream own, double[][] below, double[][] above, double share, double stdDev, double[][] out) {
            for (int k = 0; k < count; k++) {
                for (int r = 0; r < out.length; r++) {
                    double mean = Math.fma(share, above[r][k] - below[r][k], below[r][k]);
                    out[r][k] = Math.fma(stdDev, own.nextGaussian(), mean);
                }
            }
        }
    }
}
