package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.ClassSplit;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
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
            DataSource.DIGITS, 60, 100, 9, 7, 16, 0, 0.05, 0.9, 12, 0.1, new double[] {0.5, 0.75}, Precision.FLOAT32);

    private static TrainLongerResult run(TrainLongerConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(Schema.of(TrainLongerResult.class).format(run(SMALL))).isEqualTo(PINNED);
        assertThat(Schema.of(TrainLongerResult.class).format(run(Schema.with(SMALL, "ghostBatch", 5))))
                .isEqualTo(PINNED_GHOST);
    }

    private static final String PINNED =
            "stopReason=completed, testAccuracy=0.2, trainAccuracy=0.3, trainLoss=2.1445523136368796, step=["
                    + "1; 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12], distance=[0.18946021528749854; 0.3996624951777126; 0.61"
                    + "12065870291716; 0.8084266775593124; 0.9938314308947095; 1.1582630520645656; 1.1736092239656868;"
                    + " 1.1871420629370508; 1.1994199106253018; 1.2005565950063766; 1.2015462564286854; 1.202424884964"
                    + "027]";
    private static final String PINNED_GHOST =
            "stopReason=completed, testAccuracy=0.23, trainAccuracy=0.4166666666666667, trainLoss=2.47507971"
                    + "1362274, step=[1; 2; 3; 4; 5; 6; 7; 8; 9; 10; 11; 12], distance=[0.12927186470641597; 0.3201466"
                    + "5119015967; 0.5637535033539393; 0.8072645452044886; 1.0468951252947407; 1.313566876418002; 1.33"
                    + "93220775009342; 1.3633860038099646; 1.3853081704501105; 1.3873261257896916; 1.3891881660555812;"
                    + " 1.390933426053324]";

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void kernelsGiveTheSameBits(int ghostBatch) {
        for (Precision precision : Precision.values()) {
            TrainLongerConfig config = Schema.with(SMALL, "ghostBatch", ghostBatch, "precision", precision);
            assertThat(STUDY.run(config, Streams.of(1), MatrixKernels.plain())).isEqualTo(run(config));
        }
    }

    @Test
    void everyFieldChangesTheRun() {
        TrainLongerResult reference = run(SMALL);
        List<TrainLongerConfig> others = List.of(
                Schema.with(SMALL, "dataset", DataSource.FASHION_TEST_14),
                Schema.with(SMALL, "trainSize", 61),
                Schema.with(SMALL, "testSize", 97),
                Schema.with(SMALL, "firstWidth", 10),
                Schema.with(SMALL, "secondWidth", 8),
                Schema.with(SMALL, "batchSize", 15),
                Schema.with(SMALL, "ghostBatch", 16),
                Schema.with(SMALL, "learningRate", 0.06),
                Schema.with(SMALL, "momentum", 0.8),
                Schema.with(SMALL, "updates", 13),
                Schema.with(SMALL, "decay", 0.2),
                Schema.with(SMALL, "milestones", new double[] {0.25, 0.75}),
                Schema.with(SMALL, "precision", Precision.FLOAT64));
        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
    }

    /** With all streams pinned replicas are one; each of them makes a difference. */
    @Test
    void aReplicaIsItsThreeStreams() {
        TrainLongerResult zero = run(SMALL);
        assertThat(STUDY.run(SMALL, Streams.of(1).withFixed(STUDY.streamNames()).withReplica(4)))
                .isEqualTo(zero);
        for (String name : List.of("init", "data", "order")) {
            Set<String> fixed = new TreeSet<>(STUDY.streamNames());
            assertThat(fixed.remove(name)).isTrue();
            assertThat(STUDY.run(SMALL, Streams.of(1).withFixed(fixed).withReplica(4)))
                    .as(name)
                    .isNotEqualTo(zero);
        }
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<TrainLongerConfig> configs = Schema.of(TrainLongerConfig.class);
        TrainLongerConfig none = Schema.with(SMALL, "milestones", new double[0]);
        for (TrainLongerConfig config : List.of(SMALL, none, TrainLongerConfig.standard())) {
            assertThat(configs.parse(configs.format(config), SMALL))
                    .isEqualTo(config)
                    .hasSameHashCodeAs(config);
        }
        Schema<TrainLongerResult> results = Schema.of(TrainLongerResult.class);
        TrainLongerResult result = run(SMALL);
        assertThat(results.parse(results.format(result), run(none))).isEqualTo(result);
    }

    @Test
    void resultsAreValues() {
        TrainLongerResult result = run(SMALL);
        assertThat(run(SMALL)).isEqualTo(result).hasSameHashCodeAs(result);
        for (Schema.Field field : Schema.of(result).fields()) {
            Object value = field.name().equals("stopReason") ? StopReason.DIVERGED : 0.77;
            Object other = field.type().equals(double[].class) ? new double[] {0.77} : value;
            assertThat(Schema.with(result, field.name(), other))
                    .as(field.name())
                    .isNotEqualTo(result);
        }
        result.distance()[0] = 9;
        result.step()[0] = 9;
        SMALL.milestones()[0] = 9;
        assertThat(result).isEqualTo(run(SMALL));
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
        assertThat(run(all).distance()).containsExactly(new double[] {0.05 * norm}, within(1e-12));
        assertThat(run(all).step()).containsExactly(1);
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
        assertThat(standing.distance()[standing.distance().length - 1])
                .as("no rate, no motion")
                .isEqualTo(standing.distance()[5]);
    }

    @Test
    void recordsAreEvenInTheLogarithm() {
        assertThat(TrainLongerStudy.recordSteps(1)).containsExactly(1);
        assertThat(TrainLongerStudy.recordSteps(12)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
        int[] many = TrainLongerStudy.recordSteps(1500);
        assertThat(many).isSorted().doesNotHaveDuplicates().startsWith(1, 2).endsWith(1448, 1500);
        assertThat(many).contains(256, 279, 304, 332, 362, 395, 431, 470, 512);
        assertThat(run(SMALL).step()).hasSize(12);
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
        assertThat(result.distance()).hasSameSizeAs(result.step());
        assertThat(result.distance()[11]).isNaN();
    }

    @Test
    void anInterruptedRunStops() {
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> run(SMALL)).isInstanceOf(CancellationException.class);
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void badConfigsAreNamed() {
        refused("dataset must hold images, got sign", "dataset", DataSource.SIGN);
        refused("trainSize must be in [1, 10000000], got 0", "trainSize", 0);
        refused("testSize must be in [1, 10000000], got 0", "testSize", 0);
        refused("firstWidth must be in [1, 4096], got 0", "firstWidth", 0);
        refused("secondWidth must be in [1, 4096], got 4097", "secondWidth", 4097);
        refused("batchSize must be in [1, trainSize=60], got 61", "batchSize", 61);
        refused("ghostBatch must be in [0, batchSize=16], got 17", "ghostBatch", 17);
        refused("ghostBatch must be in [0, batchSize=16], got -1", "ghostBatch", -1);
        refused("ghostBatch must be 0 or at least 2, got 1", "ghostBatch", 1);
        refused("learningRate must be in (0, 1000000], got 0", "learningRate", 0);
        refused("momentum must be in [0, 1], got 1.5", "momentum", 1.5);
        refused("updates must be in [1, 10000000], got 0", "updates", 0);
        refused("decay must be in [0, 1], got NaN", "decay", Double.NaN);
        refused("milestones must be in [0.5, 1], got 0.25", "milestones", new double[] {0.5, 0.25});
        refused("milestones must be in [0, 1], got 2", "milestones", new double[] {2});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(SMALL, "testSize", 1790)))
                .withMessageContaining("trainSize must be in [1, 7], since dataset=digits has 1797 points");
    }

    @Test
    void missingValuesAreNamed() {
        for (String name : List.of("dataset", "milestones", "precision")) {
            assertThatNullPointerException()
                    .isThrownBy(() -> new TrainLongerConfig(
                            name.equals("dataset") ? null : DataSource.DIGITS,
                            60,
                            100,
                            9,
                            7,
                            16,
                            0,
                            0.05,
                            0.9,
                            12,
                            0.1,
                            name.equals("milestones") ? null : new double[0],
                            name.equals("precision") ? null : Precision.FLOAT32))
                    .withMessage(name);
        }
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
