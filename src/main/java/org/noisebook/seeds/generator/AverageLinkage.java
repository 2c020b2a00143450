package org.noisebook.seeds.generator;

import java.util.Arrays;
import org.noisebook.experiment.Check;

/**
 * Hierarchical clusters by average linkage: the two clusters whose members have the least mean distance merge, until one is left
 * (Sokal and Michener 1958, University of Kansas Science Bulletin 38, 1409–1438: UPGMA).
 *
 * <p>A cluster goes by its lowest seed. Each keeps its nearest among the higher ones, which a merge rarely changes (Anderberg 1973, Cluster
 * Analysis for Applications, chapter 6).
 *
 * <p><b>Special cases</b>: of merges at equal distance that of the lowest seeds comes first; with many ties, as distances of labels have,
 * the tree depends on the order of seeds. One seed has no merge.
 *
 * <p><b>Error</b>: heights are sums of distances over their number, and never fall.
 *
 * <p><b>Cost</b>: S² memory and, unless nearest clusters change all the time, S² operations: 30 ms for 1024 seeds.
 *
 * @param first the cluster that each merge keeps
 * @param second the cluster, higher than the first, that joins it
 * @param heights mean distance between the two
 */
public record AverageLinkage(int[] first, int[] second, double[] heights) {
    /** Copies and checks. */
    public AverageLinkage {
        first = first.clone();
        second = second.clone();
        heights = heights.clone();
        if (first.length != heights.length || second.length != heights.length) {
            throw new IllegalArgumentException("every merge must have two clusters and a height, got " + first.length
                    + ", " + second.length + " and " + heights.length);
        }
        boolean[] merged = new boolean[heights.length + 1];
        for (int k = 0; k < heights.length; k++) {
            Check.inRange("second", second[k], 1, heights.length);
            Check.inRange("first", first[k], 0, second[k] - 1L);
            if (merged[first[k]] || merged[second[k]]) {
                throw new IllegalArgumentException(
                        "a cluster must join another once, got " + first[k] + " and " + second[k] + " at merge " + k);
            }
            merged[second[k]] = true;
        }
    }

    /**
     * Merges all seeds.
     *
     * @param distance symmetric {@code [seed][seed]}; not modified
     */
    public static AverageLinkage of(double[][] distance) {
        SignatureDistance.check("distance", distance, 1);
        int size = distance.length;
        Clusters clusters = new Clusters(distance);
        int[] first = new int[size - 1];
        int[] second = new int[size - 1];
        double[] heights = new double[size - 1];
        for (int k = 0; k < size - 1; k++) {
            first[k] = clusters.closest();
            second[k] = clusters.nearest[first[k]];
            heights[k] = Math.max(k == 0 ? 0 : heights[k - 1], clusters.least[first[k]]);
            clusters.merge(first[k], second[k]);
        }
        return new AverageLinkage(first, second, heights);
    }

    /**
     * The cluster of each seed when a number of them is left: 0, 1, … in the order of their lowest seeds.
     *
     * @param clusters in [1, seeds]
     */
    public int[] cut(int clusters) {
        int size = heights.length + 1;
        Check.inRange("clusters", clusters, 1, "seeds", size);
        int[] lowest = new int[size];
        Arrays.setAll(lowest, s -> s);
        for (int k = 0; k < size - clusters; k++) {
            lowest[second[k]] = first[k];
        }
        int[] label = new int[size];
        int next = 0;
        for (int s = 0; s < size; s++) {
            // What a cluster joined is lower, and so has its label already.
            label[s] = lowest[s] == s ? next++ : label[lowest[s]];
        }
        return label;
    }

    @Override
    public int[] first() {
        return first.clone();
    }

    @Override
    public int[] second() {
        return second.clone();
    }

    @Override
    public double[] heights() {
        return heights.clone();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AverageLinkage that
                && Arrays.equals(first, that.first)
                && Arrays.equals(second, that.second)
                && Arrays.equals(heights, that.heights);
    }

    @Override
    public int hashCode() {
        return 31 * (31 * Arrays.hashCode(first) + Arrays.hashCode(second)) + Arrays.hashCode(heights);
    }

    /** The clusters that are left, with sums of distances between the members of any two. */
    private static final class Clusters {
        private final double[][] sum;
        private final int[] members;
        /** Nearest among the higher clusters and its distance; infinite where there is none. */
        private final int[] nearest;

        private final double[] least;

        Clusters(double[][] distance) {
            sum = Arrays.stream(distance).map(double[]::clone).toArray(double[][]::new);
            members = new int[sum.length];
            Arrays.fill(members, 1);
            nearest = new int[sum.length];
            least = new double[sum.length];
            for (int s = 0; s < sum.length; s++) {
                findNearest(s);
            }
        }

        private double distance(int s, int t) {
            return sum[s][t] / ((double) members[s] * members[t]);
        }

        private void findNearest(int s) {
            least[s] = Double.POSITIVE_INFINITY;
            for (int t = s + 1; t < sum.length; t++) {
                if (members[t] > 0 && distance(s, t) < least[s]) {
                    least[s] = distance(s, t);
                    nearest[s] = t;
                }
            }
        }

        int closest() {
            int closest = 0;
            for (int s = 1; s < sum.length; s++) {
                if (least[s] < least[closest]) {
                    closest = s;
                }
            }
            return closest;
        }

        void merge(int s, int t) {
            for (int u = 0; u < sum.length; u++) {
                sum[s][u] += sum[t][u];
                sum[u][s] = sum[s][u];
            }
            members[s] += members[t];
            members[t] = 0;
            least[t] = Double.POSITIVE_INFINITY;
            findNearest(s);
            for (int u = 0; u < t; u++) {
                if (members[u] == 0 || u == s) {
                    continue;
                }
                if (nearest[u] == s || nearest[u] == t) {
                    findNearest(u);
                } else if (u < s && distance(u, s) < least[u]) {
                    // Only rounding brings a mean of two distances below the least.
                    least[u] = distance(u, s);
                    nearest[u] = s;
                }
            }
        }
    }
}
