package org.noisebook.seeds;

import org.noisebook.data.Doubles;
import org.noisebook.experiment.Check;

/**
 * Values of a statistic if seeds have no effect: one for each random permutation of the seeds.
 *
 * <p><b>Range</b>: none, some or all values may be NaN, where the statistic does not exist; then so is what follows from them.
 *
 * @param values at least one, in the order of the renamings
 */
public record PermutationNull(Doubles values) {
    private static final double UPPER = 0.95;

    public PermutationNull {
        Check.inRange("permutations", values.size(), 1, Integer.MAX_VALUE);
    }

    /** Mean of the values. */
    public double mean() {
        double sum = 0;
        for (double value : values.toArray()) {
            sum += value;
        }
        return sum / values.size();
    }

    /** Their standard deviation, NaN for one value. */
    public double stdDev() {
        double mean = mean();
        double squares = 0;
        for (double value : values.toArray()) {
            squares += (value - mean) * (value - mean);
        }
        return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
    }

    /**
     * (1 + values at least as large) / (1 + values): the chance of a statistic as large where seeds mean nothing, never less than can be told
     * (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585).
     */
    public double pValue(double observed) {
        if (Double.isNaN(observed) || Double.isNaN(mean())) {
            return Double.NaN;
        }
        return (1.0 + values.stream().filter(value -> value >= observed).count()) / (1.0 + values.size());
    }
}
