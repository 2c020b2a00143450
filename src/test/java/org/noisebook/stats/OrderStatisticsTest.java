package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class OrderStatisticsTest {
    /** E z₍₂₎ = 1/√π of two and 3/(2√π) of three normal numbers; the mean square of all is 1. */
    @Test
    void orderStatisticsAreThoseOfNormalNumbers() {
        assertThat(OrderStatistics.meanSquare(1)).isCloseTo(0, within(1e-12));
        assertThat(OrderStatistics.meanSquare(2)).isCloseTo(1 / Math.PI, within(1e-9));
        assertThat(OrderStatistics.meanSquare(3)).isCloseTo(1.5 / Math.PI, within(1e-9));
        assertThat(OrderStatistics.meanSquare(256)).isBetween(0.98, 1.0);
    }
}
