package org.noisebook.compare;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.HypergeometricDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.rng.Stream;
import org.noisebook.seeds.Ranks;

/**
 * Two models against each other over the tasks that both ran.
 *
 * <p>Where they share seeds: d_ks the difference on task k with seed s, y_s = mean_k d_ks/r_k with r_k² = mean_s d_ks² (about zero, so that y is
 * symmetric where the models are alike), and t of the y_s decides by {@link Stopping}, at any of the looks from 3 seeds on in the order of the
 * seeds. The size is θ = mean_k mean_s d_ks/s_k, s_k the spread of runs on task k taken as a unit of this table, with t's interval; widened by √(n/(n − 1)) as the
 * units are estimated too; on one task the plain mean difference. Where they do not share seeds: {@link BrunnerMunzel}, from 8 runs of both on. Where they share some, the shared ones
 * decide if they are five or more.
 *
 * <p><b>Special cases</b>: seeds without a task in common leave {@link Verdict#NONE}. A failed run loses against a finished one and leaves means.
 *
 * @param first one model, by its place
 * @param second the other
 * @param design how their runs go together
 * @param seeds seeds that decide: shared ones, or runs of the one with fewer
 * @param tasks they have in common
 * @param verdict of the first over the second
 * @param decidedAt seeds at which it was first decided, 0 if not
 * @param effect θ, or the mean difference on one task
 * @param fixed its interval had the number of seeds been fixed in advance
 * @param any its interval that holds at every look
 * @param t of the y_s, or T
 * @param pFixed p had the number of seeds been fixed in advance, times the comparisons
 * @param p at any look, times the comparisons
 * @param wins P(first &gt; second), mean over tasks, ties half
 * @param winsFixed its interval had the number of seeds been fixed in advance
 * @param winsAny its interval that holds at every look
 * @param skewness of the y_s
 * @param moreLow additional seeds of both that would decide, fewest
 * @param moreHigh most; {@link Integer#MAX_VALUE} for no upper end
 * @param failureP that failed runs are as many: McNemar for shared seeds, else Fisher; not adjusted
 */
public record Duel(
        int first,
        int second,
        Design design,
        int seeds,
        int tasks,
        Verdict verdict,
        int decidedAt,
        double effect,
        Span fixed,
        Span any,
        double t,
        double pFixed,
        double p,
        double wins,
        Span winsFixed,
        Span winsAny,
        double skewness,
        int moreLow,
        int moreHigh,
        double failureP) {
    private static final int EVERY = 100;
    private static final int FEWEST_FRESH = 8;
    private static final int EXACT_BELOW = 7;
    private static final int DEALS = 1999;
    private static final int MANY = 1000;
    /** Normal quantile of .9: two-sided 80 %. */
    private static final double PLANNING = 1.2816;

    /** An interval. */
    public record Span(double low, double high) {
        private static final Span SHARES = new Span(0, 1);

        private static Span about(double middle, double half) {
            return new Span(middle - half, middle + half);
        }

        private static Span of(double[] ends) {
            return new Span(ends[0], ends[1]);
        }

        /** From sum − high to sum − low. */
        private Span turned(double sum) {
            return new Span(sum - high, sum - low);
        }

        boolean isFinite() {
            return Double.isFinite(low) && Double.isFinite(high);
        }
    }

    /** How runs of two models go together. */
    public enum Design {
        /** Equal seeds belong together. */
        PAIRED,
        /** No seed in common. */
        FRESH,
        /** Some in common. */
        PARTIAL
    }

    /** What is known of the first against the second. */
    public enum Verdict {
        /** The first is better. */
        BETTER,
        /** The second is better. */
        WORSE,
        /** The runs suggest that the first is better. */
        SUGGESTS_BETTER,
        /** The runs suggest that the second is better. */
        SUGGESTS_WORSE,
        /** Not separated. */
        OPEN,
        /** They have no task, or fewer than two runs, in common. */
        NONE;

        boolean isDecided() {
            return this == BETTER || this == WORSE;
        }

        Verdict turned() {
            return switch (this) {
                case BETTER -> WORSE;
                case WORSE -> BETTER;
                case SUGGESTS_BETTER -> SUGGESTS_WORSE;
                case SUGGESTS_WORSE -> SUGGESTS_BETTER;
                case OPEN, NONE -> this;
            };
        }
    }

    /**
     * Compares two models of a table.
     *
     * @param stopping with the level of one comparison
     * @param comparisons made together
     * @param stream deals fresh seeds where they are few
     */
    public static Duel of(RunTable table, int first, int second, Stopping stopping, int comparisons, Stream stream) {
        return of(table, first, second, stopping, comparisons, stream, new HashMap<>());
    }

    /** The same with the models' runs as sorted for pairs before this one. */
    static Duel of(
            RunTable table,
            int first,
            int second,
            Stopping stopping,
            int comparisons,
            Stream stream,
            Map<Integer, BrunnerMunzel.Arm> arms) {
        Shared shared = Shared.of(table, first, second);
        int fewest = Integer.MAX_VALUE;
        for (int k = 0; k < table.tasks().size(); k++) {
            int both = Math.min(table.score()[first][k].length, table.score()[second][k].length);
            fewest = both > 0 ? Math.min(fewest, both) : fewest;
        }
        boolean partial = shared.some && shared.unshared;
        boolean fresh = !shared.some || partial && shared.seeds < Stopping.FEWEST;
        Design design = !shared.some ? Design.FRESH : partial ? Design.PARTIAL : Design.PAIRED;
        double failures = failures(table, first, second, shared);
        if (fewest == Integer.MAX_VALUE || fresh && fewest < 2) {
            return none(first, second, design, failures);
        }
        return fresh
                ? fresh(table, first, second, design, stopping, comparisons, failures, stream, arms)
                : paired(table, first, second, design, shared, stopping, comparisons, failures);
    }

    private static Duel none(int first, int second, Design design, double failures) {
        double no = Double.NaN;
        Span none = new Span(no, no);
        int most = Integer.MAX_VALUE;
        return new Duel(
                first,
                second,
                design,
                0,
                0,
                Verdict.NONE,
                0,
                no,
                none,
                none,
                no,
                1,
                1,
                0.5,
                Span.SHARES,
                Span.SHARES,
                0,
                1,
                most,
                failures);
    }

    /** The same table with the scores of two models replaced by their ranks on each task, failed runs lowest or left out. */
    static RunTable ranked(RunTable table, int first, int second, boolean failedLowest) {
        double[][][] ranks = table.score().clone();
        ranks[first] = ranks[first].clone();
        ranks[second] = ranks[second].clone();
        for (int k = 0; k < table.tasks().size(); k++) {
            double[] a = table.score()[first][k];
            double[] b = table.score()[second][k];
            double[] both = Arrays.copyOf(a, a.length + b.length);
            System.arraycopy(b, 0, both, a.length, b.length);
            double[] of = Ranks.of(Arrays.stream(both)
                    .map(x -> Double.isNaN(x) ? -Double.MAX_VALUE : x)
                    .toArray());
            for (int i = 0; i < of.length; i++) {
                of[i] = Double.isNaN(both[i]) && !failedLowest ? Double.NaN : of[i];
            }
            ranks[first][k] = Arrays.copyOf(of, a.length);
            ranks[second][k] = Arrays.copyOfRange(of, a.length, of.length);
        }
        return table.withScores(ranks);
    }

    /** Differences and wins over shared seeds, {@code [task][seed]}, NaN where there is none. */
    private record Shared(
            double[][] d, double[][] w, double[][] a, double[][] b, int seeds, boolean some, boolean unshared) {
        private static Shared of(RunTable table, int first, int second) {
            int tasks = table.tasks().size();
            IntStream common = IntStream.empty();
            int[][] inA = new int[tasks][];
            int[][] inB = new int[tasks][];
            boolean unshared = false;
            for (int k = 0; k < tasks; k++) {
                int[] x = table.seed()[first][k];
                int[] y = table.seed()[second][k];
                int[] atX = new int[Math.min(x.length, y.length)];
                int[] atY = new int[atX.length];
                int n = 0;
                for (int i = 0, j = 0; i < x.length && j < y.length; ) {
                    if (x[i] == y[j]) {
                        atX[n] = i++;
                        atY[n++] = j++;
                    } else if (x[i] < y[j]) {
                        i++;
                    } else {
                        j++;
                    }
                }
                unshared |= x.length > n || y.length > n;
                inA[k] = Arrays.copyOf(atX, n);
                inB[k] = Arrays.copyOf(atY, n);
                common = IntStream.concat(common, Arrays.stream(inA[k]).map(i -> x[i]));
            }
            int[] seeds = common.sorted().distinct().toArray();
            double[][][] all = new double[4][tasks][seeds.length];
            for (int k = 0; k < tasks; k++) {
                for (double[][] of : all) {
                    Arrays.fill(of[k], Double.NaN);
                }
                int[] x = table.seed()[first][k];
                for (int i = 0; i < inA[k].length; i++) {
                    int s = Arrays.binarySearch(seeds, x[inA[k][i]]);
                    double a = table.score()[first][k][inA[k][i]];
                    double b = table.score()[second][k][inB[k][i]];
                    double tiny = 1e-14 * Math.max(Math.abs(a), Math.abs(b));
                    all[0][k][s] = Math.abs(a - b) <= tiny ? 0 : a - b;
                    all[1][k][s] = Double.isNaN(a)
                            ? Double.isNaN(b) ? 0.5 : 0
                            : Double.isNaN(b) || a > b ? 1 : a == b ? 0.5 : 0;
                    all[2][k][s] = a;
                    all[3][k][s] = b;
                }
            }
            return new Shared(all[0], all[1], all[2], all[3], seeds.length, seeds.length > 0, unshared);
        }

        /** y_s of the first n seeds that have a difference. */
        private double[] y(int n) {
            double[] scale = new double[d.length];
            for (int k = 0; k < scale.length; k++) {
                double squares = 0;
                int count = 0;
                for (int s = 0; s < n; s++) {
                    double x = d[k][s];
                    squares += Double.isNaN(x) ? 0 : x * x;
                    count += Double.isNaN(x) ? 0 : 1;
                }
                scale[k] = squares > 0 ? Math.sqrt(squares / count) : 1;
            }
            return means(d, n, scale);
        }

        private static double[] means(double[][] of, int n, double[] scale) {
            double[] y = new double[n];
            int seeds = 0;
            for (int s = 0; s < n; s++) {
                double sum = 0;
                int count = 0;
                for (int k = 0; k < of.length; k++) {
                    if (!Double.isNaN(of[k][s])) {
                        sum += of[k][s] / scale[k];
                        count++;
                    }
                }
                if (count > 0) {
                    y[seeds++] = sum / count;
                }
            }
            return Arrays.copyOf(y, seeds);
        }
    }

    static double t(double[] y) {
        double mean = Moments.mean(y);
        double variance = Moments.variance(y);
        return variance > 0 ? mean * Math.sqrt(y.length / variance) : mean == 0 ? 0 : mean / 0.0;
    }

    private static Duel paired(
            RunTable table,
            int first,
            int second,
            Design design,
            Shared shared,
            Stopping stopping,
            int comparisons,
            double failures) {
        double lowestP = 1;
        int decidedAt = 0;
        int direction = 0;
        int cut = stopping.rule() == Stopping.Rule.PLANNED ? Math.min(shared.seeds, stopping.number()) : shared.seeds;
        for (int n = MixtureT.FEWEST; n <= cut; n = next(n, cut)) {
            double[] y = shared.y(n);
            if (!stopping.looks(y.length)) {
                continue;
            }
            double t = t(y);
            double p = stopping.pValue(t, y.length);
            lowestP = Math.min(lowestP, p);
            if (decidedAt == 0 && y.length >= Stopping.FEWEST && p <= stopping.alpha() * (1 + 1e-9)) {
                decidedAt = y.length;
                direction = (int) Math.signum(t);
            }
        }
        double[] y = shared.y(cut);
        int n = y.length;
        double t = n == 0 ? Double.NaN : t(y);
        double fixed = n < MixtureT.FEWEST ? 1 : Stopping.fixedP(t, n);
        double[] unit = new double[shared.d.length];
        boolean several = false;
        for (int k = 0; k < unit.length; k++) {
            unit[k] = StrictMath.sqrt((variance(shared.a[k]) + variance(shared.b[k])) / 2);
            unit[k] = unit[k] > 0 ? unit[k] : 1;
            several |= k > 0;
        }
        if (!several) {
            unit[0] = 1;
        }
        double[] z = Shared.means(shared.d, cut, unit);
        double effect = n == 0 ? Double.NaN : Moments.mean(z);
        double error = n == 0 ? Double.NaN : StrictMath.sqrt(Moments.variance(z) / n);
        // Units estimated on the same seeds: without this the interval covers .90 at 3 seeds and .92 at 5.
        double wider = several ? StrictMath.sqrt(n / Math.max(1, n - 1.0)) : 1;
        double fixedWidth = width(stopping.fixedWidth(n) * wider, error);
        double width = width(stopping.halfWidth(n), error);
        double[] one = new double[shared.d.length];
        Arrays.fill(one, 1);
        double[] wins = Shared.means(shared.w, cut, one);
        double share = wins.length == 0 ? 0.5 : Moments.mean(wins);
        int tasks = (int) Arrays.stream(shared.w)
                .filter(row -> Arrays.stream(row).anyMatch(w -> !Double.isNaN(w)))
                .count();
        double size = n < 2 ? 0 : Math.abs(t) / Math.sqrt(n);
        int[] more = more(stopping, size, n);
        return new Duel(
                first,
                second,
                design,
                n,
                tasks,
                verdict(decidedAt, direction, fixed * comparisons, stopping.alpha() * comparisons, n, t),
                decidedAt,
                effect,
                Span.about(effect, fixedWidth),
                Span.about(effect, width),
                t,
                Math.min(1, fixed * comparisons),
                Math.min(1, lowestP * comparisons),
                share,
                Span.of(wilson(wins, shared.d.length, stopping.alpha())),
                Span.of(WinShare.interval(wins, !several, stopping.alpha())),
                n < 3 ? 0 : Moments.skewness(y),
                more[0],
                more[1],
                failures);
    }

    /** The next look: each seed up to a hundred, then ever fewer; the last one always. */
    private static int next(int n, int last) {
        return n < EVERY || n == last ? n + 1 : Math.min(last, (int) ((n < 10 * EVERY ? 1.05 : 1.5) * n));
    }

    private static double width(double factor, double error) {
        return Double.isInfinite(factor) ? factor : factor * error;
    }

    private static double variance(double[] x) {
        return Moments.variance(Arrays.stream(x).filter(v -> !Double.isNaN(v)).toArray());
    }

    private static Verdict verdict(int decidedAt, int direction, double adjusted, double family, int n, double t) {
        if (decidedAt > 0) {
            return direction > 0 ? Verdict.BETTER : Verdict.WORSE;
        }
        boolean suggests = n >= MixtureT.FEWEST && adjusted <= family;
        return !suggests ? Verdict.OPEN : t > 0 ? Verdict.SUGGESTS_BETTER : Verdict.SUGGESTS_WORSE;
    }

    /** Additional seeds from the effects that the 80 % interval of the effect allows. */
    static int[] more(Stopping stopping, double effect, int n) {
        if (n < 2 || Double.isNaN(effect)) {
            return new int[] {Math.max(1, Stopping.FEWEST - n), Integer.MAX_VALUE};
        }
        if (Double.isInfinite(effect)) {
            return new int[] {1, Math.max(1, stopping.needed(1e9) - n)};
        }
        double e = StrictMath.sqrt(1.0 / n + effect * effect / (2 * (n - 1.0)));
        double least = effect - PLANNING * e;
        int most = least <= 0 ? Integer.MAX_VALUE : stopping.needed(least);
        int fewest = stopping.needed(effect + PLANNING * e);
        return new int[] {
            fewest == Integer.MAX_VALUE ? fewest : Math.max(1, fewest - n),
            most == Integer.MAX_VALUE || MixtureT.isEndless(most) ? Integer.MAX_VALUE : Math.max(1, most - n)
        };
    }

    /** Wilson's interval, the number of independent pairs being that which the seeds' spread shows, between the seeds and the runs. */
    private static double[] wilson(double[] wins, int tasks, double alpha) {
        int n = wins.length;
        if (n == 0) {
            return new double[] {0, 1};
        }
        double p = Moments.mean(wins);
        double variance = Moments.variance(wins);
        if (tasks > 1 && (p == 0 || p == 1)) {
            // All seeds agree on all tasks: nothing shows how far tasks depend on each other, so that seeds alone
            // count, exactly.
            double least = StrictMath.pow(alpha / 2, 1.0 / n);
            return p == 1 ? new double[] {least, 1} : new double[] {0, 1 - least};
        }
        double count = variance > 0 ? Math.min((double) n * tasks, Math.max(n, n * p * (1 - p) / variance)) : n;
        // Student's quantile where seeds are few.
        double z = n < 3 || tasks == 1
                ? new NormalDistribution(null, 0, 1).inverseCumulativeProbability(1 - alpha / 2)
                : new TDistribution(null, n - 1.0).inverseCumulativeProbability(1 - alpha / 2);
        double more = z * z / count;
        double middle = (p + more / 2) / (1 + more);
        double half = z / (1 + more) * StrictMath.sqrt(p * (1 - p) / count + more / (4 * count));
        return new double[] {Math.max(0, middle - half), Math.min(1, middle + half)};
    }

    private static Duel fresh(
            RunTable table,
            int first,
            int second,
            Design design,
            Stopping stopping,
            int comparisons,
            double failures,
            Stream stream,
            Map<Integer, BrunnerMunzel.Arm> arms) {
        double[][] a = table.score()[first];
        double[][] b = table.score()[second];
        int[][] seedA = table.seed()[first];
        int[][] seedB = table.seed()[second];
        BrunnerMunzel.Arm armA = arms.computeIfAbsent(first, m -> new BrunnerMunzel.Arm(a, seedA));
        BrunnerMunzel.Arm armB = arms.computeIfAbsent(second, m -> new BrunnerMunzel.Arm(b, seedB));
        BrunnerMunzel whole = BrunnerMunzel.of(armA, armB);
        int n = Math.min(whole.first(), whole.second());
        Stopping any = new Stopping(Stopping.Rule.ANYTIME, stopping.alpha(), 0);
        boolean planned = stopping.rule() == Stopping.Rule.PLANNED;
        double fixed = n >= EXACT_BELOW ? whole.pValue() : BrunnerMunzel.permuted(a, seedA, b, seedB, DEALS, stream);
        double lowestP = planned && n == stopping.number() ? fixed : 1;
        int decidedAt = planned && n == stopping.number() && n >= Stopping.FEWEST && fixed <= stopping.alpha() ? n : 0;
        int direction = (int) Math.signum(whole.p() - 0.5);
        int longest = 0;
        for (int k = 0; k < a.length; k++) {
            longest = Math.max(longest, Math.max(a[k].length, b[k].length));
        }
        // So many runs need no look in between.
        int start = longest > MANY ? Math.max(FEWEST_FRESH, n) : FEWEST_FRESH;
        for (int look = start; !planned && look <= n; look = next(look, n)) {
            BrunnerMunzel test = look == n
                    ? whole
                    : BrunnerMunzel.of(new BrunnerMunzel.Arm(a, seedA, look), new BrunnerMunzel.Arm(b, seedB, look));
            double p = any.pValue(test.boundedT(), look);
            lowestP = Math.min(lowestP, p);
            if (decidedAt == 0 && p <= any.alpha()) {
                decidedAt = look;
                direction = (int) Math.signum(test.p() - 0.5);
            }
        }
        double[] size = freshEffect(table, first, second, armA, armB);
        // Wider on several tasks for the same reason as of paired runs.
        double quantile = (a.length > 1 ? StrictMath.sqrt(n / (n - 1.0)) : 1)
                * new TDistribution(null, Math.max(1, size[2])).inverseCumulativeProbability(1 - stopping.alpha() / 2);
        double width = n < FEWEST_FRESH ? 1 : any.halfWidth(n) * Math.max(whole.stdError(), 0.5 / n / n);
        double leadWidth = n < FEWEST_FRESH ? Double.POSITIVE_INFINITY : any.halfWidth(n) * size[1];
        double effect = Math.abs(whole.boundedT()) / Math.sqrt(n);
        int[] more = more(any, effect, n);
        return new Duel(
                first,
                second,
                design,
                n,
                (int) IntStream.range(0, a.length)
                        .filter(k -> a[k].length > 1 && b[k].length > 1)
                        .count(),
                verdict(decidedAt, direction, fixed * comparisons, stopping.alpha() * comparisons, n, whole.p() - 0.5),
                decidedAt,
                size[0],
                Span.about(size[0], quantile * size[1]),
                Span.about(size[0], leadWidth),
                whole.t(),
                Math.min(1, fixed * comparisons),
                Math.min(1, lowestP * comparisons),
                whole.p(),
                Span.of(whole.interval(stopping.alpha())),
                new Span(Math.max(0, whole.p() - width), Math.min(1, whole.p() + width)),
                0,
                Math.max(more[0], FEWEST_FRESH - n),
                more[1],
                failures);
    }

    /** P(first &gt; second) over all runs of both as if they shared no seed; empty where no task has two of both. */
    static Optional<BrunnerMunzel> unpaired(RunTable table, int first, int second) {
        boolean some = IntStream.range(0, table.tasks().size())
                .anyMatch(k -> Math.min(table.score()[first][k].length, table.score()[second][k].length) > 1);
        return some
                ? Optional.of(BrunnerMunzel.of(
                        new BrunnerMunzel.Arm(table.score()[first], table.seed()[first]),
                        new BrunnerMunzel.Arm(table.score()[second], table.seed()[second])))
                : Optional.empty();
    }

    /** Mean over tasks of the difference of means in spreads (plain on one task), its standard error and degrees, seeds being the units. */
    private static double[] freshEffect(
            RunTable table, int first, int second, BrunnerMunzel.Arm armA, BrunnerMunzel.Arm armB) {
        int tasks = table.tasks().size();
        double[] effect = new double[tasks];
        double[] ofA = armA.sums();
        double[] ofB = armB.sums();
        int used = 0;
        int[] fewest = {Integer.MAX_VALUE, Integer.MAX_VALUE};
        for (int k = 0; k < tasks; k++) {
            double[] a = table.finished(first, k);
            double[] b = table.finished(second, k);
            if (a.length < 2 || b.length < 2) {
                continue;
            }
            double unit = StrictMath.sqrt((Moments.variance(a) + Moments.variance(b)) / 2);
            unit = tasks == 1 || !(unit > 0) ? 1 : unit;
            effect[used++] = (Moments.mean(a) - Moments.mean(b)) / unit;
            fewest[0] = Math.min(fewest[0], a.length);
            fewest[1] = Math.min(fewest[1], b.length);
            spread(ofA, armA, k, table.score()[first][k], a, unit);
            spread(ofB, armB, k, table.score()[second][k], b, unit);
        }
        if (used == 0) {
            return new double[] {Double.NaN, Double.NaN, 1};
        }
        double va = BrunnerMunzel.squares(ofA) / used / used;
        double vb = BrunnerMunzel.squares(ofB) / used / used;
        double degrees =
                va + vb > 0 ? (va + vb) * (va + vb) / (va * va / (fewest[0] - 1) + vb * vb / (fewest[1] - 1)) : 1;
        return new double[] {Moments.mean(Arrays.copyOf(effect, used)), StrictMath.sqrt(va + vb), degrees};
    }

    private static void spread(
            double[] of, BrunnerMunzel.Arm arm, int task, double[] score, double[] finished, double unit) {
        double mean = Moments.mean(finished);
        double root = Math.sqrt(finished.length * (finished.length - 1.0));
        for (int i = 0; i < score.length; i++) {
            of[arm.seed(task, i)] += Double.isNaN(score[i]) ? 0 : (score[i] - mean) / unit / root;
        }
    }

    /** p that failed runs are equally many: exact McNemar on shared seeds, else Fisher. */
    private static double failures(RunTable table, int first, int second, Shared shared) {
        int a = table.failed(first);
        int b = table.failed(second);
        if (a + b == 0) {
            return 1;
        }
        if (shared.some && !shared.unshared) {
            int onlyA = 0;
            int onlyB = 0;
            for (int k = 0; k < shared.w.length; k++) {
                for (int s = 0; s < shared.seeds; s++) {
                    if (!Double.isNaN(shared.w[k][s])) {
                        boolean failedA = Double.isNaN(shared.a[k][s]);
                        boolean failedB = Double.isNaN(shared.b[k][s]);
                        onlyA += failedA && !failedB ? 1 : 0;
                        onlyB += failedB && !failedA ? 1 : 0;
                    }
                }
            }
            int all = onlyA + onlyB;
            return all == 0
                    ? 1
                    : Math.min(
                            1,
                            2 * new BinomialDistribution(null, all, 0.5).cumulativeProbability(Math.min(onlyA, onlyB)));
        }
        int runsA =
                Arrays.stream(table.score()[first]).mapToInt(row -> row.length).sum();
        int runsB =
                Arrays.stream(table.score()[second]).mapToInt(row -> row.length).sum();
        HypergeometricDistribution law = new HypergeometricDistribution(null, runsA + runsB, a + b, runsA);
        double here = law.probability(a) * (1 + 1e-7);
        return Math.min(
                1,
                IntStream.rangeClosed(Math.max(0, a + b - runsB), Math.min(runsA, a + b))
                        .mapToDouble(law::probability)
                        .filter(p -> p <= here)
                        .sum());
    }

    /** The same seen from the second. */
    public Duel turned() {
        return new Duel(
                second,
                first,
                design,
                seeds,
                tasks,
                verdict.turned(),
                decidedAt,
                -effect,
                fixed.turned(0),
                any.turned(0),
                -t,
                pFixed,
                p,
                1 - wins,
                winsFixed.turned(1),
                winsAny.turned(1),
                -skewness,
                moreLow,
                moreHigh,
                failureP);
    }
}
