package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.distribution.BinomialDistribution;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class KolmogorovSmirnovTest {
    private static final double ROUNDING = 1e-14;

    @Test
    void statistic() {
        assertThat(KolmogorovSmirnov.oneSample(new double[] {0.9, 0.2, 0.3}, u -> u)
                        .statistic())
                .isCloseTo(2.0 / 3 - 0.3, within(ROUNDING));
    }

    /** Percentage points of the limit law, Smirnov 1948. */
    @ParameterizedTest
    @CsvSource({"1.22385, 0.10", "1.35810, 0.05", "1.62762, 0.01", "1.94947, 0.001", "0.82757, 0.5", "0.44, 0.99"})
    void limitLaw(double lambda, double p) {
        assertThat(KolmogorovSmirnov.survival(lambda)).isCloseTo(p, within(p == 0.99 ? 1e-3 : 1e-5));
    }

    @Test
    void bothSeriesMeet() {
        assertThat(KolmogorovSmirnov.survival(Math.nextDown(1.0)))
                .isCloseTo(KolmogorovSmirnov.survival(1), within(1e-12));
        assertThat(KolmogorovSmirnov.survival(0)).isEqualTo(1);
        assertThat(KolmogorovSmirnov.survival(50)).isZero();
    }

    /** One point has D uniform on [1/2, 1]. */
    @Test
    void smallSamplesAreExact() {
        assertThat(KolmogorovSmirnov.oneSample(new double[] {0.2}, u -> u).pValue())
                .isCloseTo(0.4, within(1e-12));
    }

    /** The change of method at 100 points must not show: exact against Stephens' within his accuracy. */
    @Test
    void exactAndLimitAgree() {
        double[] few = new double[99];
        double[] more = new double[100];
        Arrays.setAll(few, k -> Math.pow((k + 0.5) / 99, 1.25));
        Arrays.setAll(more, k -> Math.pow((k + 0.5) / 100, 1.25));

        assertThat(KolmogorovSmirnov.oneSample(few, u -> u).pValue())
                .isCloseTo(KolmogorovSmirnov.oneSample(more, u -> u).pValue(), within(0.015))
                .isBetween(0.3, 0.7);
    }

    /** The 95 % point for n = 20 000 is 0.0096. */
    @Test
    void percentagePoint() {
        double[] x = new double[20_000];
        Arrays.setAll(x, k -> Math.min(1, (k + 0.5) / x.length + 0.0096 - 0.5 / x.length));

        assertThat(KolmogorovSmirnov.oneSample(x, u -> u).pValue()).isCloseTo(0.05, within(0.001));
    }

    /** 2000 samples of their own law: the share of p below 0.05; power: the same for a shift by 0.3 standard deviations. */
    @Test
    void falseAlarms() {
        Stream stream = Streams.of(1).at("data");
        NormalDistribution normal = new NormalDistribution(null, 0, 1);
        int repeats = 2000;
        int one = 0;
        int found = 0;
        for (int r = 0; r < repeats; r++) {
            double[] x = new double[120];
            Arrays.setAll(x, k -> stream.nextGaussian());
            one += KolmogorovSmirnov.oneSample(x, normal::cumulativeProbability).pValue() < 0.05 ? 1 : 0;
            found += KolmogorovSmirnov.oneSample(x, v -> normal.cumulativeProbability(v - 0.3))
                                    .pValue()
                            < 0.05
                    ? 1
                    : 0;
        }
        int most = new BinomialDistribution(null, repeats, 0.05).inverseCumulativeProbability(1 - 1e-4);
        int least = new BinomialDistribution(null, repeats, 0.05).inverseCumulativeProbability(1e-4);

        assertThat(one).as("false alarm 2e-4").isBetween(least, most);
        assertThat(found).isGreaterThan(repeats * 7 / 10);
    }

    @Test
    void badInputIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KolmogorovSmirnov.oneSample(new double[] {3}, u -> u))
                .withMessage("cdf must be in [0, 1], got 3.0 at 3.0");
    }
}
