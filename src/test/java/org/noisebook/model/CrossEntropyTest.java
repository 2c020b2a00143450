package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class CrossEntropyTest {
    private static final double ROUNDING = 1e-15;
    /** Central differences with this step are good to its square. */
    private static final double STEP = 1e-5;

    private static final double DIFFERENCE_ERROR = 1e-9;

    @Test
    void equalScoresCostTheLogarithmOfTheirNumber() {
        double[] slope = new double[3];

        double loss = CrossEntropy.of(new double[] {7, 2, 2, 2}, 1, 3, 1, slope, 0);

        assertThat(loss).isCloseTo(Math.log(3), within(ROUNDING));
        assertThat(slope).containsExactly(new double[] {1.0 / 3, -2.0 / 3, 1.0 / 3}, within(ROUNDING));
    }

    @Test
    void slopesAreDerivatives() {
        double[] scores = {0.3, -1.2, 2.1, 0.9};
        double[] slope = new double[4];
        CrossEntropy.of(scores, 0, 4, 3, slope, 0);
        double[] unused = new double[4];
        for (int k = 0; k < 4; k++) {
            double[] up = scores.clone();
            double[] down = scores.clone();
            up[k] += STEP;
            down[k] -= STEP;
            double difference =
                    (CrossEntropy.of(up, 0, 4, 3, unused, 0) - CrossEntropy.of(down, 0, 4, 3, unused, 0)) / (2 * STEP);
            assertThat(slope[k]).isCloseTo(difference, within(DIFFERENCE_ERROR));
        }
    }

    @Test
    void largeScoresNeitherOverflowNorVanish() {
        double[] scores = {1000, 0};

        assertThat(CrossEntropy.of(scores, 0, 2, 1, scores, 0)).isEqualTo(1000);
        assertThat(scores).containsExactly(1, -1);
    }

    @Test
    void noNumberInNoNumberOut() {
        double[] scores = {Double.NaN, 0};

        assertThat(CrossEntropy.of(scores, 0, 2, 1, scores, 0)).isNaN();
        assertThat(scores).containsOnly(Double.NaN);
    }
}
