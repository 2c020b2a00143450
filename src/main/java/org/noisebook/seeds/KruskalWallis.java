package org.noisebook.seeds;

import java.util.Arrays;

/**
 * The Kruskal–Wallis test of the hypothesis that groups have one distribution, sensitive to shifts between them.
 *
 * <p>With ranks among all n values, H = (12/(n (n + 1)) Σ R_s²/n_s − 3 (n + 1))/(1 − Σ (t³ − t)/(n³ − n)) is
 * approximately χ², with one degree of freedom less than groups.
 *
 * <p><b>Source</b>: Kruskal and Wallis 1952 (doi:10.1080/01621459.1952.10483441). <b>Warning</b>: with seeds as groups
 * of raw values the test has almost no power, since the spread between conditions counts as noise and masks the seeds.
 * Use {@link #ofCentred}, or {@link Friedman}. <b>Special cases</b>: all values equal give H = NaN and p = 1.
 * <b>Error</b>: χ² is inaccurate for groups below about five.
 *
 * @param statistic H, corrected for ties
 * @param degrees groups − 1
 * @param pValue probability of an H at least as large if the groups do not differ
 */
public record KruskalWallis(double statistic, int degrees, double pValue) {

    /**
     * The test of independent groups.
     *
     * @param groups at least two, none empty
     */
    public static KruskalWallis of(double[][] groups) {
        ConditionColumns.requireTwo("groups", groups.length);
        int[] counts = Arrays.stream(groups).mapToInt(group -> group.length).toArray();
        for (int count : counts) {
            if (count == 0) {
                throw new IllegalArgumentException("every group must hold a value, got an empty one");
            }
        }
        double[] all = Arrays.stream(groups).flatMapToDouble(Arrays::stream).toArray();
        double[] ranks = Ranks.of(all);
        double[] sums = new double[groups.length];
        int at = 0;
        for (int g = 0; g < groups.length; g++) {
            for (int k = 0; k < counts[g]; k++) {
                sums[g] += ranks[at++];
            }
        }
        return of(statistic(sums, counts, Ranks.ties(all)), groups.length - 1);
    }

    /**
     * The test of seeds after subtraction of each condition's mean.
     *
     * <p>Centring removes C degrees of freedom, whereas H assumes one, so H is too large by (n − 1)/(n − C), or S/(S −
     * 1) for many conditions; the statistic is H divided by this factor. Missing cells are omitted, replicates
     * averaged.
     *
     * @throws IllegalArgumentException for fewer than two seeds or conditions, or a condition of one seed
     */
    public static KruskalWallis ofCentred(SeedTable table) {
        ConditionColumns centred = ConditionColumns.ofCentred(table);
        ConditionColumns ranks = centred.rankedTogether();
        double[] all = centred.together();
        double h = statistic(ranks.sums(), ranks.counts(), Ranks.ties(all));
        return of(h * (all.length - ranks.conditions()) / (all.length - 1.0), ranks.seeds() - 1);
    }

    private static KruskalWallis of(double statistic, int degrees) {
        return new KruskalWallis(statistic, degrees, Friedman.chiSquaredTail(statistic, degrees));
    }

    private static double statistic(double[] sums, int[] counts, double ties) {
        double n = Arrays.stream(counts).sum();
        double room = 1 - ties / (n * n * n - n);
        double between = 0;
        for (int g = 0; g < sums.length; g++) {
            between += sums[g] * sums[g] / counts[g];
        }
        double h = 12 / (n * (n + 1)) * between - 3 * (n + 1);
        return room > 0 ? h / room : Double.NaN;
    }
}
