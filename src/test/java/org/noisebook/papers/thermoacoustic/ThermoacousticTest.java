package org.noisebook.papers.thermoacoustic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.papers.thermoacoustic.Thermoacoustic.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

/** Simulation, law and conditional mean against each other, at settings that no figure uses. */
class ThermoacousticTest {
    private static Result run(String changes, long seed) {
        return new Thermoacoustic().run(changes, seed);
    }

    /** E[A²] and E[A] of independent code. */
    @Test
    void theLawIsThatOfIndependentCode() {
        double[] mu = {-0.5, 0, 0.5};
        double[] square = {0.03918, 0.11968, 0.50023};
        double[] mean = {0.1767, 0.3184, 0.6985};
        for (int k = 0; k < 3; k++) {
            assertThat(NoisyHopf.meanSquare(mu[k], 0.15)).isCloseTo(square[k], within(1e-5));
            assertThat(NoisyHopf.meanAmplitude(mu[k], 0.15)).isCloseTo(mean[k], within(6e-5));
        }
    }

    /** Simulated A² at constant control within three standard errors of μ + sφ/Φ; in a fixed frame at μ + ω²dt/2. */
    @ParameterizedTest
    @CsvSource({"-0.2, 0.3, 0", "0.3, 0.25, 0", "-0.1, 0.2, 5"})
    @Tag("statistical")
    void simulationsFollowTheLaw(double mu, double s, double omega) {
        NoisyHopf hopf = new NoisyHopf(s, omega, 0.005);
        Stream noise = Streams.of(5).at("noise");
        double[] squares = new double[300];
        Arrays.setAll(squares, k -> {
            double[] a = hopf.amplitudes(t -> mu, 15, 1, 30, noise.part(k));
            return Arrays.stream(a).map(x -> x * x).sum() / 30;
        });
        Estimate mean = Estimate.ofMean(squares);
        assertThat(mean.mean())
                .isCloseTo(NoisyHopf.meanSquare(mu + omega * omega * 0.0025, s), within(3 * mean.stdError()));
    }

    /** The backward equation against simulated paths from one amplitude, across a knot of the control. */
    @Test
    @Tag("statistical")
    void theConditionalMeanIsThatOfPaths() {
        DoubleUnaryOperator mu = NoisyHopf.ramps(2, 0.8, -0.4, 0.6);
        assertThat(mu.applyAsDouble(1)).isCloseTo(0.2, within(1e-12));
        assertThat(mu.applyAsDouble(3)).isCloseTo(0.1, within(1e-12));
        Stream noise = Streams.of(8).at("noise");
        double[] ends = new double[20_000];
        Arrays.setAll(
                ends,
                k -> new NoisyHopf(0.2, 0, 0.004).amplitudes(t -> mu.applyAsDouble(1.6 + t), 0, 0.8, 1, noise)[0]);
        Estimate mean = Estimate.ofMean(ends);
        assertThat(new NoisyHopf(0.2, 0, 0.004).expected(mu, 1.6, 0.8, 1.6, 0.3))
                .isCloseTo(mean.mean(), within(3 * mean.stdError() + 5e-4));
    }

    /** No forecast beats the exact mean, and without noise of the channel or features all that is left is linear. */
    @Test
    void forecastsAreOrdered() {
        Result r = run("noise=0.2, horizon=0.8, swing=0.4, tests=30", 3);
        assertThat(r.exact()).isLessThan(r.random()).isLessThan(r.linear());
        assertThat(r.linear()).isLessThan(r.persistence());
        assertThat(r.randomCoverage()).isBetween(0.86, 0.94);
        Result none = run("features=0, tests=5, duration=20", 3);
        assertThat(none.random()).isEqualTo(none.linear());
        assertThat(none.deadVariance()).isEqualTo(none.deadLinearVariance());
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> run("noise=0", 1)).hasMessageContaining("noise must be in [0.01, 1], got 0");
        assertThatThrownBy(() -> run("step=0.2", 1)).hasMessageContaining("step must be in [0.0005, 0.05], got 0.2");
        assertThatThrownBy(() -> run("horizon=5, duration=10", 1))
                .hasMessage("tests × (duration/horizon − 2) must be at least features + 20 = 120, got 0");
    }
}
