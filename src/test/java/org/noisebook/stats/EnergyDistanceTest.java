package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class EnergyDistanceTest {
    private static final double ROUNDING = 1e-12;

    private static double[][] normals(Stream stream, int dimension, int n, double shift) {
        double[][] x = new double[dimension][n];
        for (double[] row : x) {
            Arrays.setAll(row, k -> shift + stream.nextGaussian());
        }
        return x;
    }

    private static double meanLength(double[][] x, double[][] y, boolean distinct) {
        double sum = 0;
        int pairs = 0;
        for (int i = 0; i < x[0].length; i++) {
            for (int k = 0; k < y[0].length; k++) {
                if (!distinct || i != k) {
                    double squares = 0;
                    for (int j = 0; j < x.length; j++) {
                        squares += Math.pow(x[j][i] - y[j][k], 2);
                    }
                    sum += Math.sqrt(squares);
                    pairs++;
                }
            }
        }
        return sum / pairs;
    }

    @Test
    void definition() {
        Stream stream = Streams.of(1).at("data");
        double[][] x = normals(stream, 3, 70, 0);
        double[][] y = normals(stream, 3, 130, 0.4);
        double between = meanLength(x, y, false);

        assertThat(EnergyDistance.unbiased(x, y).mean())
                .isCloseTo(2 * between - meanLength(x, x, true) - meanLength(y, y, true), within(ROUNDING));
    }

    /** The sorted formulas of the line are those of all pairs, ties included. */
    @Test
    void theLine() {
        Stream stream = Streams.of(2).at("data");
        double[][] x = normals(stream, 1, 41, 5);
        double[][] y = normals(stream, 1, 64, 5.5);
        y[0][7] = x[0][3];
        y[0][8] = x[0][3];
        Estimate line = EnergyDistance.unbiased(x[0], y[0]);
        Estimate space = EnergyDistance.unbiased(x, y);

        assertThat(line.mean()).isCloseTo(space.mean(), within(ROUNDING));
        assertThat(line.stdError()).isCloseTo(space.stdError(), within(ROUNDING));
    }

    /** N(0, 1) and N(δ, 1): D² = 2 E|√2 Z + δ| − 4/√π, from 400 pairs of samples: mean, standard error, coverage. */
    @Test
    void unbiasedWithItsError() {
        double shift = 0.5;
        double root = Math.sqrt(2);
        double folded = root * Math.sqrt(2 / Math.PI) * Math.exp(-shift * shift / 4)
                + shift * (1 - 2 * new NormalDistribution(null, 0, 1).cumulativeProbability(-shift / root));
        double exact = 2 * folded - 4 / Math.sqrt(Math.PI);
        Stream stream = Streams.of(3).at("data");
        int repeats = 400;
        double[] energies = new double[repeats];
        double claimed = 0;
        int covered = 0;
        for (int r = 0; r < repeats; r++) {
            double[][] x = normals(stream, 1, 60, 0);
            double[][] y = normals(stream, 1, 90, shift);
            Estimate energy = EnergyDistance.unbiased(x[0], y[0]);
            energies[r] = energy.mean();
            claimed += energy.stdError() / repeats;
            covered += energy.covers(exact) ? 1 : 0;
        }
        Estimate mean = Estimate.ofMean(energies);

        assertThat(mean.mean())
                .as("4 standard errors, a false alarm of 6e-5; the bias of the plug-in, 0.03, would be seen")
                .isCloseTo(exact, within(4 * mean.stdError()));
        assertThat(mean.stdError()).isLessThan(0.005);
        assertThat(claimed / (mean.stdError() * Math.sqrt(repeats)))
                .as("claimed over seen error; 400 repeats know it to 4 %%")
                .isBetween(0.85, 1.15);
        assertThat(covered).as("of 400").isBetween(364, 397);
    }

    /** Tests run with whatever processors there are; blocks only write their own numbers. */
    @Test
    void repeatable() {
        Stream stream = Streams.of(4).at("data");
        double[][] x = normals(stream, 5, 300, 0);
        double[][] y = normals(stream, 5, 200, 0.1);

        assertThat(EnergyDistance.unbiased(x, y)).isEqualTo(EnergyDistance.unbiased(x, y));
    }

    @Test
    void badInputIsRefused() {
        double[][] x = {{1, 2}};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnergyDistance.unbiased(new double[] {1}, x[0]))
                .withMessage("x and y must have at least 2 points, got 1 and 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> EnergyDistance.unbiased(new double[0][0], x))
                .withMessage("x must have at least one coordinate, got 0");
    }
}
