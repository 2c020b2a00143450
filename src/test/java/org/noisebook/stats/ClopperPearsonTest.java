package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.BinomialDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClopperPearsonTest {
    /** At the lower bound, k successes or more have the probability α. */
    @ParameterizedTest
    @CsvSource({"1, 7, 0.025", "5, 7, 0.001", "700, 1000, 0.001", "99990, 100000, 0.05"})
    void tailsHaveTheError(int k, int n, double error) {
        double low = ClopperPearson.low(k, n, error);
        double high = ClopperPearson.high(k, n, error);
        assertThat(1 - new BinomialDistribution(null, n, low).cumulativeProbability(k - 1))
                .isCloseTo(error, within(1e-6 * error + 1e-12));
        assertThat(new BinomialDistribution(null, n, high).cumulativeProbability(k))
                .isCloseTo(error, within(1e-6 * error + 1e-12));
    }

    @Test
    void endsAreClosedForms() {
        assertThat(ClopperPearson.low(0, 9, 0.1)).isZero();
        assertThat(ClopperPearson.high(9, 9, 0.1)).isEqualTo(1);
        assertThat(ClopperPearson.low(9, 9, 0.1)).isCloseTo(StrictMath.pow(0.1, 1 / 9.0), within(1e-15));
        assertThat(ClopperPearson.radius(1000, 1000, 0.001, 2)).isCloseTo(2 * 2.463, within(1e-3));
        assertThat(ClopperPearson.radius(500, 1000, 0.001, 2)).isZero();
        assertThatThrownBy(() -> ClopperPearson.low(10, 9, 0.1)).hasMessageContaining("got 10, 9, 0.1");
    }
}
