package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;

class InterpolantErrorStudyTest {
    private static final InterpolantErrorStudy STUDY = new InterpolantErrorStudy();
    private static final InterpolantErrorConfig SMALL = new InterpolantErrorConfig(
            ExactPair.NOISE_TO_TWO_MODES,
            PathSchedule.linear(2),
            FieldError.Wave.standard(),
            FieldError.Growing.standard(),
            new double[] {0, 2},
            6,
            20);
    /** N(0, 1) at rest, moved by 0.5. */
    private static final InterpolantErrorConfig SHIFT = new InterpolantErrorConfig(
            ExactPair.STANDARD,
            PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC),
            new FieldError.Growing(0.5, 0),
            new FieldError.None(),
            new double[] {0, 1},
            20,
            20_000);

    private static InterpolantErrorResult run(InterpolantErrorConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(Schema.of(InterpolantErrorResult.class).format(run(SMALL))).isEqualTo(PINNED);
    }

    private static final String PINNED =
            "distance=[0.5611850988001104; 0.3945632191346789], mean=[-0.4013251438131554; "
                    + "-0.29205232505330236], variance=[2.7686933331065204; 2.5336038168663157], "
                    + "plainDivergence=-0.043168238379822164, plainVariance=0.4978499061598245, "
                    + "controlledDivergence=0.2502972930867408, controlledVariance=0.0424527690538067, "
                    + "controlledLeast=3.538309461750041e-6, printedDivergence=-0.33663376984638516, "
                    + "printedVariance=2.215689307406083, printedLeast=-2.591003426777031";

    @Test
    void everyFieldChangesTheRun() {
        InterpolantErrorResult reference = run(SMALL);
        List<InterpolantErrorConfig> others = List.of(
                Schema.with(SMALL, "pair", ExactPair.GAUSSIANS),
                Schema.with(SMALL, "schedule", PathSchedule.linear(1)),
                Schema.with(SMALL, "velocityError", new FieldError.Wave(0.4, 2)),
                Schema.with(SMALL, "scoreError", new FieldError.None()),
                Schema.with(SMALL, "diffusions", new double[] {0, 1}),
                Schema.with(SMALL, "steps", 7),
                Schema.with(SMALL, "particles", 21));
        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
    }

    /** With all streams pinned replicas are one; each makes a difference. */
    @Test
    void aReplicaIsItsStreams() {
        InterpolantErrorResult zero = run(SMALL);
        Streams other = Streams.of(1).withReplica(4);
        assertThat(STUDY.run(SMALL, other.withFixed(STUDY.streamNames()))).isEqualTo(zero);
        for (String name : STUDY.streamNames()) {
            Set<String> fixed = new TreeSet<>(STUDY.streamNames());
            fixed.remove(name);
            assertThat(STUDY.run(SMALL, other.withFixed(fixed))).as(name).isNotEqualTo(zero);
        }
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<InterpolantErrorConfig> configs = Schema.of(InterpolantErrorConfig.class);
        for (InterpolantErrorConfig config : List.of(SMALL, SHIFT, InterpolantErrorConfig.standard())) {
            assertThat(configs.parse(configs.format(config), SMALL))
                    .isEqualTo(config)
                    .hasSameHashCodeAs(config);
        }
        Schema<InterpolantErrorResult> results = Schema.of(InterpolantErrorResult.class);
        InterpolantErrorResult result = run(SMALL);
        InterpolantErrorResult parsed = results.parse(results.format(result), run(SHIFT));
        assertThat(parsed).isEqualTo(result).hasSameHashCodeAs(result);
    }

    @Test
    void resultsAreValues() {
        InterpolantErrorResult result = run(SMALL);
        for (Schema.Field field : Schema.of(result).fields()) {
            Object changed = field.type().equals(double[].class) ? new double[] {0.77} : (Object) 0.77;
            assertThat(Schema.with(result, field.name(), changed))
                    .as(field.name())
                    .isNotEqualTo(result);
        }
        result.distance()[0] = 9;
        assertThat(result.distance()[0]).isNotEqualTo(9);
    }

    /**
     * y = ρ̂/ρ = e^(a x − a²/2): variances a², e^(a²) − 1 − a², e^(a²) − 1 + 3a², KL a²/2. 20 000 points, five standard errors: false alarm
     * below 10⁻⁵ a number; an error of 10 % of any variance would show.
     */
    @Test
    void estimatorsOfTheDivergenceOfAShift() {
        double square = 0.25;
        double growth = StrictMath.expm1(square);
        InterpolantErrorResult result = run(SHIFT);

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
        InterpolantErrorResult result = run(SHIFT);
        double fiveErrors = 5 / Math.sqrt(20_000);

        assertThat(result.mean()[0]).isCloseTo(0.5, within(fiveErrors));
        assertThat(result.mean()[1]).isCloseTo(pulled, within(fiveErrors));
        assertThat(result.variance()[0]).isCloseTo(1, within(fiveErrors * 1.5));
        assertThat(result.variance()[1]).isCloseTo(1, within(fiveErrors * 1.5));
        assertThat(result.distance()[0]).isCloseTo(0.5, within(fiveErrors));
        assertThat(result.distance()[1]).isCloseTo(pulled, within(fiveErrors));
    }

    /** The counter-example of {@link PerturbedGaussianTest}: KL = 1/2 at ε = 1. */
    @Test
    void samplesFollowThePerturbedGaussian() {
        double size = 1 / (2 * StrictMath.sinh(1));
        FieldError error = new FieldError.Growing(size, 1);
        InterpolantErrorResult result =
                run(Schema.with(SHIFT, "velocityError", error, "scoreError", error, "diffusions", new double[] {1}));
        PerturbedGaussian.Affine affine = new PerturbedGaussian.Affine(t -> error.at(t, 0), t -> 0);
        double[] law = new PerturbedGaussian(0, 1, 0, 1, SHIFT.schedule(), affine, affine).endMeanAndVariance(1);

        assertThat(result.mean()[0]).isCloseTo(law[0], within(5 / Math.sqrt(20_000)));
        assertThat(law[0]).isCloseTo(1, within(1e-8));
    }

    @Test
    void slopesAreDerivatives() {
        double h = 1e-6;
        for (FieldError error :
                List.of(new FieldError.None(), FieldError.Wave.standard(), new FieldError.Growing(0.4, 2))) {
            double difference = (error.at(0.3, 0.7 + h) - error.at(0.3, 0.7 - h)) / (2 * h);
            assertThat(error.slope(0.3, 0.7)).as("%s", error).isCloseTo(difference, within(1e-8));
        }
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "pair", ExactPair.PLANE))
                .withMessage("pair must be on the line, got dimension 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "diffusions", new double[] {-1}))
                .withMessage("diffusions must be in [0, 1000], got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "particles", 1))
                .withMessage("particles must be in [2, 1000000], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new FieldError.Wave(Double.NaN, 1))
                .withMessage("amplitude must be in [-100, 100], got NaN");
    }
}
