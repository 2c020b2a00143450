package org.noisebook.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.util.CombinatoricsUtils;
import org.noisebook.rng.Stream;

/**
 * P(A &gt; B) of runs whose seeds have nothing in common, mean over tasks: the Brunner–Munzel test and interval.
 *
 * <p>P_i = mean_j w(a_i, b_j), Q_j = mean_i w(a_i, b_j), p = mean P, se² = var(P)/m + var(Q)/n, T = (p − 1/2)/se, degrees of Satterthwaite. On
 * several tasks the placements of one seed are averaged over the tasks it ran, so that seeds which help on all tasks count once.
 *
 * <p><b>Source</b>: Brunner and Munzel 2000 (doi:10.1002/(SICI)1521-4036(200001)42:1&lt;17::AID-BIMJ17&gt;3.0.CO;2-U).
 *
 * <p><b>Special cases</b>: where every run of one model beats every run of the other, se is 0 and T has no value; the chance of that is
 * 2/C(m + n, m). <b>Error</b>: the size is .08 at 5 runs a model and .05 at 10: below 7 take {@link #permuted}. The interval on logit p covers .96 to .985.
 *
 * @param p share of wins
 * @param stdError of p
 * @param t T, NaN where it has no value
 * @param degrees of T
 * @param first fewest runs of the first model on a task
 * @param second of the second
 */
public record BrunnerMunzel(double p, double stdError, double t, double degrees, int first, int second) {
    private static final int MOST_EXACT = 20_000;

    /** For two samples; a tie counts half. */
    public static BrunnerMunzel of(double[] a, double[] b) {
        return of(Arm.of(a), Arm.of(b));
    }

    /** One model's runs by task, sorted once for all its comparisons. */
    static final class Arm {
        private final double[][] sorted;
        /** Where the score of each run stands in them, or one equal to it. */
        private final int[][] place;
        /** Which seed each run had, counted from 0. */
        private final int[][] seed;

        private final int seeds;

        Arm(double[][] score, int[][] seeds) {
            this(score, seeds, Integer.MAX_VALUE);
        }

        /** The first runs of each task, so many at most. */
        Arm(double[][] score, int[][] seedOf, int most) {
            int[] all = Arrays.stream(seedOf)
                    .flatMapToInt(of -> Arrays.stream(of).limit(most))
                    .toArray();
            Arrays.sort(all);
            int different = 0;
            for (int i = 0; i < all.length; i++) {
                if (i == 0 || all[i] != all[i - 1]) {
                    all[different++] = all[i];
                }
            }
            seeds = different;
            seed = new int[score.length][];
            place = new int[score.length][];
            sorted = new double[score.length][];
            for (int k = 0; k < score.length; k++) {
                double[] x = Arrays.copyOf(score[k], Math.min(most, score[k].length));
                for (int i = 0; i < x.length; i++) {
                    x[i] = Double.isNaN(x[i]) ? Double.NEGATIVE_INFINITY : x[i];
                }
                sorted[k] = x.clone();
                Arrays.sort(sorted[k]);
                place[k] = new int[x.length];
                seed[k] = new int[x.length];
                for (int i = 0; i < x.length; i++) {
                    place[k][i] = Arrays.binarySearch(sorted[k], x[i]);
                    seed[k][i] = seeds == x.length ? i : Arrays.binarySearch(all, 0, seeds, seedOf[k][i]);
                }
            }
        }

        private static Arm of(double[] x) {
            int[] seeds = new int[x.length];
            Arrays.setAll(seeds, i -> i);
            return new Arm(new double[][] {x}, new int[][] {seeds});
        }

        int runs(int task) {
            return place[task].length;
        }

        double[] sums() {
            return new double[seeds];
        }

        /** Adds to sums by seed what the values of a task's runs are off their mean, as its variance is then the sum of squares. */
        void add(double[] sums, int task, double[] values, double unit) {
            double[] known = Moments.known(values);
            double mean = Moments.mean(known);
            double root = Math.sqrt(known.length * (known.length - 1.0));
            for (int i = 0; i < values.length; i++) {
                sums[seed[task][i]] += Double.isNaN(values[i]) ? 0 : (values[i] - mean) / unit / root;
            }
        }

        /** Mean over the runs of the other of wins of each run, ties half. */
        private double[] placements(Arm other, int task) {
            double[] share = shares(sorted[task], other.sorted[task]);
            double[] places = new double[share.length];
            for (int i = 0; i < places.length; i++) {
                places[i] = share[place[task][i]];
            }
            return places;
        }
    }

    static double squares(double[] sums) {
        double squares = 0;
        for (double x : sums) {
            squares += x * x;
        }
        return squares;
    }

    /**
     * Of scores by task, with the seed of each; a task that one of them lacks is left out.
     *
     * @throws IllegalArgumentException if no task has two runs of both
     */
    static BrunnerMunzel of(Arm a, Arm b) {
        int tasks = 0;
        double p = 0;
        int first = Integer.MAX_VALUE;
        int second = Integer.MAX_VALUE;
        for (int k = 0; k < a.place.length; k++) {
            tasks += a.runs(k) > 1 && b.runs(k) > 1 ? 1 : 0;
        }
        if (tasks == 0) {
            throw new IllegalArgumentException("two models must have two or more runs each on a task");
        }
        double[] ofA = a.sums();
        double[] ofB = b.sums();
        for (int k = 0; k < a.place.length; k++) {
            int m = a.runs(k);
            int n = b.runs(k);
            if (m < 2 || n < 2) {
                continue;
            }
            double[] placesA = a.placements(b, k);
            p += Moments.mean(placesA) / tasks;
            a.add(ofA, k, placesA, tasks);
            b.add(ofB, k, b.placements(a, k), tasks);
            first = Math.min(first, m);
            second = Math.min(second, n);
        }
        double va = squares(ofA);
        double vb = squares(ofB);
        double se = StrictMath.sqrt(va + vb);
        double degrees = Moments.satterthwaite(va, first - 1, vb, second - 1);
        boolean separated = se < 1e-12;
        return new BrunnerMunzel(
                p, separated ? 0 : se, separated ? Double.NaN : (p - 0.5) / se, degrees, first, second);
    }

    /** Mean over the others of wins of each, ties half; both sorted. */
    private static double[] shares(double[] sorted, double[] others) {
        double[] share = new double[sorted.length];
        int below = 0;
        int upTo = 0;
        for (int i = 0; i < share.length; i++) {
            while (below < others.length && others[below] < sorted[i]) {
                below++;
            }
            while (upTo < others.length && others[upTo] <= sorted[i]) {
                upTo++;
            }
            share[i] = (below + upTo) / 2.0 / others.length;
        }
        return share;
    }

    /** Two-sided p of T. */
    public double pValue() {
        return Double.isNaN(t)
                ? p == 0.5 ? 1 : separation()
                : 2 * new TDistribution(null, degrees).cumulativeProbability(-Math.abs(t));
    }

    /** T; on a separated sample as if one pair of runs were tied. */
    double boundedT() {
        if (!Double.isNaN(t)) {
            return t;
        }
        double tie = StrictMath.sqrt(0.25 / second / second / first / first + 0.25 / first / first / second / second);
        return p == 0.5 ? 0 : Math.copySign(0.5 - 0.5 / first / second, p - 0.5) / tie;
    }

    /** Chance that one of two equal models beats the other in all runs: 2/C(m + n, m). */
    double separation() {
        return Math.min(1, 2 / CombinatoricsUtils.binomialCoefficientDouble(first + second, first));
    }

    /** The interval on logit p at a level of error; on a separated sample [1 − c, 1] or [0, c] with the share c that such a sample allows. */
    public double[] interval(double alpha) {
        if (Double.isNaN(t) || p <= 0 || p >= 1) {
            double least = StrictMath.pow(alpha / 2, 1.0 / Math.min(first, second));
            return p >= 1 ? new double[] {least, 1} : p <= 0 ? new double[] {0, 1 - least} : new double[] {0, 1};
        }
        double width =
                new TDistribution(null, degrees).inverseCumulativeProbability(1 - alpha / 2) * stdError / (p * (1 - p));
        double logit = StrictMath.log(p / (1 - p));
        return new double[] {1 / (1 + StrictMath.exp(width - logit)), 1 / (1 + StrictMath.exp(-width - logit))};
    }

    /**
     * Two-sided p by dealing the seeds out anew, seeds that ran the same tasks among themselves: all deals where there are at most 20,000 of them, else
     * {@code draws} by chance.
     */
    static double permuted(double[][] a, int[][] seedA, double[][] b, int[][] seedB, int draws, Stream stream) {
        // A block is what one seed of one model scored, by task.
        List<double[]> blocks = new ArrayList<>(blocks(a, seedA));
        int sides = blocks.size();
        blocks.addAll(blocks(b, seedB));
        double[][] all = blocks.toArray(double[][]::new);
        boolean[] first = new boolean[all.length];
        Arrays.fill(first, 0, sides, true);
        double observed = distance(all, first) - 1e-12;
        Map<String, List<Integer>> groups = IntStream.range(0, all.length)
                .boxed()
                .collect(Collectors.groupingBy(
                        i -> Arrays.stream(all[i])
                                .mapToObj(x -> Double.isNaN(x) ? "0" : "1")
                                .collect(Collectors.joining()),
                        TreeMap::new,
                        Collectors.toList()));
        if (groups.size() == 1 && CombinatoricsUtils.binomialCoefficientDouble(all.length, sides) <= MOST_EXACT) {
            int beyond = 0;
            int deals = 0;
            Iterator<int[]> deal = CombinatoricsUtils.combinationsIterator(all.length, sides);
            while (deal.hasNext()) {
                Arrays.fill(first, false);
                Arrays.stream(deal.next()).forEach(i -> first[i] = true);
                beyond += distance(all, first) >= observed ? 1 : 0;
                deals++;
            }
            return (double) beyond / deals;
        }
        int hits = 0;
        for (int draw = 0; draw < draws; draw++) {
            for (List<Integer> group : groups.values()) {
                for (int i = group.size() - 1; i > 0; i--) {
                    int here = group.get(i);
                    int there = group.get(stream.nextIndex(i + 1));
                    boolean kept = first[here];
                    first[here] = first[there];
                    first[there] = kept;
                }
            }
            hits += distance(all, first) >= observed ? 1 : 0;
        }
        return (1.0 + hits) / (1.0 + draws);
    }

    private static Collection<double[]> blocks(double[][] x, int[][] seed) {
        Map<Integer, double[]> blocks = new TreeMap<>();
        for (int k = 0; k < x.length; k++) {
            for (int i = 0; i < x[k].length; i++) {
                double[] of = blocks.computeIfAbsent(seed[k][i], key -> {
                    double[] none = new double[x.length];
                    Arrays.fill(none, Double.NaN);
                    return none;
                });
                of[k] = Double.isNaN(x[k][i]) ? Double.NEGATIVE_INFINITY : x[k][i];
            }
        }
        return blocks.values();
    }

    /** |p − 1/2| after a deal. */
    private static double distance(double[][] blocks, boolean[] first) {
        double sum = 0;
        int tasks = 0;
        for (int k = 0; k < blocks[0].length; k++) {
            double[] a = pick(blocks, first, k, true);
            double[] b = pick(blocks, first, k, false);
            if (a.length > 0 && b.length > 0) {
                Arrays.sort(a);
                Arrays.sort(b);
                sum += Moments.mean(shares(a, b)) - 0.5;
                tasks++;
            }
        }
        return tasks == 0 ? 0 : Math.abs(sum / tasks);
    }

    private static double[] pick(double[][] blocks, boolean[] first, int task, boolean side) {
        double[] x = new double[blocks.length];
        int n = 0;
        for (int i = 0; i < x.length; i++) {
            if (first[i] == side && !Double.isNaN(blocks[i][task])) {
                x[n++] = blocks[i][task];
            }
        }
        return Arrays.copyOf(x, n);
    }
}
