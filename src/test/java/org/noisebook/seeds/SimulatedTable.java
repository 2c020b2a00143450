package org.noisebook.seeds;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.noisebook.rng.Stream;

/** Tables of seeds and conditions that add, for tests, and the false-alarm probabilities of counts over many of them. */
final class SimulatedTable {
    private SimulatedTable() {}

    /** Standard normal cells beside seed effects and a condition effect of standard deviation 5. */
    static double[][] of(Stream stream, double[] effects, int conditions) {
        double[][] y = new double[effects.length][conditions];
        for (int c = 0; c < conditions; c++) {
            double condition = 5 * stream.nextGaussian();
            for (int s = 0; s < effects.length; s++) {
                y[s][c] = effects[s] + condition + stream.nextGaussian();
            }
        }
        return y;
    }

    static double[] effects(Stream stream, int seeds, double stdDev) {
        double[] effects = new double[seeds];
        for (int s = 0; s < seeds; s++) {
            effects[s] = stdDev * stream.nextGaussian();
        }
        return effects;
    }

    /** Probability that a count of n at rate p leaves [low, high]. */
    static double falseAlarm(int n, double p, int low, int high) {
        BinomialDistribution law = new BinomialDistribution(null, n, p);
        return 1 - law.cumulativeProbability(high) + law.cumulativeProbability(low - 1);
    }
}
