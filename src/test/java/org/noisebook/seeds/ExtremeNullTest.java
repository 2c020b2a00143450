package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExtremeNullTest {
    private static final double QUADRATURE = 1e-12;

    @ParameterizedTest
    @CsvSource({"10, 1.539", "100, 2.508", "256, 2.827", "1024, 3.248"})
    void largestOfTheReference(int m, double expected) {
        assertThat(ExtremeNull.expectedMax(m)).isCloseTo(expected, within(5e-4));
    }

    /** 1/√π of two, 3/(2√π) of three; 4.862897486195 of a million by adaptive quadrature in SciPy 1.17.1 to 10⁻⁹. */
    @Test
    void largestInClosedForm() {
        double root = StrictMath.sqrt(StrictMath.PI);
        assertThat(ExtremeNull.expectedMax(1)).isCloseTo(0, within(QUADRATURE));
        assertThat(ExtremeNull.expectedMax(2)).isCloseTo(1 / root, within(QUADRATURE));
        assertThat(ExtremeNull.expectedMax(3)).isCloseTo(1.5 / root, within(QUADRATURE));
        assertThat(ExtremeNull.expectedMax(1_000_000)).isCloseTo(4.862897486195, within(2e-9));
    }

    /** The k largest and the m − k smallest sum to 0, and the k smallest are the negative of the k largest. */
    @ParameterizedTest
    @CsvSource({"2, 1", "7, 2", "128, 6", "1000, 501"})
    void topAndRest(int m, int k) {
        assertThat(k * ExtremeNull.expectedTop(m, k))
                .isCloseTo((m - k) * ExtremeNull.expectedTop(m, m - k), within(m * QUADRATURE));
        assertThat(ExtremeNull.expectedTop(m, m)).isCloseTo(0, within(QUADRATURE));
    }

    /** 100 000 and 400 000 draws of NumPy 2: 2.0527 ± .0007 and 1.0658 ± .0007. */
    @Test
    void topOfSimulations() {
        assertThat(ExtremeNull.expectedTop(128, 6)).isCloseTo(2.05269, within(0.0024));
        assertThat(ExtremeNull.expectedTop(10, 3)).isCloseTo(1.06575, within(0.0023));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 10, 1024, 1_000_000})
    void quantiles(int m) {
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        for (double p : new double[] {0.025, 0.5, 0.999}) {
            double above = normal.cumulativeProbability(-ExtremeNull.maxQuantile(m, p));
            assertThat(StrictMath.exp(m * StrictMath.log1p(-above))).isCloseTo(p, within(1e-8));
        }
    }

    @Test
    void refusals() {
        assertThatThrownBy(() -> ExtremeNull.expectedMax(0)).hasMessage("m must be in [1, 1000000], got 0");
        assertThatThrownBy(() -> ExtremeNull.expectedTop(3, 4)).hasMessage("k must be in [1, m=3], got 4");
        assertThatThrownBy(() -> ExtremeNull.maxQuantile(3, 1)).hasMessageContaining("p must be in");
        assertThatThrownBy(() -> ExtremeNull.maxQuantile(3, Double.NaN)).hasMessageContaining("p must be in");
    }
}
