package org.noisebook.compare;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BetaDistribution;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.HypergeometricDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.compare.PairComparison.Size;
import org.noisebook.compare.PairComparison.Span;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.PairedComparison;

/** Runs of two models with equal seeds, {@code [task][seed]}, NaN where there is none. */
final class SharedRuns {
    /** Differences of scores below so many of the larger one are rounding. */
    private static final double ROUNDING = 1e-14;

    private static final double EQUAL = 1e-9;
    private static final double NEAR = 0.02;

    private final RunTable table;
    private final int first;
    private final int second;
    private final int seeds;
    private final boolean unshared;
    private final double[][] a;
    private final double[][] b;
    /** To whose multiples the scores of a task are rounded. */
    private final double[] step;
    /** Of scores, {@code [task][seed]}. */
    final double[][] difference;
    /** 1, 1/2 or 0. */
    final double[][] win;

    /** The runs of two models of a table. */
    SharedRuns(RunTable table, int first, int second) {
        this.table = table;
        this.first = first;
        this.second = second;
        int tasks = table.tasks().size();
        int[][] x = table.seed()[first];
        int[][] y = table.seed()[second];
        int[][] common = IntStream.range(0, tasks)
                .mapToObj(k -> Arrays.stream(x[k])
                        .filter(s -> Arrays.binarySearch(y[k], s) >= 0)
                        .toArray())
                .toArray(int[][]::new);
        int[] all = Arrays.stream(common)
                .flatMapToInt(Arrays::stream)
                .sorted()
                .distinct()
                .toArray();
        seeds = all.length;
        // A task that one of them never ran says nothing about seeds.
        unshared = IntStream.range(0, tasks)
                .anyMatch(k -> Math.min(x[k].length, y[k].length) > 0
                        && Math.max(x[k].length, y[k].length) > common[k].length);
        a = new double[tasks][seeds];
        b = new double[tasks][seeds];
        step = new double[tasks];
        difference = new double[tasks][seeds];
        win = new double[tasks][seeds];
        for (int k = 0; k < tasks; k++) {
            for (double[][] of : new double[][][] {a, b, difference, win}) {
                Arrays.fill(of[k], Double.NaN);
            }
            for (int seed : common[k]) {
                int s = Arrays.binarySearch(all, seed);
                double u = table.score()[first][k][Arrays.binarySearch(x[k], seed)];
                double v = table.score()[second][k][Arrays.binarySearch(y[k], seed)];
                boolean tiny = Math.abs(u - v) <= ROUNDING * Math.max(Math.abs(u), Math.abs(v));
                a[k][s] = u;
                b[k][s] = v;
                difference[k][s] = tiny ? 0 : u - v;
                win[k][s] = win(u, v);
            }
            step[k] = step(a[k], b[k]);
        }
    }

    /** The step of which the gaps between scores are multiples, to a fiftieth; 0 where all are equal. */
    static double step(double[]... scores) {
        double[] x = Moments.known(
                Arrays.stream(scores).flatMapToDouble(Arrays::stream).sorted().toArray());
        double tiny = EQUAL * Arrays.stream(x).map(Math::abs).max().orElse(0);
        double step = 0;
        for (int i = 1; i < x.length; i++) {
            double gap = x[i] - x[i - 1];
            step = gap <= tiny ? step : step == 0 ? gap : common(Math.max(step, gap), Math.min(step, gap));
        }
        return step;
    }

    /** Euclid's common step of two. */
    private static double common(double large, double small) {
        double rest = Math.abs(Math.IEEEremainder(large, small));
        return rest > NEAR * small ? common(small, rest) : small;
    }

    /** 1 for a win of the first score, 1/2 for a tie; a failed run loses. */
    static double win(double u, double v) {
        return Double.isNaN(u) ? Double.isNaN(v) ? 0.5 : 0 : Double.isNaN(v) || u > v ? 1 : u == v ? 0.5 : 0;
    }

    /** Seeds that both ran on some task. */
    int seeds() {
        return seeds;
    }

    /** Whether one of them ran a seed that the other did not. */
    boolean unshared() {
        return unshared;
    }

    /** Whether they share too few seeds to be paired. */
    boolean fresh() {
        return seeds == 0 || unshared && seeds < Stopping.FEWEST;
    }

    /** r of each task over the first n seeds. */
    private double[] roots(int n) {
        return Arrays.stream(difference)
                .mapToDouble(d -> Moments.root(Moments.known(Arrays.copyOf(d, n))))
                .map(root -> root > 0 ? root : 1)
                .toArray();
    }

    /** p of the sign flips of y_s that vary less than by rounding, where they are few; else 0. */
    private static double flips(double[] y, double rounding) {
        return Moments.variance(y) < rounding && y.length <= PairedComparison.EXACT_FLIPS
                ? PairedComparison.signFlip(y, 1, Streams.of(1).at("flips"))
                : 0;
    }

    /** Variance of a mean over tasks of differences, in units of each, whose scores are rounded to steps. */
    private double rounding(double[] unit) {
        return IntStream.range(0, unit.length)
                        .mapToDouble(k -> step[k] * step[k] / unit[k] / unit[k])
                        .sum()
                / (6.0 * unit.length * unit.length);
    }

    /** Means over tasks of the first n seeds that have a number, in units of each task. */
    private static double[] means(double[][] of, int n, double[] unit) {
        double[] means = new double[n];
        int seeds = 0;
        for (int s = 0; s < n; s++) {
            double sum = 0;
            int count = 0;
            for (int k = 0; k < of.length; k++) {
                if (!Double.isNaN(of[k][s])) {
                    sum += of[k][s] / unit[k];
                    count++;
                }
            }
            if (count > 0) {
                means[seeds++] = sum / count;
            }
        }
        return Arrays.copyOf(means, seeds);
    }

    /** The two compared by t of the y_s. */
    PairComparison duel(SequentialEvidence looks) {
        Stopping stopping = looks.stopping();
        boolean planned = stopping.rule() == Stopping.Rule.PLANNED;
        int cut = stopping.number() > 0 ? Math.min(seeds, stopping.number()) : seeds;
        for (int n = MixtureT.FEWEST; n <= cut; n = SequentialEvidence.next(n, cut)) {
            double[] root = roots(n);
            double[] y = means(difference, n, root);
            // A seed whose run failed was run as planned.
            if (stopping.looks(planned ? n : y.length)) {
                looks.at(y.length, PairComparison.t(y, rounding(root)), flips(y, rounding(root)));
            }
        }
        double[] root = roots(cut);
        double[] y = means(difference, cut, root);
        int n = y.length;
        double rounding = rounding(root);
        double t = n == 0 ? Double.NaN : PairComparison.t(y, rounding);
        int tasks = difference.length;
        double[] one = new double[tasks];
        Arrays.fill(one, 1);
        double[] wins = means(win, cut, one);
        return looks.duel(
                n,
                (int) Arrays.stream(win)
                        .filter(of -> Moments.known(of).length > 0)
                        .count(),
                lead(stopping, cut, n),
                t,
                n < MixtureT.FEWEST ? 1 : Math.max(flips(y, rounding), Stopping.fixedP(t, n)),
                new Size(
                        wins.length == 0 ? 0.5 : Moments.mean(wins),
                        Span.of(interval(wins, tasks, stopping.alpha())),
                        Span.of(WinShare.interval(wins, tasks == 1, stopping.alpha()))),
                n < MixtureT.FEWEST ? 0 : Moments.skewness(y),
                PairComparison.more(stopping, n < 2 ? 0 : Math.abs(t) / Math.sqrt(n), n));
    }

    /** The spread of runs on each task; 1 on a single one. */
    double[] units() {
        int tasks = difference.length;
        return IntStream.range(0, tasks)
                .mapToDouble(k -> StrictMath.sqrt(
                        (Moments.variance(Moments.known(a[k])) + Moments.variance(Moments.known(b[k]))) / 2))
                .map(spread -> tasks > 1 && spread > 0 ? spread : 1)
                .toArray();
    }

    private Size lead(Stopping stopping, int cut, int n) {
        int tasks = difference.length;
        double[] unit = units();
        double[] z = means(difference, cut, unit);
        double lead = n == 0 ? Double.NaN : Moments.mean(z);
        double error = n == 0 ? Double.NaN : StrictMath.sqrt(Math.max(rounding(unit), Moments.variance(z)) / n);
        // Units estimated on the same seeds: without this the interval covers .90 at 3 seeds and .92 at 5.
        double wider = tasks > 1 ? StrictMath.sqrt(n / Math.max(1, n - 1.0)) : 1;
        return new Size(
                lead,
                Span.about(lead, width(stopping.fixedWidth(n) * wider, error)),
                Span.about(lead, width(stopping.halfWidth(n) * wider, error)));
    }

    static double width(double factor, double error) {
        return Double.isInfinite(factor) ? factor : factor * error;
    }

    /**
     * The interval of a share of wins: of one task, of fewer than three seeds and where all agree Clopper and Pearson's, exact for wins of 0 and 1; else
     * Wilson's by Student's quantile, the number of independent pairs being that which the seeds' spread shows, between the seeds and the runs.
     */
    static double[] interval(double[] wins, int tasks, double alpha) {
        int n = wins.length;
        if (n == 0) {
            return new double[] {0, 1};
        }
        double p = Moments.mean(wins);
        if (tasks == 1 || n < 3 || p == 0 || p == 1) {
            // Where all seeds agree on all tasks nothing shows how far tasks depend on each other, so that seeds alone
            // count.
            double won = n * p;
            return new double[] {
                won == 0 ? 0 : new BetaDistribution(null, won, n - won + 1).inverseCumulativeProbability(alpha / 2),
                won == n ? 1 : new BetaDistribution(null, won + 1, n - won).inverseCumulativeProbability(1 - alpha / 2)
            };
        }
        double variance = Moments.variance(wins);
        double count = variance > 0 ? Math.min((double) n * tasks, Math.max(n, n * p * (1 - p) / variance)) : n;
        double z = new TDistribution(null, n - 1.0).inverseCumulativeProbability(1 - alpha / 2);
        return wilson(p, z * z / count);
    }

    /** Wilson's interval of a share, where the squared quantile over the number of pairs is given. */
    static double[] wilson(double share, double ratio) {
        double middle = (share + ratio / 2) / (1 + ratio);
        double half = StrictMath.sqrt(ratio * share * (1 - share) + ratio * ratio / 4) / (1 + ratio);
        return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
    }

    /** p that failed runs are equally many: exact McNemar on shared seeds, else Fisher. */
    double failureP() {
        int failedA = table.failed(first);
        int failedB = table.failed(second);
        if (failedA + failedB == 0) {
            return 1;
        }
        if (seeds > 0 && !unshared) {
            int onlyA = 0;
            int onlyB = 0;
            for (int k = 0; k < win.length; k++) {
                for (int s = 0; s < seeds; s++) {
                    boolean lost = Double.isNaN(a[k][s]);
                    onlyA += lost && !Double.isNaN(b[k][s]) ? 1 : 0;
                    onlyB += !lost && Double.isNaN(b[k][s]) ? 1 : 0;
                }
            }
            int all = onlyA + onlyB;
            double tail = all == 0
                    ? 1
                    : new BinomialDistribution(null, all, 0.5).cumulativeProbability(Math.min(onlyA, onlyB));
            return Math.min(1, 2 * tail);
        }
        int runsA = table.runs(first);
        int runsB = table.runs(second);
        int failed = failedA + failedB;
        HypergeometricDistribution law = new HypergeometricDistribution(null, runsA + runsB, failed, runsA);
        double here = law.probability(failedA) * (1 + 1e-7);
        return Math.min(
                1,
                IntStream.rangeClosed(Math.max(0, failed - runsB), Math.min(runsA, failed))
                        .mapToDouble(law::probability)
                        .filter(p -> p <= here)
                        .sum());
    }
}
