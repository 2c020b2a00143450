package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.interpolant.Latent;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Schedule;
import org.noisebook.papers.interpolants.PerturbedGaussian.Affine;

class PerturbedGaussianTest {
    /** RK4 with 2000 steps and Simpson's rule. */
    private static final double INTEGRATION = 1e-8;

    private static final Affine NONE = Affine.of(0, 0);

    private static PerturbedGaussian pair(Schedule schedule, Affine velocity, Affine score) {
        return new PerturbedGaussian(-1, 0.5, 2, 3, schedule, velocity, score);
    }

    /** N(0, 1) at rest with errors b̂ − b = ε(ŝ − s) = δ/2, δ(t) = ε e^(εt)/sinh ε: KL = 1/2. */
    private static PerturbedGaussian counterexample(double diffusion) {
        double factor = diffusion / (2 * Math.sinh(diffusion));
        return new PerturbedGaussian(
                0,
                1,
                0,
                1,
                PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
                new Affine(t -> factor * Math.exp(diffusion * t), t -> 0),
                new Affine(t -> factor * Math.exp(diffusion * t) / diffusion, t -> 0));
    }

    /** Both directions: the corrected bound holds, half of it, as printed, is below the true KL of 1/2. */
    @ParameterizedTest
    @CsvSource({"0.5, 0.79099, 0.39549, 1e-5", "1, 0.57826, 0.28913, 1e-5", "5, 0.500023, 0.250011, 1e-6"})
    void thePrintedConstantsFail(double diffusion, double bound, double printed, double digits) {
        PerturbedGaussian gaussian = counterexample(diffusion);
        double divergence = gaussian.divergence(diffusion);
        double corrected = KlBound.ofVelocity(diffusion, gaussian.velocityExcess(), gaussian.scoreExcess());

        assertThat(divergence).isCloseTo(0.5, within(INTEGRATION));
        assertThat(corrected).isCloseTo(bound, within(digits)).isGreaterThan(divergence);
        assertThat(corrected / 2).isCloseTo(printed, within(digits)).isLessThan(divergence);
        assertThat(corrected).isCloseTo(Math.exp(diffusion) / (4 * Math.sinh(diffusion)), within(INTEGRATION));
        assertThat(KlBound.optimalDiffusion(gaussian.velocityExcess(), gaussian.scoreExcess()))
                .isCloseTo(diffusion, within(INTEGRATION));
    }

    /** Over errors in all four numbers. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1, 1, 7})
    void theBoundHolds(double diffusion) {
        for (Schedule schedule : new Schedule[] {
            PathSchedule.linear(0),
            PathSchedule.linear(2),
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared())
        }) {
            PerturbedGaussian gaussian = pair(
                    schedule,
                    new Affine(t -> 0.3 - t, t -> 0.2 * Math.sin(5 * t)),
                    new Affine(t -> 0.1, t -> -0.1 + 0.2 * t));
            double divergence = gaussian.divergence(diffusion);

            assertThat(divergence).as("%s", schedule).isPositive();
            if (diffusion > 0) {
                assertThat(divergence)
                        .as("%s", schedule)
                        .isLessThanOrEqualTo(
                                KlBound.ofVelocity(diffusion, gaussian.velocityExcess(), gaussian.scoreExcess()));
            }
        }
    }

    /** Without errors the law is the end's for every ε, also where the equations are stiff. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 0.4, 5, 4000})
    void withoutErrors(double diffusion) {
        for (Schedule schedule : new Schedule[] {
            PathSchedule.linear(0),
            PathSchedule.linear(2),
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared())
        }) {
            PerturbedGaussian gaussian = pair(schedule, NONE, NONE);

            assertThat(gaussian.endMeanAndVariance(diffusion)).containsExactly(new double[] {2, 3}, within(1e-7));
            assertThat(gaussian.divergence(diffusion)).isCloseTo(0, within(1e-13));
        }
    }

    /** b̂ = b + a for the ODE: with C constant in time the mean moves by a and nothing else. */
    @Test
    void closedForm() {
        PerturbedGaussian gaussian = new PerturbedGaussian(
                0, 2, 0, 2, PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC), Affine.of(0.7, 0), NONE);
        PerturbedGaussian stretched = new PerturbedGaussian(
                0, 2, 0, 2, PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC), Affine.of(0, 0.3), NONE);

        assertThat(gaussian.endMeanAndVariance(0)).containsExactly(new double[] {0.7, 2}, within(INTEGRATION));
        assertThat(gaussian.divergence(0)).isCloseTo(0.49 / 4, within(INTEGRATION));
        assertThat(gaussian.velocityExcess()).isCloseTo(0.245, within(INTEGRATION));
        assertThat(stretched.endMeanAndVariance(0)[1]).isCloseTo(2 * Math.exp(0.6), within(INTEGRATION));
        assertThat(stretched.velocityExcess()).isCloseTo(0.09, within(INTEGRATION));
        // ε s pulls back: V̇ = 2 (0.3 − ε/2) V + 2 ε rests at V = 2ε/(ε − 0.6) for large ε.
        assertThat(stretched.endMeanAndVariance(60)[1]).isCloseTo(120 / 59.4, within(INTEGRATION));
    }

    /** A velocity error alone: no noise leaves it as it is, noise with a good score forgets it, as the bound says. */
    @Test
    void noiseRepairsTheVelocity() {
        PerturbedGaussian gaussian = pair(PathSchedule.linear(2), Affine.of(0.5, 0.2), NONE);

        assertThat(gaussian.divergence(1)).isLessThan(gaussian.divergence(0.1)).isLessThan(gaussian.divergence(0));
        assertThat(gaussian.divergence(50)).isLessThan(0.01 * gaussian.divergence(0));
        assertThat(KlBound.optimalDiffusion(gaussian.velocityExcess(), gaussian.scoreExcess()))
                .isEqualTo(Double.POSITIVE_INFINITY);
    }

    @Test
    void theBoundIsLeastAtItsOptimum() {
        double best = KlBound.optimalDiffusion(0.08, 0.02);

        assertThat(best).isCloseTo(2, within(1e-12));
        assertThat(KlBound.ofVelocity(best, 0.08, 0.02))
                .isLessThan(KlBound.ofVelocity(1.01 * best, 0.08, 0.02))
                .isLessThan(KlBound.ofVelocity(0.99 * best, 0.08, 0.02));
        assertThat(KlBound.ofVelocity(0, 0.1, 0)).isEqualTo(Double.POSITIVE_INFINITY);
        assertThat(KlBound.ofVelocity(0, 0, 1)).isZero();
    }
}
