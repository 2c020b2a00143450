package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Likelihood;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.papers.interpolants.InterpolantLikelihoodStudy.Config;
import org.noisebook.papers.interpolants.InterpolantLikelihoodStudy.Result;
import org.noisebook.rng.Streams;

class InterpolantLikelihoodStudyTest {
    private static final InterpolantLikelihoodStudy STUDY = new InterpolantLikelihoodStudy();
    private static final Config PROBED = Schema.with(
            STUDY.defaults(),
            "pair=plane, schedule.latent=root(a=1), points=[1; 0; 0.5; -1], steps=30, probe=gaussian, probes=1, copies=8");
    private static final Config PATHS = Schema.with(
            STUDY.defaults(),
            "pair=gaussians, schedule.latent=root(a=2), points=[0; 2], steps=50, diffusion=0.3, copies=4000");

    private static Result run(Config config, String changes) {
        return STUDY.run(Schema.with(config, changes), Streams.of(1));
    }

    /** Recorded: exact values, and the largest errors 1.6e-4 (γ = 0) and 1.4e-3 (a = 2) with ρ_0 at t = 1e-5. */
    @Test
    void theReferencePair() {
        Result still = run(STUDY.defaults(), "cut=1e-5, end=base");
        Result noisy = run(STUDY.defaults(), "cut=1e-5, end=base, schedule.latent=root(a=2)");

        assertThat(still.endExact().toArray())
                .containsExactly(
                        new double[] {-1.920977, -10.659117, -1.463220, -4.872310, -9.510406, -1.670977}, within(1e-6));
        assertThat(still.largestEndError()).isCloseTo(1.6e-4, within(1e-5));
        assertThat(noisy.largestEndError()).isCloseTo(1.4e-3, within(1e-4));
        assertThat(run(STUDY.defaults(), "").largestError()).isLessThan(1e-6);
    }

    /** Points come one after the other, whatever the dimension; exact divergence leaves the error of RK4. */
    @Test
    void pointsOfThePlane() {
        Result result = run(PROBED, "probes=0, copies=1, steps=100");
        assertThat(result.endExact().get(1)).isCloseTo(ExactPair.PLANE.end().logDensity(0.5, -1), within(1e-12));
        assertThat(result.logDensity().toArray())
                .containsExactly(result.startExact().toArray(), within(1e-7));
        assertThat(result.stdError().toArray()).containsOnly(Double.NaN);
    }

    /** 4000 sets of probes: five standard errors, false alarm below 10⁻⁵. */
    @Test
    void probesAreUnbiased() {
        Result result = run(PROBED, "copies=4000");
        for (int k = 0; k < 2; k++) {
            assertThat(result.logDensity().get(k))
                    .isCloseTo(
                            result.startExact().get(k),
                            within(5 * result.stdError().get(k) + 1e-5));
            assertThat(result.stdDev().get(k)).isCloseTo(result.stdError().get(k) * Math.sqrt(4000), within(1e-12));
        }
        assertThat(result.stdDev().get(0))
                .as("J is the same everywhere")
                .isCloseTo(result.stdDev().get(1), within(0.1));
    }

    /** 20 000 sets of one probe: five standard errors of a variance are below 8 % (Gaussian) and 1 % (±1). */
    @ParameterizedTest
    @EnumSource
    void probesScatterAsTheirVarianceSays(Probe probe) {
        Config config = Schema.with(PROBED, "probe", probe, "copies", 20_000, "steps", 20);
        double deviation = run(config, "points=[1; 0]").stdDev().get(0);
        double variance =
                Likelihood.probeVariance(ExactPair.PLANE.by(config.schedule()).velocity(), probe);
        assertThat(deviation * deviation / variance).isCloseTo(1, within(probe == Probe.GAUSSIAN ? 0.08 : 0.01));
    }

    /** 4000 paths: five standard errors and the weak error of 50 steps. */
    @Test
    void pathsAverageToTheDensity() {
        Result result = run(PATHS, "");
        for (int k = 0; k < 2; k++) {
            assertThat(result.logDensity().get(k))
                    .isCloseTo(
                            result.endExact().get(k),
                            within(5 * result.stdError().get(k) + 1e-3));
            assertThat(result.stdError().get(k)).isBetween(0.001, 0.05);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "points=[1; 2; 3] | points must have a positive multiple of 2 coordinates, got 3",
                "points=[1; NaN] | points must be in (-inf, inf), got NaN",
                "diffusion=1 | probes must be 0 for paths with noise, got 1",
                "probes=0 | copies must be 1 without probes and noise, got 8",
                "copies=1 | copies must be at least 2 with probes or noise, got 1"
            })
    void badConfigsAreRefused(String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, changes))
                .withMessage(message);
    }
}
