package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.DataLibrary;
import org.noisebook.data.DataSource;
import org.noisebook.data.Doubles;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.data.TestDraw;
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
import org.noisebook.model.Loss;
import org.noisebook.model.NetworkEngine;
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
            8,
            TestDraw.SHARED,
            Loss.HINGE);

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
    void derivedQuantitiesFollowTheirDefinitions() {
        assertThat(SMALL.temperature()).isEqualTo(2);
        assertThat(SMALL.temperaturePerWidth()).isEqualTo(0.1);
        assertThat(SMALL.margin()).isEqualTo(0.0625);
        assertThat(run(SMALL).time()).isEqualTo(8.0 * run(SMALL).steps());
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

    @ParameterizedTest
    @EnumSource(GradientNoise.class)
    void gradientDescentDrawsNoBatches(GradientNoise noise) {
        NetworkConfig descent = Schema.with(SMALL, "noise", noise, "batchSize", 64);
        Streams other = Streams.of(1).withFixed(Set.of("init", "data")).withReplica(4);
        assertThat(STUDY.run(descent, other)).isEqualTo(run(descent));
    }

    /** What was written before there were losses still reads, and the same config is still written so. */
    @Test
    void theHingeIsNotWritten() {
        String text = Schema.of(NetworkConfig.class).format(SMALL);
        assertThat(text).doesNotContain("loss").endsWith("sampleCap=400000, probeSize=8");
        assertThat(Schema.of(NetworkConfig.class).parse(text)).isEqualTo(SMALL);
        NetworkConfig squared = Schema.with(SMALL, "loss", Loss.SQUARED);
        assertThat(Schema.of(NetworkConfig.class).format(squared)).isEqualTo(text + ", loss=squared");
    }

    /** With a batch of all points F follows ∂F/∂t = −Θ(F − y κ)/P: half the mean square gap is the loss, and it falls. */
    @Test
    void leastSquaresFallsToTheCap() {
        NetworkConfig config = Schema.with(DIGITS, "loss=squared, batchSize=64, sampleCap=64000");
        NetworkResult result = run(config);
        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.steps()).isEqualTo(1000);
        assertThat(result.trainLoss()).isLessThan(0.1 * (0.5 / 16)).isPositive();
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
        assertThat(result.layerWeightChange().toArray()).hasSameSizeAs(sizes);
        for (int l = 0; l < sizes.length; l++) {
            assertThat(result.layerWeightChange().get(l))
                    .isCloseTo(change(before, after, at, at + sizes[l]), within(ROUNDING));
            at += sizes[l];
        }
        assertThat(result.relativeWeightChange())
                .isBetween(
                        result.layerWeightChange().stream().min().orElseThrow(),
                        result.layerWeightChange().stream().max().orElseThrow());
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
                        StopReason.SAMPLE_CAP, 0, 0, 0, 1 / 16.0, 0, 1, 1 / 16.0, 0, 0, Doubles.of(new double[3])));
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

    /** A network that died of its first step is stuck; where that step was 10^16 times its weights, it diverged. */
    @Test
    void weightsThatLostTheirStartHaveDiverged() {
        for (double rate : new double[] {1e2, 1e24}) {
            NetworkResult result = run(Schema.with(SMALL, "learningRate", rate, "sampleCap", 40_000));
            boolean lost = rate > 1e20;
            assertThat(result.stopReason()).isEqualTo(lost ? StopReason.DIVERGED : StopReason.SAMPLE_CAP);
            assertThat(Double.isNaN(result.relativeWeightChange())).isEqualTo(lost);
            assertThat(Double.isNaN(result.relativeKernelChange())).isEqualTo(lost);
            assertThat(result.steps()).isPositive();
        }
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
                        nothing(config.network().depth() + 1)));
        assertThat(result.time()).isEqualTo(1e30 * result.steps());
    }

    private static Doubles nothing(int length) {
        double[] values = new double[length];
        Arrays.fill(values, Double.NaN);
        return Doubles.of(values);
    }

    @Test
    void partsThatDoNotFitAreRefused() {
        refused("dimension must be in [1, 65536] for dataset=sign, got 0", "dimension", 0);
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
        NetworkConfig cifar = Schema.with(DIGITS, "dataset", DataSource.CIFAR10);

        assertThatThrownBy(() -> {
                    if (whileRunning) {
                        run(cifar);
                    } else {
                        STUDY.inputs(cifar);
                    }
                })
                .isInstanceOf(UncheckedIOException.class)
                .cause()
                .isInstanceOf(IOException.class)
                .message()
                .startsWith("dataset cifar10 is not there: ")
                .contains("put data_batch_1.bin, ")
                .endsWith(" into " + library.folder(DataSource.CIFAR10))
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

    /** Near α = 2^15 a step below T/h = 2^-18 is lost in the last bits of float32, which then takes longer and errs more. */
    @Test
    void singlePrecisionHoldsDownToItsLowestTemperature() {
        NetworkConfig lazy = Schema.with(
                SMALL,
                "dataset=fashionTest14, dimension=0, testSize=0, probeSize=0, batchSize=16, outputScale=2^15, sampleCap=2^20,"
                        + " network=fullyConnected(depth=5, width=32, activation=relu)");
        assertThat(slowerInSinglePrecision(lazy, 0x1p-18)).isBetween(0.9, 1.1);
        assertThat(slowerInSinglePrecision(lazy, 0x1p-22))
                .as("four octaves lower")
                .isGreaterThan(1.2);
    }

    /** The geometric mean over 8 replicas of the time in float32 over that in float64. */
    private static double slowerInSinglePrecision(NetworkConfig lazy, double perWidth) {
        double sum = 0;
        for (int r = 0; r < 8; r++) {
            NetworkConfig cold =
                    Schema.with(lazy, "learningRate", perWidth * lazy.network().width() * lazy.batchSize());
            Streams streams = Streams.of(1).withReplica(r);
            sum += StrictMath.log(STUDY.run(Schema.with(cold, "precision", Precision.FLOAT32), streams)
                            .time()
                    / STUDY.run(Schema.with(cold, "precision", Precision.FLOAT64), streams)
                            .time());
        }
        return StrictMath.exp(sum / 8);
    }
}
