package org.noisebook.compare;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * When a difference counts as found: the number of seeds after which one may stop, and the matching width of the interval.
 *
 * @param rule how
 * @param alpha level of one comparison, the family's over the number of comparisons
 * @param number declared beforehand: the largest number of seeds (0 for none), or under {@link Rule#PLANNED} the number itself
 * @param prior variance g of effects in {@link MixtureT}
 * @param signs whether p is never below that of n equal signs, {@link #fewest}
 */
public record Stopping(Rule rule, double alpha, int number, double prior, boolean signs) {
    private static final NormalDistribution NORMAL = new NormalDistribution(null, 0, 1);
    private static final double TINY = 1e-12;
    private static final int MOST = 10_000_000;
    private static final int SEVERAL = 3;
    private static final int MANY = 45;
    private static final double WIDE = 2;
    private static final double WIDEST = 10;

    /** Fewest seeds that decide anything. */
    public static final int FEWEST = 5;

    /** With g = 1/2. */
    public Stopping(Rule rule, double alpha, int number) {
        this(rule, alpha, number, MixtureT.G, false);
    }

    /** One of so many comparisons: many without a maximum are told apart by large effects, which a wider mixture finds sooner. */
    static Stopping of(Rule rule, double alpha, int number, int comparisons, boolean signs) {
        boolean endless = rule == Rule.ANYTIME && number == 0;
        return new Stopping(
                rule,
                alpha / comparisons,
                number,
                !endless || comparisons < SEVERAL ? MixtureT.G : comparisons < MANY ? WIDE : WIDEST,
                signs);
    }

    /** Fewest numbers whose sign flips can have a p of so much or less: of n that have one sign it is 2/2ⁿ. */
    static int fewest(double alpha) {
        return 1 + (int) Math.ceil(-StrictMath.log(alpha) / StrictMath.log(2) - TINY);
    }

    /** Whether looks end nowhere. */
    boolean isEndless() {
        return rule == Rule.ANYTIME && number == 0;
    }

    /** The allowed times to look. */
    public enum Rule {
        /** After every seed: {@link MixtureT}. */
        ANYTIME,
        /**
         * After every seed, but hardly early: O'Brien and Fleming's boundary z √(n/N) ≥ Φ⁻¹(1 − α/4), the exact constant for looks all the time
         * (Lévy), which is above that of any number of looks.
         */
        LATE,
        /** Once, at the planned number: Student's t. */
        PLANNED
    }

    /** Half-width of the interval at n in standard errors; infinite where n cannot decide. */
    public double halfWidth(int n) {
        return switch (rule) {
            case ANYTIME ->
                signs && n < fewest(alpha)
                        ? Double.POSITIVE_INFINITY
                        : MixtureT.halfWidth(n, MixtureT.threshold(alpha, number), prior);
            case LATE -> n < 2 || n > number ? Double.POSITIVE_INFINITY : t(n, NORMAL.cumulativeProbability(-lateZ(n)));
            case PLANNED -> fixedWidth(n);
        };
    }

    /** Half-width for n fixed in advance. */
    public double fixedWidth(int n) {
        return n < 2 ? Double.POSITIVE_INFINITY : t(n, alpha / 2);
    }

    private double lateZ(int n) {
        return -NORMAL.inverseCumulativeProbability(alpha / 4) * StrictMath.sqrt((double) number / n);
    }

    private static double t(int n, double tail) {
        return tail < TINY
                ? Double.POSITIVE_INFINITY
                : -new TDistribution(null, n - 1.0).inverseCumulativeProbability(tail);
    }

    /** p of one comparison at n, valid at any look of the rule. */
    public double pValue(double t, int n) {
        return switch (rule) {
            case ANYTIME -> MixtureT.pValue(MixtureT.eValue(t, n, prior), number);
            case LATE ->
                n > number
                        ? 1
                        : Math.min(
                                1, 4 * NORMAL.cumulativeProbability(-z(t, n) * StrictMath.sqrt((double) n / number)));
            case PLANNED -> fixedP(t, n);
        };
    }

    /** E where looks end nowhere, else 1/p of one comparison. */
    double evidence(double t, int n) {
        return isEndless() ? MixtureT.eValue(t, n, prior) : 1 / pValue(t, n);
    }

    private static double z(double t, int n) {
        double tail = fixedP(t, n) / 2;
        return tail <= 0 ? 38 : -NORMAL.inverseCumulativeProbability(tail);
    }

    /** Two-sided p of Student's t. */
    static double fixedP(double t, int n) {
        if (n < 2 || Double.isNaN(t)) {
            return 1;
        }
        return Double.isInfinite(t) ? 0 : 2 * new TDistribution(null, n - 1.0).cumulativeProbability(-Math.abs(t));
    }

    /** Whether a look at n counts. */
    boolean looks(int n) {
        return switch (rule) {
            case ANYTIME, LATE -> n >= MixtureT.FEWEST && (number == 0 || n <= number);
            case PLANNED -> n == number;
        };
    }

    /** Fewest seeds with which an effect mean/s is found; {@link Integer#MAX_VALUE} for more than ten million. */
    int needed(double effect) {
        int few = MixtureT.FEWEST - 1;
        int last = rule == Rule.LATE ? number : MOST;
        int enough = last + 1;
        while (enough - few > 1) {
            int n = (few + enough) >>> 1;
            if (Math.abs(effect) * Math.sqrt(n) >= halfWidth(n)) {
                enough = n;
            } else {
                few = n;
            }
        }
        return enough > last ? Integer.MAX_VALUE : enough;
    }
}
