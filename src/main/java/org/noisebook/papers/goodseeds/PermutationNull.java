package org.noisebook.papers.goodseeds;

import org.noisebook.data.Check;
import org.noisebook.data.Doubles;

/**
 * The values of a statistic without seed effects, one for each random permutation of the seeds.
 *
 * <p><b>Range</b>: values are NaN if the statistic does not exist, and then all results derived from them are NaN.
 *
 * @param values at least one, in the order of the permutations
 */
public record PermutationNull(Doubles values) {
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

    /** Standard deviation of the values, NaN for one value. */
    public double stdDev() {
        double mean = mean();
        double squares = 0;
        for (double value : values.toArray()) {
            squares += (value - mean) * (value - mean);
        }
        return values.size() < 2 ? Double.NaN : Math.sqrt(squares / (values.size() - 1));
    }

    /**
     * The p-value (1 + number of values at least as large)/(1 + number of values), which is never below its resolution
     * (Phipson and Smyth 2010, doi:10.2202/1544-6115.1585).
     */
    public double pValue(double observed) {
        if (Double.isNaN(observed) || Double.isNaN(mean())) {
            return Double.NaN;
        }
        return (1.0 + values.stream().filter(value -> value >= observed).count()) / (1.0 + values.size());
    }
}
