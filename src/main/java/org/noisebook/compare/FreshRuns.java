package org.noisebook.compare;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.compare.PairComparison.Size;
import org.noisebook.compare.PairComparison.Span;
import org.noisebook.rng.Stream;

/** Runs of two models whose seeds have nothing in common, compared by their share of wins. */
final class FreshRuns {
    private static final int FEWEST = 8;
    private static final int EXACT_BELOW = 8;
    private static final int DEALS = 1999;
    private static final int MANY = 1000;

    private final RunTable table;
    private final int first;
    private final int second;
    private final BrunnerMunzel.Arm armA;
    private final BrunnerMunzel.Arm armB;

    /**
     * The runs of two models of a table.
     *
     * @param arms the models' runs as sorted for pairs before this one
     */
    FreshRuns(RunTable table, int first, int second, Map<Integer, BrunnerMunzel.Arm> arms) {
        this.table = table;
        this.first = first;
        this.second = second;
        this.armA = arms.computeIfAbsent(first, m -> arm(m, Integer.MAX_VALUE));
        this.armB = arms.computeIfAbsent(second, m -> arm(m, Integer.MAX_VALUE));
    }

    private BrunnerMunzel.Arm arm(int model, int most) {
        return new BrunnerMunzel.Arm(table.score()[model], table.seed()[model], most);
    }

    /** P(first &gt; second) over all runs of both as if they shared no seed; empty where no task has two of both. */
    static Optional<BrunnerMunzel> wins(RunTable table, int first, int second, Map<Integer, BrunnerMunzel.Arm> arms) {
        FreshRuns runs = new FreshRuns(table, first, second, arms);
        return runs.compared().anyMatch(k -> true)
                ? Optional.of(BrunnerMunzel.of(runs.armA, runs.armB))
                : Optional.empty();
    }

    /** Tasks with two runs or more of both. */
    private IntStream compared() {
        return IntStream.range(0, table.tasks().size())
                .filter(k -> Math.min(table.score()[first][k].length, table.score()[second][k].length) > 1);
    }

    /** The two compared by T. */
    PairComparison duel(SequentialEvidence looks, Stream stream) {
        Stopping stopping = looks.stopping();
        BrunnerMunzel whole = BrunnerMunzel.of(armA, armB);
        int n = Math.min(whole.first(), whole.second());
        Stopping any = new Stopping(Stopping.Rule.ANYTIME, stopping.alpha(), 0, stopping.prior(), false);
        double fixed = n >= EXACT_BELOW
                ? whole.pValue()
                : BrunnerMunzel.permuted(
                        table.score()[first],
                        table.seed()[first],
                        table.score()[second],
                        table.seed()[second],
                        DEALS,
                        stream);
        if (stopping.rule() != Stopping.Rule.PLANNED) {
            int longest = IntStream.of(first, second)
                    .flatMap(m -> Arrays.stream(table.score()[m]).mapToInt(of -> of.length))
                    .max()
                    .orElse(0);
            // So many runs need no look in between.
            int start = longest > MANY ? Math.max(FEWEST, n) : FEWEST;
            for (int look = start; look <= n; look = SequentialEvidence.next(look, n)) {
                BrunnerMunzel test = look == n ? whole : BrunnerMunzel.of(arm(first, look), arm(second, look));
                double p = any.pValue(test.boundedT(), look);
                double size = stopping.isEndless() ? any.evidence(test.boundedT(), look) : 1 / p;
                looks.at(look, p, test.p() - 0.5, size);
            }
        } else if (n == stopping.number()) {
            looks.at(n, fixed, whole.p() - 0.5, 1 / fixed);
        }
        double width = n < FEWEST ? 1 : any.halfWidth(n) * Math.max(whole.stdError(), 0.5 / n / n);
        int[] more = PairComparison.more(any, Math.abs(whole.boundedT()) / Math.sqrt(n), n);
        more[0] = Math.max(more[0], FEWEST - n);
        more[1] = Math.max(more[0], more[1]);
        return looks.duel(
                n,
                (int) compared().count(),
                lead(stopping.alpha(), n < FEWEST ? Double.POSITIVE_INFINITY : any.halfWidth(n), n),
                whole.t(),
                fixed,
                new Size(
                        whole.p(),
                        Span.of(whole.interval(stopping.alpha())),
                        new Span(Math.max(0, whole.p() - width), Math.min(1, whole.p() + width))),
                0,
                more);
    }

    /** Mean over tasks of the difference of means in spreads, plain on one task, seeds being the units. */
    private Size lead(double alpha, double anyWidth, int n) {
        int tasks = table.tasks().size();
        double sum = 0;
        double[] ofA = armA.sums();
        double[] ofB = armB.sums();
        int used = 0;
        int fewestA = Integer.MAX_VALUE;
        int fewestB = Integer.MAX_VALUE;
        for (int k = 0; k < tasks; k++) {
            double[] a = table.finished(first, k);
            double[] b = table.finished(second, k);
            if (a.length > 1 && b.length > 1) {
                double unit = StrictMath.sqrt((Moments.variance(a) + Moments.variance(b)) / 2);
                unit = tasks == 1 || !(unit > 0) ? 1 : unit;
                sum += (Moments.mean(a) - Moments.mean(b)) / unit;
                used++;
                fewestA = Math.min(fewestA, a.length);
                fewestB = Math.min(fewestB, b.length);
                armA.add(ofA, k, table.score()[first][k], unit);
                armB.add(ofB, k, table.score()[second][k], unit);
            }
        }
        double lead = sum / used;
        double va = BrunnerMunzel.squares(ofA) / used / used;
        double vb = BrunnerMunzel.squares(ofB) / used / used;
        double degrees = va + vb > 0 ? Moments.satterthwaite(va, fewestA - 1, vb, fewestB - 1) : 1;
        // Wider on several tasks for the same reason as of paired runs.
        double wider = tasks > 1 ? StrictMath.sqrt(n / (n - 1.0)) : 1;
        double quantile =
                wider * new TDistribution(null, Math.max(1, degrees)).inverseCumulativeProbability(1 - alpha / 2);
        double error = StrictMath.sqrt(va + vb);
        return new Size(
                lead, Span.about(lead, quantile * error), Span.about(lead, SharedRuns.width(anyWidth * wider, error)));
    }
}
