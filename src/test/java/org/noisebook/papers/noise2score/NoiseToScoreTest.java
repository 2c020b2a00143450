package org.noisebook.papers.noise2score;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.paper.Runs;
import org.noisebook.papers.noise2score.NoiseToScore.Result;
import org.noisebook.stats.Estimate;

class NoiseToScoreTest {
    /** Computed independently: .482114 and .809524 at ±2, ¼ and σ = 1; nothing can be gained from a Gaussian. */
    @Test
    void leastErrorsAreExact() {
        Result two = new NoiseToScore().run("mean=2, variance=0.25, sigma=1, samples=300", 1);
        assertThat(two.least()).isCloseTo(0.482114, within(1e-6));
        assertThat(two.linear()).isCloseTo(0.809524, within(1e-6));
        assertThat(NoiseToScore.linearOver(new NoiseToScore().config("mean=2, variance=0.25, sigma=1")))
                .isCloseTo(two.linear() / two.least(), within(1e-9));
        Result gaussian = new NoiseToScore().run("mean=0, sigma=0.5, samples=300", 1);
        assertThat(gaussian.least()).isCloseTo(gaussian.linear(), within(1e-9));
    }

    /** No estimate is better than the posterior mean; with more samples all come nearer. */
    @Test
    void learnersApproachTheLeastError() {
        for (String noise : new String[] {"noise=gaussian, mean=2.2, variance=0.5", "noise=poisson, gain=0.3"}) {
            Runs<Result> few = Runs.of(new NoiseToScore(), 8, noise + ", samples=512");
            Runs<Result> many = Runs.of(new NoiseToScore(), 8, noise + ", samples=8192");
            for (ToDoubleFunction<Result> excess :
                    List.<ToDoubleFunction<Result>>of(Result::emExcess, Result::scoreExcess)) {
                assertThat(many.mean(excess).mean())
                        .as(noise)
                        .isBetween(0.0, few.mean(excess).mean());
            }
        }
    }

    /** Probabilities of counts add up to 1 and have the mean of x; Robbins' formula is the posterior mean of a single gamma. */
    @Test
    void countsHaveTheirLaw() {
        double[] p = NoiseToScore.counts(0.5, 400);
        double mean = 0;
        for (int k = 0; k < p.length; k++) {
            mean += 0.5 * k * p[k];
        }
        assertThat(Arrays.stream(p).sum()).isCloseTo(1, within(1e-9));
        assertThat(mean).isCloseTo(4, within(1e-8));
    }

    /** The level of least total variation at settings that no figure uses, within three errors. */
    @Test
    @Tag("statistical")
    void levelsAreThoseOfTheLaw() {
        for (double length : new double[] {0.01, 2, 20}) {
            Estimate level = Runs.of(new NoiseToScore(), 8, "noise=field, sigma=0.6, length=" + length)
                    .mean(Result::level);
            assertThat(level.mean())
                    .as("L %s", length)
                    .isCloseTo(NoiseToScore.level(length, 0.6), within(1e-6 + 3 * level.stdError()));
        }
        assertThat(NoiseToScore.level(0.01, 1)).isCloseTo(Math.sqrt(2), within(1e-9));
        assertThatThrownBy(() -> new NoiseToScore().run("noise=field, samples=1000", 1))
                .hasMessageContaining("samples of a field must be a power of 2, got 1000");
    }
}
