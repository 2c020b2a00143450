package org.noisebook.seeds.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FrechetNullTest {
    /** Mean d + d(d+1)/4 and variance 2d + d(d+1)/4 of χ²_d + ½ χ²_{d(d+1)/2}, by the integral of 1 − law. */
    @Test
    void lawHasItsMomentsAndQuantiles() {
        for (int d : new int[] {1, 2, 8}) {
            double mean = 0;
            double square = 0;
            double step = 0.05;
            for (int i = 0; i < 3000; i++) {
                double x = (i + 0.5) * step;
                double above = x > 100 ? 0 : 1 - FrechetNull.law(d, x);
                mean += above * step;
                square += 2 * x * above * step;
            }
            assertThat(mean).isCloseTo(d + d * (d + 1) / 4.0, within(2e-3));
            assertThat(square - mean * mean).isCloseTo(2 * d + d * (d + 1) / 4.0, within(0.2));
        }
        assertThat(FrechetNull.law(8, FrechetNull.quantile(8, 0.3))).isCloseTo(0.3, within(1e-5));
    }
}
