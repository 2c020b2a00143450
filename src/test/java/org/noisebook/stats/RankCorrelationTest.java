package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RankCorrelationTest {
    private static final double ROUNDING = 1e-12;

    /** By hand: ranks 1, 2.5, 2.5, 4 against 1, 3, 2, 4. */
    @Test
    void rankCorrelationsShareTies() {
        assertThat(RankCorrelation.of(new double[] {1, 5, 5, 9}, new double[] {0, 7, 3, 8}))
                .isCloseTo(4.5 / Math.sqrt(4.5 * 5), within(ROUNDING));
        assertThat(RankCorrelation.of(new double[] {1, 2, 3}, new double[] {-1, -10, -100}))
                .isCloseTo(-1, within(ROUNDING));
        assertThat(RankCorrelation.of(new double[] {1, 2, 3}, new double[] {1, 1, 1}))
                .isNaN();
        assertThat(RankCorrelation.of(new double[] {1, Double.NaN}, new double[] {1, 2}))
                .isNaN();
    }
}
