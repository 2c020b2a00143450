package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;
import org.noisebook.solver.TimeGrid;

class StepMomentsTest {
    private static DiffusionConfig by(String method, int steps) {
        DiffusionConfig base = DiffusionConfig.ofSamples();
        return Schema.with(
                base.by(base.diffusion(), base.method(), TimeGrid.LOG_SNR, steps),
                "method=" + method + ", particles=65536");
    }

    /** 65 536 samples in 20 steps: the law's variance, 2.190, is at least 5 % away. */
    @Tag("statistical")
    @ParameterizedTest
    @ValueSource(
            strings = {
                "ancestral(variance=posterior)",
                "ddim(eta=0.5)",
                "ddim(eta=0)",
                "reverseDiffusion",
                "predictorCorrector(predictor=reverseDiffusion, signalToNoise=0.3, corrections=2)"
            })
    void areThoseOfManySamples(String method) {
        DiffusionConfig config = by(method, 20);
        StepMoments expected = StepMoments.of(config);
        DiffusionResult run = new DiffusionStudy().run(config, Streams.of(1));
        double error = Math.sqrt((9.08 - 2.19 * 2.19) / config.particles());
        assertThat(run.variance().get(0))
                .as("4 standard errors, a false alarm of 6e-5; power: 0.032 is caught")
                .isCloseTo(expected.variance(), within(4 * error));
        assertThat(run.mean().get(0)).isCloseTo(expected.mean(), within(4 * Math.sqrt(2.19 / config.particles())));
    }

    /** 32 particles that share their step are hotter than 512 by 0.056: their own noise has a part in it. */
    @Tag("statistical")
    @Test
    void knowHowManyParticlesShareAStep() {
        DiffusionConfig config = Schema.with(
                by("predictorCorrector(predictor=reverseDiffusion, signalToNoise=0.3, corrections=2)", 20),
                "particles=32");
        int replicas = 1000;
        double sum = 0;
        double squares = 0;
        for (int r = 0; r < replicas; r++) {
            for (double x : DiffusionStudy.samples(config, Streams.of(1).withReplica(r))[0]) {
                sum += x;
                squares += x * x;
            }
        }
        int n = replicas * config.particles();
        assertThat(squares / n - sum * sum / n / n)
                .as("4 standard errors, a false alarm of 6e-5; power: 0.056 is caught")
                .isCloseTo(StepMoments.of(config).variance(), within(4 * Math.sqrt((9.08 - 2.19 * 2.19) / n)));
    }

    /** A finer grid changes little, and the reference's DDIM is hit: 2.147 after 160 steps. */
    @Test
    void doNotDependOnTheGrid() {
        for (String method : new String[] {"ddim(eta=0)", "ddim(eta=1)"}) {
            DiffusionConfig config = by(method, 160);
            assertThat(StepMoments.of(config, 1201).variance())
                    .isCloseTo(StepMoments.of(config).variance(), within(1e-4));
        }
        assertThat(StepMoments.of(by("ddim(eta=0)", 160)).variance()).isCloseTo(2.147, within(5e-4));
    }

    @Test
    void refuseWhatHasNoLine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StepMoments.of(Schema.with(by("ddim(eta=0)", 5), "condition=component(index=0)")));
    }
}
