package org.noisebook.compare;

import java.util.Arrays;
import org.apache.commons.math3.distribution.TDistribution;
import org.noisebook.compare.PairComparison.Size;
import org.noisebook.compare.PairComparison.Span;
import org.noisebook.runs.Wording;

/**
 * Two models over folds of cross-validation by the corrected t of {@link Folds}: over several tasks the mean of their means, each over the root mean
 * square of its differences, with the sum of their variances and Satterthwaite's degrees.
 */
final class FoldRuns {
    private final SharedRuns shared;
    private final Folds folds;

    FoldRuns(SharedRuns shared, Folds folds) {
        this.shared = shared;
        this.folds = folds;
    }

    /**
     * t of the mean.
     *
     * @param mean of tasks
     * @param variance of it
     * @param degrees Satterthwaite's
     */
    record Corrected(double mean, double variance, double degrees) {
        /** 0 where differences do not vary. */
        double t() {
            return variance > 0 ? mean / StrictMath.sqrt(variance) : 0;
        }

        double p() {
            return 2 * new TDistribution(null, degrees).cumulativeProbability(-Math.abs(t()));
        }
    }

    /** Of the tasks' differences over their units, as published or corrected. */
    private Corrected corrected(double[] unit, boolean published) {
        double sum = 0;
        double variance = 0;
        double squares = 0;
        int tasks = 0;
        for (int k = 0; k < unit.length; k++) {
            double[] d = Moments.known(shared.difference[k]);
            int n = d.length;
            if (n > 1) {
                double v = Moments.variance(d)
                        / unit[k]
                        / unit[k]
                        * (published ? 1.0 / n + folds.ratio() : folds.factor(n));
                sum += Moments.mean(d) / unit[k];
                variance += v;
                squares += v * v / (published ? n - 1 : folds.degrees(n));
                tasks++;
            }
        }
        return new Corrected(
                tasks == 0 ? Double.NaN : sum / tasks,
                variance / Math.max(1, tasks * tasks),
                squares > 0 ? variance * variance / squares : 1);
    }

    private double[] roots() {
        return Arrays.stream(shared.difference)
                .map(Moments::known)
                .mapToDouble(Moments::root)
                .map(r -> shared.difference.length > 1 && r > 0 ? r : 1)
                .toArray();
    }

    /** The test as published. */
    Corrected published() {
        return corrected(roots(), true);
    }

    /** How pairs are compared, and what the test as published would say of the first pair. */
    static String remark(RunTable table, PairWords words) {
        Folds folds = table.cut().orElseThrow();
        PairComparison duel = words.leading();
        Corrected published = new FoldRuns(new SharedRuns(table, duel.first(), duel.second()), folds).published();
        String pair = words.name(duel.first()) + " against " + words.name(duel.second());
        String t = pair + " t = " + Wording.correlation(duel.t());
        return folds.isRepeated()
                ? "Folds share training data: t uses the variance s²(1/N + 1.25/(k − 1)) on k + r − 2 degrees [after Nadeau and"
                        + " Bengio 2003], " + t + "; as published, which finds too much under repeats, t = "
                        + Wording.correlation(published.t()) + ", " + Wording.probability(published.p()) + "."
                : "Folds share training data: t uses the variance s²(1/N + 1/(k − 1)) on k − 1 degrees [Nadeau and Bengio 2003], "
                        + t + ".";
    }

    /** The two compared, at one look. */
    PairComparison duel(SequentialEvidence looks) {
        Corrected test = corrected(roots(), false);
        Corrected lead = corrected(shared.units(), false);
        int n = Arrays.stream(shared.difference)
                .mapToInt(d -> Moments.known(d).length)
                .max()
                .orElse(0);
        if (n < 2) {
            return looks.nothing();
        }
        double alpha = looks.stopping().alpha();
        double p = test.p();
        looks.at(n, p, test.t(), 1 / p);
        double t = -new TDistribution(null, test.degrees()).inverseCumulativeProbability(alpha / 2);
        Span span = Span.about(
                lead.mean(),
                SharedRuns.width(lead.variance() > 0 ? t : Double.POSITIVE_INFINITY, StrictMath.sqrt(lead.variance())));
        double[] won = Arrays.stream(shared.win)
                .map(Moments::known)
                .filter(w -> w.length > 0)
                .mapToDouble(Moments::mean)
                .toArray();
        double wins = Moments.mean(won);
        // Wilson's interval with as many independent folds as the correction leaves.
        Span share = Span.of(SharedRuns.wilson(wins, t * t * folds.factor(n) / won.length));
        return looks.duel(
                n,
                won.length,
                new Size(lead.mean(), span, span),
                test.t(),
                p,
                new Size(wins, share, share),
                0,
                new int[] {1, Integer.MAX_VALUE});
    }
}
