package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class EstimateTest {
    private static final double ROUND_OFF = 1e-12;

    /** Printed t quantiles have three decimals. */
    private static final double TABLE_DIGITS = 5.0001e-4;

    private static final int REPEATS = 20_000;

    /** Standard errors a coverage may be off; two-sided false-alarm probability 6e-5 by the normal law. */
    private static final double COVERAGE_ERRORS = 4;

    /** Quantiles t_{0.975} as printed in Student's table. */
    @ParameterizedTest
    @CsvSource({"1, 12.706", "2, 4.303", "4, 2.776", "7, 2.365", "15, 2.131", "30, 2.042", "63, 1.998", "120, 1.980"})
    void tQuantiles(int degreesOfFreedom, double printed) {
        assertThat(Estimate.tQuantile(degreesOfFreedom)).isCloseTo(printed, within(TABLE_DIGITS));
    }

    @Test
    void meanWithItsInterval() {
        Estimate estimate = Estimate.ofMean(1, 2, 3, 4, 5);
        double error = StrictMath.sqrt(2.5 / 5);
        assertThat(estimate.mean()).isEqualTo(3);
        assertThat(estimate.stdError()).isCloseTo(error, within(ROUND_OFF));
        assertThat(estimate.low()).isCloseTo(3 - 2.7764451051977987 * error, within(1e-8));
        assertThat(estimate.high()).isCloseTo(3 + 2.7764451051977987 * error, within(1e-8));
        assertThat(estimate.n()).isEqualTo(5);
    }

    @Test
    void geometricMeanIsTheMeanOfLogarithms() {
        Estimate estimate = Estimate.ofGeometricMean(1, 10, 100);
        double half = Estimate.tQuantile(2) * StrictMath.log(10) / StrictMath.sqrt(3);
        assertThat(estimate.mean()).isCloseTo(10, within(ROUND_OFF * 10));
        assertThat(estimate.stdError()).isCloseTo(10 * StrictMath.log(10) / StrictMath.sqrt(3), within(1e-10));
        assertThat(StrictMath.log(estimate.high() / 10)).isCloseTo(half, within(1e-10));
        assertThat(StrictMath.log(10 / estimate.low())).isCloseTo(half, within(1e-10));
    }

    @Test
    void geometricMeanOfZeroOrLessIsNoNumberAboveIt() {
        assertThat(Estimate.ofGeometricMean(1, -1).mean()).isNaN();
        assertThat(Estimate.ofGeometricMean(1, 0).mean()).isZero();
        assertThat(Estimate.ofGeometricMean(1, 0).low()).isNaN();
    }

    /**
     * Wilson's interval without continuity correction: 81/263 and 15/148 as published by Newcombe 1998
     * (doi:10.1002/(SICI)1097-0258(19980430)17:8&lt;857::AID-SIM777&gt;3.0.CO;2-E, table I, method 3), four decimals; 0/20
     * and 1/29 from the same table.
     */
    @ParameterizedTest
    @CsvSource({
        "81, 263, 0.2553, 0.3662",
        "15, 148, 0.0624, 0.1605",
        "0, 20, 0.0000, 0.1611",
        "1, 29, 0.0061, 0.1718",
        "20, 20, 0.8389, 1.0000"
    })
    void wilsonAsPublished(long successes, int n, double low, double high) {
        Estimate estimate = Estimate.ofProportion(successes, n);
        assertThat(estimate.low()).isCloseTo(low, within(5.0001e-5));
        assertThat(estimate.high()).isCloseTo(high, within(5.0001e-5));
        assertThat(estimate.mean()).isEqualTo((double) successes / n);
    }

    @Test
    void wilsonNeverLeavesTheUnitInterval() {
        for (int n : new int[] {1, 2, 7, 1000, Integer.MAX_VALUE}) {
            for (long successes : new long[] {0, 1, n / 2, n}) {
                Estimate estimate = Estimate.ofProportion(successes, n);
                assertThat(estimate.low()).isBetween(0.0, estimate.mean());
                assertThat(estimate.high()).isBetween(estimate.mean(), 1.0);
            }
        }
    }

    @Test
    void wilsonRefusesWhatIsNoProportion() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Estimate.ofProportion(4, 3))
                .withMessage("successes must be in [0, n=3], got 4");
        assertThatIllegalArgumentException().isThrownBy(() -> Estimate.ofProportion(-1, 3));
        assertThatIllegalArgumentException().isThrownBy(() -> Estimate.ofProportion(0, -1));
    }

    @Test
    void sharesStayInTheUnitInterval() {
        Estimate mean = Estimate.ofMean(1, 0.5);
        assertThat(Estimate.ofShares(new double[] {1, 0.5}, 10))
                .isEqualTo(new Estimate(0.75, mean.stdError(), 0, 1, 2));
        double[] inside = {0.5, 0.51, 0.49};
        assertThat(Estimate.ofShares(inside, 10)).isEqualTo(Estimate.ofMean(inside));
    }

    @Test
    void sharesWithoutSpreadHaveTheIntervalOfAllPoints() {
        Estimate all = Estimate.ofShares(new double[] {1, 1, 1}, 20);
        assertThat(all)
                .isEqualTo(new Estimate(1, 0, Estimate.ofProportion(60, 60).low(), 1, 3));
        Estimate none = Estimate.ofShares(new double[3], 20);
        assertThat(none)
                .isEqualTo(new Estimate(0, 0, 0, Estimate.ofProportion(0, 60).high(), 3));
    }

    @Test
    void aMeanOfNothingIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(Estimate::ofMean)
                .withMessage("values of a mean must be at least 1, got 0");
        assertThatIllegalArgumentException().isThrownBy(Estimate::ofGeometricMean);
        assertThatIllegalArgumentException().isThrownBy(() -> Estimate.ofShares(new double[0], 20));
    }

    @Test
    void noValuesGiveNaN() {
        for (Estimate estimate : new Estimate[] {Estimate.NONE, Estimate.ofProportion(0, 0)}) {
            assertThat(estimate).isEqualTo(new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 0));
        }
    }

    @Test
    void oneValueHasNoInterval() {
        assertThat(Estimate.ofMean(3)).isEqualTo(new Estimate(3, Double.NaN, Double.NaN, Double.NaN, 1));
        assertThat(Estimate.ofMean(3).covers(3)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void oneNaNMakesNaN(int place) {
        double[] values = {1, 2, 3};
        values[place] = Double.NaN;
        Estimate estimate = Estimate.ofMean(values);
        assertThat(estimate).isEqualTo(new Estimate(Double.NaN, Double.NaN, Double.NaN, Double.NaN, 3));
        assertThat(Estimate.ofGeometricMean(values)).isEqualTo(estimate);
    }

    @Test
    void equalValuesHaveAnIntervalOfNoWidth() {
        assertThat(Estimate.ofMean(2, 2, 2)).isEqualTo(new Estimate(2, 0, 2, 2, 3));
    }

    @Test
    void inputIsUnchanged() {
        double[] values = {3, 1, 2};
        Estimate.ofMean(values);
        Estimate.ofGeometricMean(values);
        assertThat(values).containsExactly(3, 1, 2);
    }

    @Test
    void aNegativeFactorSwapsTheEnds() {
        Estimate estimate = new Estimate(2, 0.5, 1, 4, 9);
        assertThat(estimate.times(3)).isEqualTo(new Estimate(6, 1.5, 3, 12, 9));
        assertThat(estimate.times(-1)).isEqualTo(new Estimate(-2, 0.5, -4, -1, 9));
        assertThat(estimate.covers(1)).isTrue();
        assertThat(estimate.covers(4.1)).isFalse();
    }

    @Test
    void aConstantMovesAndACutEndsMeanAndInterval() {
        Estimate estimate = new Estimate(2, 0.5, 1, 4, 9);
        assertThat(estimate.plus(-1)).isEqualTo(new Estimate(1, 0.5, 0, 3, 9));
        assertThat(estimate.cut(1.5, 3)).isEqualTo(new Estimate(2, 0.5, 1.5, 3, 9));
        assertThat(estimate.cut(0, 1).mean()).isEqualTo(1);
    }

    /** Each side adds its own length and z errors in quadrature. */
    @Test
    void aFurtherErrorAddsInQuadrature() {
        Estimate estimate = new Estimate(2, 0.3, 1.5, 3, 9).withError(0.4);
        double z = 1.959963984540054 * 0.4;
        assertThat(estimate.mean()).isEqualTo(2);
        assertThat(estimate.stdError()).isCloseTo(0.5, within(ROUND_OFF));
        assertThat(estimate.low()).isCloseTo(2 - StrictMath.sqrt(0.25 + z * z), within(1e-9));
        assertThat(estimate.high()).isCloseTo(2 + StrictMath.sqrt(1 + z * z), within(1e-9));
        assertThat(estimate.n()).isEqualTo(9);
    }

    @Test
    void noFurtherErrorChangesNothing() {
        Estimate estimate = new Estimate(2, 0.5, 1.5, 3, 9);
        assertThat(estimate.withError(0)).isEqualTo(estimate);
    }

    @Test
    void anUnknownErrorStaysUnknown() {
        assertThat(Estimate.ofMean(3).withError(1)).isEqualTo(Estimate.ofMean(3));
        assertThat(new Estimate(2, 0.5, 1.5, 3, 9).withError(Double.NaN))
                .isEqualTo(new Estimate(2, Double.NaN, Double.NaN, Double.NaN, 9));
    }

    /** Would catch a z interval in place of t: at n = 4 it covers 0.862. */
    @Tag("statistical")
    @ParameterizedTest
    @ValueSource(ints = {2, 4, 8})
    void meansCoverAsOftenAsTheySay(int n) {
        Stream stream = Streams.of(1).at("coverage/" + n);
        int covered = 0;
        for (int k = 0; k < REPEATS; k++) {
            double[] values = new double[n];
            for (int i = 0; i < n; i++) {
                values[i] = 7 + 3 * stream.nextGaussian();
            }
            covered += Estimate.ofMean(values).covers(7) ? 1 : 0;
        }
        assertCoverage(covered, Estimate.LEVEL, "t interval, n = " + n);
    }

    /**
     * Wilson's coverage at n = 50, p = 0.1 is Σ over covering counts of the binomial law, here summed exactly: the
     * simulation checks draws, estimate and sum against each other.
     */
    @Tag("statistical")
    @Test
    void proportionsCoverAsOftenAsTheySay() {
        int n = 50;
        double p = 0.1;
        double exact = 0;
        double weight = StrictMath.pow(1 - p, n);
        for (int k = 0; k <= n; k++) {
            exact += Estimate.ofProportion(k, n).covers(p) ? weight : 0;
            weight *= (n - k) / (k + 1.0) * p / (1 - p);
        }
        assertThat(exact).isBetween(0.93, 0.99);
        Stream stream = Streams.of(1).at("coverage/wilson");
        int covered = 0;
        for (int k = 0; k < REPEATS; k++) {
            int successes = 0;
            for (int i = 0; i < n; i++) {
                successes += stream.nextDouble() < p ? 1 : 0;
            }
            covered += Estimate.ofProportion(successes, n).covers(p) ? 1 : 0;
        }
        assertCoverage(covered, exact, "Wilson interval, n = 50, p = 0.1");
    }

    private static void assertCoverage(int covered, double level, String what) {
        double room = COVERAGE_ERRORS * StrictMath.sqrt(level * (1 - level) / REPEATS);
        assertThat((double) covered / REPEATS)
                .as("%s: coverage over %d repeats, false-alarm probability 6e-5", what, REPEATS)
                .isCloseTo(level, within(room));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "0.98312; 0.9421; 1.02414; 0.983 ± 0.041",
                "0.98; 0.91; 1.02; 0.980 [0.910, 1.020]",
                "1; 0.0004; 1.9996; 1.0 ± 1.0",
                "123456; 121156; 125756; 123500 ± 2300",
                "1234567; 1211567; 1257567; (1.235 ± 0.023)e6",
                "-3.21e-7; -3.3e-7; -3.12e-7; (-3.210 ± 0.090)e-7",
                "2e9; 1e9; 4e9; 2.0e9 [1.0e9, 4.0e9]",
                "0; -0.1; 0.1; 0.00 ± 0.10",
                "1; 0.8; 1; 1.00 [0.80, 1.00]",
                "0.25; 0.25; 0.25; 0.25",
                "0; 0; 0; 0",
                "9.99999999; 9.89999999; 10.09999999; 10.00 ± 0.10",
            })
    void asText(double mean, double low, double high, String text) {
        Estimate estimate = new Estimate(mean, 1, low, high, 16);
        assertThat(estimate.brief()).isEqualTo(text);
        assertThat(estimate.text()).isEqualTo(text + " (95 %, n = 16)");
    }

    @Test
    void asTextWithoutAnInterval() {
        assertThat(Estimate.NONE.text()).isEqualTo("NaN (n = 0)");
        assertThat(Estimate.ofMean(1.23456).text()).isEqualTo("1.235 (n = 1)");
        assertThat(Estimate.ofMean(0.1 + 0.2, 0.3).brief()).as("rounding").isEqualTo("0.3000");
        assertThat(new Estimate(2, 1, 1, Double.POSITIVE_INFINITY, 3).text()).isEqualTo("2 (n = 3)");
    }

    @Test
    void roundedMeanIsTheOneInTheText() {
        assertThat(new Estimate(0.98312, 1, 0.9421, 1.02414, 16).roundedMean()).isEqualTo("0.983");
        assertThat(new Estimate(1234567, 1, 1211567, 1257567, 16).roundedMean()).isEqualTo("1.235e6");
    }

    @Test
    void theLargestErrorIsOneOfARunAndNotAMean() {
        Estimate largest = Estimate.ofLargest(1e-9, 3e-9, 2e-9);

        assertThat(List.of(largest.mean(), largest.low(), largest.high())).containsExactly(3e-9, 1e-9, 3e-9);
        assertThat(largest.n()).isEqualTo(3);
        assertThat(Estimate.ofLargest(1e-9, Double.NaN).mean()).isNaN();
    }

    /** Student's quantiles with 4 degrees of freedom: 2.776445 at 0.975, 5.597568 at 0.9975 (any table). */
    @Test
    void oneOfManyIsWider() {
        Estimate alone = Estimate.ofMean(1, 2, 3, 4, 5);
        assertThat(alone.oneOf(1)).isEqualTo(alone);
        assertThat(alone.oneOf(10).high() - 3).isCloseTo((alone.high() - 3) * 5.597568 / 2.776445, within(1e-5));
        assertThat(Estimate.ofMean(1).oneOf(3).high()).isNaN();
    }

    @Test
    void valuesThatMayBeNoneGiveNoneThen() {
        assertThat(Estimate.ofMeanOrNone()).isEqualTo(Estimate.NONE);
        assertThat(Estimate.ofMeanOrNone(1, 3)).isEqualTo(Estimate.ofMean(1, 3));
        assertThat(Estimate.ofGeometricMeanOrNone()).isEqualTo(Estimate.NONE);
        assertThat(Estimate.ofGeometricMeanOrNone(1, 4)).isEqualTo(Estimate.ofGeometricMean(1, 4));
    }
}
