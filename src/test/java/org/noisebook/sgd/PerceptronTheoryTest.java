package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PerceptronTheoryTest {

    /** Closed forms: beta function of the library, about 1e-14, times the exponents up to 31/2 of the tail. */
    private static final double CLOSED_FORM = 1e-12;

    /** Quadrature: 16 nodes a panel leave round-off only, 300 terms of it. */
    private static final double QUADRATURE = 1e-12;

    /** The table prints six digits. */
    private static final double TABLE_DIGITS = 0.5000001e-6;

    /** Elementary identities between two double expressions. */
    private static final double ROUND_OFF = 1e-14;

    private static final double[] CHIS = {0.0, 0.5, 1.0, 2.0, 2.5, 3.0};

    @ParameterizedTest
    @CsvSource({
        "0, 0.398942, 0.398942, 0.199471, 0.318310, 0.797885",
        "1, 0.500000, 0.313329, 0.265962, 0.250000, 1.253314",
        "2, 0.398942, 0.265962, 0.299207, 0.212207, 1.595769",
        "3, 0.250000, 0.234996, 0.319154, 0.187500, 1.879971"
    })
    void tabulatedPrefactorsHoldToAllTheirDigits(
            double chi, double density, double noise, double drift, double error, double mean) {
        PerceptronTheory theory = PerceptronTheory.of(chi);
        assertThat(theory.chi()).isEqualTo(chi);
        assertThat(theory.densityConstant()).isCloseTo(density, within(TABLE_DIGITS));
        assertThat(theory.noisePrefactor()).isCloseTo(noise, within(TABLE_DIGITS));
        assertThat(theory.driftPrefactor()).isCloseTo(drift, within(TABLE_DIGITS));
        assertThat(theory.errorPrefactor()).isCloseTo(error, within(TABLE_DIGITS));
        assertThat(theory.meanSignal()).isCloseTo(mean, within(TABLE_DIGITS));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.0, 0.5, 1.0, 2.0, 2.5, 3.0, 17.25, 60.0})
    void prefactorsEqualTheirMomentForms(double chi) {
        PerceptronTheory theory = PerceptronTheory.of(chi);
        double twiceDensity = 2.0 * theory.densityConstant();
        assertRelative(theory.errorPrefactor(), twiceDensity * halfMoment(chi + 1.0) / (chi + 1.0), CLOSED_FORM);
        assertRelative(theory.driftPrefactor(), twiceDensity * halfMoment(chi + 2.0) / (chi + 2.0), CLOSED_FORM);
        assertRelative(
                theory.noisePrefactor(), halfMoment(chi + 1.0) / (2.0 * (chi + 1.0) * halfMoment(chi)), CLOSED_FORM);
        assertRelative(
                theory.noisePrefactor(), theory.errorPrefactor() * StrictMath.sqrt(StrictMath.PI / 2.0), ROUND_OFF);
    }

    /** m_k = ∫ over y > 0 of y^k phi(y) dy. */
    private static double halfMoment(double k) {
        return StrictMath.pow(2.0, 0.5 * k - 1.0) * Gamma.gamma(0.5 * (k + 1.0)) / StrictMath.sqrt(StrictMath.PI);
    }

    @Test
    void unfittedFractionMatchesTheReferenceTails() throws IOException {
        for (double[] row : rows("PerceptronTheoryUnfitted.csv")) {
            assertRelative(PerceptronTheory.of(row[0]).unfittedFraction(row[1]), row[2], CLOSED_FORM);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.3, 1.0, 7.0, 300.0})
    void unfittedFractionIsElementaryForGaussianAndRayleighData(double lambda) {
        assertRelative(
                PerceptronTheory.of(0.0).unfittedFraction(lambda),
                StrictMath.atan(1.0 / lambda) / StrictMath.PI,
                ROUND_OFF);
        // 1 - lambda/sqrt(1 + lambda^2) cancels, so only absolute accuracy can be asked of the textbook form.
        assertThat(PerceptronTheory.of(1.0).unfittedFraction(lambda))
                .isCloseTo(0.5 * (1.0 - lambda / StrictMath.sqrt(1.0 + lambda * lambda)), within(ROUND_OFF));
        // The neighbouring exponent goes through the beta function; dn/dchi is of order n ln(lambda).
        assertRelative(
                PerceptronTheory.of(1e-13).unfittedFraction(lambda),
                PerceptronTheory.of(0.0).unfittedFraction(lambda),
                CLOSED_FORM);
        assertRelative(
                PerceptronTheory.of(1.0 + 1e-13).unfittedFraction(lambda),
                PerceptronTheory.of(1.0).unfittedFraction(lambda),
                CLOSED_FORM);
    }

    @Test
    void closedFormsMatchQuadrature() {
        for (double chi : CHIS) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            for (double lambda :
                    new double[] {0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 20.0, 100.0, 300.0, 1e3, -0.7, -40.0, -1e12}) {
                // Any common scale of signal and noise must drop out.
                PerceptronTheory.Reduced reduced = theory.reduced(0.37 * lambda, 0.37, 0.0);
                assertRelative(reduced.unfittedFraction(), theory.unfittedFraction(lambda), QUADRATURE);
                assertRelative(reduced.signalDrift(), theory.signalDrift(lambda), QUADRATURE);
                assertRelative(reduced.noiseDrift(), theory.noiseDrift(lambda), QUADRATURE);
                assertRelative(reduced.noiseSpread(), theory.noiseSpread(lambda), QUADRATURE);
            }
        }
    }

    @Test
    void reducedMatchesTheReferenceWithMargin() throws IOException {
        for (double[] row : rows("PerceptronTheoryReduced.csv")) {
            PerceptronTheory.Reduced reduced = PerceptronTheory.of(row[0]).reduced(row[1], row[2], row[3]);
            assertRelative(reduced.unfittedFraction(), row[4], QUADRATURE);
            assertRelative(reduced.signalDrift(), row[5], QUADRATURE);
            assertRelative(reduced.noiseDrift(), row[6], QUADRATURE);
            assertRelative(reduced.noiseSpread(), row[7], QUADRATURE);
        }
    }

    @Test
    void panelsAreConvergedForLargeExponents() {
        // No closed form with margin: compare with the law of scale, n(s, W, 0) at chi = 30 and 100.
        for (double chi : new double[] {10.0, 30.0, 100.0}) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            for (double lambda : new double[] {0.02, 0.3, 1.0, 10.0}) {
                PerceptronTheory.Reduced reduced = theory.reduced(lambda, 1.0, 0.0);
                assertRelative(reduced.unfittedFraction(), theory.unfittedFraction(lambda), QUADRATURE);
                assertRelative(reduced.signalDrift(), theory.signalDrift(lambda), QUADRATURE);
                assertRelative(reduced.noiseSpread(), theory.noiseSpread(lambda), QUADRATURE);
            }
        }
    }

    @Test
    void normalDistributionIsAccurateInTheTail() throws IOException {
        // exp(-zeta^2/2) turns round-off of its exponent, up to 684 here, into a relative error of 1e-13.
        for (double[] row : rows("PerceptronTheoryNormal.csv")) {
            double density = PerceptronTheory.NORMAL_PEAK * StrictMath.exp(-0.5 * row[0] * row[0]);
            assertRelative(
                    PerceptronTheoryQuadrature.normalDistribution(row[0], density),
                    row[1],
                    row[0] < -10.0 ? CLOSED_FORM : ROUND_OFF);
        }
    }

    @Test
    void derivativesLinkTheAverages() {
        // dn/dsignal = -E[|x| phi]/W, and S = n - E[zeta phi(zeta)] with zeta = (threshold - signal |x|)/W gives
        // S = n - (threshold/W) Gp - signal dn/dsignal. Central differences: error step^2 and round-off/step.
        double step = 1e-4;
        double finiteDifference = 1e-7;
        for (double chi : CHIS) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            for (double signal : new double[] {0.4, 2.0, 6.0}) {
                PerceptronTheory.Reduced mid = theory.reduced(signal, 0.8, 0.5);
                double slope = (theory.reduced(signal + step, 0.8, 0.5).unfittedFraction()
                                - theory.reduced(signal - step, 0.8, 0.5).unfittedFraction())
                        / (2.0 * step);
                double spread = mid.unfittedFraction() - 0.5 / 0.8 * mid.noiseDrift() - signal * slope;
                assertThat(mid.noiseSpread()).isCloseTo(spread, within(finiteDifference));
            }
        }
    }

    @Test
    void largeRatioTails() {
        for (double chi : CHIS) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            // Corrections are (chi + 3)^2/lambda^2 at most.
            double lambda = 1e6;
            double power = StrictMath.pow(lambda, -(1.0 + chi));
            assertRelative(theory.unfittedFraction(lambda), theory.errorPrefactor() * power, 1e-10);
            assertRelative(theory.signalDrift(lambda), theory.driftPrefactor() * power / lambda, 1e-10);
            assertRelative(theory.noiseDrift(lambda), PerceptronTheory.NORMAL_PEAK * power, 1e-10);
            assertRelative(theory.noiseSpread(lambda), (2.0 + chi) * theory.unfittedFraction(lambda), 1e-10);
            // The switch to the first term of the tail is seamless.
            assertRelative(theory.unfittedFraction(StrictMath.nextUp(1e9)), theory.unfittedFraction(1e9), CLOSED_FORM);
            assertRelative(theory.signalDrift(StrictMath.nextUp(1e9)), theory.signalDrift(1e9), CLOSED_FORM);
        }
    }

    @Test
    void specialRatios() {
        for (double chi : CHIS) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            assertThat(theory.unfittedFraction(0.0)).isEqualTo(0.5);
            assertThat(theory.noiseSpread(0.0)).isEqualTo(0.5);
            assertThat(theory.signalDrift(0.0)).isEqualTo(0.5 * theory.meanSignal());
            assertThat(theory.noiseDrift(0.0)).isEqualTo(PerceptronTheory.NORMAL_PEAK);
            assertThat(theory.unfittedFraction(Double.POSITIVE_INFINITY)).isZero();
            assertThat(theory.signalDrift(Double.POSITIVE_INFINITY)).isZero();
            assertThat(theory.noiseDrift(Double.POSITIVE_INFINITY)).isZero();
            assertThat(theory.noiseSpread(Double.POSITIVE_INFINITY)).isZero();
            assertThat(theory.unfittedFraction(Double.NEGATIVE_INFINITY)).isEqualTo(1.0);
            assertThat(theory.noiseSpread(Double.NEGATIVE_INFINITY)).isEqualTo(1.0);
            assertThat(theory.unfittedFraction(Double.NaN)).isNaN();
            assertThat(theory.signalDrift(Double.NaN)).isNaN();
            assertThat(theory.noiseDrift(Double.NaN)).isNaN();
            assertThat(theory.noiseSpread(Double.NaN)).isNaN();
            assertThat(theory.unfittedFraction(-0.6)).isEqualTo(1.0 - theory.unfittedFraction(0.6));
            assertThat(theory.noiseSpread(-0.6)).isEqualTo(1.0 - theory.noiseSpread(0.6));
        }
    }

    @Test
    void reducedAtTheEdgesOfItsRange() {
        for (double chi : CHIS) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            double mean = theory.meanSignal();
            // Start of training: every point unfitted; no margin at all: none.
            assertThat(theory.reduced(0.0, 0.0, 1.0)).isEqualTo(new PerceptronTheory.Reduced(1.0, mean, 0.0, 1.0));
            assertThat(theory.reduced(0.0, 0.0, 0.0)).isEqualTo(new PerceptronTheory.Reduced(0.0, 0.0, 0.0, 0.0));
            assertThat(theory.reduced(2.0, 0.0, 0.0)).isEqualTo(new PerceptronTheory.Reduced(0.0, 0.0, 0.0, 0.0));
            assertThat(theory.reduced(-2.0, 0.0, 0.0)).isEqualTo(new PerceptronTheory.Reduced(1.0, mean, 0.0, 1.0));
            // signal -> 0 joins signal = 0.
            PerceptronTheory.Reduced still = theory.reduced(0.0, 2.0, 1.0);
            PerceptronTheory.Reduced almost = theory.reduced(1e-14, 2.0, 1.0);
            assertRelative(almost.unfittedFraction(), still.unfittedFraction(), QUADRATURE);
            assertRelative(almost.signalDrift(), still.signalDrift(), QUADRATURE);
            assertRelative(almost.noiseDrift(), still.noiseDrift(), QUADRATURE);
            assertRelative(almost.noiseSpread(), still.noiseSpread(), QUADRATURE);
            assertThat(theory.reduced(Double.MIN_VALUE, 2.0, 1.0).unfittedFraction())
                    .isCloseTo(still.unfittedFraction(), within(QUADRATURE));
        }
    }

    @Test
    void noiselessLimitIsTheStep() {
        // Just above and below the switch to the sharp form, and exactly 0; the difference is (noise/threshold)^2.
        for (double chi : CHIS) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            for (double threshold : new double[] {1e-3, 0.5, 3.0}) {
                PerceptronTheory.Reduced step = theory.reduced(1.0, 0.0, threshold);
                PerceptronTheory.Reduced above = theory.reduced(1.0, threshold * 0.999e-7, threshold);
                PerceptronTheory.Reduced below = theory.reduced(1.0, threshold * 1.001e-7, threshold);
                assertRelative(above.unfittedFraction(), step.unfittedFraction(), QUADRATURE);
                assertRelative(below.unfittedFraction(), step.unfittedFraction(), QUADRATURE);
                assertRelative(below.signalDrift(), step.signalDrift(), QUADRATURE);
                assertRelative(below.noiseSpread(), step.noiseSpread(), QUADRATURE);
                assertRelative(below.noiseDrift() / 1.001, above.noiseDrift() / 0.999, QUADRATURE);
                assertThat(step.noiseDrift()).isZero();
                assertThat(step.noiseSpread()).isEqualTo(step.unfittedFraction());
            }
            // Small r: n = 2 c_chi r^(1+chi)/(1+chi), corrections r^2.
            assertRelative(
                    theory.reduced(1.0, 0.0, 1e-6).unfittedFraction(),
                    2.0 * theory.densityConstant() * StrictMath.pow(1e-6, 1.0 + chi) / (1.0 + chi),
                    QUADRATURE);
        }
    }

    @Test
    void argumentsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronTheory.of(-1.0))
                .withMessage("chi must be >= 0, got -1.0");
        assertThatIllegalArgumentException().isThrownBy(() -> PerceptronTheory.of(Double.NaN));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronTheory.of(Double.POSITIVE_INFINITY))
                .withMessage("chi must be finite, got Infinity");
        PerceptronTheory theory = PerceptronTheory.of(1.0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> theory.reduced(Double.NaN, 1.0, 1.0))
                .withMessage("signal must be finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> theory.reduced(1.0, -0.5, 1.0))
                .withMessage("noise must be finite and >= 0, got -0.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> theory.reduced(1.0, 1.0, Double.POSITIVE_INFINITY))
                .withMessage("threshold must be finite and >= 0, got Infinity");
    }

    private static void assertRelative(double actual, double expected, double tolerance) {
        assertThat(actual).isCloseTo(expected, withinPercentage(100.0 * tolerance));
    }

    private static List<double[]> rows(String name) throws IOException {
        try (BufferedReader reader = new BufferedReader(new InputStreamReader(
                Objects.requireNonNull(PerceptronTheoryTest.class.getResourceAsStream(name)),
                StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .skip(1)
                    .map(line -> Arrays.stream(line.split(",", -1))
                            .mapToDouble(Double::parseDouble)
                            .toArray())
                    .toList();
        }
    }
}
