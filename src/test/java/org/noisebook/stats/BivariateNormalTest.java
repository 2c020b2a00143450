package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BivariateNormalTest {
    private static final double PRECISION = 1e-12;
    private static final NormalDistribution NORMAL = new NormalDistribution();

    private static double phi(double x) {
        return NORMAL.cumulativeProbability(x);
    }

    /** Φ₂(0, 0; ρ) = ¼ + asin ρ/2π; complements: Φ₂(h, k; ρ) + Φ₂(h, −k; −ρ) = Φ(h); symmetry. */
    @ParameterizedTest
    @ValueSource(doubles = {-0.9999, -0.97, -0.3, 0, 0.5, 0.99, 0.9999})
    void identitiesHold(double rho) {
        assertThat(BivariateNormal.cdf(0, 0, rho)).isCloseTo(0.25 + Math.asin(rho) / (2 * Math.PI), within(PRECISION));
        for (double h : new double[] {-1.7, 0.2, 3}) {
            double both = BivariateNormal.cdf(h, 0.8, rho);
            assertThat(both + BivariateNormal.cdf(h, -0.8, -rho)).isCloseTo(phi(h), within(PRECISION));
            assertThat(both).isCloseTo(BivariateNormal.cdf(0.8, h, rho), within(PRECISION));
        }
    }

    @Test
    void limitsAreThoseOfOneNumber() {
        assertThat(BivariateNormal.cdf(0.4, 1.1, 1)).isEqualTo(phi(0.4));
        assertThat(BivariateNormal.cdf(0.4, 1.1, -1)).isCloseTo(phi(0.4) + phi(1.1) - 1, within(PRECISION));
        assertThat(BivariateNormal.cdf(0.4, 1.1, 0)).isCloseTo(phi(0.4) * phi(1.1), within(PRECISION));
        assertThat(BivariateNormal.cdf(50, 1.1, 0.6)).isCloseTo(phi(1.1), within(PRECISION));
        assertThatThrownBy(() -> BivariateNormal.cdf(0, 0, 1.1)).hasMessageContaining("[-1, 1], got 1.1");
    }

    /** Without an offset the widths alone decide, (2/π) atan(1/q); with equal widths Φ² + (1 − Φ)² at d/√2; the printed 0.8634. */
    @Test
    void areasOfOffsetsAreKnown() {
        assertThat(BivariateNormal.offsetArea(0, 8)).isCloseTo(2 / Math.PI * Math.atan(1 / 8.0), within(PRECISION));
        double p = phi(4.2 / Math.sqrt(2));
        assertThat(BivariateNormal.offsetArea(4.2, 1)).isCloseTo(p * p + (1 - p) * (1 - p), within(PRECISION));
        assertThat(BivariateNormal.offsetArea(4.2, 1)).isCloseTo(0.9970, within(5e-5));
        assertThat(BivariateNormal.offsetArea(12, 8)).isCloseTo(0.8634, within(5e-5));
        assertThatThrownBy(() -> BivariateNormal.offsetArea(1, 0)).hasMessageContaining("q must be positive, got 0");
    }
}
