package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Schema;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Objective;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;

class DiffusionStudyTest {
    private static final DiffusionStudy STUDY = new DiffusionStudy();

    /** Everything on, in the plane. */
    private static final DiffusionConfig SMALL = Schema.with(
            DiffusionConfig.standard(),
            "target",
            new Target.Triangle(),
            "steps",
            4,
            "particles",
            30,
            "pathParticles",
            5,
            "forwardSteps",
            1,
            "likelihoodPoints",
            6,
            "likelihoodSteps",
            5);

    private static final DiffusionConfig LEARNED = Schema.with(
            SMALL,
            "score",
            new DiffusionScore.Learned(
                    Objective.NOISE,
                    new FieldConfig.Network(1, 6, Activation.TANH, 1, false, true),
                    new FieldConfig.Training(5, 16, new LearningRate.Constant(1e-2), 0.5, false, true, 1e-3, 0)));

    @TempDir
    static Path folder;

    private static DiffusionResult run(DiffusionConfig config) {
        return run(config, Streams.of(1));
    }

    private static DiffusionResult run(DiffusionConfig config, Streams streams) {
        return STUDY.run(config, streams, FieldLibrary.in(folder));
    }

    /** One network serves all replicas where its streams are pinned. */
    @Test
    void pinnedTrainingIsSharedByReplicas(@TempDir Path empty) {
        Streams streams = Streams.of(1).withFixed(FieldLibrary.STREAMS);
        for (int replica = 0; replica < 3; replica++) {
            STUDY.run(LEARNED, streams.withReplica(replica), FieldLibrary.in(empty));
        }
        assertThat(empty.toFile().list()).hasSize(1);
    }

    @Test
    void whatWasNotAskedForIsMissing() {
        DiffusionResult result = run(Schema.with(SMALL, "pathParticles", 0, "forwardSteps", 0, "likelihoodPoints", 0));
        assertThat(List.of(
                        result.ks(),
                        result.pathError(),
                        result.negativeLogLikelihood(),
                        result.logDensityError(),
                        result.hutchinsonError()))
                .containsOnly(Double.NaN);
        assertThat(result.forwardMean().toArray()).isEmpty();
        assertThat(run(Schema.with(SMALL, "method", new DiffusionMethod.Ddim(0.5)))
                        .pathError())
                .isNaN();
    }

    /** What the law is: x_τ of the mixture, in 1 000 points within 5 standard errors of its moments. */
    @Test
    void accurateSamplesFollowTheLaw() {
        DiffusionConfig line = Schema.with(
                DiffusionConfig.standard(), "method", new DiffusionMethod.ExponentialMultistep(), "steps", 100);
        DiffusionResult result = run(Schema.with(line, "end", 0.1, "forwardSteps", 20));
        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.evaluations()).isEqualTo(100);
        double a = 0.9467218;
        assertThat(result.lawMean().get(0)).isCloseTo(a * 0.1, within(1e-7));
        assertThat(result.lawVariance().get(0)).isCloseTo(a * a * 2.19 + 0.32205254 * 0.32205254, within(1e-6));
        assertThat(result.meanError()).isLessThan(5);
        assertThat(result.variance().get(0)).isCloseTo(result.lawVariance().get(0), within(0.2));
        assertThat(result.ks()).isLessThan(2 / Math.sqrt(4096));
        assertThat(result.distance()).isLessThan(0.15);
        assertThat(result.pathError()).isBetween(1e-6, 1e-2);
        assertThat(result.shares().stream().sum()).isCloseTo(1, within(0.01));
        assertThat(result.lawShares().stream().sum()).isCloseTo(1, within(1e-3));
        for (int bin = 0; bin < DiffusionStudy.BINS; bin++) {
            assertThat(result.shares().get(bin)).isCloseTo(result.lawShares().get(bin), within(0.025));
        }
        assertThat(result.forwardMean().get(4)).isCloseTo(0.28118288, within(0.08));
        assertThat(result.forwardStdDev().get(4)).isCloseTo(0.9596542, within(0.05));
    }

    /** Deterministic: RK4 of 100 steps in the plane. */
    @Test
    void logDensitiesAlongTheFlowAreTheExactOnes() {
        DiffusionResult result = run(Schema.with(SMALL, "likelihoodPoints", 100, "likelihoodSteps", 100));
        assertThat(result.logDensityError()).isLessThan(2e-3);
        assertThat(result.priorLogDensityError()).isBetween(1e-3, 0.05);
        assertThat(result.negativeLogLikelihood()).isCloseTo(result.exactNegativeLogLikelihood(), within(1e-3));
        assertThat(Math.abs(result.hutchinsonError())).isLessThan(5 * result.hutchinsonStdError());
        assertThat(run(Schema.with(SMALL, "target", new Target.UnevenModes())).hutchinsonError())
                .as("one dimension: probes are exact")
                .isCloseTo(0, within(1e-12));
    }

    @Test
    @Tag("statistical")
    void conditionalSamplesHaveTheExactMean() {
        DiffusionConfig accurate = Schema.with(
                SMALL,
                "method",
                new DiffusionMethod.ProbabilityFlow(OdeMethod.HEUN),
                "steps",
                60,
                "particles",
                2000,
                "likelihoodPoints",
                0);
        for (DiffusionCondition condition : List.of(
                new DiffusionCondition.Component(2),
                new DiffusionCondition.Known(1, DiffusionCondition.Filling.EXACT))) {
            DiffusionResult result = run(Schema.with(accurate, "condition", condition));
            assertThat(result.meanError())
                    .as("in standard errors, false alarm below 1e-4; a bias of a tenth of the spread is caught")
                    .isLessThan(4);
        }
        DiffusionResult one = run(Schema.with(accurate, "condition", new DiffusionCondition.Component(2)));
        assertThat(one.lawMean().toArray()).containsExactly(new double[] {1, -1.2}, within(1e-3));
        assertThat(run(Schema.with(
                                accurate,
                                "condition",
                                new DiffusionCondition.Known(1, DiffusionCondition.Filling.REPLACEMENT),
                                "method",
                                DiffusionMethod.Ancestral.standard()))
                        .mean()
                        .toArray())
                .hasSize(1);
    }

    /** λ = 100 multiplies x by some hundreds in a step. */
    @Test
    void divergenceIsAnOutcome() {
        DiffusionResult result = run(Schema.with(
                SMALL,
                "method",
                new DiffusionMethod.ReverseEquation(SdeMethod.EULER_MARUYAMA, 100),
                "grid",
                TimeGrid.UNIFORM,
                "steps",
                200));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.finiteShare()).isLessThan(1);
        assertThat(List.of(result.distance(), result.energy(), result.meanError(), result.pathError()))
                .containsOnly(Double.NaN);
        assertThat(result.sampleDistance()).isPositive();
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "target", new Target.Checkerboard()))
                .withMessage("target must be a Gaussian mixture, got checkerboard");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "end", 0))
                .withMessage("end must be above 0 for grid=logSnr, where noise ends at 0, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(LEARNED, "condition", new DiffusionCondition.Component(0)))
                .withMessage("score must be exact for condition=component(index=0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(SMALL, "condition", new DiffusionCondition.Component(3))))
                .withMessage("condition.index must be in [0, 2], got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(
                        SMALL, "condition", new DiffusionCondition.Known(2, DiffusionCondition.Filling.EXACT))))
                .withMessage("condition.coordinates must be in [1, 1], got 2");
    }
}
