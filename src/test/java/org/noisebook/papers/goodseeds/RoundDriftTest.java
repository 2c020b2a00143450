package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class RoundDriftTest {
    private static final int POINTS = 40;
    private static final GaussianMixture TARGET = new GaussianMixture(
            new double[] {0.5, 0.2, 0.3},
            new double[][] {{1, -2, 0.5}, {-3, 1, 0}, {0.2, 0.1, 4}},
            new double[][][] {round(0.2), round(0.6), round(1.5)});

    private static double[][] round(double variance) {
        return new double[][] {{variance, 0, 0}, {0, variance, 0}, {0, 0, variance}};
    }

    private static double[][] points(double spread) {
        Stream stream = Streams.of(7).at("points");
        double[][] x = new double[3][POINTS];
        for (double[] row : x) {
            for (int i = 0; i < POINTS; i++) {
                row[i] = spread * stream.nextGaussian();
            }
        }
        return x;
    }

    /** The field with matrices is exact; far away only its sums round otherwise. */
    @ParameterizedTest
    @CsvSource({"0, 0", "0.3, 0", "0.3, 1", "0.97, 0.1", "1, 0", "1, 2"})
    void agreesWithTheGeneralMixture(double t, double diffusion) {
        MixtureInterpolant general =
                new MixtureInterpolant(GaussianMixture.standard(3), TARGET, PathSchedule.linear(0));
        for (double spread : new double[] {1, 30}) {
            double[][] x = points(spread);
            double[][] expected = new double[3][POINTS];
            double[][] got = new double[3][POINTS];
            general.forwardDrift(time -> diffusion).evaluator(POINTS).at(t, x, POINTS, expected);
            new RoundDrift(TARGET, diffusion).evaluator(POINTS + 2).at(t, x, POINTS, got);
            for (int j = 0; j < 3; j++) {
                for (int i = 0; i < POINTS; i++) {
                    assertThat(got[j][i]).isCloseTo(expected[j][i], within(1e-11 * (1 + Math.abs(expected[j][i]))));
                }
            }
        }
    }

    @Test
    void nanStaysInItsParticle() {
        double[][] x = points(1);
        double[][] whole = new double[3][POINTS];
        double[][] torn = new double[3][POINTS];
        RoundDrift drift = new RoundDrift(TARGET, 1);
        drift.evaluator(POINTS).at(0.5, x, POINTS, whole);
        x[1][3] = Double.NaN;
        drift.evaluator(POINTS).at(0.5, x, POINTS, torn);
        for (int i = 0; i < POINTS; i++) {
            assertThat(Double.compare(torn[0][i], i == 3 ? Double.NaN : whole[0][i]))
                    .isZero();
        }
    }
}
