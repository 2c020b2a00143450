package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.InterpolantLikelihoodConfig.End;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.rng.Streams;

class InterpolantLikelihoodStudyTest {
    private static final InterpolantLikelihoodStudy STUDY = new InterpolantLikelihoodStudy();
    private static final InterpolantLikelihoodConfig PROBED = new InterpolantLikelihoodConfig(
            ExactPair.PLANE,
            PathSchedule.linear(1),
            Doubles.of(1, 0, 0.5, -1),
            4,
            0.01,
            End.BASE,
            Probe.GAUSSIAN,
            1,
            0,
            8);
    private static final InterpolantLikelihoodConfig PATHS = new InterpolantLikelihoodConfig(
            ExactPair.GAUSSIANS,
            PathSchedule.linear(2),
            Doubles.of(0, 2),
            20,
            0,
            End.DENSITY,
            Probe.GAUSSIAN,
            0,
            0.3,
            50);

    private static InterpolantLikelihoodResult run(InterpolantLikelihoodConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Recorded: exact values, and the largest errors 1.6e-4 (γ = 0) and 1.4e-3 (a = 2) with ρ_0 at t = 1e-5. */
    @Test
    void theReferencePair() {
        InterpolantLikelihoodConfig cut =
                Schema.with(InterpolantLikelihoodConfig.standard(), "cut", 1e-5, "end", End.BASE);
        InterpolantLikelihoodResult still = run(cut);
        InterpolantLikelihoodResult noisy = run(Schema.with(cut, "schedule", PathSchedule.linear(2)));

        assertThat(still.endExact().toArray())
                .containsExactly(
                        new double[] {-1.920977, -10.659117, -1.463220, -4.872310, -9.510406, -1.670977}, within(1e-6));
        assertThat(still.largestEndError()).isCloseTo(1.6e-4, within(1e-5));
        assertThat(noisy.largestEndError()).isCloseTo(1.4e-3, within(1e-4));
        assertThat(run(InterpolantLikelihoodConfig.standard()).largestError()).isLessThan(1e-6);
    }

    /** Points come one after the other, whatever the dimension; exact divergence leaves the error of RK4. */
    @Test
    void pointsOfThePlane() {
        InterpolantLikelihoodResult result =
                run(Schema.with(PROBED, "probes", 0, "copies", 1, "steps", 100, "cut", 0, "end", End.DENSITY));
        assertThat(result.endExact().get(1)).isCloseTo(ExactPair.PLANE.end().logDensity(0.5, -1), within(1e-12));
        assertThat(result.logDensity().toArray())
                .containsExactly(result.startExact().toArray(), within(1e-7));
        assertThat(result.stdError().toArray()).containsOnly(Double.NaN);
    }

    /** 4000 sets of probes: five standard errors, false alarm below 10⁻⁵. */
    @Test
    void probesAreUnbiased() {
        InterpolantLikelihoodResult result =
                run(Schema.with(PROBED, "copies", 4000, "steps", 30, "cut", 0, "end", End.DENSITY));
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

    /** 4000 paths: five standard errors and the weak error of 50 steps. */
    @Test
    void pathsAverageToTheDensity() {
        InterpolantLikelihoodResult result = run(Schema.with(PATHS, "copies", 4000, "steps", 50));
        for (int k = 0; k < 2; k++) {
            assertThat(result.logDensity().get(k))
                    .isCloseTo(
                            result.endExact().get(k),
                            within(5 * result.stdError().get(k) + 1e-3));
            assertThat(result.stdError().get(k)).isBetween(0.001, 0.05);
        }
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "points", new double[] {1, 2, 3}))
                .withMessage("points must hold a positive multiple of 2 coordinates, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "points", new double[] {1, Double.NaN}))
                .withMessage("points must be in (-inf, inf), got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "diffusion", 1))
                .withMessage("probes must be 0 for paths with noise, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PROBED, "probes", 0))
                .withMessage("copies must be 1 without probes and noise, got 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(PATHS, "copies", 1))
                .withMessage("copies must be at least 2 with probes or noise, got 1");
    }
}
