package org.noisebook.seeds;

import java.util.function.IntToDoubleFunction;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.apache.commons.math3.distribution.TDistribution;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.noisebook.data.Check;

/**
 * Numbers of seeds and conditions needed: exact power of two-sided t tests from the noncentral t distribution.
 *
 * <p>Paired test over n seeds, with effect d_z = mean difference / standard deviation of differences: T has n − 1
 * degrees of freedom and noncentrality d_z √n. Unpaired test with n seeds per configuration and effect d = mean
 * difference / standard deviation of one response: 2n − 2 degrees of freedom and d √(n/2). If the responses of one seed
 * have correlation ρ, d_z = d/√(2(1 − ρ)). m comparisons are each tested at level/m (Bonferroni).
 *
 * <p><b>Source</b>: Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 2; Johnson, Kotz,
 * Balakrishnan 1995, Continuous Univariate Distributions 2, chapter 31. <b>Special cases</b>: for effect 0 the power
 * equals the level; asking for its number of seeds throws an exception. The sign of an effect does not matter.
 * <b>Error</b>: 1e-10 in a power. <b>Cost</b>: 0.2 ms per power; a number of seeds takes thirty of them. <b>Not for</b>
 * few seeds with responses far from normal; simulate these.
 */
public final class SeedPower {
    /** Largest number of seeds considered. */
    private static final int MOST = 100_000_000;

    private SeedPower() {}

    /**
     * Probability that the paired test detects an effect.
     *
     * @param effect d_z
     * @param seeds at least 2
     * @param level level of the test, such as 0.05
     */
    public static double power(double effect, int seeds, double level) {
        Check.inRange("seeds", seeds, 2, MOST);
        return power(effect * StrictMath.sqrt(seeds), level, seeds - 1, 1);
    }

    /** Probability that the unpaired test, with {@code seeds} seeds per configuration, detects an effect d. */
    public static double unpairedPower(double effect, int seeds, double level) {
        Check.inRange("seeds", seeds, 2, MOST);
        return power(effect * StrictMath.sqrt(0.5 * seeds), level, 2 * seeds - 2, 1);
    }

    /**
     * Smallest number of seeds that gives the paired test this power.
     *
     * @param effect d_z, not 0
     * @param power required power, above the level and below 1
     * @param level level of all comparisons together
     * @param comparisons number of comparisons, each tested at level/comparisons
     */
    public static int seedsNeeded(double effect, double power, double level, int comparisons) {
        return fewest(
                effect, power, level, comparisons, n -> power(effect * StrictMath.sqrt(n), level, n - 1, comparisons));
    }

    /** Smallest number of seeds per configuration that gives the unpaired test this power for an effect d. */
    public static int unpairedSeedsNeeded(double effect, double power, double level, int comparisons) {
        return fewest(
                effect,
                power,
                level,
                comparisons,
                n -> power(effect * StrictMath.sqrt(0.5 * n), level, 2 * n - 2, comparisons));
    }

    /**
     * The number of seeds at which the paired test's power reaches a value, interpolated linearly in √n; at least 2.
     *
     * @param level level of all comparisons together
     */
    public static double crossing(double effect, double power, double level, int comparisons) {
        return crossing(
                seedsNeeded(effect, power, level, comparisons), power, n -> power(effect, n, level / comparisons));
    }

    /** The same for the unpaired test. */
    public static double unpairedCrossing(double effect, double power, double level, int comparisons) {
        return crossing(
                unpairedSeedsNeeded(effect, power, level, comparisons),
                power,
                n -> unpairedPower(effect, n, level / comparisons));
    }

    private static double crossing(int above, double power, IntToDoubleFunction powerOf) {
        if (above == 2) {
            return 2;
        }
        double high = powerOf.applyAsDouble(above);
        double low = powerOf.applyAsDouble(above - 1);
        double share = (power - low) / (high - low);
        double root = StrictMath.sqrt(above - 1.0) * (1 - share) + StrictMath.sqrt(above) * share;
        return root * root;
    }

    /**
     * The number of seeds at which measured powers in (0, 1) reach a value, by a line through their probits against √n.
     */
    public static double fittedCrossing(double[] seeds, double[] powers, double power) {
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        SimpleRegression probits = new SimpleRegression();
        for (int k = 0; k < seeds.length; k++) {
            probits.addData(StrictMath.sqrt(seeds[k]), normal.inverseCumulativeProbability(powers[k]));
        }
        double root = (normal.inverseCumulativeProbability(power) - probits.getIntercept()) / probits.getSlope();
        return root * root;
    }

    private static double power(double noncentrality, double level, int degrees, int comparisons) {
        inside("level", level, 0, 1);
        if (!Double.isFinite(noncentrality)) {
            throw new IllegalArgumentException("effect must be finite, got one with noncentrality " + noncentrality);
        }
        double t = -new TDistribution(null, degrees).inverseCumulativeProbability(0.5 * level / comparisons);
        double delta = Math.abs(noncentrality);
        // P(T > t) computed as P(−T ≤ −t), which keeps small powers accurate.
        return NoncentralT.cdf(-t, degrees, -delta) + NoncentralT.cdf(-t, degrees, delta);
    }

    private static int fewest(double effect, double power, double level, int comparisons, IntToDoubleFunction powerOf) {
        inside("level", level, 0, 1);
        inside("power", power, level, 1);
        Check.inRange("comparisons", comparisons, 1, Integer.MAX_VALUE);
        if (effect == 0 || !Double.isFinite(effect)) {
            throw new IllegalArgumentException("effect must be finite and not 0, got " + effect);
        }
        int high = 2;
        while (powerOf.applyAsDouble(high) < power) {
            if (high > MOST / 2) {
                throw new IllegalArgumentException("seeds needed must be in [2, " + MOST + "], got more");
            }
            high *= 2;
        }
        int low = high / 2;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (powerOf.applyAsDouble(middle) < power) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private static void inside(String name, double value, double low, double high) {
        if (!(value > low && value < high)) {
            throw new IllegalArgumentException(name + " must be in (" + low + ", " + high + "), got " + value);
        }
    }
}
