package org.noisebook.papers.trainlonger;

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
import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.EndCounts;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.Mlp;
import org.noisebook.papers.trainlonger.TrainLonger.Config;
import org.noisebook.papers.trainlonger.TrainLonger.Result;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class TrainLongerTest {
    private static final TrainLonger STUDY = new TrainLonger();
    private static final String SMALL = "dataset=digits, trainSize=60, testSize=100, firstWidth=9, secondWidth=7,"
            + " batchSize=16, learningRate=0.05, updates=12";

    private static Result small(String changes) {
        return STUDY.run(STUDY.config(SMALL, changes), Streams.of(1));
    }

    /** One step on all points, written with another class's loss and gradient: w_1 − w_0 = −η g. */
    @Test
    void aStepGoesDownTheGradient() {
        int count = 60;
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
        assertThat(small("batchSize=60, updates=1, precision=float64, milestones=[]")
                        .distance()
                        .toArray())
                .containsExactly(new double[] {0.05 * norm}, within(1e-12));
    }

    /** A pass holds every image once, in whatever order: only round-off differs where one batch is one pass. */
    @Test
    void aPassHoldsEveryImageOnce() {
        Config whole = STUDY.config(SMALL, "batchSize=60, precision=float64");
        Result a = STUDY.run(whole, Streams.of(1));
        Result b =
                STUDY.run(whole, Streams.of(1).withFixed(Set.of("init", "data")).withReplica(3));
        assertThat(b).isNotEqualTo(a);
        assertThat(b.trainLoss()).isCloseTo(a.trainLoss(), withinPercentage(1e-9));
    }

    @Test
    void theRateFallsAtTheMilestones() {
        Config small = STUDY.config(SMALL);
        assertThat(IntStream.range(0, 12).mapToDouble(small::rateAfter).toArray())
                .containsExactly(
                        new double[] {0.05, 0.05, 0.05, 0.05, 0.05, 0.05, 0.005, 0.005, 0.005, 0.0005, 0.0005, 0.0005},
                        within(1e-15));
        Result standing = small("decay=0, momentum=0");
        assertThat(standing.distance().get(11))
                .as("no rate, no motion")
                .isEqualTo(standing.distance().get(5));
    }

    @Test
    void recordsAreEvenInTheLogarithm() {
        assertThat(STUDY.config("updates=1").recordSteps()).containsExactly(1);
        assertThat(STUDY.config("updates=12").recordSteps()).hasSize(12);
        assertThat(STUDY.config("").recordSteps())
                .isSorted()
                .doesNotHaveDuplicates()
                .startsWith(1, 2)
                .contains(256, 279, 304, 332, 362, 395, 431, 470, 512)
                .endsWith(1448, 1500);
    }

    /** From 1/(1 − μ) on, up to the first milestone. */
    @Test
    void theHighRateEndsAtTheFirstMilestone() {
        assertThat(highRate()).isSorted().startsWith(10, 11).endsWith(664, 724);
        assertThat(highRate(SMALL, "momentum=0")).containsExactly(1, 2, 3, 4, 5, 6);
        assertThat(highRate(SMALL, "momentum=0, updates=11")).endsWith(5, 6);
        assertThat(highRate(SMALL, "milestones=[]")).containsExactly(10, 11, 12);
    }

    private static double[] highRate(String... changes) {
        Config config = STUDY.config(changes);
        return config.highRate(Doubles.of(config.recordSteps()));
    }

    @Test
    void thePowerOfTheDistanceIsFound() {
        double[] t = {10, 20, 50, 100, 400};
        assertThat(TrainLonger.power(t, Arrays.stream(t).map(Math::log).toArray()))
                .isCloseTo(0, within(1e-6));
        assertThat(TrainLonger.power(t, Arrays.stream(t).map(Math::sqrt).toArray()))
                .isCloseTo(0.5, within(1e-6));
        assertThat(small("").power()).as("three records").isNaN();
        assertThat(small("milestones=[], updates=20").rSquare()).isBetween(0.5, 1.0);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void itLearnsTheDigits(int ghostBatch) {
        Result result = small("trainSize=1000, testSize=500, firstWidth=32, secondWidth=16, batchSize=100, updates=150,"
                + " ghostBatch=" + ghostBatch);
        assertThat(result.testAccuracy()).isBetween(0.9, 0.99);
        assertThat(result.trainAccuracy()).isGreaterThan(result.testAccuracy());
        assertThat(result.trainLoss()).isBetween(0.0, 0.2);
    }

    @Test
    void divergenceIsAnOutcome() {
        assertThat(small("learningRate=1e6").ends()).isEqualTo(new EndCounts(0, 0, 1));
    }

    @Test
    void drawnPointsRisingRatesAndTooManyImagesAreRefused() {
        refused("dataset=sign", "dataset must hold images, got sign");
        refused("milestones=[0.5; 0.25]", "milestones must be in [0.5, 1], got 0.25");
        refused("testSize=1790", "trainSize must be in [1, 7], since dataset=digits has 1797 points");
    }

    private static void refused(String change, String message) {
        assertThatIllegalArgumentException().isThrownBy(() -> small(change)).withMessageContaining(message);
    }

    /**
     * The figure where accuracies, distances and displacements follow planted laws: walks by ln^1.8 t. Broken: the last longer run diverges, and
     * walks go as ln t up to the law's last point.
     */
    private static Story.Drawing drawn(boolean broken) {
        return STUDY.story().draw(Preset.QUICK, Planted.experiment((config, replica) -> {
            if (config instanceof SinaiWalk.Config walk) {
                double last = Math.log(walk.lastTime());
                double[] square = Arrays.stream(walk.timeGrid())
                        .map(Math::log)
                        .map(log -> (replica % 2 == 0 ? 0.9 : 1.1)
                                * (broken ? Math.pow(walk.limit(last) * log / last, 2) : Math.pow(log, 3.6)))
                        .toArray();
                return new SinaiWalk.Result(1, Doubles.of(walk.timeGrid()), Doubles.of(square));
            }
            Config training = (Config) config;
            boolean small = training.batchSize() == 32;
            double none = Double.NaN;
            return broken && !small && training.updates() == 1500 && replica == 4
                    ? new Result(none, none, none, none, none, Doubles.of())
                    : new Result(accuracy(training) + 0.001 * replica, 1, 0.1, 0, 1, distance(training, replica));
        }));
    }

    private static double accuracy(Config config) {
        if (config.batchSize() == 32) {
            return 0.84;
        }
        if (config.updates() == 1500) {
            return 0.835;
        }
        if (config.ghostBatch() == 1024) {
            return 0.825;
        }
        return config.ghostBatch() > 0 ? 0.82 : config.learningRate() > 0.1 ? 0.81 : 0.8;
    }

    /** √t of the small batch, ln t of the large. */
    private static Doubles distance(Config config, int replica) {
        return Doubles.of(Arrays.stream(config.recordSteps())
                .map(t -> replica + (config.batchSize() == 32 ? 1 + 0.5 * Math.sqrt(t) : 2 + 3 * Math.log(t)))
                .toArray());
    }

    private static double[] y(Story.Drawing drawing, String panel, String series) {
        return Planted.column(drawing.data(), "y", panel, series);
    }

    private static double measured(Story.Drawing drawing, String id) {
        return Planted.claim(drawing, "train-longer-" + id).measured().mean();
    }

    /** Walks are pooled before the root; gaps are shares of their means; the planned scatter widens the pilot's window. */
    @Test
    void numbersOfManyCellsAreThosePlanted() {
        Story.Drawing drawing = drawn(false);
        assertThat(measured(drawing, "sinai")).isCloseTo(1.8, within(1e-9));
        assertThat(measured(drawing, "sinai-prefactor")).isCloseTo(4 * Math.pow(30 * Math.log(10), -0.2), within(5e-3));
        verdicts(drawing, Claim.Verdict.REPRODUCED, "sinai");
        verdicts(drawing, Claim.Verdict.NOT_REPRODUCED, "sinai-prefactor");
        assertThat(measured(drawing, "gap")).isCloseTo(0.04, within(1e-9));
        assertThat(measured(drawing, "closed")).isCloseTo(0.875, within(1e-9));
        double sampling = 0.842 * (1 - 0.842) / 6000;
        double variance = 0.0012 * 0.0012;
        assertThat(Planted.claim(drawing, "train-longer-small-accuracy").windowHigh())
                .isCloseTo(0.842 + 3.3 * Math.sqrt(sampling + variance + 0.01076 * 0.01076 / 5), within(1e-9));
        Estimate small = Estimate.ofMean(0.84, 0.841, 0.842, 0.843, 0.844).withError(Math.sqrt(sampling));
        assertThat(Planted.column(drawing.data(), "low", "accuracy", "accuracy")[0])
                .isCloseTo(small.low(), within(2e-6));
    }

    @Test
    void theRightLawLeavesNothing() {
        Story.Drawing drawing = drawn(false);
        String longer = "B = 1024, longer";
        double[] x = Planted.column(drawing.data(), "x", "distance", longer);
        assertThat(x).startsWith(10, 13);
        assertThat(y(drawing, "distance", longer)).startsWith(new double[] {4 + 3 * Math.log(10)}, within(1e-4));
        assertThat(y(drawing, "distance", longer + ", a + b ln t"))
                .containsExactly(y(drawing, "distance", longer), within(1e-4));
        assertThat(y(drawing, "ln t", longer)).hasSizeGreaterThan(10).containsOnly(new double[] {0}, within(1e-4));
        assertThat(y(drawing, "√t", "B = 32")).containsOnly(new double[] {0}, within(1e-4));
        assertThat(y(drawing, "√t", longer)[0]).isLessThan(-1);
        assertThat(y(drawing, "ln t", "B = 32")[0]).isGreaterThan(0.2);
    }

    @Test
    void aRunThatDivergedLeavesItsPointsAndClaimsEmpty() {
        Story.Drawing broken = drawn(true);
        assertThat(y(broken, "distance", "B = 1024, longer")).isNotEmpty().containsOnly(Double.NaN);
        assertThat(y(broken, "distance", "B = 1024, longer, a + b ln t")).isEmpty();
        assertThat(Planted.column(broken.data(), "diverged", "accuracy", "accuracy"))
                .containsExactly(0, 0, 0, 0, 0, 1);
        verdicts(broken, Claim.Verdict.NOT_RESOLVED, "closed");
        verdicts(broken, Claim.Verdict.NOT_REPRODUCED, "sinai");
        verdicts(broken, Claim.Verdict.REPRODUCED, "gap", "sinai-prefactor");
    }

    private static void verdicts(Story.Drawing drawing, Claim.Verdict verdict, String... ids) {
        for (String id : ids) {
            assertThat(Planted.claim(drawing, "train-longer-" + id).verdict())
                    .as(id)
                    .isEqualTo(verdict);
        }
    }
}
