package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.model.Mlp;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

class TrainLongerStudyTest {
    private static final TrainLongerStudy STUDY = new TrainLongerStudy();
    private static final TrainLongerConfig SMALL = new TrainLongerConfig(
            DataSource.DIGITS, 60, 100, 9, 7, 16, 0, 0.05, 0.9, 12, 0.1, Doubles.of(0.5, 0.75), Precision.FLOAT32);

    private static TrainLongerResult run(TrainLongerConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** One step on all points, written with another class's loss and gradient: w_1 − w_0 = −η g. */
    @Test
    void aStepGoesDownTheGradient() {
        int count = 60;
        TrainLongerConfig all = Schema.with(
                SMALL, "batchSize", count, "updates", 1, "precision", Precision.FLOAT64, "milestones", new double[0]);
        ClassSplit split = ClassSplit.of(DataSource.DIGITS, count, 100, Streams.of(1));
        double[] x = IntStream.range(0, count * 64)
                .mapToDouble(k -> split.train().x(k / 64, k % 64))
                .toArray();
        int[] labels =
                IntStream.range(0, count).map(i -> split.train().label(i)).toArray();
        int[] index = IntStream.range(0, count).toArray();
        Mlp network = Mlp.of(new int[] {64, 9, 7, 10}, Activation.RELU, count, MatrixKernels.plain());
        network.initialise(Streams.of(1).at("init"), Math.sqrt(2));
        network.forward(x, index, 0, count);
        network.crossEntropy(labels, index, 0);
        network.backward();
        double norm =
                Math.sqrt(Arrays.stream(network.gradient()).map(g -> g * g).sum());
        assertThat(run(all).distance().toArray()).containsExactly(new double[] {0.05 * norm}, within(1e-12));
        assertThat(run(all).step().toArray()).containsExactly(1);
    }

    /** A pass holds every image once, in whatever order: only round-off differs where one batch is one pass. */
    @Test
    void aPassHoldsEveryImageOnce() {
        TrainLongerConfig whole = Schema.with(SMALL, "batchSize", 60, "precision", Precision.FLOAT64);
        Streams other = Streams.of(1).withFixed(Set.of("init", "data")).withReplica(3);
        TrainLongerResult a = run(whole);
        TrainLongerResult b = STUDY.run(whole, other);
        assertThat(b).isNotEqualTo(a);
        assertThat(b.trainLoss()).isCloseTo(a.trainLoss(), withinPercentage(1e-9));
    }

    @Test
    void theRateFallsAtTheMilestones() {
        double[] rates = IntStream.range(0, 12).mapToDouble(SMALL::rateAfter).toArray();
        assertThat(rates)
                .containsExactly(
                        new double[] {0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.005, 0.005, 0.005, 0.0005, 0.0005, 0.0005},
                        within(1e-15));
        assertThat(SMALL.firstPhase()).isEqualTo(6);
        assertThat(Schema.with(SMALL, "updates", 11).firstPhase()).isEqualTo(6);
        assertThat(Schema.with(SMALL, "milestones", new double[0]).firstPhase()).isEqualTo(12);
        TrainLongerResult standing = run(Schema.with(SMALL, "decay", 0, "momentum", 0));
        assertThat(standing.distance().get(standing.distance().size() - 1))
                .as("no rate, no motion")
                .isEqualTo(standing.distance().get(5));
    }

    @Test
    void recordsAreEvenInTheLogarithm() {
        assertThat(TrainLongerStudy.recordSteps(1)).containsExactly(1);
        assertThat(TrainLongerStudy.recordSteps(12)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        int[] many = TrainLongerStudy.recordSteps(1500);
        assertThat(many).isSorted().doesNotHaveDuplicates().startsWith(1, 2).endsWith(1448, 1500);
        assertThat(many).contains(256, 279, 304, 332, 362, 395, 431, 470, 512);
        assertThat(run(SMALL).step().toArray()).hasSize(12);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void itLearnsTheDigits(int ghostBatch) {
        TrainLongerConfig config = Schema.with(
                SMALL,
                "trainSize",
                1000,
                "testSize",
                500,
                "firstWidth",
                32,
                "secondWidth",
                16,
                "batchSize",
                100,
                "updates",
                150,
                "ghostBatch",
                ghostBatch);
        TrainLongerResult result = run(config);
        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.testAccuracy()).isBetween(0.9, 0.99);
        assertThat(result.trainAccuracy()).isGreaterThan(result.testAccuracy());
        assertThat(result.trainLoss()).isBetween(0.0, 0.2);
    }

    @Test
    void divergenceIsAnOutcome() {
        TrainLongerResult result = run(Schema.with(SMALL, "learningRate", 1e6));
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.fitted()).isFalse();
        assertThat(result.testAccuracy()).isNaN();
        assertThat(result.trainAccuracy()).isNaN();
        assertThat(result.trainLoss()).isNaN();
        assertThat(result.distance().toArray()).hasSize(result.step().size());
        assertThat(result.distance().get(11)).isNaN();
    }

    @Test
    void drawnPointsRisingRatesAndTooManyImagesAreRefused() {
        refused("dataset must hold images, got sign", "dataset", DataSource.SIGN);
        refused("milestones must be in [0.5, 1], got 0.25", "milestones", new double[] {0.5, 0.25});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(SMALL, "testSize", 1790)))
                .withMessageContaining("trainSize must be in [1, 7], since dataset=digits has 1797 points");
    }

    private static void refused(String message, Object... change) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, change))
                .withMessage(message);
    }

    @Test
    void workMemoryAndInputs() {
        TrainLongerConfig standard = TrainLongerConfig.standard();
        assertThat(standard.trainSize() + standard.testSize())
                .isEqualTo(standard.dataset().points());
        assertThat(standard.updates() * standard.batchSize())
                .as("twelve epochs")
                .isEqualTo(12 * standard.trainSize());
        assertThat(STUDY.memory(standard)).isBetween(20_000_000L, 100_000_000L);
        assertThat(STUDY.memory(Schema.with(standard, "firstWidth", 4096))).isGreaterThan(2 * STUDY.memory(standard));
        assertThat(STUDY.work(Schema.with(standard, "batchSize", 1024)))
                .isCloseTo(32 * STUDY.work(standard), withinPercentage(1e-9));
        assertThat(STUDY.inputs(standard))
                .containsExactlyElementsOf(
                        DataLibrary.standard().inputs(DataSource.FASHION_TEST).values());
    }
}
