package org.noisebook.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class LineTest {
    /** Interpolation of logarithms is exact on power laws, up to rounding. */
    private static final double ROUNDING = 1e-12;

    @Test
    void aPowerLawCrossesWhereItMust() {
        double[] x = Line.powers(1, 2, 12);
        double[] rising = Arrays.stream(x).map(v -> v * Math.sqrt(v)).toArray();
        double[] falling = Arrays.stream(x).map(v -> 100 / v).toArray();

        assertThat(Line.crossing(x, rising, 2)).isCloseTo(Math.pow(2, 2.0 / 3), within(ROUNDING));
        assertThat(Line.crossing(x, falling, 2)).isCloseTo(50, within(50 * ROUNDING));
    }

    @Test
    void theFirstCrossingCounts() {
        assertThat(Line.crossing(new double[] {1, 2, 4, 8}, new double[] {1, 4, 1, 4}, 2))
                .isCloseTo(Math.sqrt(2), within(ROUNDING));
    }

    @Test
    void aCurveThatDoesNotCrossHasNoCrossing() {
        double[] x = {1, 2, 4};
        assertThat(Line.crossing(x, new double[] {3, 4, 5}, 2)).isNaN();
        assertThat(Line.crossing(x, new double[] {1, 1.5, 1}, 2)).isNaN();
        assertThat(Line.crossing(new double[] {1}, new double[] {1}, 2)).isNaN();
        assertThat(Line.crossing(new double[0], new double[0], 2)).isNaN();
    }

    /** A value on the level counts as above it. */
    @Test
    void aPointOnTheLevelIsTheCrossing() {
        double[] x = {1, 2, 4};
        assertThat(Line.crossing(x, new double[] {1, 2, 4}, 2)).isCloseTo(2, within(ROUNDING));
        assertThat(Line.crossing(x, new double[] {4, 2, 1}, 2)).isCloseTo(2, within(ROUNDING));
        assertThat(Line.crossing(x, new double[] {2, 3, 4}, 2))
                .as("starts on it and stays above")
                .isNaN();
    }
}
