package org.noisebook.papers.benignoscillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.EndCounts;
import org.noisebook.papers.benignoscillation.FeatureOscillation.Config;
import org.noisebook.papers.benignoscillation.FeatureOscillation.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class FeatureOscillationTest {
    private static final FeatureOscillation STUDY = new FeatureOscillation();
    /** A weak feature that stays a probe: w² is below 1e-4 all the time. */
    private static final String PROBE = "weakStrength=0.01, initialScale=1e-4, recordEvery=1";
    /** w² moves the numbers of the probe by about as much. */
    private static final double PROBE_ERROR = 1e-6;

    private static Result probe(String changes) {
        return STUDY.run(STUDY.config(PROBE, changes), Streams.of(1));
    }

    private static double[] start(double scale) {
        Stream init = Streams.of(1).at("init");
        return new double[] {scale * Math.abs(init.nextGaussian()), scale * Math.abs(init.nextGaussian())};
    }

    /** Number by number, and what is recorded when. */
    @Test
    void numbersFollowTheirDefinitions() {
        double s = start(0.5)[0];
        double[] weak = new double[7];
        weak[0] = start(0.5)[1];
        double[] late = new double[4];
        for (int t = 0; t < 6; t++) {
            double residual = 1 - s * s - weak[t] * weak[t];
            s *= 1 + 2 * 0.56 * residual;
            weak[t + 1] = weak[t] * (1 + 2 * 0.56 * 0.25 * residual);
            late[Math.max(0, t - 2)] = residual;
        }
        Result result = STUDY.run(
                "weakStrength=0.5, learningRate=0.56, initialScale=0.5, steps=6, discard=2, recordEvery=2", 1);
        double mean = Arrays.stream(late).average().orElseThrow();
        double square = Arrays.stream(late).map(e -> e * e).average().orElseThrow();
        assertThat(result.meanResidual()).isCloseTo(mean, within(1e-15));
        assertThat(result.meanSquaredResidual()).isCloseTo(square, within(1e-15));
        assertThat(result.jensenRatio(0.56)).isCloseTo(mean / 0.56 / square, within(1e-15));
        assertThat(result.strong()).isCloseTo(Math.abs(s), within(1e-15));
        assertThat(result.weak()).isCloseTo(weak[6], within(1e-15));
        assertThat(result.weakCourse().toArray())
                .containsExactly(new double[] {weak[0], weak[2], weak[4], weak[6]}, within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.4, 0.45})
    void belowTheBorderTheResidualVanishes(double rate) {
        Result result = probe("learningRate=" + rate);
        assertThat(result.meanSquaredResidual()).isLessThan(1e-28);
        assertThat(result.strong()).isCloseTo(1, within(PROBE_ERROR));
    }

    /** The form of the cycle, and that Jensen's law is its first order. */
    @ParameterizedTest
    @ValueSource(doubles = {0.51, 0.55, 0.6, 0.615})
    void aboveTheBorderTheResidualIsThatOfTheCycleOfTwo(double rate) {
        Result result = probe("learningRate=" + rate);
        assertThat(result.meanResidual()).isCloseTo(FeatureOscillation.cycleResidual(rate), within(PROBE_ERROR));
        assertThat(result.meanSquaredResidual())
                .isCloseTo((4 * rate * rate - 1) / (8 * rate * rate), within(PROBE_ERROR));
        assertThat(result.meanLogFactor()).isCloseTo(0, within(PROBE_ERROR));
        assertThat(result.jensenRatio(rate)).isCloseTo(2 / (1 + 2 * rate), within(1e-4));
    }

    @Test
    void theCycleOfTwoEndsAtTheGoldenRatio() {
        double above = (Math.sqrt(5) - 1) / 2 + 0.01;
        assertThat(Math.abs(probe("learningRate=" + above).meanResidual() - FeatureOscillation.cycleResidual(above)))
                .isGreaterThan(1e-3);
    }

    /** Whatever the oscillation, the mean logarithm is the growth of the strong weight. */
    @ParameterizedTest
    @ValueSource(doubles = {0.4, 0.6, 0.7, 0.9})
    void theMeanLogarithmIsTheGrowthOfTheStrongWeight(double rate) {
        Result result = probe("discard=0, learningRate=" + rate);
        assertThat(result.meanLogFactor()).isCloseTo(Math.log(result.strong() / start(1e-4)[0]) / 4000, within(1e-12));
    }

    /** s = √2 cos θ goes to −√2 cos 3θ: ⟨e⟩ = 0, ⟨e²⟩ = 1/2, ⟨ln|1 + 2e|⟩ = 0 for θ uniform; 20 000 steps give 2 %. */
    @Test
    void atRateOneTheResidualIsAChebyshevMap() {
        Result result = probe("learningRate=1, steps=20000, weakStrength=1e-4");
        assertThat(result.meanResidual()).isCloseTo(0, within(0.02));
        assertThat(result.meanSquaredResidual()).isCloseTo(0.5, within(0.02));
        assertThat(result.meanLogFactor()).isCloseTo(0, within(0.02));
    }

    /** At whatever step F leaves the finite numbers, but not before. */
    @Test
    void beyondRateOneTheRunDiverges() {
        assertThat(probe("learningRate=1.2").ends()).isEqualTo(new EndCounts(0, 0, 1));
        String huge = "weakStrength=1, learningRate=1e30, initialScale=1e30, discard=0, recordEvery=1, steps=";
        assertThat(STUDY.run(huge + 2, 1).ends()).isEqualTo(new EndCounts(0, 0, 1));
        assertThat(STUDY.run(huge + 1, 1).ends()).isEqualTo(EndCounts.all(1));
    }

    /** Logistic growth to first order in u², and its end at the border of stability. */
    @ParameterizedTest
    @ValueSource(doubles = {0.55, 0.6})
    void theWeakWeightGrowsLogistically(double rate) {
        Config config =
                STUDY.config("weakStrength=0.05, steps=200000, discard=1000, recordEvery=1000, learningRate=" + rate);
        double[] course = STUDY.run(config, Streams.of(1)).weakCourse().toArray();
        for (int k = 1; k < course.length; k++) {
            double law = FeatureOscillation.weak(0.05, rate, course[1], 1000.0 * (k - 1));
            assertThat(course[k]).as("record %d", k).isCloseTo(law, within(0.02 * law));
        }
        assertThat(course[200]).isCloseTo(FeatureOscillation.weakLimit(0.05, rate), within(1e-3));
        assertThat(FeatureOscillation.weak(0.05, rate, 1e-3, 0)).isCloseTo(1e-3, within(1e-15));
        assertThat(FeatureOscillation.weak(0.05, rate, 1e-3, 1e9))
                .isCloseTo(FeatureOscillation.weakLimit(0, rate), within(1e-12));
    }
}
