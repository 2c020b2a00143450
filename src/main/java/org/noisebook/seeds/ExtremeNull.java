package org.noisebook.seeds;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.special.Beta;
import org.apache.commons.math3.special.Erf;
import org.noisebook.data.Check;

/**
 * The expected lead of the best of m seeds if seeds have no effect: extremes of m independent standard normal numbers.
 *
 * <p>One number x is among the k largest if fewer than k of the m − 1 others exceed it, so the sum of the k largest is
 * on average m ∫ x φ(x) P(Bin(m − 1, Φ(−x)) &lt; k) dx. The largest has the distribution function Φ^m, and the range is on
 * average twice the largest (Tippett 1925, doi:10.1093/biomet/17.3-4.364).
 *
 * <p><b>Units</b>: standard deviations of one number; a mean of C values has the standard deviation of a value over √C.
 * <b>Error</b>: 10⁻⁹ up to m = 10⁶, by a uniform grid, whose error vanishes faster than any power of its spacing.
 * <b>Cost</b>: a thousand binomial probabilities.
 */
public final class ExtremeNull {
    /** Half-width of the grid: none of 2³¹ normal numbers is expected beyond it. */
    private static final double REACH = 9;

    private static final int POINTS_A_UNIT = 64;
    private static final int MOST = 1_000_000;

    private ExtremeNull() {}

    /**
     * The expected largest of m.
     *
     * @param m in [1, 10⁶]
     */
    public static double expectedMax(int m) {
        return expectedTop(m, 1);
    }

    /**
     * The expected mean of the k largest of m.
     *
     * @param m in [1, 10⁶]
     * @param k in [1, m]
     */
    public static double expectedTop(int m, int k) {
        Check.inRange("m", m, 1, MOST);
        Check.inRange("k", k, 1, "m", m);
        double sum = 0;
        int last = (int) REACH * POINTS_A_UNIT;
        for (int i = -last; i <= last; i++) {
            double x = (double) i / POINTS_A_UNIT;
            double density = StrictMath.exp(-x * x / 2) / StrictMath.sqrt(2 * StrictMath.PI);
            double above = Erf.erfc(x / StrictMath.sqrt(2)) / 2;
            sum += x * density * fewer(k, m - 1, above);
        }
        return sum / POINTS_A_UNIT * m / k;
    }

    /** P(Bin(n, p) < k). */
    private static double fewer(int k, int n, double p) {
        return k > n ? 1 : 1 - Beta.regularizedBeta(p, k, n - k + 1.0);
    }

    /**
     * The quantile of the largest of m: it is below this value with probability p.
     *
     * @param m at least 1
     * @param p in (0, 1)
     */
    public static double maxQuantile(int m, double p) {
        Check.inRange("m", m, 1, Integer.MAX_VALUE);
        Check.inRange("p", p, Double.MIN_VALUE, Math.nextDown(1.0));
        double above = -StrictMath.expm1(StrictMath.log(p) / m);
        return -new NormalDistribution(null, 0, 1).inverseCumulativeProbability(above);
    }
}
