package org.noisebook.regime.recurrent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.data.DataSource;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.regime.Movement;
import org.noisebook.rng.Streams;

class RecurrentStudyTest {
    private static final RecurrentStudy STUDY = new RecurrentStudy();
    private static final RecurrentConfig SMALL = Schema.with(
            RecurrentConfig.standard(),
            "width",
            20,
            "iterations",
            60,
            "batchSize",
            8,
            "learningRate",
            0.05,
            "testTrials",
            40,
            "probes",
            20,
            "kernelProbes",
            4,
            "records",
            4);
    private static final RecurrentConfig DIGITS = Schema.with(
            SMALL,
            "task",
            new RecurrentTask.ImageRows(DataSource.DIGITS, 100),
            "connectivity",
            new Connectivity.LowRank(2),
            "leak",
            0.5);
    private static final RecurrentConfig MATCH = Schema.with(
            SMALL, "task", RecurrentTask.DelayedMatch.standard(), "connectivity", new Connectivity.Dale(0.8, true));
    private static final RecurrentConfig CONTEXT = Schema.with(
            SMALL,
            "task",
            RecurrentTask.ContextDecision.standard(),
            "connectivity",
            new Connectivity.AlignedLowRank(1, 1));
    private static final RecurrentConfig DIVERGING = Schema.with(SMALL, "gain", 1e6, "learningRate", 1e10);
    /** A few thousand roundings of numbers of order 1. */
    private static final double ROUNDING = 1e-12;

    private static RecurrentResult run(RecurrentConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** A million small steps take more than no time and less than hours. */
    @Test
    void aRunIsForetoldFromAFewIterations() {
        RecurrentConfig large = Schema.with(SMALL, "iterations", 1_000_000);
        assertThat(STUDY.seconds(large, Streams.of(1))).isBetween(0.1, 10_000.0);
    }

    static Stream<RecurrentConfig> configs() {
        return Stream.of(SMALL, DIGITS, MATCH, CONTEXT);
    }

    /** A structure changes neither the other weights nor the trials: with rank N the run is the Gaussian one. */
    @Test
    void structuresShareTheirDraws() {
        RecurrentResult gaussian = run(SMALL);

        assertThat(run(Schema.with(SMALL, "connectivity", new Connectivity.LowRank(20))))
                .isEqualTo(gaussian);
        double size = gaussian.ranks().stableRank() * Math.pow(gaussian.ranks().largestSingularValue(), 2);
        RecurrentResult low = run(Schema.with(SMALL, "connectivity", new Connectivity.LowRank(3)));
        assertThat(low.ranks().stableRank() * Math.pow(low.ranks().largestSingularValue(), 2))
                .as("the squared norm of W")
                .isCloseTo(size, within(ROUNDING * size));
        assertThat(low.ranks().participationRatio()).isLessThan(3);
    }

    /** After one step with a tiny rate nothing has moved but in proportion to the rate. */
    @Test
    void aTinyStepIsLazy() {
        RecurrentConfig step = Schema.with(SMALL, "iterations", 1, "learningRate", 1e-6, "records", 0);
        RecurrentResult once = run(step);
        RecurrentResult twice = run(Schema.with(step, "learningRate", 2e-6));

        assertThat(once.movement().kernelAlignment()).isCloseTo(1, within(1e-9));
        assertThat(once.allKernelAlignment()).isCloseTo(1, within(1e-9));
        assertThat(once.movement().representationAlignment()).isCloseTo(1, within(1e-9));
        assertThat(once.movement().signSimilarity()).isEqualTo(1);
        assertThat(twice.movement().weightChange() / once.movement().weightChange())
                .isCloseTo(2, within(1e-8));
        assertThat(twice.readOutWeightChange() / once.readOutWeightChange()).isCloseTo(2, within(1e-8));
        assertThat(once.recordStep().toArray()).isEmpty();
    }

    @Test
    void recordsEndWhereTheRunEnds() {
        RecurrentResult result = run(Schema.with(SMALL, "records", 5));

        assertThat(result.recordStep().toArray()).containsExactly(1, 3, 8, 22, 60);
        assertThat(result.recordWeightChange().get(4))
                .isEqualTo(result.movement().weightChange());
        assertThat(result.recordKernelAlignment().get(4))
                .isEqualTo(result.movement().kernelAlignment());
        assertThat(result.recordRepresentationAlignment().get(4))
                .isEqualTo(result.movement().representationAlignment());
        assertThat(result.recordLoss().get(4)).isLessThan(result.recordLoss().get(0));
        assertThat(run(Schema.with(SMALL, "records", 0)).movement())
                .as("looking changes nothing")
                .isEqualTo(result.movement());
    }

    @Test
    void divergenceIsAnOutcome() {
        RecurrentResult result = run(DIVERGING);

        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.movement()).isEqualTo(Movement.NONE);
        assertThat(result.testAccuracy()).isNaN();
        assertThat(result.readOutWeightChange()).isNaN();
        assertThat(result.ranks().spectralRadius())
                .isCloseTo(8e5 * run(SMALL).ranks().spectralRadius(), within(1.0));
        assertThat(result.recordLoss().stream()).allMatch(Double::isFinite);
    }

    /** Weights far out may leave every unit off: nothing is infinite, and the kernels are zero. */
    @Test
    void aDeadNetworkHasNoAlignment() {
        RecurrentResult result = run(Schema.with(SMALL, "learningRate", 1e30));

        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.testLoss()).isCloseTo(Math.log(3), within(ROUNDING));
        assertThat(result.movement().kernelAlignment()).isNaN();
        assertThat(result.allKernelAlignment()).isNaN();
    }

    /** 600 steps at N = 50 learn the choice, but not better than an ideal observer. */
    @Test
    @Tag("statistical")
    void trainingApproachesTheIdealObserverFromBelow() {
        RecurrentConfig config = Schema.with(
                RecurrentConfig.standard(), "width", 50, "iterations", 600, "learningRate", 0.02, "testTrials", 8000);
        RecurrentResult result = run(config);
        double ceiling = config.task().ceiling();
        double error = Math.sqrt(ceiling * (1 - ceiling) / config.testTrials());

        assertThat(result.testAccuracy())
                .as("four standard errors of 8000 trials, false alarm 3e-5; labels that leak would give 1")
                .isBetween(0.8, ceiling + 4 * error);
    }

    /** A start beyond all numbers, which one step may take to 0. */
    @Test
    void aStartThatIsNotFiniteDiverges() {
        for (int replica = 0; replica < 4; replica++) {
            RecurrentResult result = new RecurrentStudy()
                    .run(
                            Schema.with(
                                    SMALL,
                                    "task",
                                    new RecurrentTask.TwoAlternativeChoice(40, 0.1),
                                    "width",
                                    1,
                                    "connectivity",
                                    new Connectivity.Gaussian(),
                                    "gain",
                                    1e6,
                                    "iterations",
                                    1),
                            Streams.of(1).withReplica(replica));
            assertThat(result.stopReason()).isIn(StopReason.COMPLETED, StopReason.DIVERGED);
        }
    }

    @Test
    void refusesWhatOnlyTheRunWouldFind() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "connectivity", new Connectivity.AlignedLowRank(3, 1)))
                .withMessage("rank must be in [1, directions=2], got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(RecurrentConfig.standard(), "task", RecurrentTask.ImageRows.standard()))
                .withMessage("testTrials must be in [1, images beside task.trainSize=597], got 4096");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(
                        RecurrentConfig.standard(), "testTrials", 1_000_000, "probes", 1_000_000, "width", 4096))
                .withMessageStartingWith("probes · width must be in [1, ");
    }

    @Test
    void refusesWhatMakesNoRun() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "connectivity", new Connectivity.LowRank(21)))
                .withMessageContaining("rank must be in [1, size=20], got 21");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(DIGITS, "batchSize", 101))
                .withMessage("batchSize must be in [1, task.trainSize=100], got 101");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Schema.with(RecurrentConfig.standard(), "testTrials", 5000, "probes", 500, "kernelProbes", 400))
                .withMessage("kernelProbes must be in [1, 8192 rows of the kernel / 24=341], got 400");
    }
}
