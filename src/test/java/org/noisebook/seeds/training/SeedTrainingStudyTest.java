package org.noisebook.seeds.training;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.NetworkStudy;
import org.noisebook.sgd.Perceptron;
import org.noisebook.sgd.PerceptronConfig;
import org.noisebook.sgd.PerceptronResult;

class SeedTrainingStudyTest {
    private static final SeedTrainingStudy STUDY = new SeedTrainingStudy();
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
    private static final SeedTrainingConfig NETWORK =
            new SeedTrainingConfig(new Learner.Network(TRAINING), new SeedLevels(2, 3, 2));
    private static final PerceptronConfig CENTRED =
            Schema.with(PerceptronConfig.standard(), "dimension", 8, "trainSize", 60, "margin", 0.1, "testSize", 0);
    private static final SeedTrainingConfig CONTROL =
            new SeedTrainingConfig(new Learner.Perceptron(CENTRED), new SeedLevels(3, 2, 4));
    private static final Student PUPIL = new Student(6, 30, 3, 4, 0.5, 7, 5, 0.05, 100);
    private static final SeedTrainingConfig STUDENT = new SeedTrainingConfig(PUPIL, SeedLevels.of(2));

    private static SeedTrainingResult run(SeedTrainingConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(List.of(NETWORK, CONTROL, STUDENT).stream()
                        .map(config -> Schema.of(SeedTrainingResult.class).format(run(config))))
                .containsExactlyElementsOf(PINNED);
    }

    private static final List<String> PINNED = List.of(
            "fitted=12, capped=0, diverged=0, shares=seedShares(mean=-2.602622633964913, "
                    + "variance=0.5318573695117645, init=0.01848198321266962, order=0.03655663222903437, "
                    + "data=0.8487494824539386, initOrder=0, initData=0, orderData=0, rest=0.09621190210435741, "
                    + "initTotal=0.11469388531702703, orderTotal=0.1327685343333918, dataTotal=0.944961384558296), "
                    + "testError=[0.125; 0.035; 0.12; 0.045; 0.105; 0.035; 0.095; 0.055; 0.135; 0.065; 0.13; 0.035], "
                    + "time=[864; 512; 1664; 512; 944; 584; 1208; 392; 1536; 656; 672; 624], "
                    + "relativeWeightChange=[1.7875952148376253; 1.8461541647034494; 1.956789431187279; 1.762927455262611; "
                    + "1.8604541195952116; 1.8570792123283353; 1.9199934568232608; 1.5666751309894975; 2.1763920420340135; "
                    + "1.8182262663985522; 1.9593515029101316; 1.5995451430866772]",
            "fitted=24, capped=0, diverged=0, shares=seedShares(mean=-4.0445830246357115, "
                    + "variance=0.4603285001723086, init=0, order=0, data=0.19787689438686396, initOrder=0, initData=0, "
                    + "orderData=0.802123105613136, rest=0, initTotal=0, orderTotal=0.802123105613136, dataTotal=1), "
                    + "testError=[0.03732444026920515; 0.019312988512693502; 0.022197752884521377; 0.011812095892445907; "
                    + "0.02125157633486921; 0.004420414986548236; 0.029644368755508875; 0.01684240573679896; "
                    + "0.03732444026920515; 0.019312988512693502; 0.022197752884521377; 0.011812095892445907; "
                    + "0.02125157633486921; 0.004420414986548236; 0.029644368755508875; 0.01684240573679896; "
                    + "0.03732444026920515; 0.019312988512693502; 0.022197752884521377; 0.011812095892445907; "
                    + "0.02125157633486921; 0.004420414986548236; 0.029644368755508875; 0.01684240573679896], time=[88; "
                    + "376; 138; 638; 274; 102; 650; 508; 88; 376; 138; 638; 274; 102; 650; 508; 88; 376; 138; 638; 274; "
                    + "102; 650; 508], relativeWeightChange=[0.6147764892985182; 1.092801978921673; 0.8927729918977123; "
                    + "0.9653935875835755; 0.8595847456910861; 0.8409235874484776; 1.0340784755071637; 1.0649352287477545; "
                    + "0.8357252757840189; 1.4855516616351483; 1.2136328695939245; 1.3123530848487697; 1.1685168693944559; "
                    + "1.1431489480600725; 1.4057231110311834; 1.4476696868366719; 0.903639421512965; 1.6062731175484202; "
                    + "1.3122571926284499; 1.4189997799228637; 1.2634748983715476; 1.2360454853529173; 1.5199574018722226; "
                    + "1.5653127125151391]",
            "fitted=8, capped=0, diverged=0, shares=seedShares(mean=-0.09192863856713024, "
                    + "variance=0.06917595506280316, init=0, order=0.00851807957675273, data=0, "
                    + "initOrder=0.008790886703867521, initData=0.9731633266867201, orderData=0.005998181189110522, "
                    + "rest=0.003529525843549021, initTotal=0.9854837392341368, orderTotal=0.026836673313279793, "
                    + "dataTotal=0.9826910337193797), testError=[0.9857634045170052; 1.0028664576032653; "
                    + "0.9987025567305396; 0.9488146401616175; 0.6789811432274823; 1.1357938068406097; 0.6374601529566718; "
                    + "1.0407911917221824], time=[1.25; 1.25; 1.25; 1.25; 1.25; 1.25; 1.25; 1.25], "
                    + "relativeWeightChange=[0.21937806609786245; 0.20079028499696444; 0.23505905017993362; "
                    + "0.2165744081973356; 0.3300296484331317; 0.2915624642905051; 0.33877870398687526; 0.2733472361511146]");

    /** Cell (1, 2, 0) of replica 3 draws from replicas 3·2 + 1, 3·3 + 2 and 3·2. */
    @Test
    void aCellIsARunOfTheStudyNetworkUnderItsSeeds() {
        Streams streams = Streams.of(1).withReplica(3);
        SeedTrainingResult all = STUDY.run(NETWORK, streams);
        int cell = (1 * 3 + 2) * 2;
        NetworkResult one = new NetworkStudy()
                .run(
                        TRAINING,
                        streams.withReplica("init", 7).withReplica("order", 11).withReplica("data", 6));
        assertThat(all.testError()[cell]).isEqualTo(one.testError());
        assertThat(all.time()[cell]).isEqualTo(one.time());
        assertThat(all.relativeWeightChange()[cell]).isEqualTo(one.relativeWeightChange());
        NetworkResult plain = new NetworkStudy().run(TRAINING, Streams.of(1).withReplica(1));
        assertThat(run(NETWORK).testError()[(1 * 3 + 1) * 2 + 1])
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
        SeedTrainingResult result = run(CONTROL);
        SeedShares shares = result.shares();
        assertThat(new double[] {shares.init(), shares.initOrder(), shares.initData(), shares.rest(), shares.initTotal()
                })
                .containsOnly(0);
        assertThat(shares.order() + shares.data() + shares.orderData()).isCloseTo(1, within(ROUNDING));
        int perInit = CONTROL.levels().cells() / 3;
        for (int cell = perInit; cell < result.testError().length; cell++) {
            assertThat(result.testError()[cell]).isEqualTo(result.testError()[cell % perInit]);
            assertThat(result.relativeWeightChange()[cell])
                    .as("but w_0 was another")
                    .isNotEqualTo(result.relativeWeightChange()[cell % perInit]);
        }
        assertThat(Arrays.stream(result.testError()).distinct()).hasSize(perInit);
    }

    @Test
    void aCellOfTheControlIsARunOfTheStudyPerceptron() {
        SeedTrainingResult all = run(CONTROL);
        PerceptronResult one = new Perceptron()
                .run(
                        CENTRED,
                        Streams.of(1)
                                .withReplica("init", 2)
                                .withReplica("order", 1)
                                .withReplica("data", 3));
        assertThat(all.testError()[23]).isEqualTo(one.testError());
        assertThat(all.relativeWeightChange()[23]).isEqualTo(one.relativeWeightChange());
        assertThat(all.fitted()).isEqualTo(24);
    }

    /** Without hidden units, many epochs end at the least-squares fit, wherever they start and in whatever order. */
    @Test
    void aLinearStudentEndsAtLeastSquares() {
        Student linear = new Student(4, 40, 3, 0, 0.3, 40, 3000, 0.2, 200);
        SeedTrainingResult result = run(new SeedTrainingConfig(linear, SeedLevels.of(2)));
        double[] error = result.testError();
        assertThat(error[2]).isCloseTo(error[0], within(1e-9));
        assertThat(error[4]).isCloseTo(error[0], within(1e-9));
        assertThat(Math.abs(error[1] - error[0])).as("another data set").isGreaterThan(1e-3);
        assertThat(result.shares().data()).isCloseTo(1, within(1e-6));
        assertThat(error[0]).isBetween(0.05, 1.0);
    }

    @Test
    void studentsWithoutNoiseLearnALinearPartOfTheTeacher() {
        SeedTrainingResult result =
                run(new SeedTrainingConfig(new Student(5, 400, 5, 30, 0, 10, 60, 0.05, 300), SeedLevels.of(2)));
        assertThat(Arrays.stream(result.testError()).max().orElseThrow())
                .as("below what no rule, 1, leaves")
                .isLessThan(0.2);
        assertThat(result.fitted()).isEqualTo(8);
    }

    @Test
    void divergenceIsCountedAndItsResponseIsAGuess() {
        SeedTrainingResult student =
                run(new SeedTrainingConfig(Schema.with(PUPIL, "learningRate", 1e9), SeedLevels.of(2)));
        assertThat(student.diverged()).isEqualTo(8);
        assertThat(student.testError()).containsOnly(Double.NaN);
        assertThat(student.shares().mean()).isZero();
        SeedTrainingResult network = run(new SeedTrainingConfig(
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

    @ParameterizedTest
    @ValueSource(ints = {2, 8})
    void threadsChangeNothing(int threads) {
        List<SeedTrainingConfig> configs = List.of(NETWORK, CONTROL, STUDENT);
        assertThat(results(configs, threads)).isEqualTo(results(configs, 1));
    }

    private static List<List<SeedTrainingResult>> results(List<SeedTrainingConfig> configs, int threads) {
        Experiment experiment =
                new Experiment(1, Cache.inMemory(), new LocalRunner(threads, Optional.empty()), Progress.SILENT);
        var results = experiment.run(Sweep.of(STUDY, configs, 2));
        return configs.stream().map(results::of).toList();
    }

    @Test
    void everyFieldChangesTheRun() {
        SeedTrainingResult reference = run(STUDENT);
        List<Student> others = List.of(
                Schema.with(PUPIL, "dimension", 7),
                Schema.with(PUPIL, "trainSize", 31),
                Schema.with(PUPIL, "teacherUnits", 4),
                Schema.with(PUPIL, "hidden", 0),
                Schema.with(PUPIL, "noise", 0.4),
                Schema.with(PUPIL, "batchSize", 8),
                Schema.with(PUPIL, "epochs", 6),
                Schema.with(PUPIL, "learningRate", 0.06),
                Schema.with(PUPIL, "testSize", 101));
        assertThat(others).hasSize(Schema.of(PUPIL).fields().size());
        assertThat(others)
                .allSatisfy(other ->
                        assertThat(run(Schema.with(STUDENT, "learner", other))).isNotEqualTo(reference));
        assertThat(run(Schema.with(STUDENT, "levels.order", 3))).isNotEqualTo(reference);
        assertThat(run(Schema.with(NETWORK, "learner.training.outputScale", 2))).isNotEqualTo(run(NETWORK));
        assertThat(run(Schema.with(CONTROL, "learner.training.margin", 0.2))).isNotEqualTo(run(CONTROL));
        assertThat(STUDY.run(STUDENT, Streams.of(1).withReplica(1))).isNotEqualTo(reference);
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<SeedTrainingConfig> schema = Schema.of(SeedTrainingConfig.class);
        for (SeedTrainingConfig config : List.of(NETWORK, CONTROL, STUDENT, STUDY.defaults())) {
            assertThat(schema.parse(schema.format(config), STUDY.defaults())).isEqualTo(config);
        }
        assertThat(schema.parse("learner=student, levels.init=3", STUDY.defaults()))
                .isEqualTo(new SeedTrainingConfig(Student.standard(), new SeedLevels(3, 6, 6)));
        assertThat(schema.parse("learner=perceptron(training.dimension=9)", STUDY.defaults())
                        .learner())
                .isEqualTo(Schema.with(Learner.Perceptron.standard(), "training.dimension", 9));
        Schema<SeedTrainingResult> results = Schema.of(SeedTrainingResult.class);
        SeedTrainingResult result = run(STUDENT);
        assertThat(results.parse(results.format(result), run(CONTROL))).isEqualTo(result);
    }

    @Test
    void configsOutOfRangeAreRefused() {
        assertRefused("init must be in [2, 1000], got 1", NETWORK, "levels.init", 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SeedLevels.of(101))
                .withMessage("init · order · data must be in [2, 1000000], got 1030301");
        assertRefused("training.testSize must be in [1, 2147483647], got 0", NETWORK, "learner.training.testSize", 0);
        assertRefused("batchSize must be in [1, trainSize=30], got 31", STUDENT, "learner.batchSize", 31);
        assertRefused("hidden must be in [0, 16383], got -1", STUDENT, "learner.hidden", -1);
        assertRefused("learningRate must be in (0, 1", STUDENT, "learner.learningRate", 0);
    }

    private static void assertRefused(String message, SeedTrainingConfig config, Object... namesAndValues) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(config, namesAndValues))
                .withMessageContaining(message);
    }

    @Test
    void interruptionEndsARun() {
        for (SeedTrainingConfig config : List.of(NETWORK, CONTROL, STUDENT)) {
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> run(config)).isInstanceOf(CancellationException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
