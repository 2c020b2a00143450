package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class FeatureOscillationStudyTest {
    private static final FeatureOscillationStudy STUDY = new FeatureOscillationStudy();
    private static final FeatureOscillationConfig SMALL = new FeatureOscillationConfig(0.5, 0.56, 0.5, 6, 2, 2);
    /** A weak feature that stays a probe: w² is below 1e-4 all the time. */
    private static final FeatureOscillationConfig PROBE = new FeatureOscillationConfig(0.01, 0.6, 1e-4, 4000, 500, 1);
    /** w² moves the numbers of the probe by about as much. */
    private static final double PROBE_ERROR = 1e-6;

    private static FeatureOscillationResult run(FeatureOscillationConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    private static double[] start(FeatureOscillationConfig config) {
        Stream init = Streams.of(1).at("init");
        return new double[] {
            config.initialScale() * Math.abs(init.nextGaussian()), config.initialScale() * Math.abs(init.nextGaussian())
        };
    }

    /** Number by number, and what is recorded when. */
    @Test
    void numbersFollowTheirDefinitions() {
        double s = start(SMALL)[0];
        double w = start(SMALL)[1];
        double[] residuals = new double[6];
        double[] weak = new double[7];
        weak[0] = w;
        for (int t = 0; t < 6; t++) {
            residuals[t] = 1 - s * s - w * w;
            s *= 1 + 2 * 0.56 * residuals[t];
            w *= 1 + 2 * 0.56 * 0.25 * residuals[t];
            weak[t + 1] = w;
        }
        FeatureOscillationResult result = run(SMALL);
        double[] late = Arrays.copyOfRange(residuals, 2, 6);
        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.meanResidual())
                .isCloseTo(Arrays.stream(late).average().orElseThrow(), within(1e-15));
        assertThat(result.meanSquaredResidual())
                .isCloseTo(Arrays.stream(late).map(e -> e * e).average().orElseThrow(), within(1e-15));
        assertThat(result.meanLogFactor())
                .isCloseTo(
                        Arrays.stream(late)
                                .map(e -> Math.log(Math.abs(1 + 1.12 * e)))
                                .average()
                                .orElseThrow(),
                        within(1e-15));
        assertThat(result.strong()).isCloseTo(Math.abs(s), within(1e-15));
        assertThat(result.weak()).isCloseTo(w, within(1e-15));
        assertThat(result.weakCourse().toArray()).hasSize(4);
        for (int k = 0; k < 4; k++) {
            assertThat(result.weakCourse().get(k)).isCloseTo(weak[2 * k], within(1e-15));
        }
        assertThat(result.jensenRatio(0.56))
                .isCloseTo(result.meanResidual() / 0.56 / result.meanSquaredResidual(), within(1e-15));
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.3, 0.4, 0.45})
    void belowTheBorderTheResidualVanishes(double rate) {
        FeatureOscillationResult result = run(Schema.with(PROBE, "learningRate", rate));
        assertThat(result.meanSquaredResidual()).isLessThan(1e-28);
        assertThat(result.strong()).isCloseTo(1, within(PROBE_ERROR));
    }

    /** The form of the cycle, and that Jensen's law is its first order. */
    @ParameterizedTest
    @ValueSource(doubles = {0.51, 0.55, 0.6, 0.615})
    void aboveTheBorderTheResidualIsThatOfTheCycleOfTwo(double rate) {
        FeatureOscillationResult result = run(Schema.with(PROBE, "learningRate", rate));
        double mean = FeatureOscillationRules.cycleResidual(rate);
        double square = FeatureOscillationRules.cycleSquaredResidual(rate);
        assertThat(result.meanResidual()).isCloseTo(mean, within(PROBE_ERROR));
        assertThat(result.meanSquaredResidual()).isCloseTo(square, within(PROBE_ERROR));
        assertThat(result.meanLogFactor()).isCloseTo(0, within(PROBE_ERROR));
        assertThat(mean / (rate * square)).isCloseTo(2 / (1 + 2 * rate), within(1e-14));
        assertThat(result.jensenRatio(rate)).isCloseTo(2 / (1 + 2 * rate), within(1e-4));
    }

    @Test
    void theCycleOfTwoEndsAtTheGoldenRatio() {
        assertThat(FeatureOscillationRules.CYCLE_END).isCloseTo(0.6180339887498949, within(1e-15));
        double above = FeatureOscillationRules.CYCLE_END + 0.01;
        assertThat(Math.abs(run(Schema.with(PROBE, "learningRate", above)).meanResidual()
                        - FeatureOscillationRules.cycleResidual(above)))
                .isGreaterThan(1e-3);
    }

    /** Whatever the oscillation, the mean logarithm is the growth of the strong weight. */
    @ParameterizedTest
    @ValueSource(doubles = {0.4, 0.6, 0.7, 0.9})
    void theMeanLogarithmIsTheGrowthOfTheStrongWeight(double rate) {
        FeatureOscillationConfig config = Schema.with(PROBE, "learningRate", rate, "discard", 0);
        FeatureOscillationResult result = run(config);
        assertThat(result.meanLogFactor())
                .isCloseTo(Math.log(result.strong() / start(config)[0]) / config.steps(), within(1e-12));
    }

    /** s = √2 cos θ goes to −√2 cos 3θ: ⟨e⟩ = 0, ⟨e²⟩ = 1/2, ⟨ln|1 + 2e|⟩ = 0 for θ uniform; 20 000 steps give 2 %. */
    @Test
    void atRateOneTheResidualIsAChebyshevMap() {
        FeatureOscillationResult result =
                run(Schema.with(PROBE, "learningRate", 1, "steps", 20_000, "weakStrength", 1e-4));
        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.meanResidual()).isCloseTo(0, within(0.02));
        assertThat(result.meanSquaredResidual()).isCloseTo(0.5, within(0.02));
        assertThat(result.meanLogFactor()).isCloseTo(0, within(0.02));
    }

    @Test
    void beyondRateOneTheRunDiverges() {
        FeatureOscillationResult result = run(Schema.with(PROBE, "learningRate", 1.2));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.meanResidual()).isNaN();
        assertThat(result.weak()).isNaN();
        assertThat(result.weakCourse().toArray()).hasSize(4001);
        assertThat(result.weakCourse().get(0)).isPositive();
        assertThat(result.weakCourse().get(4000)).isNaN();
        FeatureOscillationResult atOnce = run(new FeatureOscillationConfig(1, 1e30, 1e30, 2, 0, 1));
        assertThat(atOnce.stopReason()).isEqualTo(StopReason.DIVERGED);
        FeatureOscillationResult lastStep = run(new FeatureOscillationConfig(1, 1e30, 1e30, 1, 0, 1));
        assertThat(lastStep.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(lastStep.weak()).isFinite();
    }

    /** Logistic growth to first order in u², and its end at the border of stability. */
    @ParameterizedTest
    @ValueSource(doubles = {0.55, 0.6})
    void theWeakWeightGrowsLogistically(double rate) {
        FeatureOscillationConfig config = new FeatureOscillationConfig(0.05, rate, 1e-3, 200_000, 1000, 1000);
        double[] course = run(config).weakCourse().toArray();
        for (int k = 1; k < course.length; k++) {
            double law = FeatureOscillationRules.weak(0.05, rate, course[1], 1000.0 * (k - 1));
            assertThat(course[k]).as("record %d", k).isCloseTo(law, within(0.02 * law));
        }
        assertThat(course[200]).isCloseTo(FeatureOscillationRules.weakLimit(0.05, rate), within(1e-3));
        assertThat(FeatureOscillationRules.weak(0.05, rate, 1e-3, 0)).isCloseTo(1e-3, within(1e-15));
        assertThat(FeatureOscillationRules.weak(0.05, rate, 1e-3, 1e9))
                .isCloseTo(FeatureOscillationRules.weakLimit(0, rate), within(1e-12));
    }

    @Test
    void workAndMemoryGrowWithTheSteps() {
        assertThat(STUDY.work(Schema.with(SMALL, "steps", 12))).isEqualTo(2 * STUDY.work(SMALL));
        assertThat(STUDY.memory(Schema.with(PROBE, "steps", 8000))).isBetween(100_000L, 200_000L);
    }
}
