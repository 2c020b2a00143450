package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;

class LogNormalCdfTest {
    private static final double PERCENT = 1e-11;

    /** By mpmath with 60 digits. */
    @Test
    void bothTailsAreExact() {
        double[][] known = {
            {-1e4, -50000010.129278915},
            {-200, -20006.21728089819},
            {-38.5, -745.69527029040108},
            {-25, -316.63940800802026},
            {-25.000001, -316.63940800802026 - 1e-6 * 25.039872},
            {-5, -15.064998393988726},
            {-1, -1.8410216450092635},
            {0, -0.69314718055994531},
            {0.5, -0.36894641528865639},
            {3, -0.0013508099647481938},
            {9, -1.1285884059538406e-19}
        };
        for (double[] one : known) {
            assertThat(LogNormalCdf.at(one[0])).as("%s", one[0]).isCloseTo(one[1], withinPercentage(PERCENT));
        }
        assertThat(LogNormalCdf.at(Double.NEGATIVE_INFINITY)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThat(LogNormalCdf.at(Double.POSITIVE_INFINITY)).isZero();
        assertThat(LogNormalCdf.at(Double.NaN)).isNaN();
    }

    @Test
    void differencesKeepTheirDigits() {
        double[][] known = {
            {-1, 1, -0.38171514630212607},
            {30, 31, -454.32124395634325},
            {-50, -49.5, -1229.946318908843}
        };
        for (double[] one : known) {
            assertThat(LogNormalCdf.between(one[0], one[1])).isCloseTo(one[2], withinPercentage(PERCENT));
            assertThat(LogNormalCdf.between(-one[1], -one[0])).isCloseTo(one[2], withinPercentage(PERCENT));
        }
        assertThat(LogNormalCdf.between(2, 2)).isEqualTo(Double.NEGATIVE_INFINITY);
        assertThatThrownBy(() -> LogNormalCdf.between(2, 1)).hasMessage("a must be at most b = 1.0, got 2.0");
    }
}
