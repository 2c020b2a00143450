package org.noisebook.compare;

import java.util.ArrayList;
import java.util.List;
import org.noisebook.compare.PairComparison.Design;
import org.noisebook.compare.PairComparison.Size;
import org.noisebook.compare.PairComparison.Span;
import org.noisebook.compare.PairComparison.Verdict;

/** Evidence on two models at each look as seeds accumulate, and what it decides. */
final class SequentialEvidence {
    private static final int EVERY = 100;
    /** Rounding of a level. */
    private static final double EXACT = 1 + 1e-9;

    private final int first;
    private final int second;
    private final SharedRuns shared;
    private final Stopping stopping;
    private final int comparisons;
    private double lowestP = 1;
    private int before;
    private int decidedAt;
    private double direction;
    private final List<Integer> seedsAt = new ArrayList<>();
    private final List<Double> evidence = new ArrayList<>();

    /** No look as yet. */
    SequentialEvidence(int first, int second, SharedRuns shared, Stopping stopping, int comparisons) {
        this.first = first;
        this.second = second;
        this.shared = shared;
        this.stopping = stopping;
        this.comparisons = comparisons;
    }

    /** The rule by which one looks. */
    Stopping stopping() {
        return stopping;
    }

    /** The next look: each seed up to a hundred, then ever fewer; the last one always. */
    static int next(int n, int last) {
        return n < EVERY || n == last ? n + 1 : Math.min(last, (int) ((n < 10 * EVERY ? 1.05 : 1.5) * n));
    }

    /**
     * Looks at so many seeds.
     *
     * @param lead its sign is that of the first model's lead
     * @param size of the evidence, as in {@link Family.Path}
     */
    void at(int seeds, double p, double lead, double size) {
        seedsAt.add(seeds);
        evidence.add(lead < 0 ? -size : size);
        // Fewer than five seeds decide nothing, so that their p does not stay.
        lowestP = decides(seeds) && !decides(before) ? p : Math.min(lowestP, p);
        before = seeds;
        if (decidedAt == 0 && decides(seeds) && p <= stopping.alpha() * EXACT) {
            decidedAt = seeds;
            direction = lead;
        }
    }

    /** Looks at n numbers by their t, whose p is never below that of their sign flips. */
    void at(int n, double t, double flips) {
        at(n, Math.max(flips, stopping.pValue(t, n)), t, Math.min(1 / flips, stopping.evidence(t, n)));
    }

    private static boolean decides(int seeds) {
        return seeds >= Stopping.FEWEST;
    }

    /** The result for two models that cannot be compared. */
    PairComparison nothing() {
        Span none = new Span(Double.NaN, Double.NaN);
        Span shares = new Span(0, 1);
        int[] more = {1, Integer.MAX_VALUE};
        return duel(0, 0, new Size(Double.NaN, none, none), Double.NaN, 1, new Size(0.5, shares, shares), 0, more);
    }

    /**
     * What is known after the last look.
     *
     * @param tasks in common, 0 if nothing is known
     * @param fixed p had the number of seeds been fixed in advance
     */
    PairComparison duel(
            int seeds, int tasks, Size lead, double t, double fixed, Size share, double skewness, int[] more) {
        boolean suggests = seeds >= MixtureT.FEWEST && fixed * comparisons <= stopping.alpha() * comparisons;
        // T of runs that separate wholly is not known.
        boolean up = decidedAt > 0 ? direction > 0 : t > 0 || Double.isNaN(t) && share.value() > 0.5;
        Verdict verdict = tasks == 0
                ? Verdict.NONE
                : decidedAt > 0
                        ? up ? Verdict.BETTER : Verdict.WORSE
                        : !suggests ? Verdict.OPEN : up ? Verdict.SUGGESTS_BETTER : Verdict.SUGGESTS_WORSE;
        return new PairComparison(
                first,
                second,
                shared.fresh() ? Design.FRESH : shared.unshared() ? Design.PARTIAL : Design.PAIRED,
                seeds,
                tasks,
                verdict,
                decidedAt,
                lead.under(stopping.rule()),
                t,
                Math.min(1, fixed * comparisons),
                Math.min(1, lowestP * comparisons),
                share.under(stopping.rule()),
                skewness,
                more[0],
                more[1],
                shared.failureP(),
                new Family.Path(
                        seedsAt.stream().mapToInt(n -> n).toArray(),
                        evidence.stream().mapToDouble(e -> e).toArray()));
    }
}
