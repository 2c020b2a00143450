package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PerceptronTheoryScalingTest {

    private static final double ROUND_OFF = 1e-13;

    /** The exponent table prints four decimals. */
    private static final double TABLE_DIGITS = 0.5000001e-4;

    /** Borders are quoted to three digits. */
    private static final double THREE_DIGITS = 5e-3;

    @ParameterizedTest
    @CsvSource({
        "0, 1.0000, 3.0000, 0.3333",
        "1, 0.5000, 2.0000, 0.2500",
        "2, 0.3333, 1.6667, 0.2000",
        "3, 0.2500, 1.5000, 0.1667"
    })
    void exponentTable(double chi, double gamma, double b, double growth) {
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        assertThat(scaling.chi()).isEqualTo(chi);
        assertThat(scaling.gamma()).isCloseTo(gamma, within(TABLE_DIGITS));
        assertThat(scaling.b()).isCloseTo(b, within(TABLE_DIGITS));
        assertThat(scaling.b()).isCloseTo(1.0 + 2.0 * scaling.gamma(), within(ROUND_OFF));
        assertThat(scaling.signalGrowthExponent()).isCloseTo(growth, within(TABLE_DIGITS));
    }

    @Test
    void growthSolvesItsEquation() {
        // dw_1/dt = A lambda^-(2+chi)/sqrt(d) by central differences, error (step/time)^2.
        for (double chi : new double[] {0.0, 0.7, 1.0, 3.0}) {
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            double time = 1e7;
            double step = 1e3;
            double slope = (scaling.signal(time + step, 0.3, 50) - scaling.signal(time - step, 0.3, 50)) / (2.0 * step);
            double ratio = scaling.signalToNoise(time, 0.3, 50);
            double drift = PerceptronTheory.of(chi).driftPrefactor() * StrictMath.pow(ratio, -(2.0 + chi));
            assertRelative(slope, drift / StrictMath.sqrt(50.0), 1e-6);
            assertRelative(scaling.signal(time, 0.3, 50), ratio * scaling.noiseAtStop(0.3, 50), ROUND_OFF);
        }
    }

    @Test
    void noiseBalancesDriftAndSpread() {
        // 2 W Gp/sqrt(d) = (T/d)((d-2) n + S) at lambda = 1e6, where corrections are 1e-11.
        for (double chi : new double[] {0.0, 0.7, 1.0, 3.0}) {
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            PerceptronTheory theory = PerceptronTheory.of(chi);
            double noise = scaling.noiseAtStop(0.3, 10) * (10.0 + chi) / 10.0;
            assertRelative(
                    2.0 * noise * theory.noiseDrift(1e6) / StrictMath.sqrt(10.0),
                    0.03 * (8.0 * theory.unfittedFraction(1e6) + theory.noiseSpread(1e6)),
                    1e-9);
        }
    }

    private static double descentNoise(double chi, double temperature, double margin, int dimension) {
        return StrictMath.sqrt(temperature * margin * (dimension - 1.0) / (2.0 * (1.0 + chi)));
    }

    @Test
    void descentNoiseMatchesTheReducedQuantities() {
        for (double chi : new double[] {0.0, 0.7, 1.0, 3.0}) {
            PerceptronTheory theory = PerceptronTheory.of(chi);
            double root = StrictMath.sqrt(20.0);
            // r = kappa sqrt(d)/w_1 is 1e-3, its square is the correction.
            double signal = 400.0 * root;
            double noise = descentNoise(chi, 1e-12, 0.4, 20);
            PerceptronTheory.Reduced averages = theory.reduced(signal, noise, 0.4 * root);
            assertRelative(
                    2.0 * noise * averages.noiseDrift() / root,
                    1e-12 / 20.0 * (18.0 * averages.unfittedFraction() + averages.noiseSpread()),
                    1e-5);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 3.14159265", "1, 2.54647909", "2, 2.35619449", "3, 2.26353696"})
    void noiseFormsMeetAtTheCrossoverTemperature(double chi, double ratio) {
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        double temperature = scaling.noiseCrossoverTemperature(0.25);
        assertRelative(temperature, 0.25 * ratio, 1e-8);
        // The descent form counts d - 1 directions, the other one d.
        assertRelative(
                descentNoise(chi, temperature, 0.25, 1_000_000_000),
                scaling.noiseAtStop(temperature, 1_000_000_000),
                1e-8);
        assertThat(scaling.noiseOnsetTemperature(0.25)).isEqualTo(0.75);
    }

    @ParameterizedTest
    @CsvSource({"0, 0.65, 0.325, 1.0", "1, 1.05, 0.263, 0.93", "2, 1.18, 0.197, 0.78", "3, 1.22, 0.153, 0.70"})
    void stopAndBordersCarryTheMeasuredPrefactors(double chi, double stop, double border, double descent) {
        PerceptronScaling scaling = PerceptronScaling.of(chi);
        long trainSize = 4096;
        int dimension = 32;
        double load = StrictMath.pow(128.0, 1.0 / (1.0 + chi));
        double ratio = scaling.signalToNoiseAtStop(trainSize, dimension).orElseThrow();
        assertRelative(ratio, stop * load, ROUND_OFF);
        assertThat(scaling.stopPrefactor()).hasValue(stop);
        assertRelative(
                scaling.signalAtStop(0.5, trainSize, dimension).orElseThrow(),
                ratio * scaling.noiseAtStop(0.5, dimension),
                ROUND_OFF);
        // B* = border d (P/d)^gamma, and at B* the two phases give the same signal.
        double batch = scaling.crossoverBatchSizeAt(ratio, dimension);
        assertRelative(batch, border * 32.0 * load, THREE_DIGITS);
        assertRelative(batch, 32.0 * ratio / (2.0 * (1.0 + chi)), ROUND_OFF);
        assertRelative(
                scaling.signalAtStop(0.7 / batch, trainSize, dimension).orElseThrow(),
                scaling.firstStepSignal(0.7, dimension),
                ROUND_OFF);
        // eta_c: the first step gives the weight of gradient descent.
        assertThat(scaling.descentPrefactor()).hasValue(descent);
        double signal = scaling.descentSignalAtStop(0.01, trainSize, dimension).orElseThrow();
        assertRelative(signal, descent * 0.01 * StrictMath.sqrt(32.0) * load, ROUND_OFF);
        double rate = scaling.crossoverLearningRateAt(signal, dimension);
        assertRelative(scaling.firstStepSignal(rate, dimension), signal, ROUND_OFF);
    }

    @Test
    void otherExponentsHaveNoMeasuredPrefactor() {
        for (double chi : new double[] {0.5, 4.0, 1e10}) {
            PerceptronScaling scaling = PerceptronScaling.of(chi);
            assertThat(scaling.stopPrefactor()).isEmpty();
            assertThat(scaling.descentPrefactor()).isEmpty();
            assertThat(scaling.signalToNoiseAtStop(4096, 32)).isEmpty();
            assertThat(scaling.signalAtStop(1.0, 4096, 32)).isEmpty();
            assertThat(scaling.descentSignalAtStop(1.0, 4096, 32)).isEmpty();
        }
        assertRelative(PerceptronScaling.of(0.5).crossoverBatchSizeAt(7.0, 32), 32.0 * 7.0 / (2.0 * 1.5), ROUND_OFF);
    }

    @Test
    void argumentsAreChecked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PerceptronScaling.of(-1.0))
                .withMessage("chi must be >= 0, got -1.0");
        PerceptronScaling scaling = PerceptronScaling.of(1.0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scaling.noiseAtStop(0.0, 8))
                .withMessage("temperature must be finite and > 0, got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scaling.noiseAtStop(1.0, 0))
                .withMessage("dimension must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scaling.signalToNoiseAtStop(0, 8))
                .withMessage("trainSize must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scaling.firstStepNoise(1.0, 0, 8))
                .withMessage("batchSize must be >= 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> scaling.crossoverBatchSizeAt(Double.NaN, 8))
                .withMessage("signalToNoiseAtStop must be finite and > 0, got NaN");
    }

    private static void assertRelative(double actual, double expected, double tolerance) {
        assertThat(actual).isCloseTo(expected, withinPercentage(100.0 * tolerance));
    }
}
