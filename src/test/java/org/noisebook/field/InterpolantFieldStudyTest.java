package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

class InterpolantFieldStudyTest {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();

    /** Two networks on the line, some milliseconds. */
    private static final InterpolantFieldConfig SMALL = new InterpolantFieldConfig(
            new FieldConfig(
                    new Target.ThreeModes(),
                    Base.Density.standard(),
                    PathSchedule.linear(2),
                    Objective.INTERPOLANT_VELOCITY,
                    new FieldConfig.Network(1, 6, Activation.TANH, 1, false, true),
                    new FieldConfig.Training(5, 16, new LearningRate.Constant(1e-2), 0.5, true, true, 1e-3, 0)),
            InterpolantFieldConfig.Companion.NOISE,
            new double[] {0, 0.5},
            4,
            0.1,
            30);

    @TempDir
    static Path folder;

    private static InterpolantFieldResult run(InterpolantFieldConfig config) {
        return run(config, Streams.of(1));
    }

    private static InterpolantFieldResult run(InterpolantFieldConfig config, Streams streams) {
        return STUDY.run(config, streams, FieldLibrary.in(folder));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(Schema.of(InterpolantFieldResult.class).format(run(SMALL))).isEqualTo(PINNED);
    }

    private static final String PINNED = "stopReason=completed, "
            + "trainingLoss=[3.0284601635465793; 29.402143013083858; 0.7179044920999812; -5.6137277117853355; "
            + "-5.070616340267026], "
            + "companionLoss=[0.5129441417575453; 0.43101319450790204; 0.35267097147970383; 0.3916977568243166; "
            + "0.329236754914195], loss=5.309935878644935, lossError=0.05998237728911354, "
            + "floor=-8.42817487210916, excess=13.738110750754094, excessError=0.03282937253126085, "
            + "velocityExcess=17.364704699944102, velocityExcessError=0.0375074247854391, "
            + "scoreExcess=1.2351422526185711, scoreExcessError=0.0038106709683862834, "
            + "distance=[3.1865571398295764; 4.313319823332937], distanceError=[NaN; NaN], "
            + "sampleDistance=2.1746216718288736, exactDistance=[2.090618277435518; 2.132901077658021], "
            + "filledShare=[NaN; NaN], finiteShare=[1; 1], evaluations=[8; 8], cellShares=[]";

    @Test
    void aTrainedFieldFromAFileGivesTheSame(@TempDir Path empty) {
        FieldLibrary library = FieldLibrary.in(empty);
        InterpolantFieldResult trained = STUDY.run(SMALL, Streams.of(2), library);
        assertThat(STUDY.run(SMALL, Streams.of(2), library)).isEqualTo(trained);
        assertThat(STUDY.run(SMALL, Streams.of(2), FieldLibrary.in(empty))).isEqualTo(trained);
    }

    @Test
    void everyFieldChangesTheRun() {
        InterpolantFieldResult reference = run(SMALL);
        List<InterpolantFieldConfig> others = List.of(
                Schema.with(SMALL, "field.network.width", 7),
                Schema.with(SMALL, "companion", InterpolantFieldConfig.Companion.SCORE),
                Schema.with(SMALL, "diffusions", new double[] {0, 0.6}),
                Schema.with(SMALL, "steps", 5),
                Schema.with(SMALL, "noiseMargin", 0.11),
                Schema.with(SMALL, "particles", 31));
        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
    }

    /** With all streams pinned replicas are one; each that this config draws from makes a difference. */
    @Test
    void aReplicaIsItsStreams() {
        InterpolantFieldResult zero = run(SMALL);
        Streams other = Streams.of(1).withReplica(4);
        assertThat(run(SMALL, other.withFixed(STUDY.streamNames()))).isEqualTo(zero);
        Set<String> classesAndPlanes = Set.of("dropout", "test-dropout", "directions");
        for (String name : STUDY.streamNames()) {
            if (!classesAndPlanes.contains(name)) {
                Set<String> fixed = new TreeSet<>(STUDY.streamNames());
                fixed.remove(name);
                assertThat(run(SMALL, other.withFixed(fixed))).as(name).isNotEqualTo(zero);
            }
        }
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<InterpolantFieldConfig> configs = Schema.of(InterpolantFieldConfig.class);
        for (InterpolantFieldConfig config : List.of(SMALL, InterpolantFieldConfig.standard())) {
            assertThat(configs.parse(configs.format(config), SMALL)).isEqualTo(config);
        }
        Schema<InterpolantFieldResult> results = Schema.of(InterpolantFieldResult.class);
        InterpolantFieldResult result = run(SMALL);
        assertThat(results.parse(results.format(result), run(Schema.with(SMALL, "particles", 31))))
                .isEqualTo(result);
    }

    @Test
    void resultsAreValues() {
        InterpolantFieldResult result = run(SMALL);
        assertThat(run(SMALL)).isEqualTo(result).hasSameHashCodeAs(result);
        for (Schema.Field field : Schema.of(result).fields()) {
            Object value = field.name().equals("stopReason") ? StopReason.DIVERGED : 0.77;
            Object changed = field.type().equals(double[].class) ? new double[] {0.77} : value;
            assertThat(Schema.with(result, field.name(), changed))
                    .as(field.name())
                    .isNotEqualTo(result);
        }
        double[] handedOut = result.distance();
        handedOut[0] = 9;
        assertThat(result.distance()[0]).isNotEqualTo(9);
    }

    /** L − min L is the excess, both on the same draws, and samples of exact fields lie as near to the target as its own points. */
    @Test
    void theExactFieldIsTheFloor() {
        InterpolantFieldResult result = run(Schema.with(SMALL, "particles", 4000, "steps", 60, "noiseMargin", 0.03));
        assertThat(result.floor()).isLessThan(result.loss()).isCloseTo(result.loss() - result.excess(), within(1e-12));
        assertThat(Arrays.stream(result.exactDistance())).allMatch(d -> d < 0.3);
        assertThat(Arrays.stream(result.distance())).allMatch(d -> d > 0.3);
        assertThat(result.evaluations()).containsExactly(120, 60 + 2 * 4);
        assertThat(result.finiteShare()).containsOnly(1);
    }

    @Test
    void divergenceIsAnOutcome() {
        InterpolantFieldConfig wild = Schema.with(
                SMALL,
                "field.training.learningRate",
                new LearningRate.Constant(1000),
                "field.training.steps",
                60,
                "field.network.layers",
                20,
                "field.network.activation",
                Activation.RELU);
        InterpolantFieldResult result = run(wild);
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.loss()).isNaN();
        assertThat(result.distance()).containsOnly(Double.NaN).hasSize(2);
    }

    /** A twentieth of the recipe already fills the squares better than points without structure, of which half would lie there. */
    @Test
    void theCheckerboardIsLearned() {
        InterpolantFieldConfig config = Schema.with(
                InterpolantFieldConfig.standard(), "field.training.steps", 250, "particles", 4000, "steps", 30);
        InterpolantFieldResult result = run(config);
        assertThat(result.loss()).isLessThan(-2.6);
        assertThat(Arrays.stream(result.filledShare())).allMatch(share -> share > 0.65);
        for (int i = 0; i < config.diffusions().length; i++) {
            assertThat(filledCells(result.cellShares(), i)).isCloseTo(result.filledShare()[i], within(1e-9));
        }
    }

    /** Cells of the histogram do not cross the borders of squares. */
    private static double filledCells(double[] shares, int diffusion) {
        int cells = InterpolantFieldResult.CELLS;
        double side = 2 * InterpolantFieldResult.REACH / cells;
        double sum = 0;
        for (int row = 0; row < cells; row++) {
            for (int column = 0; column < cells; column++) {
                double x = (column + 0.5) * side - InterpolantFieldResult.REACH;
                double y = (row + 0.5) * side - InterpolantFieldResult.REACH;
                sum += Target.Checkerboard.isFilled(x, y) ? shares[(diffusion * cells + row) * cells + column] : 0;
            }
        }
        return sum;
    }

    /** Recorded elsewhere: loss −2.93; shares .887, .941, .960 for ε = 0, ½, 1, with about .003 between trainings. */
    @Test
    @Tag("slow")
    void theRecipeFillsTheSquares() {
        InterpolantFieldResult result = run(InterpolantFieldConfig.standard());
        assertThat(result.loss()).isCloseTo(-2.93, within(0.04));
        assertThat(result.filledShare()[0]).isCloseTo(0.887, within(0.015));
        assertThat(result.filledShare()[1]).isCloseTo(0.941, within(0.015));
        assertThat(result.filledShare()[2]).isCloseTo(0.960, within(0.015));
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "companion", InterpolantFieldConfig.Companion.NONE))
                .withMessage("diffusions must be 0 where no score is learned, got 0.5; companion=noise learns one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "diffusions", new double[] {-1}))
                .withMessage("diffusions must be in [0, 1000], got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "noiseMargin", 0))
                .withMessage("noiseMargin must be in (0, 0.4], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "field.objective", Objective.SCORE))
                .withMessageStartingWith("companion must be none unless field.objective is a velocity");
    }
}
