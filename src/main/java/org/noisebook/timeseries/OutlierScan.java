package org.noisebook.timeseries;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.TDistribution;

/**
 * Single values of a series far from their AR(1) prediction, in units of the error of the values before.
 *
 * <p>e = x' − m − φ(x − m); s² is the mean of the last {@value #MEMORY} e² that were not far; e/s is far beyond the two-sided quantile of
 * Student's t at level/n (Bonferroni). The value after a far one is predicted from it or from what was expected, whichever is nearer, so
 * that a spike is one value and so is a lasting shift. s knows the past alone: a window that holds an anomaly hides it.
 *
 * <p><b>Special cases</b>: the first {@value #MEMORY} values are never far. <b>Error</b>: the level holds for normal noise that changes
 * little within {@value #MEMORY} values. <b>Cost</b>: {@value #MEMORY} n.
 *
 * @param found in the order of time
 * @param rest the series with them replaced by what was expected
 */
public record OutlierScan(List<Lone> found, double[] rest) {
    private static final int MEMORY = 30;

    /**
     * A far value.
     *
     * @param index from 0
     * @param expected its prediction
     * @param away e/s
     */
    public record Lone(int index, double expected, double away) {}

    /** Finds those of a series of at least 40 numbers. */
    public static OutlierScan of(double[] x, double level) {
        if (x.length < MEMORY + 10 || !(level > 0 && level < 1)) {
            throw new IllegalArgumentException(
                    "x must have at least 40 numbers and level be in (0, 1), got " + x.length + " and " + level);
        }
        AutoRegression process = AutoRegression.of(x);
        double cut = new TDistribution(null, MEMORY)
                .inverseCumulativeProbability(1 - level / (2.0 * (x.length - 1 - MEMORY)));
        List<Lone> found = new ArrayList<>();
        double[] rest = x.clone();
        double[] past = new double[MEMORY];
        int known = 0;
        for (int k = 1; k < x.length; k++) {
            double expected = process.after(rest[k - 1]);
            double other = process.after(x[k - 1]);
            expected = Math.abs(x[k] - other) < Math.abs(x[k] - expected) ? other : expected;
            double error = x[k] - expected;
            double away = error / Math.sqrt(Arrays.stream(past).map(e -> e * e).sum() / MEMORY);
            if (known >= MEMORY && Math.abs(away) > cut) {
                found.add(new Lone(k, expected, away));
                rest[k] = expected;
            } else {
                past[known++ % MEMORY] = error;
            }
        }
        return new OutlierScan(List.copyOf(found), rest);
    }
}
