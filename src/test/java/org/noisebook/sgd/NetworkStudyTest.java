package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.assertj.core.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.ReplicaRunner;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.NetworkKernels;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class NetworkStudyTest {
    private static final NetworkStudy STUDY = new NetworkStudy();
    /** Trained within a few thousand steps. */
    private static final NetworkConfig SMALL = new NetworkConfig(
            DataSource.SIGN,
            new Task.Parity(),
            6,
            64,
            100,
            new FullyConnected(2, 20, Activation.RELU),
            16,
            4,
            GradientNoise.MINIBATCH,
            8,
            Precision.FLOAT64,
            400_000,
            8);

    private static final NetworkConfig DIGITS =
            Schema.with(SMALL, "dataset", DataSource.DIGITS, "dimension", 0, "learningRate", 2, "outputScale", 4);
    private static final NetworkConfig FASHION = Schema.with(
            DIGITS,
            "dataset",
            DataSource.FASHION_TEST,
            "network",
            new FullyConnected(3, 16, Activation.GELU),
            "learningRate",
            1);
    private static final NetworkConfig PICTURES = Schema.with(
            DIGITS,
            "dataset",
            DataSource.FASHION_TEST_14,
            "network",
            new InvertedResidual(1, 4, Activation.RELU),
            "outputScale",
            16);
    private static final NetworkConfig STRIPE = Schema.with(
            SMALL,
            "dataset",
            DataSource.STRIPE,
            "network",
            new FullyConnected(1, 33, Activation.SILU),
            "trainSize",
            40);
    private static final NetworkConfig DIVERGING = Schema.with(
            SMALL, "network", new FullyConnected(1, 20, Activation.RELU), "outputScale", 1e-20, "learningRate", 1e30);
    /** Sums of a few thousand rounded terms. */
    private static final double ROUNDING = 1e-12;
    /** Float weights of order 1 carry 6e-8 each, outputs a few times that. */
    private static final double FLOAT_ERROR = 1e-5;

    private static NetworkResult run(NetworkConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    private static Split split(NetworkConfig config, Streams streams) {
        return Split.of(
                config.dataset(), config.task(), config.trainSize(), config.testSize(), config.dimension(), streams);
    }

    static Stream<NetworkConfig> configs() {
        return Stream.of(
                        SMALL,
                        DIGITS,
                        FASHION,
                        STRIPE,
                        PICTURES,
                        Schema.with(SMALL, "noise", GradientNoise.UNFITTED),
                        Schema.with(SMALL, "noise", GradientNoise.GAUSSIAN))
                .flatMap(config ->
                        Stream.of(Precision.values()).map(precision -> Schema.with(config, "precision", precision)));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultsOfVersionOneArePinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(configs().map(config -> Schema.of(NetworkResult.class).format(run(config))))
                .containsExactlyElementsOf(PINNED);
    }

    private static final List<String> PINNED = List.of(
            "stopReason=fitted, steps=86, time=688, activeUpdates=28, trainLoss=0, smallestMargin=1.0564649348071486, "
                    + "testError=0.16, testLoss=0.03515004746755053, relativeWeightChange=0.21550060705513022, "
                    + "relativeKernelChange=0.5737713954088015, layerWeightChange=[0.3994412897685745; 0.11421512404244397; 0.45117348236570376]",
            "stopReason=fitted, steps=86, time=688, activeUpdates=28, trainLoss=0, smallestMargin=1.0564651936292648, "
                    + "testError=0.16, testLoss=0.035150058241561054, relativeWeightChange=0.21550063584487072, "
                    + "relativeKernelChange=0.5737715449374841, layerWeightChange=[0.3994413271732533; 0.11421514635063675; 0.45117356340936304]",
            "stopReason=fitted, steps=417, time=834, activeUpdates=231, trainLoss=0, smallestMargin=1.0556429682599369, "
                    + "testError=0.15, testLoss=0.09245782820518791, relativeWeightChange=0.2098787681226144, "
                    + "relativeKernelChange=4.522414359341627, layerWeightChange=[0.19120567270090097; 0.19627770861653182; 0.9207040493925255]",
            "stopReason=fitted, steps=417, time=834, activeUpdates=231, trainLoss=0, smallestMargin=1.0556421279907227, "
                    + "testError=0.15, testLoss=0.0924578951857984, relativeWeightChange=0.20987888534041996, "
                    + "relativeKernelChange=4.522421682625325, layerWeightChange=[0.19120577744444892; 0.19627783347796685; 0.9207045187388864]",
            "stopReason=fitted, steps=252, time=252, activeUpdates=103, trainLoss=0, smallestMargin=1.0055789238124864, "
                    + "testError=0.23, testLoss=0.14709560773884914, relativeWeightChange=0.03532560956642381, "
                    + "relativeKernelChange=1.4559891600657127, layerWeightChange=[0.02853236714621858; 0.11163688273468016; 0.07739650140583904; 0.2251961607088753]",
            "stopReason=fitted, steps=252, time=252, activeUpdates=103, trainLoss=0, smallestMargin=1.0055779814720154, "
                    + "testError=0.23, testLoss=0.14709606401622297, relativeWeightChange=0.03532560652727775, "
                    + "relativeKernelChange=1.455993011581033, layerWeightChange=[0.028532364384220816; 0.11163686581661762; 0.0773965226387563; 0.22519607663005448]",
            "stopReason=fitted, steps=1387, time=11096, activeUpdates=277, trainLoss=0, smallestMargin=1.0219308133164557, "
                    + "testError=0.18, testLoss=0.0370344336392551, relativeWeightChange=0.5566472645530048, "
                    + "relativeKernelChange=1.5421629634612062, layerWeightChange=[0.5277842992078823; 0.6834079292858111]",
            "stopReason=fitted, steps=1387, time=11096, activeUpdates=277, trainLoss=0, smallestMargin=1.0219310373067856, "
                    + "testError=0.18, testLoss=0.03703443409875035, relativeWeightChange=0.5566472819168699, "
                    + "relativeKernelChange=1.5421631451259832, layerWeightChange=[0.5277842923116829; 0.6834080423697526]",
            "stopReason=fitted, steps=1150, time=2300, activeUpdates=817, trainLoss=0, smallestMargin=1.0388422883334378, "
                    + "testError=0.18, testLoss=0.04786178672993992, relativeWeightChange=0.0895872065094869, relativeKernelChange=3074.238773114421, "
                    + "layerWeightChange=[0.10045727770889687; 0.09217160508655838; 0.1709604727524522; "
                    + "0.12004588157111261; 0.07860635589166355; 0.19088670666661728; 0.14322735725716607; "
                    + "0.04388582409523804; 0.12731201647474277; 0.27124540957222; 0.1214582078856707; "
                    + "0.15876906706844318; 0.03557062300225882; 0.0257920904353135; 0.030738466150017667; "
                    + "0.06624656086851095; 0.24397175548031164]",
            "stopReason=fitted, steps=1260, time=2520, activeUpdates=836, trainLoss=0, smallestMargin=1.0459961518645287, "
                    + "testError=0.21, testLoss=0.04450597344140988, relativeWeightChange=0.08955492568558418, relativeKernelChange=3153.5647714379425, "
                    + "layerWeightChange=[0.10102819387193511; 0.0903820587529439; 0.16741362613543329; "
                    + "0.11608032617846292; 0.07823272507772387; 0.19423965118347336; 0.16092474875166596; "
                    + "0.04451414214516925; 0.12944600939292966; 0.27586888400677567; 0.12041075393876345; "
                    + "0.15888907508681355; 0.03479684623485528; 0.024521107372784366; 0.030390373241714987; "
                    + "0.06592506797162666; 0.24389446234408615]",
            "stopReason=fitted, steps=15, time=120, activeUpdates=15, trainLoss=0, smallestMargin=1.039944883227878, "
                    + "testError=0.17, testLoss=0.043373823228271144, relativeWeightChange=0.2581255128257557, "
                    + "relativeKernelChange=0.528204541346729, layerWeightChange=[0.49181900061747397; 0.13012845119460204; 0.5019943657031297]",
            "stopReason=fitted, steps=15, time=120, activeUpdates=15, trainLoss=0, smallestMargin=1.039945051074028, "
                    + "testError=0.17, testLoss=0.043373830309137704, relativeWeightChange=0.2581255179554173, "
                    + "relativeKernelChange=0.528204464503532, layerWeightChange=[0.49181901400219713; 0.13012844882287455; 0.5019943513170226]",
            "stopReason=fitted, steps=90, time=720, activeUpdates=90, trainLoss=0, smallestMargin=1.0023560310791113, "
                    + "testError=0.19, testLoss=0.034731712613985354, relativeWeightChange=0.1994911105104789, "
                    + "relativeKernelChange=0.34956551047689066, layerWeightChange=[0.35378152118140677; 0.11861766809264318; 0.41619360035459163]",
            "stopReason=fitted, steps=90, time=720, activeUpdates=90, trainLoss=0, smallestMargin=1.0023562163114548, "
                    + "testError=0.19, testLoss=0.034731688238680364, relativeWeightChange=0.19949113632151638, "
                    + "relativeKernelChange=0.3495658034641901, layerWeightChange=[0.3537815739262007; 0.11861767279626524; 0.4161936759329055]");

    @ParameterizedTest
    @MethodSource("configs")
    void enginesGiveTheSameBits(NetworkConfig config) {
        NetworkResult plain = STUDY.run(config, Streams.of(3), NetworkKernels.plain());

        assertThat(STUDY.run(config, Streams.of(3))).isEqualTo(plain);
    }

    /** The reference takes one replica after the other, by the same steps. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 8})
    void sideBySideOnThePlainEngineTheResultsAreTheStudysOwn(int threads) {
        List<NetworkConfig> configs = Stream.concat(
                        configs(),
                        Stream.of(
                                DIVERGING,
                                Schema.with(SMALL, "outputScale", 1, "sampleCap", 50),
                                Schema.with(SMALL, "probeSize", 0),
                                Schema.with(SMALL, "testSize", 0, "probeSize", 0)))
                .toList();
        Sweep<NetworkConfig, NetworkResult> sweep = Sweep.of(STUDY, configs, 2);
        Experiment exact = new Experiment(1, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT);
        Results<NetworkConfig, NetworkResult> sideBySide = new Experiment(
                        1, Cache.inMemory(), new ReplicaRunner(ReplicaEngine.plain(), threads), Progress.SILENT)
                .run(sweep);
        Results<NetworkConfig, NetworkResult> own = exact.run(sweep);

        assertThat(sideBySide.frame().csv()).isEqualTo(own.frame().csv());
        assertThat(configs)
                .allSatisfy(config -> assertThat(sideBySide.of(config)).isEqualTo(own.of(config)));
    }

    @Test
    void noRunsSideBySideDoNothing() {
        STUDY.run(List.of(), ReplicaEngine.plain(), (run, result) -> {
            throw new AssertionError("run " + run);
        });
    }

    @Test
    void networksOfOneShapeGoTogether() {
        ReplicaEngine engine = ReplicaEngine.plain();
        Object shape = STUDY.together(SMALL, engine);
        assertThat(List.of(
                        Schema.with(SMALL, "dataset", DataSource.STRIPE),
                        Schema.with(SMALL, "task", new Task.LabelSets("1", "0")),
                        Schema.with(SMALL, "testSize", 101),
                        Schema.with(SMALL, "outputScale", 17),
                        Schema.with(SMALL, "learningRate", 8.5),
                        Schema.with(SMALL, "sampleCap", 7),
                        Schema.with(SMALL, "probeSize", 9)))
                .allSatisfy(other -> assertThat(STUDY.together(other, engine)).isEqualTo(shape));
        assertThat(List.of(
                        Schema.with(SMALL, "dimension", 7),
                        Schema.with(SMALL, "trainSize", 65),
                        Schema.with(SMALL, "network", new FullyConnected(2, 20, Activation.GELU)),
                        Schema.with(SMALL, "batchSize", 5),
                        Schema.with(SMALL, "noise", GradientNoise.GAUSSIAN),
                        Schema.with(SMALL, "precision", Precision.FLOAT32)))
                .allSatisfy(other -> assertThat(STUDY.together(other, engine)).isNotEqualTo(shape));
    }

    @Test
    void everyFieldChangesTheRun() {
        NetworkResult reference = run(SMALL);
        List<NetworkConfig> others = List.of(
                Schema.with(SMALL, "dataset", DataSource.STRIPE),
                Schema.with(SMALL, "task", new Task.LabelSets("1", "0")),
                Schema.with(SMALL, "dimension", 7),
                Schema.with(SMALL, "trainSize", 65),
                Schema.with(SMALL, "testSize", 101),
                Schema.with(SMALL, "network", new FullyConnected(2, 20, Activation.GELU)),
                Schema.with(SMALL, "outputScale", 17),
                Schema.with(SMALL, "batchSize", 5),
                Schema.with(SMALL, "noise", GradientNoise.GAUSSIAN),
                Schema.with(SMALL, "learningRate", 8.5),
                Schema.with(SMALL, "precision", Precision.FLOAT32),
                Schema.with(SMALL, "sampleCap", reference.steps() * SMALL.batchSize() - 1),
                Schema.with(SMALL, "probeSize", 9));

        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
        Set<String> texts = new HashSet<>();
        others.forEach(other -> texts.add(Schema.of(other).format(other)));
        assertThat(texts).hasSameSizeAs(others).doesNotContain(Schema.of(SMALL).format(SMALL));
        assertThat(run(Schema.with(SMALL, "network", new FullyConnected(3, 20, Activation.RELU))))
                .isNotEqualTo(reference);
        assertThat(run(Schema.with(SMALL, "network", new FullyConnected(2, 21, Activation.RELU))))
                .isNotEqualTo(reference);
        NetworkConfig pictures = Schema.with(PICTURES, "sampleCap", 40);
        NetworkResult first = run(pictures);
        for (InvertedResidual network : List.of(
                new InvertedResidual(1, 3, Activation.RELU),
                new InvertedResidual(1, 4, Activation.GELU),
                new InvertedResidual(4, 4, Activation.RELU))) {
            assertThat(run(Schema.with(pictures, "network", network))).isNotEqualTo(first);
        }
    }

    @Test
    void configsAndResultsSurviveTheirText() {
        Schema<NetworkConfig> schema = Schema.of(NetworkConfig.class);
        List<NetworkConfig> configs = List.of(
                NetworkConfig.standard(),
                SMALL,
                FASHION,
                PICTURES,
                Schema.with(DIGITS, "task", new Task.LabelSets("0+2+4", "1+3"), "learningRate", 1 / 3.0),
                Schema.with(SMALL, "noise", GradientNoise.UNFITTED),
                Schema.with(SMALL, "outputScale", 0x1p-14, "sampleCap", 1_000_000_000_000_000_000L),
                Schema.with(DIGITS, "dataset", DataSource.CIFAR10, "task", new Task.Animals()));
        for (NetworkConfig config : configs) {
            assertThat(schema.parse(schema.format(config), STRIPE)).isEqualTo(config);
        }
        assertThat(schema.format(PICTURES)).contains("network=invertedResidual(channels=1, width=4, activation=relu)");
        assertThat(schema.format(SMALL))
                .isEqualTo("dataset=sign, task=parity, dimension=6, trainSize=64, testSize=100, network="
                        + "fullyConnected(depth=2, width=20, activation=relu), outputScale=16, batchSize=4,"
                        + " noise=minibatch, learningRate=8, precision=float64, sampleCap=400000, probeSize=8");
        for (NetworkResult result : List.of(run(SMALL), run(DIVERGING))) {
            Schema<NetworkResult> results = Schema.of(NetworkResult.class);
            assertThat(results.parse(results.format(result), run(STRIPE))).isEqualTo(result);
        }
    }

    @Test
    void derivedQuantitiesFollowTheirDefinitions() {
        assertThat(SMALL.temperature()).isEqualTo(2);
        assertThat(SMALL.temperaturePerWidth()).isEqualTo(0.1);
        assertThat(SMALL.margin()).isEqualTo(0.0625);
        assertThat(run(SMALL).time()).isEqualTo(8.0 * run(SMALL).steps());
    }

    @Test
    void resultsAreValues() {
        double[] layers = {1, 2};
        NetworkResult result = result(3, layers);
        layers[0] = 9;
        result.layerWeightChange()[1] = 9;

        assertThat(result.layerWeightChange()).containsExactly(1, 2);
        assertThat(result).isEqualTo(result(3, 1, 2)).hasSameHashCodeAs(result(3, 1, 2));
        assertThat(result)
                .isNotEqualTo(result(4, 1, 2))
                .isNotEqualTo(result(3, 1, 3))
                .isNotEqualTo(result(3, 1));
        assertThat(result(Double.NaN, Double.NaN)).isEqualTo(result(Double.NaN, Double.NaN));
        assertThat(result(0.0)).as("other bits").isNotEqualTo(result(-0.0));
        NetworkResult measured = run(SMALL);
        for (Schema.Field field : Schema.of(measured).fields()) {
            Object other = switch (field.name()) {
                case "stopReason" -> StopReason.DIVERGED;
                case "layerWeightChange" -> new double[3];
                default -> 77;
            };
            assertThat(Schema.with(measured, field.name(), other))
                    .as(field.name())
                    .isNotEqualTo(measured);
        }
    }

    private static NetworkResult result(double loss, double... layers) {
        return new NetworkResult(StopReason.FITTED, 1, 2, 3, loss, 4, 5, 6, 7, 8, layers);
    }

    /** A smaller set is the first part of a larger one, whatever else changes, and the test set is all replicas'. */
    @ParameterizedTest
    @EnumSource(
            value = DataSource.class,
            names = {"DIGITS", "FASHION_TEST", "SIGN", "STRIPE"})
    void equalReplicasShareTheirData(DataSource dataset) {
        NetworkConfig config = Schema.with(SMALL, "dataset", dataset, "dimension", dataset.isDrawn() ? 6 : 0);
        Streams streams = Streams.of(1).withReplica(2);
        Split small = split(config, streams);
        Split large = split(Schema.with(config, "trainSize", 200, "outputScale", 1, "learningRate", 3), streams);

        assertThat(large.train().first(64)).isEqualTo(small.train());
        assertThat(large.test()).isEqualTo(small.test());
        assertThat(split(config, streams.withReplica(3)).train()).isNotEqualTo(small.train());
        assertThat(split(config, streams.withReplica(3)).test()).isEqualTo(small.test());
    }

    /**
     * One full step moves the weights by η/P Σ y ∇f: for all α by the same bits if replicas share their initial weights,
     * and for another η by as many times more.
     */
    @Test
    void equalReplicasShareTheirInitialWeights() {
        Streams streams = Streams.of(1).withReplica(5);
        NetworkConfig step = Schema.with(SMALL, "batchSize", 64, "sampleCap", 64, "learningRate", 0.5);
        NetworkResult reference = STUDY.run(step, streams);
        NetworkResult scaled = STUDY.run(Schema.with(step, "outputScale", 1024), streams);
        NetworkResult doubled = STUDY.run(Schema.with(step, "learningRate", 1), streams);
        NetworkResult single = STUDY.run(Schema.with(step, "precision", Precision.FLOAT32), streams);

        assertThat(reference.steps()).isEqualTo(1);
        assertThat(reference.relativeWeightChange()).isPositive();
        assertThat(scaled.relativeWeightChange()).isEqualTo(reference.relativeWeightChange());
        assertThat(scaled.relativeKernelChange()).isEqualTo(reference.relativeKernelChange());
        assertThat(scaled.smallestMargin()).isEqualTo(64 * reference.smallestMargin());
        assertThat(doubled.relativeWeightChange()).isCloseTo(2 * reference.relativeWeightChange(), within(ROUNDING));
        assertThat(single.relativeWeightChange()).isCloseTo(reference.relativeWeightChange(), within(FLOAT_ERROR));
        assertThat(STUDY.run(step, streams.withReplica(6)).relativeWeightChange())
                .isNotCloseTo(reference.relativeWeightChange(), within(ROUNDING));
    }

    /** With all streams pinned replicas are one; each of them makes a difference. */
    @ParameterizedTest
    @EnumSource(GradientNoise.class)
    void aReplicaIsItsThreeStreams(GradientNoise noise) {
        NetworkConfig config = Schema.with(SMALL, "noise", noise);
        NetworkResult zero = run(config);
        assertThat(STUDY.streamNames()).containsExactlyInAnyOrder("init", "data", "order");
        assertThat(STUDY.run(
                        config, Streams.of(1).withFixed(STUDY.streamNames()).withReplica(4)))
                .isEqualTo(zero);
        for (String name : STUDY.streamNames()) {
            Set<String> fixed = new TreeSet<>(STUDY.streamNames());
            fixed.remove(name);
            assertThat(STUDY.run(config, Streams.of(1).withFixed(fixed).withReplica(4)))
                    .as(name)
                    .isNotEqualTo(zero);
        }
        NetworkConfig descent = Schema.with(config, "batchSize", 64);
        assertThat(STUDY.run(
                        descent, Streams.of(1).withFixed(Set.of("init", "data")).withReplica(4)))
                .as("gradient descent draws no batches")
                .isEqualTo(run(descent));
    }

    /** Every number of a result again, from the definitions, at the weights of the same training. */
    @ParameterizedTest
    @MethodSource("configs")
    void numbersFollowTheirDefinitions(NetworkConfig config) {
        assertFollowsDefinitions(config, StopReason.FITTED);
        assertFollowsDefinitions(Schema.with(config, "sampleCap", 30), StopReason.SAMPLE_CAP);
    }

    private static void assertFollowsDefinitions(NetworkConfig config, StopReason stopReason) {
        Streams streams = Streams.of(2).withReplica(1);
        NetworkResult result = STUDY.run(config, streams);
        Split split = split(config, streams);
        HingeSgd rule = new HingeSgd(
                1 / config.outputScale(),
                config.learningRate(),
                config.batchSize(),
                config.noise(),
                config.sampleCap());
        NetworkEngine engine = config.network()
                .engine(config.inputDimension(), Math.max(7, rule.pointsAStep(config.trainSize())), config.precision());
        engine.initialise(streams.at("init"));
        double[] before = engine.weights();
        double[] trainBefore = engine.outputs(split.train());
        double[] testBefore = engine.outputs(split.test());
        HingeSgd.Outcome outcome = rule.run(engine, split.train(), streams.at("order"));
        double[] after = engine.weights();
        double[] train = scaledFits(engine.outputs(split.train()), trainBefore, split.train(), config.outputScale());
        double[] test = scaledFits(engine.outputs(split.test()), testBefore, split.test(), config.outputScale());

        assertThat(result.stopReason()).isEqualTo(outcome.stopReason()).isEqualTo(stopReason);
        assertThat(result.fitted()).isEqualTo(stopReason == StopReason.FITTED);
        assertThat(result.steps()).isEqualTo(outcome.steps());
        assertThat(result.activeUpdates()).isEqualTo(outcome.activeUpdates());
        assertThat(result.trainLoss()).isCloseTo(loss(train, config.outputScale()), within(ROUNDING));
        assertThat(result.trainLoss() == 0).isEqualTo(result.fitted());
        assertThat(result.smallestMargin()).isCloseTo(Arrays.stream(train).min().orElseThrow(), within(ROUNDING));
        assertThat(result.smallestMargin() >= 1).isEqualTo(result.fitted());
        assertThat(result.testError())
                .isEqualTo(Arrays.stream(test).filter(fit -> fit <= 0).count() / (double) test.length);
        assertThat(result.testError()).isPositive();
        assertThat(result.testLoss()).isCloseTo(loss(test, config.outputScale()), within(ROUNDING));
        assertThat(result.relativeWeightChange()).isCloseTo(change(before, after, 0, before.length), within(ROUNDING));
        int[] sizes = config.network().blockSizes(config.inputDimension());
        int at = 0;
        assertThat(result.layerWeightChange()).hasSameSizeAs(sizes);
        for (int l = 0; l < sizes.length; l++) {
            assertThat(result.layerWeightChange()[l])
                    .isCloseTo(change(before, after, at, at + sizes[l]), within(ROUNDING));
            at += sizes[l];
        }
        assertThat(result.relativeWeightChange())
                .isBetween(
                        Arrays.stream(result.layerWeightChange()).min().orElseThrow(),
                        Arrays.stream(result.layerWeightChange()).max().orElseThrow());
        Points probes = split.test().first(config.probeSize());
        ProbeKernel start = ProbeKernel.tangent(config.network(), before, probes);
        ProbeKernel end = ProbeKernel.tangent(config.network(), after, probes);
        assertThat(result.relativeKernelChange())
                .isEqualTo(end.relativeChange(start))
                .isPositive();
    }

    /** α y F. */
    private static double[] scaledFits(double[] outputs, double[] start, Points points, double scale) {
        double[] fits = new double[outputs.length];
        for (int i = 0; i < fits.length; i++) {
            fits[i] = scale * points.label(i) * (outputs[i] - start[i]);
        }
        return fits;
    }

    private static double loss(double[] scaledFits, double scale) {
        return Arrays.stream(scaledFits)
                        .map(fit -> Math.max(0, 1 - fit) / scale)
                        .sum()
                / scaledFits.length;
    }

    private static double change(double[] before, double[] after, int from, int to) {
        double squares = 0;
        double norm = 0;
        for (int k = from; k < to; k++) {
            squares += (after[k] - before[k]) * (after[k] - before[k]);
            norm += before[k] * before[k];
        }
        return Math.sqrt(squares / norm);
    }

    /** Without a step F = 0 on all points, train and test, though f is not: no point is fitted and all are wrong. */
    @ParameterizedTest
    @EnumSource(Precision.class)
    void thePredictorIsCentred(Precision precision) {
        NetworkResult result = run(Schema.with(SMALL, "sampleCap", 3, "precision", precision));

        assertThat(Math.abs(result.smallestMargin())).isZero();
        assertThat(Schema.with(result, "smallestMargin", 0))
                .isEqualTo(new NetworkResult(
                        StopReason.SAMPLE_CAP, 0, 0, 0, 1 / 16.0, 0, 1, 1 / 16.0, 0, 0, new double[3]));
    }

    @Test
    void whatIsNotAskedForIsNaNAndDoesNotChangeTraining() {
        NetworkResult whole = run(SMALL);
        NetworkResult noProbes = run(Schema.with(SMALL, "probeSize", 0));
        NetworkResult noTest = run(Schema.with(SMALL, "probeSize", 0, "testSize", 0));

        assertThat(noProbes).isEqualTo(Schema.with(whole, "relativeKernelChange", Double.NaN));
        assertThat(noTest)
                .isEqualTo(Schema.with(
                        whole, "relativeKernelChange", Double.NaN, "testError", Double.NaN, "testLoss", Double.NaN));
        assertThat(whole.relativeKernelChange()).isPositive();
        assertThat(whole.testError()).isBetween(0.0, 0.5);
    }

    @ParameterizedTest
    @EnumSource(Precision.class)
    void divergenceIsNaN(Precision precision) {
        NetworkConfig config = Schema.with(DIVERGING, "precision", precision);
        if (precision == Precision.FLOAT64) {
            config = Schema.with(config, "network", new FullyConnected(10, 20, Activation.GELU));
        }
        NetworkResult result = run(config);
        double none = Double.NaN;

        assertThat(result.steps()).isPositive();
        assertThat(result)
                .isEqualTo(new NetworkResult(
                        StopReason.DIVERGED,
                        result.steps(),
                        result.time(),
                        result.activeUpdates(),
                        none,
                        none,
                        none,
                        none,
                        none,
                        none,
                        filled(config.network().depth() + 1)));
        assertThat(result.time()).isEqualTo(1e30 * result.steps());
    }

    private static double[] filled(int length) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NaN);
        return values;
    }

    @Test
    void anInterruptedRunStops() {
        NetworkConfig slow = Schema.with(SMALL, "outputScale", 1e-9, "learningRate", 1e-9);
        Thread.currentThread().interrupt();
        try {
            assertThatThrownBy(() -> run(slow)).isInstanceOf(CancellationException.class);
        } finally {
            Thread.interrupted();
        }
    }

    @Test
    void badConfigsAreNamed() {
        refused("trainSize must be in [1, 100000000], got 0", "trainSize", 0);
        refused("testSize must be in [0, 100000000], got -1", "testSize", -1);
        refused("outputScale must be in (0, 1e30], got 0", "outputScale", 0);
        refused("outputScale must be in (0, 1e30], got NaN", "outputScale", Double.NaN);
        refused("outputScale must be in (0, 1e30], got 2e30", "outputScale", 2e30);
        refused("batchSize must be in [1, trainSize=64], got 0", "batchSize", 0);
        refused("batchSize must be in [1, trainSize=64], got 65", "batchSize", 65);
        refused("learningRate must be in (0, 1e30], got -1", "learningRate", -1);
        refused("learningRate must be in (0, 1e30], got inf", "learningRate", Double.POSITIVE_INFINITY);
        refused("sampleCap must be in [1, 1000000000000000000], got 0", "sampleCap", 0);
        refused("sampleCap must be in [1, 1000000000000000000], got 1000000000000000001", "sampleCap", (long) 1e18 + 1);
        refused("probeSize must be in [0, testSize=100], got 101", "probeSize", 101);
        refused("probeSize must be in [0, 4096], got 4097", "probeSize", 4097, "testSize", 5000);
        refused("dimension must be in [1, 65536] for dataset=sign, got 0", "dimension", 0);
        refused("dimension must be in [1, 65536] for dataset=sign, got 65537", "dimension", 65_537);
        refused(
                "dimension must be 0 for dataset=digits, whose points have length 64, got 6",
                "dataset",
                DataSource.DIGITS);
        refused("task=animals needs dataset=cifar10, got dataset=sign", "task", new Task.Animals());
        refused("task must name classes in [0, 1] for dataset=sign, got 2", "task", new Task.LabelSets("0", "2"));
        refused(
                "inputDimension must be channels=1 times the square of a side, got 6",
                "network",
                new InvertedResidual(1, 4, Activation.RELU));
        assertThatThrownBy(() -> Schema.with(SMALL, "precision", null)).isInstanceOf(RuntimeException.class);
    }

    private static void refused(String message, Object... change) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, change))
                .withMessage(message);
    }

    @Test
    void moreImagesThanThereAreAreRefused() {
        NetworkConfig most = Schema.with(DIGITS, "trainSize", 797, "testSize", 1000, "sampleCap", 4);

        assertThat(run(most).stopReason()).isEqualTo(StopReason.SAMPLE_CAP);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(most, "trainSize", 798)))
                .withMessage("trainSize must be in [1, 797], since dataset=digits has 1797 points for this task and"
                        + " testSize=1000, got 798");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> run(Schema.with(most, "testSize", 1797)))
                .withMessage(
                        "testSize must be in [0, 1796], since dataset=digits has 1797 points for this task, got 1797");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void missingFilesAreOneLineThatNamesTheFolder(boolean whileRunning) {
        DataLibrary library = DataLibrary.standard();
        Assumptions.assumeThat(library.has(DataSource.MNIST)).isFalse();
        NetworkConfig mnist = Schema.with(DIGITS, "dataset", DataSource.MNIST);

        assertThatThrownBy(() -> {
                    if (whileRunning) {
                        run(mnist);
                    } else {
                        STUDY.inputs(mnist);
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("dataset mnist is not there: ")
                .contains("put train-images-idx3-ubyte, ")
                .endsWith(" into " + library.folder(DataSource.MNIST))
                .doesNotContain("\n");
    }

    @Test
    void inputsNameTheFilesAndTheirHashes() {
        assertThat(STUDY.inputs(DIGITS))
                .containsExactly("digits.csv.gz 6a539d510b9a1447538bb946ab309f52749cdf6c0409c97554766bc2934a7d2c");
        assertThat(STUDY.inputs(FASHION))
                .containsExactly(
                        "t10k-images-idx3-ubyte.gz cc1d090a38ace84dfa1aa66e3ada7c336ef481a96936906477e6dd344da56eaa",
                        "t10k-labels-idx1-ubyte.gz 8d3605d196f4be44669e46906da9733c8131fef761fdbfec72c424d5222f1a05");
        assertThat(STUDY.inputs(SMALL)).isEmpty();
    }

    /**
     * Lazy limit, T ≫ κ: the weight change is proportional to T. The reference run in C has exponent 0.993(1), so that the
     * logarithm of the ratio at 4 T is short of ln 4 by 0.010(1), the shift taken off here.
     *
     * <p>Equal replicas share all draws; the logarithms of their ratios scatter by 0.08, so 64 of them know the mean to
     * 0.01. Level: 4 standard errors, and 0.01 for other sizes than the reference's; false alarm below P(|t_63| &gt; 4) =
     * 1.7e-4. Power: an exponent of 0.93, or one of 1.06, is caught in more than 95 of 100 runs; a change that the margin
     * sets (exponent 0), or a random walk (1/2), always.
     */
    @Test
    @Tag("statistical")
    void lazyWeightChangeIsProportionalToTemperature() {
        int replicas = 64;
        NetworkConfig lazy = Schema.with(
                SMALL,
                "dimension",
                10,
                "trainSize",
                128,
                "testSize",
                0,
                "probeSize",
                0,
                "network",
                new FullyConnected(3, 32, Activation.RELU),
                "outputScale",
                0x1p15,
                "learningRate",
                0.5);
        double[] logs = new double[replicas];
        for (int r = 0; r < replicas; r++) {
            Streams streams = Streams.of(1).withReplica(r);
            NetworkResult cold = STUDY.run(lazy, streams);
            NetworkResult warm = STUDY.run(Schema.with(lazy, "learningRate", 2), streams);
            assertThat(cold.fitted() && warm.fitted()).isTrue();
            assertThat(warm.relativeWeightChange()).as("lazy").isLessThan(0.1);
            logs[r] = Math.log(warm.relativeWeightChange() / cold.relativeWeightChange());
        }
        Estimate ratio = Estimate.ofMean(logs);

        assertThat(ratio.mean())
                .as("ln of the ratio at 4 T; false alarm below 2e-4")
                .isCloseTo(0.993 * Math.log(4), within(4 * ratio.stdError() + 0.01));
        assertThat(ratio.stdError()).isBetween(0.005, 0.02);
    }

    @Test
    void workAndMemoryGrowWithTheRun() {
        NetworkConfig large = Schema.with(SMALL, "network", new FullyConnected(5, 128, Activation.RELU));
        assertThat(STUDY.work(large)).isGreaterThan(10 * STUDY.work(SMALL));
        assertThat(STUDY.work(Schema.with(SMALL, "sampleCap", 800_000))).isEqualTo(2 * STUDY.work(SMALL));
        NetworkConfig control = Schema.with(SMALL, "noise", GradientNoise.GAUSSIAN);
        assertThat(STUDY.work(control)).as("all 64 points a step, not 4").isEqualTo(16 * STUDY.work(SMALL));
        assertThat(STUDY.memory(Schema.with(control, "trainSize", 4096)))
                .as("the layers of all points at once")
                .isGreaterThan(STUDY.memory(Schema.with(SMALL, "trainSize", 4096)) + 2L * 3900 * 3 * 40 * Double.BYTES);
        long weights = 6 * 128 + 4 * 128 * 128 + 128;
        assertThat(STUDY.memory(large)).isGreaterThan(3 * Double.BYTES * weights);
        assertThat(STUDY.memory(Schema.with(SMALL, "trainSize", 1 << 20, "dimension", 784)))
                .isGreaterThan(4L * 784 << 20);
        NetworkConfig wide = Schema.with(PICTURES, "network", new InvertedResidual(1, 8, Activation.RELU));
        assertThat(STUDY.work(wide))
                .as("windows: 2, pixels: 4 times")
                .isBetween(2 * STUDY.work(PICTURES), 4 * STUDY.work(PICTURES));
        assertThat(STUDY.memory(Schema.with(wide, "probeSize", 0)) + 2L * 8 * 8 * 12_000)
                .as("gradients of eight probes, before and after")
                .isLessThan(STUDY.memory(wide));
        NetworkConfig thin = Schema.with(SMALL, "trainSize", 100_000_000, "dimension", 1);
        assertThat(STUDY.memory(thin))
                .as("outputs at the start twice, outputs, two update counts, mark of a batch, point")
                .isGreaterThanOrEqualTo(
                        100_000_000L * (3 * Double.BYTES + 2 * Long.BYTES + Integer.BYTES + Float.BYTES));
        NetworkConfig probed = Schema.with(SMALL, "testSize", 4096, "probeSize", 4096);
        assertThat(STUDY.memory(probed))
                .as("four matrices and the kernel of the start")
                .isGreaterThanOrEqualTo(5L * Double.BYTES * 4096 * 4096);
    }
}
