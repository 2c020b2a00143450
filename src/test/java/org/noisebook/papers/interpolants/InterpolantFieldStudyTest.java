package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.field.BaseDensity;
import org.noisebook.field.FieldConfig;
import org.noisebook.field.FieldLibrary;
import org.noisebook.field.LearningRate;
import org.noisebook.field.Objective;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Target;
import org.noisebook.linalg.Activation;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

@Tag("long")
class InterpolantFieldStudyTest {
    private static final InterpolantFieldStudy STUDY = new InterpolantFieldStudy();

    /** Two networks on the line, some milliseconds. */
    private static final InterpolantFieldStudy.Config SMALL = new InterpolantFieldStudy.Config(
            new FieldConfig(
                    new Target.ThreeModes(),
                    BaseDensity.Density.standard(),
                    PathSchedule.linear(2),
                    Objective.INTERPOLANT_VELOCITY,
                    new FieldConfig.Network(1, 6, Activation.TANH, 1, false, true),
                    new FieldConfig.Training(5, 16, new LearningRate.Constant(1e-2), 0.5, true, true, 1e-3, 0)),
            InterpolantFieldStudy.Companion.NOISE,
            Doubles.of(0, 0.5),
            4,
            0.1,
            30);

    @TempDir
    static Path folder;

    private static InterpolantFieldStudy.Result run(InterpolantFieldStudy.Config config) {
        return run(config, Streams.of(1));
    }

    private static InterpolantFieldStudy.Result run(InterpolantFieldStudy.Config config, Streams streams) {
        return run(config, streams, folder);
    }

    private static InterpolantFieldStudy.Result run(InterpolantFieldStudy.Config config, Streams streams, Path in) {
        return InterpolantFieldStudy.run(config, streams, FieldLibrary.in(in), ReplicaEngine.plain());
    }

    @Test
    void aTrainedFieldFromAFileGivesTheSame(@TempDir Path empty) {
        InterpolantFieldStudy.Result trained = run(SMALL, Streams.of(2), empty);
        assertThat(empty).isDirectoryRecursivelyContaining("glob:**.field");
        assertThat(run(SMALL, Streams.of(2), empty)).isEqualTo(trained);
    }

    @Test
    void runsSideBySideAreRunsOnTheirOwn(@TempDir Path empty) {
        List<Run<InterpolantFieldStudy.Config, InterpolantFieldStudy.Result>> runs = IntStream.range(0, 3)
                .mapToObj(r -> new Run<>(STUDY, SMALL, Streams.of(4).withReplica(r)))
                .toList();
        InterpolantFieldStudy.Result[] results = new InterpolantFieldStudy.Result[3];
        InterpolantFieldStudy.run(
                runs, ReplicaEngine.plain(), (run, result) -> results[run] = result, FieldLibrary.in(empty));
        assertThat(results)
                .containsExactly(runs.stream()
                        .map(run -> run(SMALL, run.streams()))
                        .toArray(InterpolantFieldStudy.Result[]::new));
        assertThat(empty).isDirectoryRecursivelyContaining("glob:**.field");
        InterpolantFieldStudy.run(
                List.of(), ReplicaEngine.plain(), (run, result) -> fail("no run"), FieldLibrary.in(empty));
        // They are all there: nothing is trained again.
        InterpolantFieldStudy.Result[] again = new InterpolantFieldStudy.Result[3];
        InterpolantFieldStudy.run(
                runs, ReplicaEngine.plain(), (run, result) -> again[run] = result, FieldLibrary.in(empty));
        assertThat(again).containsExactly(results);
        assertThat(STUDY.together(SMALL, ReplicaEngine.plain())).isEqualTo(SMALL);
    }

    /** L − min L is the excess, both on the same draws, and samples of exact fields lie as near to the target as its own points. */
    @Test
    void theExactFieldIsTheFloor() {
        InterpolantFieldStudy.Result result =
                run(Schema.with(SMALL, "particles", 4000, "steps", 60, "noiseMargin", 0.03));
        assertThat(result.floor()).isLessThan(result.loss()).isCloseTo(result.loss() - result.excess(), within(1e-12));
        assertThat(result.exactDistance().stream()).allMatch(d -> d < 0.3);
        assertThat(result.distance().stream()).allMatch(d -> d > 0.3);
        assertThat(result.evaluations().toArray()).containsExactly(120, 60 + 2 * 4);
        assertThat(result.finiteShare().toArray()).containsOnly(1);
    }

    @Test
    void divergenceIsAnOutcome() {
        InterpolantFieldStudy.Config wild = Schema.with(
                SMALL,
                "field.training.learningRate",
                new LearningRate.Constant(1000),
                "field.training.steps",
                60,
                "field.network.layers",
                20,
                "field.network.activation",
                Activation.RELU);
        InterpolantFieldStudy.Result result = run(wild);
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.loss()).isNaN();
        assertThat(result.distance().toArray()).containsOnly(Double.NaN).hasSize(2);
    }

    /** A twentieth of the recipe already fills the squares better than points without structure, of which half would lie there. */
    @Test
    void theCheckerboardIsLearned() {
        InterpolantFieldStudy.Config config =
                Schema.with(STUDY.defaults(), "field.training.steps", 250, "particles", 4000, "steps", 30);
        InterpolantFieldStudy.Result result = run(config);
        assertThat(result.loss()).isLessThan(-2.6);
        assertThat(result.filledShare().stream()).allMatch(share -> share > 0.65);
        for (int i = 0; i < config.diffusions().size(); i++) {
            assertThat(filledCells(result.cellShares().toArray(), i))
                    .isCloseTo(result.filledShare().get(i), within(1e-9));
        }
    }

    /** Cells of the histogram do not cross the borders of squares. */
    private static double filledCells(double[] shares, int diffusion) {
        int cells = InterpolantFieldStudy.CELLS;
        double side = 2 * InterpolantFieldStudy.REACH / cells;
        double sum = 0;
        for (int row = 0; row < cells; row++) {
            for (int column = 0; column < cells; column++) {
                double x = (column + 0.5) * side - InterpolantFieldStudy.REACH;
                double y = (row + 0.5) * side - InterpolantFieldStudy.REACH;
                sum += Target.Checkerboard.isFilled(x, y) ? shares[(diffusion * cells + row) * cells + column] : 0;
            }
        }
        return sum;
    }

    /** Recorded elsewhere: loss −2.93; shares .887, .941, .960 for ε = 0, ½, 1, with about .003 between trainings. */
    @Test
    @Tag("slow")
    void theRecipeFillsTheSquares() {
        InterpolantFieldStudy.Result result = run(STUDY.defaults());
        assertThat(result.loss()).isCloseTo(-2.93, within(0.04));
        assertThat(result.filledShare().get(0)).isCloseTo(0.887, within(0.015));
        assertThat(result.filledShare().get(1)).isCloseTo(0.941, within(0.015));
        assertThat(result.filledShare().get(2)).isCloseTo(0.960, within(0.015));
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "companion", InterpolantFieldStudy.Companion.NONE))
                .withMessage("diffusions must be 0 where no score is learned, got 0.5; companion=noise learns one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "field.objective", Objective.SCORE))
                .withMessageStartingWith("companion must be none unless field.objective is a velocity");
    }
}
