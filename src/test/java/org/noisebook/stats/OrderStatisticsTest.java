package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
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

    /** 0, 1/√π, 3/(2√π), and the mean of the largest of 100 and of 10⁶ by quadrature in mpmath. */
    @Test
    void largestNumbersHaveTheirMean() {
        double root = StrictMath.sqrt(StrictMath.PI);
        assertThat(OrderStatistics.largest(1)).isCloseTo(0, within(1e-12));
        assertThat(OrderStatistics.largest(2)).isCloseTo(1 / root, within(1e-12));
        assertThat(OrderStatistics.largest(3)).isCloseTo(1.5 / root, within(1e-12));
        assertThat(OrderStatistics.largest(100)).isCloseTo(2.507593636441684, within(1e-9));
        assertThat(OrderStatistics.largest(1e6)).isCloseTo(4.862897486196463, within(1e-9));
        assertThatThrownBy(() -> OrderStatistics.largest(0)).hasMessageContaining("n must be in [1, ");
    }
}
