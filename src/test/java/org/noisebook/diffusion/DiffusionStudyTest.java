package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
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

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(Schema.of(DiffusionResult.class).format(run(SMALL))).isEqualTo(PINNED);
        assertThat(run(LEARNED).distance()).isEqualTo(PINNED_LEARNED);
    }

    private static final String PINNED =
            "stopReason=completed, evaluations=4, finiteShare=1, ks=NaN, distance=0.36882073705114143, "
                    + "sampleDistance=0.262433179619083, energy=0.0475880006702154, mean=[-0.40920789679747976; "
                    + "0.054003902782596244], variance=[0.9843873530059888; 0.3750210365309804], "
                    + "lawMean=[-0.2499862566277744; 0.11999340318133168], lawVariance=[1.7724150682942061; "
                    + "0.9356070803907485], meanError=0.7486514457391904, pathError=0.4628122993691624, shares=[0; 0; "
                    + "0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0.03333333333333333; 0.1; 0.1; 0.06666666666666667; "
                    + "0.06666666666666667; 0.16666666666666666; 0.03333333333333333; 0.06666666666666667; "
                    + "0.03333333333333333; 0.03333333333333333; 0; 0; 0.13333333333333333; 0; 0.16666666666666666; "
                    + "0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0; 0], lawShares=[9.606255788723802e-11; "
                    + "1.7969703221133201e-9; 2.687381170666438e-8; 3.21355111519827e-7; 3.073082800014478e-6; "
                    + "2.3505022333860502e-5; 0.0001438157583407965; 0.0007039965620825163; 0.00275744906598757; "
                    + "0.008643044890186826; 0.021681610729041498; 0.04353293216603411; 0.0699639401470139; "
                    + "0.09000806635362399; 0.09269533321508183; 0.07642855163840656; 0.050491256165796694; "
                    + "0.02688363158627688; 0.012064729387470663; 0.006057804347305462; 0.006508867895927084; "
                    + "0.0121695175369948; 0.024297240438271972; 0.0459383304694424; 0.07526445099666823; "
                    + "0.09696955203943225; 0.09320795156576; 0.06738601551121381; 0.03919038480410697; "
                    + "0.020228926782696943; 0.00980461267241639; 0.0043819631655858116; 0.0017366781435331768; "
                    + "0.0005975358041835355; 0.00017732681737969713; 4.5327874433898074e-5; 9.97792643187001e-6; "
                    + "1.8913637728212862e-6; 3.08711146201901e-7; 4.338648484925045e-8], "
                    + "forwardMean=[0.9083486552682342; 0.8924863286342583; 0.5809431806835096; 0.39759871627056653; "
                    + "0.15205747155407615; 0.14919019980942164; 0.1126225248891239; 0.050046368112719314; "
                    + "-0.2039417611427579; 0.01695855962057609], forwardStdDev=[0.35364530868173494; "
                    + "0.6417098524497065; 0.8487646879412316; 1.0963513209266522; 0.9269300297961662; "
                    + "0.9408774214032861; 0.952560205799149; 0.9286848375843408; 0.9346355036657977; "
                    + "0.6755034816892659], negativeLogLikelihood=1.948267917472258, "
                    + "exactNegativeLogLikelihood=1.9296426325939284, logDensityError=0.05825336144923643, "
                    + "priorLogDensityError=0.05668649951356608, hutchinsonError=-0.027418988435063962, "
                    + "hutchinsonStdError=0.16302013359918824";

    private static final double PINNED_LEARNED = 0.8401095173033135;

    @Test
    void everyFieldChangesTheRun() {
        List<DiffusionConfig> others = List.of(
                Schema.with(SMALL, "target", Target.ModeRing.standard()),
                Schema.with(SMALL, "diffusion", Diffusion.SubVariancePreserving.standard()),
                LEARNED,
                Schema.with(SMALL, "method", new DiffusionMethod.Ddim(0.5)),
                Schema.with(SMALL, "grid", TimeGrid.EDM),
                Schema.with(SMALL, "steps", 5),
                Schema.with(SMALL, "end", 2e-3),
                Schema.with(SMALL, "condition", new DiffusionCondition.Component(1)),
                Schema.with(SMALL, "particles", 31),
                Schema.with(SMALL, "pathParticles", 6),
                Schema.with(SMALL, "forwardSteps", 2),
                Schema.with(SMALL, "likelihoodPoints", 7),
                Schema.with(SMALL, "likelihoodSteps", 6));
        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        DiffusionResult reference = run(SMALL);
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
    }

    /** With all streams pinned replicas are one; each makes a difference to some config. */
    @Test
    void aReplicaIsItsStreams() {
        DiffusionConfig noisy = Schema.with(LEARNED, "method", DiffusionMethod.Ancestral.standard());
        DiffusionConfig replacing = Schema.with(
                SMALL,
                "method",
                DiffusionMethod.Ancestral.standard(),
                "condition",
                new DiffusionCondition.Known(1, DiffusionCondition.Filling.REPLACEMENT));
        Streams other = Streams.of(1).withReplica(4);
        for (DiffusionConfig config : List.of(noisy, replacing)) {
            assertThat(run(config, other.withFixed(STUDY.streamNames()))).isEqualTo(run(config));
        }
        // No class is withheld, and a one-sided interpolant has no further noise.
        Set<String> always = new TreeSet<>(STUDY.streamNames());
        always.removeAll(Set.of("dropout", "noise"));
        for (String name : always) {
            Set<String> fixed = new TreeSet<>(STUDY.streamNames());
            fixed.remove(name);
            assertThat(Stream.of(noisy, replacing))
                    .as(name)
                    .anyMatch(config -> !run(config, other.withFixed(fixed)).equals(run(config)));
        }
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
    void configsAndResultsSurviveTheirText() {
        Schema<DiffusionConfig> configs = Schema.of(DiffusionConfig.class);
        DiffusionConfig known =
                Schema.with(SMALL, "condition", new DiffusionCondition.Known(1, DiffusionCondition.Filling.EXACT));
        for (DiffusionConfig config : List.of(SMALL, LEARNED, known, DiffusionConfig.standard())) {
            assertThat(configs.parse(configs.format(config), DiffusionConfig.standard()))
                    .isEqualTo(config);
        }
        assertThat(configs.parse("diffusion=varianceExploding, method=predictorCorrector, score=learned", SMALL))
                .isEqualTo(Schema.with(
                        SMALL,
                        "diffusion",
                        new Diffusion.VarianceExploding(0.01, 50),
                        "method",
                        DiffusionMethod.PredictorCorrector.standard(),
                        "score",
                        DiffusionScore.Learned.standard()));
        Schema<DiffusionResult> results = Schema.of(DiffusionResult.class);
        DiffusionResult result = run(SMALL);
        assertThat(results.parse(results.format(result), run(Schema.with(SMALL, "particles", 31))))
                .isEqualTo(result);
    }

    @Test
    void resultsAreValues() {
        DiffusionResult result = run(SMALL);
        assertThat(run(SMALL)).isEqualTo(result).hasSameHashCodeAs(result);
        for (Schema.Field field : Schema.of(result).fields()) {
            Object value = field.name().equals("stopReason") ? StopReason.DIVERGED : 0.77;
            Object changed = field.type().equals(double[].class) ? new double[] {0.77} : value;
            assertThat(Schema.with(result, field.name(), changed))
                    .as(field.name())
                    .isNotEqualTo(result);
        }
        double[] handedOut = result.mean();
        handedOut[0] = 9;
        assertThat(result.mean()[0]).isNotEqualTo(9);
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
        assertThat(result.forwardMean()).isEmpty();
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
        assertThat(result.lawMean()[0]).isCloseTo(a * 0.1, within(1e-7));
        assertThat(result.lawVariance()[0]).isCloseTo(a * a * 2.19 + 0.32205254 * 0.32205254, within(1e-6));
        assertThat(result.meanError()).isLessThan(5);
        assertThat(result.variance()[0]).isCloseTo(result.lawVariance()[0], within(0.2));
        assertThat(result.ks()).isLessThan(2 / Math.sqrt(4096));
        assertThat(result.distance()).isLessThan(0.15);
        assertThat(result.pathError()).isBetween(1e-6, 1e-2);
        assertThat(Arrays.stream(result.shares()).sum()).isCloseTo(1, within(0.01));
        assertThat(Arrays.stream(result.lawShares()).sum()).isCloseTo(1, within(1e-3));
        for (int bin = 0; bin < DiffusionStudy.BINS; bin++) {
            assertThat(result.shares()[bin]).isCloseTo(result.lawShares()[bin], within(0.025));
        }
        assertThat(result.forwardMean()[4]).isCloseTo(0.28118288, within(0.08));
        assertThat(result.forwardStdDev()[4]).isCloseTo(0.9596542, within(0.05));
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
        assertThat(one.lawMean()).containsExactly(new double[] {1, -1.2}, within(1e-3));
        assertThat(run(Schema.with(
                                accurate,
                                "condition",
                                new DiffusionCondition.Known(1, DiffusionCondition.Filling.REPLACEMENT),
                                "method",
                                DiffusionMethod.Ancestral.standard()))
                        .mean())
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
                .isThrownBy(() -> Schema.with(SMALL, "end", 0.6))
                .withMessage("end must be in [0, 0.5], got 0.6");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(LEARNED, "condition", new DiffusionCondition.Component(0)))
                .withMessage("score must be exact for condition=component(index=0)");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "pathParticles", 31))
                .withMessage("pathParticles must be in [0, particles=30], got 31");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(SMALL, "condition", new DiffusionCondition.Component(3))))
                .withMessage("condition.index must be in [0, 2], got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(
                        SMALL, "condition", new DiffusionCondition.Known(2, DiffusionCondition.Filling.EXACT))))
                .withMessage("condition.coordinates must be in [1, 1], got 2");
    }
}
