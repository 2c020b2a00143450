package org.noisebook.sgd;

import org.noisebook.data.Numbers;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Ranges;

/**
 * A walk on the line in a random potential.
 *
 * @param disorder σ, the standard deviation of a step of the potential; 0 for the free walk
 */
public record SinaiWalkConfig(
        @Parameter(value = "standard deviation of a step of the potential", symbol = "σ", range = "0 or [0.01, 10]")
        double disorder,

        @Parameter(value = "first time", range = "[1, 1e40]")
        double firstTime,

        @Parameter(value = "last time", symbol = "t", range = "[firstTime, 1e40]")
        double lastTime,

        @Parameter(value = "number of times, evenly in log t", range = "[1, 1000]")
        int times,

        @Parameter(value = "number of potentials that are averaged over", range = "[1, 1000000]")
        int environments) {
    /** An array of doubles each way. */
    private static final double LARGEST_REACH = 1e8;

    public SinaiWalkConfig {
        Ranges.check(SinaiWalkConfig.class, disorder, firstTime, lastTime, times, environments);
        if (reach(disorder, lastTime) > LARGEST_REACH) {
            throw new IllegalArgumentException("lastTime must be such that the walk stays within "
                    + Numbers.format(LARGEST_REACH) + " sites, got " + Numbers.format(lastTime) + " at disorder="
                    + Numbers.format(disorder));
        }
    }

    /**
     * σ = 2, where the law of large times, log² t/σ², is below √t, the free walk's, from t = 2 on; every second decade
     * from 10² to 10³⁰; 64 potentials.
     */
    public static SinaiWalkConfig standard() {
        return new SinaiWalkConfig(2, 100, 1e30, 15, 64);
    }

    /** The law of large times: √⟨x²⟩ at ln t. */
    public double limit(double logTime) {
        return SinaiWalkStudy.LIMIT * logTime * logTime / (disorder * disorder);
    }

    /** The times. */
    public double[] timeGrid() {
        double[] grid = new double[times];
        for (int k = 0; k < times; k++) {
            grid[k] = times == 1 ? lastTime : firstTime * StrictMath.pow(lastTime / firstTime, k / (times - 1.0));
        }
        return grid;
    }

    /**
     * Sites on each side of the start that the walk is followed on up to a time: the less of 10 √t, where a free walk
     * has a tail of e⁻⁵⁰, and 20 (ln t/σ)², where the law of Golosov and Kesten has one of e⁻²⁴.
     */
    static double reach(double disorder, double time) {
        double free = 10 * Math.sqrt(time);
        double log = 1 + StrictMath.log(time);
        double least = 20;
        return Math.ceil(least + (disorder == 0 ? free : Math.min(free, least * (log / disorder) * (log / disorder))));
    }
}
