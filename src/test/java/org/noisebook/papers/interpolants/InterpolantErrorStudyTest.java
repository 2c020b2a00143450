package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.papers.interpolants.InterpolantErrorStudy.Config;
import org.noisebook.papers.interpolants.InterpolantErrorStudy.Result;
import org.noisebook.rng.Streams;

class InterpolantErrorStudyTest {
    private static final InterpolantErrorStudy STUDY = new InterpolantErrorStudy();
    /** N(0, 1) at rest, moved by 0.5. */
    private static final Config SHIFT = Schema.with(
            STUDY.defaults(),
            "pair=standard, schedule=pathSchedule(path=trigonometric, latent=none), velocityError=growing(size=0.5, rate=0),"
                    + " diffusions=[0; 1], steps=20, particles=20000");

    private static Result run(Config config) {
        return STUDY.run(config, Streams.of(1));
    }

    /**
     * y = ρ̂/ρ = e^(a x − a²/2): variances a², e^(a²) − 1 − a², e^(a²) − 1 + 3a², KL a²/2. 20 000 points, five standard errors: false alarm
     * below 10⁻⁵ a number; an error of 10 % of any variance would show.
     */
    @Test
    void estimatorsOfTheDivergenceOfAShift() {
        double square = 0.25;
        double growth = StrictMath.expm1(square);
        Result result = run(SHIFT);

        assertThat(result.plainDivergence()).isCloseTo(square / 2, within(0.02));
        assertThat(result.plainVariance()).isCloseTo(square, within(0.013));
        assertThat(result.controlledDivergence()).isCloseTo(square / 2, within(0.0066));
        assertThat(result.controlledVariance()).isCloseTo(growth - square, within(0.0034 * 2));
        assertThat(result.printedVariance()).isCloseTo(growth + 3 * square, within(0.1));
        assertThat(result.controlledLeast()).isNotNegative();
        assertThat(result.printedLeast()).isNegative();
        assertThat(result.printedDivergence()).isCloseTo(square / 2, within(0.036));
    }

    /** ε = 0 moves all particles by a; at ε = 1 the score pulls back: mean a (1 − e⁻¹). W_1 of a shift is the shift. */
    @Test
    void samplesOfAShift() {
        double pulled = 0.5 * (1 - StrictMath.exp(-1));
        Result result = run(SHIFT);
        double fiveErrors = 5 / Math.sqrt(20_000);

        assertThat(result.mean().get(0)).isCloseTo(0.5, within(fiveErrors));
        assertThat(result.mean().get(1)).isCloseTo(pulled, within(fiveErrors));
        assertThat(result.variance().get(0)).isCloseTo(1, within(fiveErrors * 1.5));
        assertThat(result.variance().get(1)).isCloseTo(1, within(fiveErrors * 1.5));
        assertThat(result.distance().get(0)).isCloseTo(0.5, within(fiveErrors));
        assertThat(result.distance().get(1)).isCloseTo(pulled, within(fiveErrors));
    }

    /** The counter-example of {@link PerturbedGaussianTest}: KL = 1/2 at ε = 1. */
    @Test
    void samplesFollowThePerturbedGaussian() {
        double size = 1 / (2 * StrictMath.sinh(1));
        FieldError error = new FieldError.Growing(size, 1);
        Result result =
                run(Schema.with(SHIFT, "velocityError", error, "scoreError", error, "diffusions", new double[] {1}));
        PerturbedGaussian.Affine affine = new PerturbedGaussian.Affine(t -> error.at(t, 0), t -> 0);
        double[] law = new PerturbedGaussian(0, 1, 0, 1, SHIFT.schedule(), affine, affine).endMeanAndVariance(1);

        assertThat(result.mean().get(0)).isCloseTo(law[0], within(5 / Math.sqrt(20_000)));
        assertThat(law[0]).isCloseTo(1, within(1e-8));
    }

    @Test
    void slopesAreDerivatives() {
        double h = 1e-6;
        for (FieldError error :
                List.of(new FieldError.None(), new FieldError.Wave(0.4, 3), new FieldError.Growing(0.4, 2))) {
            double difference = (error.at(0.3, 0.7 + h) - error.at(0.3, 0.7 - h)) / (2 * h);
            assertThat(error.slope(0.3, 0.7)).as("%s", error).isCloseTo(difference, within(1e-8));
        }
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SHIFT, "pair=plane"))
                .withMessage("pair must be on the line, got dimension 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SHIFT, "velocityError=wave(amplitude=NaN)"))
                .withMessage("amplitude must be in [-100, 100], got NaN");
    }
}
