package org.noisebook.seeds;

import org.apache.commons.math3.special.Erf;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;

/**
 * Whether the first draws under consecutive seeds are independent and identically distributed, as for a sound generator with seeds 0, 1, 2, ….
 *
 * <p>For draw k, the correlation between seed s and seed s + 1, Σ (y_s − ȳ)(y_{s+1} − ȳ) / Σ (y_s − ȳ)², has standard deviation 1/√S where
 * seeds are independent, and the mean over seeds is that of the other draws within its standard error. The verdict takes the largest of
 * both kinds of deviation, with Bonferroni's factor for their number.
 *
 * <p>{@code java.util.Random} fails: its first draw under seeds 0 to 1023 has mean .72 and a correlation of .99, and discarding draws does
 * not cure it. Analyses of seeds would then find the generator.
 *
 * <p><b>Shapes</b>: {@code draws[seed][k]}, the first draws of every seed, seeds in order, all of one law such as the uniform or the normal;
 * not modified.
 *
 * <p><b>Special cases</b>: a draw that is the same under all seeds has correlation 1; a single draw has no others and shift 0.
 *
 * <p><b>Error</b>: sound generators are refused with a probability of 1e-3 at most, but for the normal approximation to both deviations,
 * which wants 100 seeds.
 *
 * <p><b>Not for</b> the quality of a generator within one seed, nor for dependence that is no correlation of neighbours.
 *
 * @param seeds how many
 * @param mean mean of each draw over seeds
 * @param stdDev its standard deviation over seeds
 * @param correlation between neighbouring seeds, of each draw
 * @param shift mean of each draw less the mean of the others, in standard errors
 */
public record SeedHygiene(int seeds, Doubles mean, Doubles stdDev, Doubles correlation, Doubles shift) {
    private static final double BOUND = 3;
    private static final double LEVEL = 1e-3;

    /**
     * Tests the first draws.
     *
     * @param draws at least 10 seeds, as many draws of each, at least 1
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
            // From the first seed's on, so that the mean of equal draws is exact.
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

    /** Draws whose correlation between neighbouring seeds is beyond 3/√S; a sound generator has one in 370. */
    public int beyond() {
        return (int) correlation.stream()
                .filter(r -> Math.abs(r) > BOUND / Math.sqrt(seeds))
                .count();
    }

    /** The probability of a deviation as large as the largest, for a sound generator. */
    public double pValue() {
        double largest = 0;
        for (int k = 0; k < shift.size(); k++) {
            largest = Math.max(
                    largest, Math.max(Math.abs(correlation.get(k)) * Math.sqrt(seeds), Math.abs(shift.get(k))));
        }
        return Math.min(1, 2 * shift.size() * Erf.erfc(largest / Math.sqrt(2)));
    }

    /** The verdict: whether seeds look independent and alike, at level 1e-3. */
    public boolean clean() {
        return pValue() >= LEVEL;
    }
}
