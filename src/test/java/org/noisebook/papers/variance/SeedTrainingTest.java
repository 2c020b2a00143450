package org.noisebook.papers.variance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.papers.variance.SeedTrainingVariance.Config;
import org.noisebook.papers.variance.SeedTrainingVariance.Result;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.NetworkStudy;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;

class SeedTrainingTest {
    private static final SeedTrainingVariance STUDY = new SeedTrainingVariance();
    private static final double ROUNDING = 1e-12;
    private static final NetworkConfig TRAINING = Schema.with(
            Learner.Network.standard().training(),
            "trainSize",
            40,
            "testSize",
            200,
            "dimension",
            5,
            "network",
            new FullyConnected(1, 9, Activation.RELU));
    private static final Config NETWORK = new Config(new Learner.Network(TRAINING), new SeedLevels(2, 3, 2));
    private static final PerceptronConfig CENTRED =
            Schema.with(PerceptronConfig.standard(), "dimension", 8, "trainSize", 60, "margin", 0.1, "testSize", 0);
    private static final Config CONTROL = new Config(new Learner.Perceptron(CENTRED), new SeedLevels(3, 2, 4));
    private static final Student PUPIL = new Student(6, 30, 3, 4, 0.5, 7, 5, 0.05, 100);

    private static Result run(Config config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Cell (1, 2, 0) of replica 3 draws from replicas 3·2 + 1, 3·3 + 2 and 3·2. */
    @Test
    void aCellIsARunOfTheStudyNetworkUnderItsSeeds() {
        Streams streams = Streams.of(1).withReplica(3);
        Result all = STUDY.run(NETWORK, streams);
        int cell = (1 * 3 + 2) * 2;
        NetworkResult one = new NetworkStudy()
                .run(
                        TRAINING,
                        streams.withReplica("init", 7).withReplica("order", 11).withReplica("data", 6));
        assertThat(all.testError().get(cell)).isEqualTo(one.testError());
        assertThat(all.time().get(cell)).isEqualTo(one.time());
        assertThat(all.relativeWeightChange().get(cell)).isEqualTo(one.relativeWeightChange());
        NetworkResult plain = new NetworkStudy().run(TRAINING, Streams.of(1).withReplica(1));
        assertThat(run(NETWORK).testError().get((1 * 3 + 1) * 2 + 1))
                .as("equal levels are a replica of that study")
                .isEqualTo(plain.testError());
    }

    /** Every source is redrawn by its own seed, and by no other. */
    @Test
    void seedsOfASourceAreSharedByAllCellsThatNameThem() {
        SeedLevels levels = new SeedLevels(2, 3, 4);
        Streams streams = Streams.of(5).withReplica(1);
        for (int cell = 0; cell < levels.cells(); cell++) {
            int[] seeds = {2 + cell / 12, 3 + cell / 4 % 3, 4 + cell % 4};
            for (int s = 0; s < 3; s++) {
                String source = SeedLevels.SOURCES.get(s);
                assertThat(levels.at(streams, cell).at(source).nextLong())
                        .as("%s of cell %d", source, cell)
                        .isEqualTo(Streams.of(5).at(source, seeds[s]).nextLong());
            }
        }
    }

    @Test
    void aFixedSourceKeepsTheSeedsOfReplicaZero() {
        SeedLevels levels = SeedLevels.of(2);
        Streams streams = Streams.of(5).withReplica(3).withFixed(Set.of("data"));
        assertThat(levels.at(streams, 1).at("data").nextLong())
                .isEqualTo(Streams.of(5).at("data", 1).nextLong());
        assertThat(levels.at(streams, 1).at("init").nextLong())
                .isEqualTo(Streams.of(5).at("init", 6).nextLong());
    }

    /** A linear model's f(w) − f(w_0) does not see w_0. */
    @Test
    void theCentredPerceptronOwesNothingToItsInitialisation() {
        Result result = run(CONTROL);
        SeedShares shares = result.shares();
        assertThat(new double[] {shares.init(), shares.initOrder(), shares.initData(), shares.rest(), shares.initTotal()
                })
                .containsOnly(0);
        assertThat(shares.order() + shares.data() + shares.orderData()).isCloseTo(1, within(ROUNDING));
        int perInit = CONTROL.levels().cells() / 3;
        for (int cell = perInit; cell < result.testError().size(); cell++) {
            assertThat(result.testError().get(cell))
                    .isEqualTo(result.testError().get(cell % perInit));
            assertThat(result.relativeWeightChange().get(cell))
                    .as("but w_0 was another")
                    .isNotEqualTo(result.relativeWeightChange().get(cell % perInit));
        }
        assertThat(result.testError().stream().distinct()).hasSize(perInit);
    }

    @Test
    void aCellOfTheControlIsARunOfTheStudyPerceptron() {
        Result all = run(CONTROL);
        PerceptronResult one = new Perceptron()
                .run(
                        CENTRED,
                        Streams.of(1)
                                .withReplica("init", 2)
                                .withReplica("order", 1)
                                .withReplica("data", 3));
        assertThat(all.testError().get(23)).isEqualTo(one.testError());
        assertThat(all.relativeWeightChange().get(23)).isEqualTo(one.relativeWeightChange());
        assertThat(all.fitted()).isEqualTo(24);
    }

    /** Without hidden units, many epochs end at the least-squares fit, wherever they start and in whatever order. */
    @Test
    void aLinearStudentEndsAtLeastSquares() {
        Student linear = new Student(4, 40, 3, 0, 0.3, 40, 3000, 0.2, 200);
        Result result = run(new Config(linear, SeedLevels.of(2)));
        double[] error = result.testError().toArray();
        assertThat(error[2]).isCloseTo(error[0], within(1e-9));
        assertThat(error[4]).isCloseTo(error[0], within(1e-9));
        assertThat(Math.abs(error[1] - error[0])).as("another data set").isGreaterThan(1e-3);
        assertThat(result.shares().data()).isCloseTo(1, within(1e-6));
        assertThat(error[0]).isBetween(0.05, 1.0);
    }

    @Test
    void studentsWithoutNoiseLearnALinearPartOfTheTeacher() {
        Result result = run(new Config(new Student(5, 400, 5, 30, 0, 10, 60, 0.05, 300), SeedLevels.of(2)));
        assertThat(result.testError().stream().max().orElseThrow())
                .as("below what no rule, 1, leaves")
                .isLessThan(0.2);
        assertThat(result.fitted()).isEqualTo(8);
    }

    @Test
    void divergenceIsCountedAndItsResponseIsAGuess() {
        Result student = run(new Config(Schema.with(PUPIL, "learningRate", 1e9), SeedLevels.of(2)));
        assertThat(student.diverged()).isEqualTo(8);
        assertThat(student.testError().toArray()).containsOnly(Double.NaN);
        assertThat(student.shares().mean()).isZero();
        Result network = run(new Config(
                new Learner.Network(Schema.with(TRAINING, "outputScale", 1e-20, "learningRate", 1e30)),
                SeedLevels.of(2)));
        assertThat(network.diverged()).isEqualTo(8);
        assertThat(network.shares().mean()).isCloseTo(StrictMath.log(100.5 / 201), within(ROUNDING));
    }

    @Test
    void theResponseOfANetworkIsFiniteWhereNoPointIsWrong() {
        Learner learner = new Learner.Network(TRAINING);
        assertThat(learner.response(0)).isEqualTo(StrictMath.log(0.5 / 201));
        assertThat(learner.response(0.1)).isEqualTo(StrictMath.log(20.5 / 201));
        assertThat(learner.response(1)).isEqualTo(StrictMath.log(200.5 / 201));
    }

    /** An additive table, half of whose variance is the data's: levels ±1 and ±1, the order nothing. */
    @Test
    void sharesOfAPlantedTable() {
        SeedLevels levels = new SeedLevels(2, 3, 2);
        double[] y = new double[levels.cells()];
        Arrays.setAll(y, cell -> (cell / 6 == 0 ? 1 : -1) + (cell % 2 == 0 ? 3 : 1));
        SeedShares shares = SeedShares.of(levels, y, Streams.of(1).at("bootstrap"));
        assertThat(shares.mean()).isCloseTo(2, within(ROUNDING));
        assertThat(shares.variance()).isCloseTo(4, within(ROUNDING));
        assertThat(new double[] {shares.init(), shares.data(), shares.initTotal(), shares.dataTotal()})
                .containsOnly(new double[] {0.5}, within(ROUNDING));
        assertThat(new double[] {shares.order(), shares.orderTotal(), shares.rest()})
                .containsOnly(new double[] {0}, within(ROUNDING));
    }

    @Test
    void configsOutOfRangeAreRefused() {
        assertRefused("init must be in [2, 1000], got 1", NETWORK, "levels.init", 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedLevels.of(101))
                .withMessage("init · order · data must be in [2, 1000000], got 1030301");
        assertRefused("training.testSize must be in [1, 2147483647], got 0", NETWORK, "learner.training.testSize", 0);
    }

    private static void assertRefused(String message, Config config, Object... namesAndValues) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(config, namesAndValues))
                .withMessageContaining(message);
    }
}
