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

    /** By hand: of 6 pairs 4 concordant, 0 discordant, 1 tied in x, 1 in y: 4/√(5 · 5). */
    @Test
    void kendallCountsPairs() {
        assertThat(RankCorrelation.kendall(new double[] {3, 1, 2, 2}, new double[] {5, 1, 1, 4}))
                .isCloseTo(0.8, within(ROUNDING));
        assertThat(RankCorrelation.kendall(new double[] {1, 1, 1}, new double[] {1, 2, 3}))
                .isNaN();
        assertThat(RankCorrelation.trend(5, 4, 4, 1)).isCloseTo(-5 / Math.sqrt(30), within(ROUNDING));
        assertThat(RankCorrelation.trend(1, 2, 3, 4)).isEqualTo(1);
        assertThat(RankCorrelation.trend(1, Double.NaN)).isNaN();
    }

    /** Against every pair, with ties. */
    @Test
    void kendallIsTheSumOverPairs() {
        double[] x = new double[40];
        double[] y = new double[40];
        for (int k = 0; k < 40; k++) {
            x[k] = k * 7 % 11;
            y[k] = k * k % 13;
        }
        double sum = 0;
        double apartX = 0;
        double apartY = 0;
        for (int i = 0; i < 40; i++) {
            for (int j = 0; j < i; j++) {
                sum += Math.signum(x[i] - x[j]) * Math.signum(y[i] - y[j]);
                apartX += x[i] == x[j] ? 0 : 1;
                apartY += y[i] == y[j] ? 0 : 1;
            }
        }
        assertThat(RankCorrelation.kendall(x, y)).isCloseTo(sum / Math.sqrt(apartX * apartY), within(ROUNDING));
    }

    /** By hand: of 6 pairs 4 in order and 1 tied. */
    @Test
    void areaCountsTiesHalf() {
        assertThat(RankCorrelation.auc(new double[] {3, 2}, new double[] {1, 2, 2.5}))
                .isCloseTo(4.5 / 6, within(ROUNDING));
        assertThat(RankCorrelation.auc(new double[] {1}, new double[] {})).isNaN();
    }
}
