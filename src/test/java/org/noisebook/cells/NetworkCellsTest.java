package org.noisebook.cells;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.sgd.NetworkConfig;

class NetworkCellsTest {
    /** Sums of a few logarithms. */
    private static final double ROUNDING = 1e-12;

    @Test
    void theSlopeOfAPowerLawIsItsExponent() {
        double[] x = {1, 3, 4, 50};
        for (double exponent : new double[] {-2, -0.5, 0, 0.75, 3}) {
            double[] y = Arrays.stream(x).map(v -> 7 * Math.pow(v, exponent)).toArray();
            assertThat(NetworkCells.slope(x, y)).isCloseTo(exponent, within(ROUNDING));
        }
    }

    /** ln x = 0, 1, 2 and ln y = 0, 3, 0: the bump in the middle has no slope; 0, 0, 3 has 3/2. */
    @Test
    void theSlopeIsThatOfLeastSquares() {
        double e = StrictMath.E;
        double[] x = {1, e, e * e};
        assertThat(NetworkCells.slope(x, new double[] {1, e * e * e, 1})).isCloseTo(0, within(ROUNDING));
        assertThat(NetworkCells.slope(x, new double[] {1, 1, e * e * e})).isCloseTo(1.5, within(ROUNDING));
    }

    @Test
    void aMissingValueHasNoSlope() {
        double[] x = {1, 2, 4};
        assertThat(NetworkCells.slope(x, new double[] {1, Double.NaN, 4})).isNaN();
        assertThat(NetworkCells.slope(new double[] {2}, new double[] {3})).isNaN();
        assertThat(NetworkCells.slope(new double[0], new double[0])).isNaN();
    }

    @Test
    void geometricMeansAreOverTheChosenReplicasRepeatsIncluded() {
        double[][] values = {{1, 10, 1e6}, {2, 2, 2}};
        assertThat(NetworkCells.geometricMeans(values, new int[] {0, 1, 1, 0})).satisfies(means -> {
            assertThat(means[0]).isCloseTo(Math.sqrt(10), within(ROUNDING));
            assertThat(means[1]).isCloseTo(2, within(ROUNDING));
        });
        assertThat(NetworkCells.geometricMeans(values, NetworkCells.all(3))[0])
                .isCloseTo(Math.pow(10, 7.0 / 3), within(1e3 * ROUNDING));
    }

    /** y = 3 x² ÷ 2, × 2 and × 1 has the prefactor 3; further values of y belong to no x. */
    @Test
    void aLawHasTheGeometricMeanOfThePrefactors() {
        double[] x = {1, 2, 4};
        assertThat(NetworkCells.law(x, new double[] {1.5, 24, 48, 1e9}, 2))
                .containsExactly(new double[] {3, 12, 48}, within(100 * ROUNDING));
    }

    @Test
    void cellsWithoutAMeasurementDoNotCountInALaw() {
        double[] x = {1, 2, 4, 8};
        assertThat(NetworkCells.law(x, new double[] {1.5, Double.NaN, 96, 0}, 2))
                .containsExactly(new double[] {3, 12, 48, 192}, within(100 * ROUNDING));
        assertThat(NetworkCells.law(x, new double[4], 2)).as("nothing to show").containsOnly(Double.NaN);
    }

    @Test
    void temperatureIsLearningRateOverBatchSize() {
        NetworkConfig base = NetworkCells.GAUSSIAN;
        NetworkConfig config = NetworkCells.at(base, 0.25, 3);
        assertThat(config.outputScale()).isEqualTo(0.25);
        assertThat(config.learningRate()).isEqualTo(24);
        assertThat(config.temperature()).isEqualTo(3);
        assertThat(config.temperaturePerWidth()).isEqualTo(3.0 / 32);
        assertThat(NetworkCells.at(config, base.outputScale(), base.temperature()))
                .as("nothing else changes")
                .isEqualTo(base);
    }

    @Test
    void depthChangesAlone() {
        NetworkConfig base = NetworkCells.DIGITS;
        NetworkConfig shallow = NetworkCells.withDepth(base, 2);
        assertThat(shallow.network()).isEqualTo(new FullyConnected(2, 32, Activation.GELU));
        assertThat(NetworkCells.withDepth(shallow, base.network().depth())).isEqualTo(base);
        assertThat(NetworkCells.describe(shallow)).isEqualTo("D = 2, h = 32, P = 512, B = 8");
        assertThat(NetworkCells.featureExponent(1)).isZero();
        assertThat(NetworkCells.featureExponent(5)).isCloseTo(2.0 / 3, within(ROUNDING));
    }
}
