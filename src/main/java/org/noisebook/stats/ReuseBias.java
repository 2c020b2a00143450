package org.noisebook.stats;

import org.apache.commons.math3.distribution.BinomialDistribution;

/**
 * The accuracy that a reused test set reports for guesses that are right half of the time.
 *
 * <p>A guess agrees with the labels of n rows by c ~ N(0, 1/n). A vote of k guesses, each turned to its better side and kept only if
 * |c| ≥ b/√n, is right on a row of the same test set with probability Φ(√(k/n) m/√(1 + (v − 1)/n)), m = φ(b)/Φ(−b), v = 1 + b m − m²
 * (after Dwork and others 2015, doi:10.1126/science.aaa9375). For b = 0, m = √(2/π).
 *
 * <p><b>Error</b>: guesses and their sum are taken as normal, which costs less than 0.3 points from 10 rows and votes on. <b>Cost</b>: microseconds.
 */
public final class ReuseBias {
    private static final double DEVIATIONS = 9;

    private ReuseBias() {}

    /** Accuracy of a vote of {@code votes} guesses beyond the bar; ½ for none. */
    public static double ofVote(double rows, double votes, double bar) {
        if (!(rows >= 2)) {
            throw new IllegalArgumentException("rows must be at least 2, got " + rows);
        }
        double m = LogPhi.hazard(bar);
        double variance = 1 + bar * m - m * m;
        return LogPhi.phi(StrictMath.sqrt(votes / rows) * m / StrictMath.sqrt(1 + (variance - 1) / rows));
    }

    /**
     * Mean accuracy of a vote of those among {@code tried} guesses that are beyond the bar on the same side of two sets of rows, of which this
     * is one, with probability 2Φ(−b)²; at most {@code most} vote.
     */
    public static double ofAgreeing(double rows, int tried, int most, double bar) {
        double tail = LogPhi.phi(-bar);
        BinomialDistribution count = new BinomialDistribution(null, tried, 2 * tail * tail);
        double spread = DEVIATIONS * (1 + Math.sqrt(count.getNumericalVariance()));
        int from = (int) Math.max(0, count.getNumericalMean() - spread);
        int to = (int) Math.min(tried, count.getNumericalMean() + spread);
        double mean = 0;
        for (int k = from; k <= to; k++) {
            mean += count.probability(k) * ofVote(rows, Math.min(k, most), bar);
        }
        return mean;
    }

    /** Mean accuracy of the best of {@code tried} guesses, ½ + E max/(2√n), at most 1. */
    public static double ofBest(double rows, double tried) {
        return Math.min(1, 0.5 + OrderStatistics.largest(tried) / (2 * Math.sqrt(rows)));
    }

    /** The largest number of votes without a bar that report at most this accuracy, in (½, 1). */
    public static double votesFor(double rows, double accuracy) {
        double low = 0;
        double high = rows * 100;
        for (int k = 0; k < 200; k++) {
            double middle = (low + high) / 2;
            boolean fits = ofVote(rows, middle, 0) <= accuracy;
            low = fits ? middle : low;
            high = fits ? high : middle;
        }
        return low;
    }
}
