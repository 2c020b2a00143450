package org.noisebook.papers.goodseeds;

import java.util.stream.IntStream;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.Ranks;
import org.noisebook.seeds.Shuffle;

/**
 * Mantel test of whether seeds close in one distance are close in another: the rank correlation of two distance
 * matrices, with a null distribution from random renaming of the seeds (Mantel 1967, Cancer Research 27, 209–220).
 *
 * <p>The statistic is Spearman's ρ over the S(S − 1)/2 pairs, with midranks for ties. Pairs that share a seed are not
 * independent, so whole rows and columns are permuted.
 *
 * <p><b>Special cases</b>: if all distances in a matrix are equal, the correlation does not exist and all three numbers
 * are NaN. <b>Error</b>: the p-value is exact as a test at any number of permutations, and no smaller than 1/(1 +
 * permutations). <b>Cost</b>: S² per permutation, since ranks are computed once: 0.3 ms at 1024 seeds.
 *
 * @param spearman ρ
 * @param pValue (1 + permutations with a ρ at least as large) / (1 + permutations): one-sided, for positive correlation
 * @param nullMean mean ρ over the permutations
 * @param nullStdDev standard deviation of ρ over the permutations
 * @param permutations number of permutations
 */
record Mantel(double spearman, double pValue, double nullMean, double nullStdDev, int permutations) {
    /** Values of ρ this close are considered equal, since they differ by the order of summation. */
    private static final double SAME = 1e-12;

    /**
     * Correlates two matrices of distances between the same seeds.
     *
     * @param a symmetric, at least 3 seeds; not modified
     * @param b the other matrix, with the same properties
     * @param permutations at least 2
     */
    static Mantel of(double[][] a, double[][] b, int permutations, Stream stream) {
        SignatureDistance.check("a", a, 3);
        SignatureDistance.check("b", b, 3);
        Check.inRange("permutations", permutations, 2, Integer.MAX_VALUE);
        if (a.length != b.length) {
            throw new IllegalArgumentException(
                    "a and b must have the same seeds, got " + a.length + " and " + b.length);
        }
        double[][] ranksA = ranks(a);
        double[][] ranksB = ranks(b);
        double norm =
                Math.sqrt(product(ranksA, ranksA, identity(a.length)) * product(ranksB, ranksB, identity(a.length)));
        if (norm == 0) {
            return new Mantel(Double.NaN, Double.NaN, Double.NaN, Double.NaN, permutations);
        }
        double spearman = product(ranksA, ranksB, identity(a.length)) / norm;
        double[] permuted = new double[permutations];
        IntStream.range(0, permutations)
                .parallel()
                .forEach(k -> permuted[k] = product(ranksA, ranksB, Shuffle.of(a.length, stream.part(k))) / norm);
        PermutationNull none = new PermutationNull(Doubles.of(permuted));
        return new Mantel(spearman, none.pValue(spearman - SAME), none.mean(), none.stdDev(), permutations);
    }

    private static int[] identity(int size) {
        return IntStream.range(0, size).toArray();
    }

    /** Midranks of the pairs minus their mean, below and above the diagonal. */
    private static double[][] ranks(double[][] distance) {
        int size = distance.length;
        double[] pairs = new double[size * (size - 1) / 2];
        int next = 0;
        for (int s = 0; s < size; s++) {
            for (int t = 0; t < s; t++) {
                pairs[next++] = distance[s][t];
            }
        }
        double[] ranks = Ranks.of(pairs);
        double[][] centred = new double[size][size];
        next = 0;
        for (int s = 0; s < size; s++) {
            for (int t = 0; t < s; t++) {
                centred[s][t] = ranks[next++] - (pairs.length + 1) / 2.0;
                centred[t][s] = centred[s][t];
            }
        }
        return centred;
    }

    /** Sum over pairs of one matrix times the other with its seeds renamed. */
    private static double product(double[][] a, double[][] b, int[] name) {
        double sum = 0;
        for (int s = 0; s < name.length; s++) {
            double[] row = b[name[s]];
            double partial = 0;
            for (int t = 0; t < s; t++) {
                partial += a[s][t] * row[name[t]];
            }
            sum += partial;
        }
        return sum;
    }
}
