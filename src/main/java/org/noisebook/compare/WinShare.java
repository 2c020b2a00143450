package org.noisebook.compare;

import java.util.function.DoublePredicate;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegrator;
import org.apache.commons.math3.analysis.integration.gauss.GaussIntegratorFactory;
import org.apache.commons.math3.special.Gamma;

/**
 * Intervals of the share of wins P(A &gt; B) that may be looked at after every pair.
 *
 * <p>One task: E_n(m) = ∫ Π [w q/m + (1 − w)(1 − q)/(1 − m)] dq over (0, 1), the interval is {m: E_n(m) &lt; 1/α} (a Beta mixture; a tie is half a
 * win). Means over several tasks, anywhere in [0, 1]: hedged capital (Waudby-Smith and Ramdas 2024, doi:10.1093/jrsssb/qkad009, theorem 3), whose
 * bets are predictable.
 *
 * <p><b>Range</b>: [0, 1]. <b>Error</b>: level at most α for any law of wins; measured .01 to .03 for α = .05.
 */
public final class WinShare {
    private static final int NODES = 64;
    private static final GaussIntegrator RULE = new GaussIntegratorFactory().legendre(NODES, 0, 1);
    private static final int BISECTIONS = 40;

    private WinShare() {}

    /** ln E_n(m) of wins that are 0, 1/2 or 1. */
    public static double logMixture(double[] wins, double m) {
        double ones = 0;
        double zeros = 0;
        for (double w : wins) {
            ones += w > 0.75 ? 1 : 0;
            zeros += w < 0.25 ? 1 : 0;
        }
        double halves = wins.length - ones - zeros;
        if (halves == 0) {
            return Gamma.logGamma(ones + 1)
                    + Gamma.logGamma(zeros + 1)
                    - Gamma.logGamma(wins.length + 2.0)
                    - times(ones, m)
                    - times(zeros, 1 - m);
        }
        int panels = 1 + (int) Math.sqrt(wins.length / 8.0);
        double[] logs = new double[NODES * panels];
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < logs.length; i++) {
            double q = (i / NODES + RULE.getPoint(i % NODES)) / panels;
            logs[i] = StrictMath.log(RULE.getWeight(i % NODES) / panels)
                    + times(ones, q / m)
                    + times(zeros, (1 - q) / (1 - m))
                    + times(halves, 0.5 * (q / m + (1 - q) / (1 - m)));
            highest = Math.max(highest, logs[i]);
        }
        double sum = 0;
        for (double log : logs) {
            sum += StrictMath.exp(log - highest);
        }
        return highest + StrictMath.log(sum);
    }

    private static double times(double count, double x) {
        return count == 0 ? 0 : count * StrictMath.log(x);
    }

    /** The bet on each win, from the previous wins only. */
    static double[] bets(double[] wins, double alpha) {
        double sum = 0.5;
        double squares = 0.25;
        double variance = 0.25;
        double[] bets = new double[wins.length];
        for (int i = 1; i <= wins.length; i++) {
            double w = wins[i - 1];
            bets[i - 1] = StrictMath.sqrt(2 * StrictMath.log(2 / alpha) / (variance * i * StrictMath.log(i + 1.0)));
            sum += w;
            double mean = sum / (i + 1);
            squares += (w - mean) * (w - mean);
            variance = squares / (i + 1);
        }
        return bets;
    }

    /** ln of the hedged capital max(K⁺, K⁻)/2 against mean m. */
    static double logHedged(double[] wins, double[] bets, double m) {
        double up = 0;
        double down = 0;
        double rise = 1;
        double fall = 1;
        for (int i = 0; i < wins.length; i++) {
            double gain = wins[i] - m;
            rise *= 1 + Math.min(bets[i], 0.5 / m) * gain;
            fall *= 1 - Math.min(bets[i], 0.5 / (1 - m)) * gain;
            // Each factor is at least a half: sixteen of them do not underflow, and one logarithm does for all.
            if (i % 16 == 15 || i == wins.length - 1) {
                up += StrictMath.log(rise);
                down += StrictMath.log(fall);
                rise = 1;
                fall = 1;
            }
        }
        return Math.max(up, down) - StrictMath.log(2);
    }

    /**
     * The interval at any time.
     *
     * @param wins in [0, 1], in the order of looks; without any the interval is [0, 1]
     * @param coded whether they are 0, 1/2 or 1, as on one task
     */
    public static double[] interval(double[] wins, boolean coded, double alpha) {
        double limit = -StrictMath.log(alpha);
        double[] bets = coded ? wins : bets(wins, alpha);
        DoublePredicate inside = m -> (coded ? logMixture(wins, m) : logHedged(wins, bets, m)) < limit;
        double mean = wins.length == 0 ? 0.5 : Math.min(1 - 1e-9, Math.max(1e-9, Moments.mean(wins)));
        return new double[] {end(inside, mean, 0), end(inside, mean, 1)};
    }

    private static double end(DoublePredicate inside, double from, double to) {
        double in = from;
        double out = to;
        for (int k = 0; k < BISECTIONS; k++) {
            double middle = (in + out) / 2;
            if (inside.test(middle)) {
                in = middle;
            } else {
                out = middle;
            }
        }
        return Math.abs(in - to) < 1e-9 ? to : in;
    }
}
