package org.noisebook.seeds;

import org.apache.commons.math3.special.Erf;
import org.noisebook.data.Check;
import org.noisebook.data.Doubles;

/**
 * Whether the first draws under consecutive seeds are independent and identically distributed, as for a sound generator with seeds 0, 1, 2, ….
 *
 * <p>For draw k, the correlation between seed s and seed s + 1, Σ (y_s − ȳ)(y_{s+1} − ȳ) / Σ (y_s − ȳ)², has standard
 * deviation 1/√S if seeds are independent, and the mean over seeds agrees with that of the other draws within its
 * standard error. The verdict uses the largest deviation of both kinds, with a Bonferroni factor for their number.
 *
 * <p>{@code java.util.Random} fails: its first draw under seeds 0 to 1023 has mean .72 and a correlation of .99, and
 * discarding draws does not help. Analyses of seeds would then detect properties of the generator.
 *
 * <p><b>Shapes</b>: {@code draws[seed][k]}, the first draws of every seed, with seeds in order, all from one
 * distribution such as the uniform or the normal; not modified. <b>Special cases</b>: a draw that is the same for all
 * seeds has correlation 1; with a single draw per seed the shift is 0. <b>Error</b>: sound generators are rejected with
 * probability at most 1e-3, up to the normal approximation to both deviations, which needs 100 seeds. <b>Not for</b>
 * the quality of a generator within one seed, nor for dependence other than correlation between neighbouring seeds.
 *
 * @param seeds number of seeds
 * @param mean mean of each draw over seeds
 * @param stdDev standard deviation of each draw over seeds
 * @param correlation correlation of each draw between neighbouring seeds
 * @param shift mean of each draw minus the mean of the others, in standard errors
 */
public record SeedHygiene(int seeds, Doubles mean, Doubles stdDev, Doubles correlation, Doubles shift) {
    private static final double BOUND = 3;
    private static final double LEVEL = 1e-3;

    /**
     * Tests the first draws.
     *
     * @param draws draws of at least 10 seeds, the same number for each, at least 1
     */
    public static SeedHygiene of(double[][] draws) {
        int seeds = draws.length;
        Check.inRange("seeds", seeds, 10, Integer.MAX_VALUE);
        int length = draws[0].length;
        Check.inRange("draws", length, 1, Integer.MAX_VALUE);
        for (double[] row : draws) {
            if (row.length != length) {
                throw new IllegalArgumentException(
                        "every seed must have the same number of draws, got " + length + " and " + row.length);
            }
            for (double value : row) {
                Check.inRange("draw", value, -Double.MAX_VALUE, Double.MAX_VALUE);
            }
        }
        double[] mean = new double[length];
        double[] stdDev = new double[length];
        double[] correlation = new double[length];
        for (int k = 0; k < length; k++) {
            // Relative to the first seed, so that the mean of equal draws is exact.
            for (double[] row : draws) {
                mean[k] += (row[k] - draws[0][k]) / seeds;
            }
            mean[k] += draws[0][k];
            double squares = 0;
            double products = 0;
            boolean varies = false;
            for (int s = 0; s < seeds; s++) {
                double off = draws[s][k] - mean[k];
                squares += off * off;
                products += s == 0 ? 0 : off * (draws[s - 1][k] - mean[k]);
                varies |= draws[s][k] != draws[0][k];
            }
            stdDev[k] = varies ? Math.sqrt(squares / (seeds - 1)) : 0;
            correlation[k] = varies ? products / squares : 1;
        }
        return new SeedHygiene(
                seeds,
                Doubles.of(mean),
                Doubles.of(stdDev),
                Doubles.of(correlation),
                Doubles.of(shift(seeds, mean, stdDev)));
    }

    private static double[] shift(int seeds, double[] mean, double[] stdDev) {
        double[] shift = new double[mean.length];
        for (int k = 0; k < shift.length && shift.length > 1; k++) {
            double others = 0;
            double variance = 0;
            for (int j = 0; j < shift.length; j++) {
                others += j == k ? 0 : mean[j] / (shift.length - 1);
                variance += j == k ? 0 : stdDev[j] * stdDev[j] / (shift.length - 1);
            }
            double stdError = Math.sqrt(variance * (1.0 / seeds + 1.0 / seeds / (shift.length - 1)));
            shift[k] = mean[k] == others ? 0 : (mean[k] - others) / stdError;
        }
        return shift;
    }

    /**
     * Number of draws whose correlation between neighbouring seeds is beyond 3/√S; for a sound generator one in 370.
     */
    public int beyond() {
        return (int) correlation.stream()
                .filter(r -> Math.abs(r) > BOUND / Math.sqrt(seeds))
                .count();
    }

    /** The probability that a sound generator has a largest deviation at least as large. */
    public double pValue() {
        double largest = 0;
        for (int k = 0; k < shift.size(); k++) {
            largest = Math.max(
                    largest, Math.max(Math.abs(correlation.get(k)) * Math.sqrt(seeds), Math.abs(shift.get(k))));
        }
        return Math.min(1, 2 * shift.size() * Erf.erfc(largest / Math.sqrt(2)));
    }

    /** The verdict: whether seeds appear independent and identically distributed, at level 1e-3. */
    public boolean clean() {
        return pValue() >= LEVEL;
    }
}
