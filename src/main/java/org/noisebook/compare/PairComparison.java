package org.noisebook.compare;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
 * @param lead θ, or the mean difference on one task
 * @param t of the y_s, or T
 * @param pFixed p had the number of seeds been fixed in advance, times the comparisons
 * @param p at any look, times the comparisons
 * @param share of wins P(first &gt; second), mean over tasks, ties half
 * @param skewness of the y_s
 * @param moreLow additional seeds of both that would decide, fewest
 * @param moreHigh most; {@link Integer#MAX_VALUE} for no upper end
 * @param failureP that failed runs are as many: McNemar for shared seeds, else Fisher; not adjusted
 * @param path evidence at each look
 */
public record PairComparison(
        int first,
        int second,
        Design design,
        int seeds,
        int tasks,
        Verdict verdict,
        int decidedAt,
        Size lead,
        double t,
        double pFixed,
        double p,
        Size share,
        double skewness,
        int moreLow,
        int moreHigh,
        double failureP,
        Family.Path path) {
    /** Normal quantile of .9: two-sided 80 %. */
    private static final double PLANNING = 1.2816;

    /** An interval. */
    public record Span(double low, double high) {
        static Span about(double middle, double half) {
            return new Span(middle - half, middle + half);
        }

        static Span of(double[] ends) {
            return new Span(ends[0], ends[1]);
        }

        /** From sum − high to sum − low. */
        private Span turned(double sum) {
            return new Span(sum - high, sum - low);
        }

        boolean isFinite() {
            return Double.isFinite(low) && Double.isFinite(high);
        }

        /** The smallest that holds both. */
        private Span with(Span other) {
            return new Span(Math.min(low, other.low), Math.max(high, other.high));
        }
    }

    /**
     * A number with its intervals.
     *
     * @param value the number
     * @param fixed its interval had the number of seeds been fixed in advance
     * @param any its interval that goes with the verdict: at every look, and then never narrower than the fixed one; fixed where the number was planned
     */
    public record Size(double value, Span fixed, Span any) {
        /** Value and ends in this order. */
        List<Double> numbers() {
            return List.of(value, fixed.low, fixed.high, any.low, any.high);
        }

        /** The same by a rule. */
        Size under(Stopping.Rule rule) {
            return new Size(value, fixed, rule == Stopping.Rule.PLANNED ? fixed : any.with(fixed));
        }

        /** The sum less it. */
        private Size turned(double sum) {
            return new Size(sum - value, fixed.turned(sum), any.turned(sum));
        }
    }

    /** How runs of two models go together. */
    public enum Design {
        /** Runs that share a seed are paired. */
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
        /** Not decided, as it hangs on runs that failed or are far off, or as seeds change nothing. */
        HANGS,
        /** They have no task, or fewer than two runs, in common. */
        NONE;

        boolean isDecided() {
            return this == BETTER || this == WORSE;
        }

        /** Whether it names one of the two, be it decided or suggested. */
        boolean isFound() {
            return isDecided() || this == SUGGESTS_BETTER || this == SUGGESTS_WORSE;
        }

        /** In tables. */
        String word() {
            return switch (this) {
                case BETTER -> "better";
                case WORSE -> "worse";
                case SUGGESTS_BETTER -> "suggests better";
                case SUGGESTS_WORSE -> "suggests worse";
                case OPEN -> "not separated";
                case HANGS -> "not decided";
                case NONE -> "cannot be compared";
            };
        }

        Verdict turned() {
            return switch (this) {
                case BETTER -> WORSE;
                case WORSE -> BETTER;
                case SUGGESTS_BETTER -> SUGGESTS_WORSE;
                case SUGGESTS_WORSE -> SUGGESTS_BETTER;
                case OPEN, HANGS, NONE -> this;
            };
        }
    }

    /** The lead. */
    public double effect() {
        return lead.value;
    }

    /** The share of wins. */
    public double wins() {
        return share.value;
    }

    /** Compares two models of a table, without other pairs. */
    static PairComparison of(RunTable table, int first, int second, Stopping stopping, int comparisons, Stream stream) {
        return of(table, first, second, stopping, comparisons, stream, new HashMap<>());
    }

    /**
     * Compares two models of a table.
     *
     * @param stopping with the level of one comparison
     * @param comparisons made together
     * @param stream deals fresh seeds where they are few
     * @param arms the models' runs as sorted for pairs before this one
     */
    static PairComparison of(
            RunTable table,
            int first,
            int second,
            Stopping stopping,
            int comparisons,
            Stream stream,
            Map<Integer, BrunnerMunzel.Arm> arms) {
        SharedRuns shared = new SharedRuns(table, first, second);
        int fewest = Integer.MAX_VALUE;
        for (int k = 0; k < table.tasks().size(); k++) {
            int both = Math.min(table.score()[first][k].length, table.score()[second][k].length);
            fewest = both > 0 ? Math.min(fewest, both) : fewest;
        }
        boolean fresh = shared.fresh();
        SequentialEvidence looks = new SequentialEvidence(first, second, shared, stopping, comparisons);
        if (table.cut().isPresent()) {
            return new FoldRuns(shared, table.cut().get()).duel(looks);
        }
        if (fewest == Integer.MAX_VALUE || fresh && fewest < 2 || table.isDead(first) || table.isDead(second)) {
            return looks.nothing();
        }
        return fresh ? new FreshRuns(table, first, second, arms).duel(looks, stream) : shared.duel(looks);
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

    /** t of numbers whose variance is so much at least. */
    static double t(double[] y, double least) {
        double mean = Moments.mean(y);
        double variance = Math.max(least, Moments.variance(y));
        return variance > 0 ? mean * Math.sqrt(y.length / variance) : mean == 0 ? 0 : mean / 0.0;
    }

    /** Additional seeds from the effects that the 80 % interval of the effect allows. */
    static int[] more(Stopping stopping, double effect, int n) {
        if (n < 2 || Double.isNaN(effect)) {
            return new int[] {Math.max(1, Stopping.FEWEST - n), Integer.MAX_VALUE};
        }
        if (Double.isInfinite(effect)) {
            int certain = Math.max(Math.max(1, Stopping.FEWEST - n), stopping.needed(1e9) - n);
            return new int[] {certain, certain};
        }
        double e = StrictMath.sqrt(1.0 / n + effect * effect / (2 * (n - 1.0)));
        double least = effect - PLANNING * e;
        int most = least <= 0 ? Integer.MAX_VALUE : stopping.needed(least);
        int fewest = stopping.needed(effect + PLANNING * e);
        int low = fewest == Integer.MAX_VALUE ? fewest : Math.max(Math.max(1, Stopping.FEWEST - n), fewest - n);
        return new int[] {low, most == Integer.MAX_VALUE ? Integer.MAX_VALUE : Math.max(low, most - n)};
    }

    /** As judged together with others, by a rule that tells how many more seeds are needed. */
    PairComparison judged(int at, boolean up, double lowest, double alpha, Stopping stopping) {
        boolean ahead = at > 0 ? up : t > 0 || Double.isNaN(t) && wins() > 0.5;
        boolean open = at == 0 && (seeds < MixtureT.FEWEST || pFixed > alpha);
        Verdict better = at > 0 ? Verdict.BETTER : Verdict.SUGGESTS_BETTER;
        Verdict of = verdict == Verdict.NONE || open ? Verdict.OPEN : ahead ? better : better.turned();
        boolean kept = verdict == Verdict.NONE || design == Design.FRESH;
        int[] more = kept ? new int[] {moreLow, moreHigh} : more(stopping, Math.abs(t) / Math.sqrt(seeds), seeds);
        return with(verdict == Verdict.NONE ? verdict : of, at, lead, lowest, share, more, path);
    }

    /**
     * The same with nothing found: the verdict hangs.
     *
     * @param still whether no seed moves the pair, which then has no interval
     */
    PairComparison hanging(boolean still, double highest) {
        Span open = new Span(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        Span all = new Span(0, 1);
        return with(
                Verdict.HANGS,
                0,
                still ? new Size(lead.value, open, open) : lead,
                still ? 1 : highest,
                still ? new Size(share.value, all, all) : share,
                new int[] {moreLow, moreHigh},
                new Family.Path(new int[0], new double[0]));
    }

    private PairComparison with(Verdict as, int at, Size lead, double p, Size share, int[] more, Family.Path path) {
        return new PairComparison(
                first, second, design, seeds, tasks, as, at, lead, t, pFixed, p, share, skewness, more[0], more[1],
                failureP, path);
    }

    /** The same, first the model that is better or seems so; as it is where none is. */
    PairComparison found() {
        return found(verdict);
    }

    /** The same by another verdict. */
    PairComparison found(Verdict by) {
        return by == Verdict.WORSE || by == Verdict.SUGGESTS_WORSE ? turned() : this;
    }

    /** Whether it was looked at. */
    boolean isLooked() {
        return path.seeds().length > 0 || verdict == Verdict.HANGS;
    }

    /** The same seen from the second. */
    public PairComparison turned() {
        return new PairComparison(
                second,
                first,
                design,
                seeds,
                tasks,
                verdict.turned(),
                decidedAt,
                lead.turned(0),
                -t,
                pFixed,
                p,
                share.turned(1),
                -skewness,
                moreLow,
                moreHigh,
                failureP,
                path.turned());
    }
}
