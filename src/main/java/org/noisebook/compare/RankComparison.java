package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.noisebook.runs.Names;
import org.noisebook.seeds.Friedman;
import org.noisebook.seeds.PairedComparison;
import org.noisebook.seeds.Ranks;
import org.noisebook.seeds.SeedTable;

/**
 * Models ranked on each task by their means over seeds: Friedman's test in Iman and Davenport's form, and the critical difference of Nemenyi beside
 * Wilcoxon's test adjusted by Holm.
 *
 * <p><b>Source</b>: Demšar 2006 (Journal of Machine Learning Research 7, 1). With few tasks no pair can pass Holm: {@link #canTell} says so.
 *
 * @param ranks mean rank of each model, 1 being best
 * @param tasks that all models finished
 * @param friedman Q, corrected for ties
 * @param friedmanP of χ²
 * @param f (N − 1) Q/(N (k − 1) − Q)
 * @param fP of F
 * @param criticalDifference of mean ranks at 5 %
 * @param nemenyi p of each pair, {@code [model][model]}
 * @param holm p of each pair, adjusted
 */
public record RankComparison(
        double[] ranks,
        int tasks,
        double friedman,
        double friedmanP,
        double f,
        double fP,
        double criticalDifference,
        double[][] nemenyi,
        double[][] holm) {
    private static final double LEVEL = 0.05;
    private static final double GRID = 1e10;
    /** The midpoint rule on a smooth bell: its error is far below 1e-16. */
    private static final int STEPS = 200;

    private static final double REACH = 8.5;
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);

    /**
     * Of means.
     *
     * @param y {@code [task][model]}, larger being better, two or more of both
     */
    public static RankComparison of(double[][] y, List<String> models) {
        int n = y.length;
        int k = models.size();
        double[] ranks = new double[k];
        for (double[] row : y) {
            double[] of = Ranks.of(Arrays.stream(row).map(x -> -x).toArray());
            for (int m = 0; m < k; m++) {
                ranks[m] += of[m] / n;
            }
        }
        double[][] rows = IntStream.range(0, k)
                .mapToObj(m -> Arrays.stream(y).mapToDouble(row -> row[m]).toArray())
                .toArray(double[][]::new);
        Friedman test = Friedman.of(SeedTable.of(rows, models, Names.numbered(n)));
        double q = test.statistic();
        double f = (n - 1) * q / (n * (k - 1.0) - q);
        double fP = Double.isNaN(q)
                ? 1
                : !(f < 1e12) || f < 0
                        ? 0
                        : 1 - new FDistribution(null, k - 1.0, (k - 1.0) * (n - 1.0)).cumulativeProbability(f);
        double error = StrictMath.sqrt(k * (k + 1) / (6.0 * n));
        double[][] nemenyi = new double[k][k];
        double[] p = new double[k * (k - 1) / 2];
        int pair = 0;
        for (int a = 0; a < k; a++) {
            for (int b = a + 1; b < k; b++) {
                nemenyi[a][b] = rangeTail(Math.abs(ranks[a] - ranks[b]) / error, k);
                nemenyi[b][a] = nemenyi[a][b];
                int first = a;
                int second = b;
                p[pair++] = PairedComparison.wilcoxon(Arrays.stream(y)
                        .mapToDouble(row -> Math.rint((row[first] - row[second]) * GRID) / GRID)
                        .toArray());
            }
        }
        double[] adjusted = PairedComparison.holm(p);
        double[][] holm = new double[k][k];
        pair = 0;
        for (int a = 0; a < k; a++) {
            for (int b = a + 1; b < k; b++) {
                holm[a][b] = adjusted[pair++];
                holm[b][a] = holm[a][b];
            }
        }
        return new RankComparison(ranks, n, q, test.pValue(), f, fP, criticalValue(LEVEL, k) * error, nemenyi, holm);
    }

    /** Whether the most extreme outcome of these tasks would pass Holm's adjustment for all pairs at 5 %. */
    public boolean canTell() {
        int k = ranks.length;
        return StrictMath.pow(2, 1 - tasks) * (k * (k - 1) / 2.0) <= LEVEL;
    }

    /** Models by mean rank, the best first. */
    public List<Integer> order() {
        return IntStream.range(0, ranks.length)
                .boxed()
                .sorted(Comparator.comparingDouble(m -> ranks[m]))
                .toList();
    }

    /**
     * The bars of Demšar's diagram: largest runs of models, in {@link #order}, of which no two are told apart at 5 %; one of all where Friedman's test
     * sees no difference.
     *
     * @param p of each pair, {@link #nemenyi} or {@link #holm}
     */
    public List<List<Integer>> groups(double[][] p) {
        List<Integer> order = order();
        if (fP > LEVEL) {
            return List.of(order);
        }
        List<List<Integer>> groups = new ArrayList<>();
        int reached = 0;
        for (int from = 0; from < order.size(); from++) {
            int to = from + 1;
            while (to < order.size() && apart(p, order.subList(from, to), order.get(to)) == 0) {
                to++;
            }
            if (to > from + 1 && to > reached) {
                groups.add(order.subList(from, to));
                reached = to;
            }
        }
        return groups;
    }

    private static long apart(double[][] p, List<Integer> models, int from) {
        return models.stream().filter(m -> p[m][from] <= LEVEL).count();
    }

    /** P(range of k standard normal numbers &gt; √2 q). */
    static double rangeTail(double q, int k) {
        double width = q * StrictMath.sqrt(2);
        double step = 2 * REACH / STEPS;
        double sum = 0;
        for (int i = 0; i < STEPS; i++) {
            double z = -REACH + (i + 0.5) * step;
            sum += StrictMath.exp(-z * z / 2)
                    * StrictMath.pow(
                            NORMAL.cumulativeProbability(z + width) - NORMAL.cumulativeProbability(z), k - 1.0);
        }
        return Math.max(0, 1 - k * sum * step / StrictMath.sqrt(2 * Math.PI));
    }

    /** Quantile of the studentised range over √2. */
    static double criticalValue(double alpha, int k) {
        double low = 0;
        double high = 10;
        for (int i = 0; i < 40; i++) {
            double middle = (low + high) / 2;
            if (rangeTail(middle, k) > alpha) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }
}
