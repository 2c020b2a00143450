package org.noisebook.seeds.generator;

import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.PermutationNull;
import org.noisebook.seeds.Shuffle;

/**
 * How well seeds sit in their clusters: (b − a)/max(a, b), a the mean distance to the others of the own cluster, b that to the nearest other
 * cluster (Rousseeuw 1987, doi:10.1016/0377-0427(87)90125-7).
 *
 * <p><b>Range</b>: [−1, 1]; 1 is a tight cluster far from the others, 0 a border, below 0 the wrong cluster.
 *
 * <p><b>Special cases</b>: a seed alone in its cluster has 0, and so has one with a = b = 0; with one cluster there is no other, and all
 * is NaN.
 *
 * <p><b>Not for</b> showing that there are clusters: any cut of a tree has a positive silhouette. {@link #permuted} is its null.
 *
 * <p><b>Cost</b>: S².
 *
 * @param each of every seed
 * @param mean of all
 */
public record Silhouette(Doubles each, double mean) {

    /**
     * The silhouette of clusters under a distance.
     *
     * @param distance symmetric {@code [seed][seed]}; not modified
     * @param cluster of each seed, at least 0
     */
    public static Silhouette of(double[][] distance, int[] cluster) {
        SignatureDistance.check("distance", distance, 1);
        int size = distance.length;
        if (cluster.length != size) {
            throw new IllegalArgumentException(
                    "every seed must have a cluster, got " + cluster.length + " for " + size + " seeds");
        }
        Arrays.stream(cluster).forEach(c -> Check.inRange("cluster", c, 0, Integer.MAX_VALUE));
        int[] names = Arrays.stream(cluster).distinct().sorted().toArray();
        int[] place =
                Arrays.stream(cluster).map(c -> Arrays.binarySearch(names, c)).toArray();
        int[] members = new int[names.length];
        Arrays.stream(place).forEach(c -> members[c]++);
        double[] each = new double[size];
        double mean = 0;
        for (int s = 0; s < size; s++) {
            double[] sum = new double[names.length];
            for (int t = 0; t < size; t++) {
                sum[place[t]] += distance[s][t];
            }
            each[s] = width(sum, members, place[s]);
            mean += each[s] / size;
        }
        return new Silhouette(Doubles.of(each), mean);
    }

    private static double width(double[] sum, int[] members, int own) {
        if (members.length == 1) {
            return Double.NaN;
        }
        if (members[own] == 1) {
            return 0;
        }
        double inside = sum[own] / (members[own] - 1);
        double outside = Double.POSITIVE_INFINITY;
        for (int c = 0; c < sum.length; c++) {
            outside = c == own ? outside : Math.min(outside, sum[c] / members[c]);
        }
        double larger = Math.max(inside, outside);
        return larger == 0 ? 0 : (outside - inside) / larger;
    }

    /**
     * Mean silhouettes where seeds mean nothing: the labels of each condition shuffled over seeds, then Hamming distance, average linkage and
     * its cut into as many clusters.
     *
     * @param labels {@code [seed][condition]}; not modified
     * @param clusters in [2, seeds]
     */
    public static PermutationNull permuted(int[][] labels, int clusters, int permutations, Stream stream) {
        SignatureDistance.checkLengths(labels.length, s -> labels[s].length);
        return permuted(labels.length, labels[0].length, clusters, permutations, stream, order -> {
            int[][] shuffled = new int[labels.length][labels[0].length];
            for (int s = 0; s < shuffled.length; s++) {
                for (int c = 0; c < order.length; c++) {
                    shuffled[s][c] = labels[order[c][s]][c];
                }
            }
            return SignatureDistance.hamming(shuffled);
        });
    }

    /** The same for real signatures and 1 − correlation; the mean of each condition should be taken out of them first. */
    public static PermutationNull permuted(double[][] signatures, int clusters, int permutations, Stream stream) {
        SignatureDistance.checkLengths(signatures.length, s -> signatures[s].length);
        return permuted(signatures.length, signatures[0].length, clusters, permutations, stream, order -> {
            double[][] shuffled = new double[signatures.length][signatures[0].length];
            for (int s = 0; s < shuffled.length; s++) {
                for (int c = 0; c < order.length; c++) {
                    shuffled[s][c] = signatures[order[c][s]][c];
                }
            }
            return SignatureDistance.correlation(shuffled);
        });
    }

    private static PermutationNull permuted(
            int seeds,
            int conditions,
            int clusters,
            int permutations,
            Stream stream,
            Function<int[][], double[][]> distanceOf) {
        Check.inRange("clusters", clusters, 2, "seeds", seeds);
        Check.inRange("permutations", permutations, 1, Integer.MAX_VALUE);
        double[] means = new double[permutations];
        IntStream.range(0, permutations).parallel().forEach(k -> {
            Stream own = stream.part(k);
            int[][] order = new int[conditions][];
            Arrays.setAll(order, c -> Shuffle.of(seeds, own));
            double[][] distance = distanceOf.apply(order);
            means[k] = of(distance, AverageLinkage.of(distance).cut(clusters)).mean;
        });
        return new PermutationNull(Doubles.of(means));
    }
}
