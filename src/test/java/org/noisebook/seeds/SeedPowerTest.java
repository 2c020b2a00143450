package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeedPowerTest {
    /** Of the quadrature and of Commons Math's normal law together. */
    private static final double QUADRATURE = 1e-11;
    /** Of a power, whose critical value comes from a quantile solved to 1e-9. */
    private static final double SOLVED = 1e-8;

    /** mpmath 1.3.0, 30 digits, the same integral over pieces of two standard deviations; scipy 1.17.1 agrees to 1e-13. */
    @ParameterizedTest
    @CsvSource({
        "1.5, 3, 1, 0.62575590405643361",
        "-2.0, 5, 0.5, 0.018978976156883057",
        "2.0, 10, 3.0, 0.1684858385880434",
        "12.706204736432095, 1, 2, 0.87477650250421137",
        "2.2621571627409915, 9, 3.1, 0.21243959583685061",
        "-4, 2, -1.5, 0.16660525946325202",
        "0.0, 7, 1.2, 0.11506967022170828",
        "30, 4, 25, 0.59550304756358802",
        "2.0, 1000, 2.5, 0.30853734117781977",
        "63.66, 1, 0.3, 0.99289718660471794",
        "-3, 20, 2, 2.944553532800623e-6"
    })
    void noncentralLawIsTheRecordedOne(double t, int degrees, double noncentrality, double expected) {
        assertThat(NoncentralT.cdf(t, degrees, noncentrality)).isCloseTo(expected, within(QUADRATURE));
    }

    /** mpmath 1.3.0 with critical values by scipy 1.17.1. */
    @ParameterizedTest
    @CsvSource({
        "0.5, 34, 0.05, 0.807777501279274",
        "0.5, 33, 0.05, 0.7953658414875042",
        "1, 10, 0.05, 0.8030968566327218",
        "-0.2, 199, 0.05, 0.8016910240370655",
        "2, 3, 0.01, 0.1214217788297678",
        "0.8, 20, 0.0011111111111111111, 0.4308683693171236",
        "0, 9, 0.05, 0.05",
        "2, 2, 0.05, 0.1757074110977601"
    })
    void powerIsTheRecordedOne(double effect, int seeds, double level, double expected) {
        assertThat(SeedPower.power(effect, seeds, level)).isCloseTo(expected, within(SOLVED));
    }

    /** Cohen's 34 pairs and 64 a group for d = 0.5 at 80 %; all by scipy 1.17.1 too, n counted up from 2. */
    @Test
    void seedsNeededAreTheRecordedOnes() {
        assertThat(SeedPower.seedsNeeded(0.5, 0.8, 0.05, 1)).isEqualTo(34);
        assertThat(SeedPower.seedsNeeded(-0.2, 0.8, 0.05, 1)).isEqualTo(199);
        assertThat(SeedPower.seedsNeeded(1, 0.9, 0.05, 45)).isEqualTo(26);
        assertThat(SeedPower.seedsNeeded(3, 0.9, 0.05, 1)).isEqualTo(4);
        assertThat(SeedPower.seedsNeeded(1000, 0.9, 0.05, 1)).isEqualTo(2);
        assertThat(SeedPower.unpairedSeedsNeeded(0.5, 0.8, 0.05, 1)).isEqualTo(64);
        assertThat(SeedPower.unpairedSeedsNeeded(0.8, 0.95, 0.01, 10)).isEqualTo(79);
    }

    @Test
    void unpairedPowerJumpsAtTheSeedsNeeded() {
        assertThat(SeedPower.unpairedPower(0.5, 64, 0.05)).isGreaterThan(0.8);
        assertThat(SeedPower.unpairedPower(0.5, 63, 0.05)).isLessThan(0.8);
    }

    /** With many seeds both designs agree once the effect is put in the other's units. */
    @Test
    void correlationTurnsOneEffectIntoTheOther() {
        double paired = SeedPower.power(0.1 / Math.sqrt(2), 2000, 0.05);
        assertThat(SeedPower.unpairedPower(0.1, 2000, 0.05)).isCloseTo(paired, within(1e-3));
    }

    @Test
    void questionsWithoutAnAnswerAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedPower.power(1, 1, 0.05))
                .withMessage("seeds must be in [2, 100000000], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedPower.power(1, 5, 0))
                .withMessage("level must be in (0.0, 1.0), got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedPower.power(Double.NaN, 5, 0.05))
                .withMessage("effect must be finite, got one with noncentrality NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedPower.seedsNeeded(0, 0.8, 0.05, 1))
                .withMessage("effect must be finite and not 0, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedPower.seedsNeeded(1e-6, 0.8, 0.05, 1))
                .withMessage("seeds needed must be in [2, 100000000], got more");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedPower.seedsNeeded(1, 0.05, 0.05, 1))
                .withMessage("power must be in (0.05, 1.0), got 0.05");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedPower.seedsNeeded(1, 0.8, 0.05, 0))
                .withMessage("comparisons must be in [1, 2147483647], got 0");
    }
}
