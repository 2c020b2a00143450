package org.noisebook.seeds;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.FDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.rng.Stream;
import org.noisebook.stats.Estimate;

/**
 * Tests of seeds that allow for unequal noise and conditions of different scale: which seeds stand out, whether any
 * seed has an effect, and the intraclass correlation.
 *
 * <p>For condition-centred cells, t_s = √C mean_c(Yc)/sd_c(Yc) is exactly Student t for any noise of each seed. A seed
 * stands out if max(p₁, p₂) is at most the level: p₁ by Holm on the two-sided p of t, p₂ = (1 + #{max|t*| ≥ |t_s|})/(B
 * + 1) over shuffles within conditions. Any effect: columns divided by their standard deviation, with F under joint
 * sign flips of whole columns from 8 conditions on, otherwise Friedman's test.
 *
 * <p><b>Error</b>: at level .05, a seed stands out in .02 to .05 of null tables, with equal, fivefold or fourfold
 * noise, t₃ and lognormal scores (300 to 400 tables each); the test fails for skewed scores combined with unequal noise
 * (.23 to .33), where logarithms should be taken. The coverage of the correlation's interval is .96 to 1 for normal
 * scores, .81 to .99 for lognormal ones. <b>Special cases</b>: with missing cells the smallest p replaces the largest
 * |t|, and only the p-values of seeds exist. A seed with one cell has p = 1.
 *
 * @param t t value of each seed
 * @param p1 Holm's adjusted p-values
 * @param p2 p-values by studentised shuffles
 * @param effectP p-value of the hypothesis that no seed has an effect; NaN with missing cells
 * @param icc ICC(3,1), for standardised columns if their spreads differ more than threefold; NaN with missing cells
 */
public record RobustSeeds(List<Double> t, List<Double> p1, List<Double> p2, double effectP, Estimate icc) {
    private static final double ALIKE = 3;
    private static final int FLIPS = 999;
    private static final int EXACT_TO = 10;
    /** Smallest number of conditions for which signs are flipped. */
    public static final int FLIPPED_FROM = 8;

    private static final int JACKKNIFE_FROM = 10;

    public RobustSeeds {
        t = List.copyOf(t);
        p1 = List.copyOf(p1);
        p2 = List.copyOf(p2);
    }

    /**
     * Tests the seeds of a table.
     *
     * @param shuffles number B of shuffles, at least 999 for a level of .05
     */
    public static RobustSeeds of(SeedTable table, int shuffles, Stream stream) {
        double[][] y = table.centred();
        int seeds = y.length;
        double[] p = new double[seeds];
        double[] t = new double[seeds];
        boolean complete = table.missing() == 0;
        for (int s = 0; s < seeds; s++) {
            t[s] = t(y[s]);
            p[s] = p(t[s], y[s]);
        }
        double[] extreme = new double[shuffles];
        double[][] dealt = Arrays.stream(y).map(double[]::clone).toArray(double[][]::new);
        Stream deals = stream.part(0);
        for (int b = 0; b < shuffles; b++) {
            for (int c = 0; c < y[0].length; c++) {
                for (int s = seeds - 1; s > 0; s--) {
                    int other = deals.nextIndex(s + 1);
                    if (!Double.isNaN(dealt[s][c]) && !Double.isNaN(dealt[other][c])) {
                        double kept = dealt[s][c];
                        dealt[s][c] = dealt[other][c];
                        dealt[other][c] = kept;
                    }
                }
            }
            double most = complete ? 0 : 1;
            for (double[] row : dealt) {
                most = complete ? Math.max(most, Math.abs(orZero(t(row)))) : Math.min(most, p(t(row), row));
            }
            extreme[b] = complete ? -most : most;
        }
        double[] p2 = new double[seeds];
        for (int s = 0; s < seeds; s++) {
            double own = complete ? -Math.abs(orZero(t[s])) : p[s];
            p2[s] = (1.0 + Arrays.stream(extreme).filter(x -> x <= own).count()) / (1.0 + shuffles);
        }
        double[] holm = PairedComparison.holm(p);
        double[][] z = standardised(y);
        double[][] scaled = alike(y) ? y : z;
        double[] ends = complete && seeds > 2 ? icc(scaled) : new double[] {Double.NaN, Double.NaN};
        double mean = complete ? share(f(scaled), y[0].length) : Double.NaN;
        return new RobustSeeds(
                boxed(t),
                boxed(holm),
                boxed(p2),
                complete ? effect(table, z, stream.part(1)) : Double.NaN,
                new Estimate(mean, Double.NaN, ends[0], ends[1], seeds));
    }

    private static List<Double> boxed(double[] x) {
        return Arrays.stream(x).boxed().toList();
    }

    private static double orZero(double t) {
        return Double.isNaN(t) ? 0 : t;
    }

    /** Whether a seed stands out: 1 above, −1 below, 0 not at all. */
    public int named(int seed, double level) {
        return Math.max(p1.get(seed), p2.get(seed)) <= level ? (int) Math.signum(t.get(seed)) : 0;
    }

    private static double t(double[] row) {
        int n = 0;
        double sum = 0;
        for (double x : row) {
            n += Double.isNaN(x) ? 0 : 1;
            sum += Double.isNaN(x) ? 0 : x;
        }
        double mean = sum / n;
        double squares = 0;
        for (double x : row) {
            squares += Double.isNaN(x) ? 0 : (x - mean) * (x - mean);
        }
        return mean == 0 ? 0 : mean / Math.sqrt(squares / (n - 1) / n);
    }

    private static double p(double t, double[] row) {
        int n = (int) Arrays.stream(row).filter(x -> !Double.isNaN(x)).count();
        if (n < 2 || Double.isNaN(t)) {
            return 1;
        }
        return Double.isInfinite(t) ? 0 : 2 * new TDistribution(null, n - 1.0).cumulativeProbability(-Math.abs(t));
    }

    /** Centred columns divided by their standard deviation; a constant column stays 0. */
    private static double[][] standardised(double[][] y) {
        double[][] z = Arrays.stream(y).map(double[]::clone).toArray(double[][]::new);
        for (int c = 0; c < z[0].length; c++) {
            int at = c;
            long n = Arrays.stream(z).filter(row -> !Double.isNaN(row[at])).count();
            double sd = StrictMath.sqrt(squares(z, c) / (n - 1.0));
            for (double[] row : z) {
                row[c] /= sd > 0 ? sd : 1;
            }
        }
        return z;
    }

    private static boolean alike(double[][] y) {
        double[] squares =
                IntStream.range(0, y[0].length).mapToDouble(c -> squares(y, c)).toArray();
        return Arrays.stream(squares).max().orElse(0)
                <= ALIKE * ALIKE * Arrays.stream(squares).min().orElse(0);
    }

    private static double squares(double[][] y, int column) {
        return Arrays.stream(y)
                .mapToDouble(row -> row[column])
                .filter(x -> !Double.isNaN(x))
                .map(x -> x * x)
                .sum();
    }

    private static double effect(SeedTable table, double[][] z, Stream stream) {
        int conditions = z[0].length;
        if (conditions < FLIPPED_FROM) {
            return Friedman.of(table).pValue();
        }
        double[] sign = new double[conditions];
        Arrays.fill(sign, 1);
        double observed = between(z, sign) * (1 - 1e-12);
        boolean exact = conditions <= EXACT_TO;
        int draws = exact ? (1 << conditions - 1) : FLIPS;
        int hits = 0;
        for (int b = 0; b < draws; b++) {
            for (int c = exact ? 1 : 0; c < conditions; c++) {
                boolean flip = exact ? (b >> c - 1 & 1) == 1 : stream.nextLong() < 0;
                sign[c] = flip ? -1 : 1;
            }
            hits += between(z, sign) >= observed ? 1 : 0;
        }
        return exact ? (double) hits / draws : (1.0 + hits) / (1.0 + draws);
    }

    /** Sum over seeds of squared sums; F increases with it, since the total sum of squares is fixed. */
    private static double between(double[][] z, double[] sign) {
        double squares = 0;
        for (double[] row : z) {
            double sum = 0;
            for (int c = 0; c < sign.length; c++) {
                sum += sign[c] * row[c];
            }
            squares += sum * sum;
        }
        return squares;
    }

    /** MS_S/MS_E for centred columns. */
    static double f(double[][] y) {
        double seeds = y.length;
        double conditions = y[0].length;
        double between = 0;
        double within = 0;
        for (double[] row : y) {
            double mean = Arrays.stream(row).sum() / conditions;
            between += conditions * mean * mean;
            within += Arrays.stream(row).map(x -> (x - mean) * (x - mean)).sum();
        }
        return between / (seeds - 1) / (within / ((seeds - 1) * (conditions - 1)));
    }

    /** Interval of ICC(3,1) with degrees for unequal noise; from ten seeds on, its hull with a jackknife of ln F. */
    static double[] icc(double[][] y) {
        int seeds = y.length;
        double n = seeds;
        double conditions = y[0].length;
        double f = f(y);
        double[] degrees = degrees(y, f);
        double[] ends = {
            share(f / new FDistribution(null, degrees[0], degrees[1]).inverseCumulativeProbability(0.975), conditions),
            share(f * new FDistribution(null, degrees[1], degrees[0]).inverseCumulativeProbability(0.975), conditions)
        };
        if (seeds >= JACKKNIFE_FROM && f > 0) {
            double[] pseudo = new double[seeds];
            for (int s = 0; s < seeds; s++) {
                int left = s;
                double[][] rest = IntStream.range(0, seeds)
                        .filter(i -> i != left)
                        .mapToObj(i -> y[i].clone())
                        .toArray(double[][]::new);
                for (int c = 0; c < conditions; c++) {
                    int at = c;
                    double mean =
                            Arrays.stream(rest).mapToDouble(row -> row[at]).sum() / (n - 1);
                    Arrays.stream(rest).forEach(row -> row[at] -= mean);
                }
                pseudo[s] = n * StrictMath.log(f) - (n - 1) * StrictMath.log(f(rest));
            }
            double mean = Arrays.stream(pseudo).sum() / n;
            double error = StrictMath.sqrt(
                    Arrays.stream(pseudo).map(x -> (x - mean) * (x - mean)).sum() / (n - 1) / n);
            double width = error * new TDistribution(null, n - 1).inverseCumulativeProbability(0.975);
            ends[0] = Math.min(ends[0], share(StrictMath.exp(mean - width), conditions));
            ends[1] = Math.max(ends[1], share(StrictMath.exp(mean + width), conditions));
        }
        return ends;
    }

    private static double share(double f, double conditions) {
        return (f - 1) / (f + conditions - 1);
    }

    /** The degrees of freedom f₁ and f₂. */
    static double[] degrees(double[][] y, double f) {
        double n = y.length;
        double conditions = y[0].length;
        List<Double> q = new ArrayList<>();
        for (double[] row : y) {
            double mean = Arrays.stream(row).sum() / conditions;
            q.add(Arrays.stream(row).map(x -> (x - mean) * (x - mean)).sum() / (conditions - 1));
        }
        double all = q.stream().mapToDouble(x -> x).sum() / (1 - 1 / n);
        double[] v = q.stream()
                .mapToDouble(x -> Math.max((x - all / n / n) / (1 - 2 / n), 0.1 * all / n))
                .toArray();
        double sum = Arrays.stream(v).sum();
        double seedVariance = Math.max(0, (f - 1) * sum / n / conditions);
        double[] l = Arrays.stream(v).map(x -> conditions * seedVariance + x).toArray();
        double sumL = Arrays.stream(l).sum();
        double squaresL = Arrays.stream(l).map(x -> x * x).sum();
        double squaresV = Arrays.stream(v).map(x -> x * x).sum();
        double top = (1 - 1 / n) * sumL;
        return new double[] {
            top * top / ((1 - 2 / n) * squaresL + sumL * sumL / n / n), sum * sum * (conditions - 1) / squaresV
        };
    }
}
