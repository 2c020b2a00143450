package org.noisebook.papers.sgmse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.papers.sgmse.SpeechEnhancement.Config;
import org.noisebook.papers.sgmse.SpeechEnhancement.Result;

/** Settings that no figure uses, against closed forms of single frequencies. */
class SpeechEnhancementTest {
    private static Result run(String changes) {
        return new SpeechEnhancement().run("frequencies=7, " + changes, 1);
    }

    /** Fine steps of every method sample the posterior: SDR of a sample, KL at 0, whatever the level. */
    @ParameterizedTest
    @ValueSource(strings = {"flow", "reverse", "corrected"})
    void fineStepsSampleThePosterior(String method) {
        Result result = run("start=exact, ratio=-3, rms=0.4, corrector=0.1, steps=3000, end=0.0001, method=" + method);
        assertThat(result.decibels()).isCloseTo(result.ideal(), within(0.05));
        assertThat(result.wiener() - result.ideal()).isCloseTo(10 * Math.log10(2), within(1e-9));
        assertThat(result.divergence()).isBetween(0.0, 2e-3);
        assertThat(result.startTransport()).isCloseTo(0, within(1e-12));
    }

    /** One DDIM step from noisy speech by hand, frequency by frequency: c y + N(0, q) with its error, SDR and KL. */
    @Test
    void oneStepIsAClosedForm() {
        Config c = new SpeechEnhancement().config("frequencies=3, steps=1, end=0.2, ratio=1, rms=0.5");
        Diffusion path = c.diffusion();
        double a = path.meanCoefficient(1);
        double v = path.variance(1);
        double to = path.meanCoefficient(0.2);
        double left = path.variance(0.2);
        double error = 0;
        double divergence = 0;
        double power = 0;
        for (int k = 0; k < 3; k++) {
            double s = c.speech()[k];
            double n = c.noise()[k];
            double gain = s / (s + n);
            double posterior = gain * n;
            double kept = (a * to * posterior + Math.sqrt(v * left)) / (a * a * posterior + v);
            double off = kept * a * (1 - gain) + (1 - to) * (1 - gain);
            double q = kept * kept * v;
            double bias = off * off * (s + n);
            error += (posterior + bias + q) / 3;
            divergence += ((q + bias) / posterior - 1 + Math.log(posterior / q)) / 6;
            power += s / 3;
        }
        Result result = new SpeechEnhancement().run("frequencies=3, steps=1, end=0.2, ratio=1, rms=0.5", 1);
        assertThat(power).isCloseTo(0.25, within(1e-12));
        assertThat(result.decibels()).isCloseTo(10 * Math.log10(power / error), within(1e-9));
        assertThat(result.divergence()).isCloseTo(divergence, within(1e-9));
    }

    /** Many steps to a late end leave what the exact flow makes of the start, for each start and path. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "start=observed, rms=0.3",
                "start=mean, rms=0.3",
                "start=noise",
                "start=observed, diffusion=ouve(gamma=0.5, sigmaMin=0.1, sigmaMax=1)"
            })
    void theFlowPredictsWhatTheStartLeaves(String changes) {
        Result result = run(changes + ", steps=20000, end=0.00001");
        assertThat(result.transport()).isCloseTo(result.startTransport(), within(0.05 * result.startTransport()));
    }

    /** 4,000 draws of 7 frequencies through each sampler and start: three errors of √(2/28,000) = 0.8 %, more for unequal frequencies. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "start=exact, method=corrected",
                "start=noise, method=reverse, rms=0.5",
                "start=mean, method=flow, end=0.1"
            })
    void drawsHaveTheLaw(String changes) {
        assertThat(run(changes + ", steps=9, draws=4000").drawn()).isCloseTo(1, within(0.05));
    }

    @Test
    void theVarianceSolvesItsEquation() {
        assertThat(SpeechEnhancement.varianceGap(new Diffusion.Ouve(3, 0.01, 2)))
                .isLessThan(1e-8);
        assertThat(SpeechEnhancement.varianceGap(Diffusion.VariancePreserving.standard()))
                .isLessThan(1e-8);
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> run("end=0.7")).hasMessageContaining("end must be in [0.00001, 0.5], got 0.7");
        assertThatThrownBy(() -> run("diffusion=ouve(gamma=-1, sigmaMin=0.05, sigmaMax=0.5)"))
                .hasMessageContaining("gamma must be in [0, 100], got -1");
    }
}
