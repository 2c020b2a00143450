package org.noisebook.compare;

import java.util.Arrays;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.noisebook.rng.Stream;

/**
 * The law of a sum whose terms change sign as whole clusters: p = P(|Σ ε_g S_g| ≥ |Σ S_g|), ε_g = ±1 alike.
 *
 * <p>Exact where the sums lie on a grid, such as counts of right answers: terms of one size have a binomial law (McNemar's test, for items of their
 * own), others are convolved. Exact too by enumeration up to {@value #ENUMERATED} clusters; else {@value #DRAWS} draws, p = (1 + #)/10 000.
 *
 * <p><b>Error</b>: 1e-12 where exact. <b>Special cases</b>: 1 where all sums are 0.
 */
final class ClusterFlips {
    static final int DRAWS = 9_999;
    static final int ENUMERATED = 16;
    private static final double EXACT = 1e-9;
    private static final long MOST_STEPS = 500_000_000;

    private ClusterFlips() {}

    /**
     * p.
     *
     * @param sums of clusters
     * @param unit of the grid on which they may lie
     * @param stream draws flips where they are too many
     */
    static double p(double[] sums, double unit, Stream stream) {
        double tiny = EXACT * Arrays.stream(sums).map(Math::abs).max().orElse(0);
        double[] size = Arrays.stream(sums).map(Math::abs).filter(x -> x > tiny).toArray();
        double seen = Math.abs(Arrays.stream(sums).sum());
        double limit = seen - tiny;
        if (size.length == 0 || limit <= 0) {
            return 1;
        }
        if (Arrays.stream(size).allMatch(x -> Math.abs(x - size[0]) <= tiny)) {
            int fewer = (int) Math.rint((size.length - seen / size[0]) / 2);
            return Math.min(1, 2 * new BinomialDistribution(null, size.length, 0.5).cumulativeProbability(fewer));
        }
        long[] grid = Arrays.stream(size).mapToLong(x -> Math.round(x / unit)).toArray();
        boolean onGrid = Arrays.stream(size).allMatch(x -> Math.abs(x / unit - Math.rint(x / unit)) <= EXACT);
        long all = Arrays.stream(grid).sum();
        if (onGrid && 2 * all * size.length <= MOST_STEPS) {
            return convolved(grid, (int) all, Math.round(seen / unit));
        }
        return size.length <= ENUMERATED ? enumerated(size, limit) : drawn(size, limit, stream);
    }

    private static double convolved(long[] size, int all, long seen) {
        double[] law = new double[2 * all + 1];
        law[all] = 1;
        int reach = 0;
        for (long by : size) {
            int step = (int) by;
            double[] next = new double[law.length];
            for (int at = all - reach; at <= all + reach; at++) {
                next[at - step] += law[at] / 2;
                next[at + step] += law[at] / 2;
            }
            law = next;
            reach += step;
        }
        double tail = 0;
        for (int at = 0; at <= all - seen; at++) {
            tail += law[at];
        }
        return Math.min(1, 2 * tail);
    }

    /** All signs, each sum written out. */
    static double enumerated(double[] size, double limit) {
        long beyond = 0;
        for (int signs = 0; signs < 1 << size.length; signs++) {
            double sum = 0;
            for (int g = 0; g < size.length; g++) {
                sum += (signs >> g & 1) == 0 ? size[g] : -size[g];
            }
            beyond += Math.abs(sum) >= limit ? 1 : 0;
        }
        return (double) beyond / (1 << size.length);
    }

    private static double drawn(double[] size, double limit, Stream stream) {
        int beyond = 1;
        for (int draw = 0; draw < DRAWS; draw++) {
            double sum = 0;
            long bits = 0;
            for (int g = 0; g < size.length; g++) {
                bits = g % Long.SIZE == 0 ? stream.nextLong() : bits >>> 1;
                sum += (bits & 1) == 0 ? size[g] : -size[g];
            }
            beyond += Math.abs(sum) >= limit ? 1 : 0;
        }
        return beyond / (DRAWS + 1.0);
    }
}
