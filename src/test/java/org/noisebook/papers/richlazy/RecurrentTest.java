package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.experiment.Schema;
import org.noisebook.model.StopReason;
import org.noisebook.papers.richlazy.Recurrent.Config;
import org.noisebook.papers.richlazy.Recurrent.Result;
import org.noisebook.regime.Movement;
import org.noisebook.rng.Streams;

class RecurrentTest {
    private static final Recurrent STUDY = new Recurrent();
    private static final Config SMALL = Schema.with(
            STUDY.defaults(),
            "width=20, iterations=60, batchSize=8, learningRate=0.05, testTrials=40, probes=20, kernelProbes=4, records=4");
    private static final Config DIVERGING = Schema.with(SMALL, "gain", 1e6, "learningRate", 1e10);
    /** A few thousand roundings of numbers of order 1. */
    private static final double ROUNDING = 1e-12;

    private static Result run(Config config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** A million small steps take more than no time and less than hours. */
    @Test
    void aRunIsForetoldFromAFewIterations() {
        Config large = Schema.with(SMALL, "iterations", 1_000_000);
        assertThat(STUDY.seconds(large, Streams.of(1))).isBetween(0.1, 10_000.0);
    }

    /** A structure changes neither the other weights nor the trials: with rank N the run is the Gaussian one. */
    @Test
    void structuresShareTheirDraws() {
        Result gaussian = run(SMALL);

        assertThat(run(Schema.with(SMALL, "connectivity", new Connectivity.LowRank(20))))
                .isEqualTo(gaussian);
        double size = gaussian.ranks().stableRank() * Math.pow(gaussian.ranks().largestSingularValue(), 2);
        Result low = run(Schema.with(SMALL, "connectivity", new Connectivity.LowRank(3)));
        assertThat(low.ranks().stableRank() * Math.pow(low.ranks().largestSingularValue(), 2))
                .as("the squared norm of W")
                .isCloseTo(size, within(ROUNDING * size));
        assertThat(low.ranks().participationRatio()).isLessThan(3);
    }

    /** After one step with a tiny rate nothing has moved but in proportion to the rate. */
    @Test
    void aTinyStepIsLazy() {
        Config step = Schema.with(SMALL, "iterations", 1, "learningRate", 1e-6, "records", 0);
        Result once = run(step);
        Result twice = run(Schema.with(step, "learningRate", 2e-6));

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
        Result result = run(Schema.with(SMALL, "records", 5));

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
        Result result = run(DIVERGING);

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
        Result result = run(Schema.with(SMALL, "learningRate", 1e30));

        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.testLoss()).isCloseTo(Math.log(3), within(ROUNDING));
        assertThat(result.movement().kernelAlignment()).isNaN();
        assertThat(result.allKernelAlignment()).isNaN();
    }

    /** 600 steps at N = 50 learn the choice, but not better than an ideal observer. */
    @Test
    @Tag("statistical")
    void trainingApproachesTheIdealObserverFromBelow() {
        Config config =
                Schema.with(STUDY.defaults(), "width", 50, "iterations", 600, "learningRate", 0.02, "testTrials", 8000);
        Result result = run(config);
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
            Result result = STUDY.run(
                    Schema.with(SMALL, "task=twoAlternativeChoice(stimulusSteps=40), width=1, gain=1e6, iterations=1"),
                    Streams.of(1).withReplica(replica));
            assertThat(result.stopReason()).isIn(StopReason.COMPLETED, StopReason.DIVERGED);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "connectivity=lowRank(rank=21) | rank must be in [1, size=20], got 21",
                "connectivity=alignedLowRank(rank=3, alignment=1) | rank must be in [1, directions=2], got 3",
                "task=imageRows, testTrials=4096 | testTrials must be in [1, images beyond task.trainSize=597], got 4096",
                "task=imageRows(trainSize=7) | batchSize must be in [1, task.trainSize=7], got 8",
                "testTrials=1000000, probes=1000000, width=4096"
                        + " | probes · width must be in [1, 1073741823], got 4096000000",
                "testTrials=5000, probes=500, kernelProbes=400"
                        + " | kernelProbes must be in [1, 8192 rows of the kernel / 24=341], got 400"
            })
    void refusesWhatMakesNoRun(String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, changes))
                .withMessage(message);
    }
}
