package org.noisebook.seeds.generator;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.noisebook.experiment.Check;

/**
 * The graph that joins every seed to its k nearest, and its connected parts.
 *
 * <p><b>Special cases</b>: of seeds at equal distance the lower one counts as nearer, so that where many distances tie, as those of labels
 * do, the graph prefers low seeds: take k larger than the ties. <b>Cost</b>: k S².
 *
 * @param nearest the k nearest of each seed, nearest first: {@code [seed][k]}
 */
public record NeighbourGraph(int[][] nearest) {
    /** When two seeds are joined. */
    public enum Link {
        /** Each is among the nearest of the other. */
        MUTUAL,
        /** One is among the nearest of the other. */
        EITHER
    }

    /** Copies. */
    public NeighbourGraph {
        nearest = copy(nearest);
        for (int s = 0; s < nearest.length; s++) {
            for (int t : nearest[s]) {
                Check.inRange("neighbour", t, 0, nearest.length - 1);
                if (t == s) {
                    throw new IllegalArgumentException("a neighbour must be another seed, got " + t + " of itself");
                }
            }
        }
    }

    /**
     * Finds the nearest.
     *
     * @param distance symmetric {@code [seed][seed]}; not modified
     * @param k in [1, seeds − 1]
     */
    public static NeighbourGraph of(double[][] distance, int k) {
        SignatureDistance.check("distance", distance, 2);
        Check.inRange("k", k, 1, distance.length - 1);
        int[][] nearest = new int[distance.length][k];
        for (int s = 0; s < distance.length; s++) {
            int found = 0;
            for (int t = 0; t < distance.length; t++) {
                if (t == s || (found == k && distance[s][t] >= distance[s][nearest[s][k - 1]])) {
                    continue;
                }
                int place = found < k ? found++ : k - 1;
                while (place > 0 && distance[s][t] < distance[s][nearest[s][place - 1]]) {
                    nearest[s][place] = nearest[s][place - 1];
                    place--;
                }
                nearest[s][place] = t;
            }
        }
        return new NeighbourGraph(nearest);
    }

    /** The seeds joined to each, ascending. */
    public int[][] joined(Link link) {
        int size = nearest.length;
        boolean[][] near = new boolean[size][size];
        for (int s = 0; s < size; s++) {
            for (int t : nearest[s]) {
                near[s][t] = true;
            }
        }
        int[][] joined = new int[size][];
        Arrays.setAll(
                joined,
                s -> IntStream.range(0, size)
                        .filter(t -> link == Link.MUTUAL ? near[s][t] && near[t][s] : near[s][t] || near[t][s])
                        .toArray());
        return joined;
    }

    /** The connected part of each seed: 0, 1, … in the order of their lowest seeds. */
    public int[] components(Link link) {
        int[][] joined = joined(link);
        int[] part = new int[joined.length];
        Arrays.fill(part, -1);
        int[] waiting = new int[joined.length];
        int parts = 0;
        for (int s = 0; s < part.length; s++) {
            if (part[s] >= 0) {
                continue;
            }
            int count = 0;
            part[s] = parts;
            waiting[count++] = s;
            while (count > 0) {
                for (int t : joined[waiting[--count]]) {
                    if (part[t] < 0) {
                        part[t] = parts;
                        waiting[count++] = t;
                    }
                }
            }
            parts++;
        }
        return part;
    }

    @Override
    public int[][] nearest() {
        return copy(nearest);
    }

    private static int[][] copy(int[][] rows) {
        return Arrays.stream(rows).map(int[]::clone).toArray(int[][]::new);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NeighbourGraph that && Arrays.deepEquals(nearest, that.nearest);
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(nearest);
    }
}
