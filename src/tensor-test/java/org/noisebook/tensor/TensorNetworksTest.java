package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeReplicas.TrainingEnd;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Loss;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
@Tag("long")
class TensorNetworksTest {
    private static final int DIMENSION = 6;
    private static final int POINTS = 21;
    private static final int TESTS = 9;
    private static final int PROBES = 5;
    private static final int WIDTH = 20;
    private static final int BATCH = 4;
    private static final long CAP = 40_000;
    /** η/B trains these networks within a few hundred steps. */
    private static final double RATE = WIDTH / 32.0;
    /** No step comes near to it. */
    private static final double UNREACHABLE = 1e6;
    /** 500 steps of float64, relative to the largest number: rounding grows some thousandfold on the way. */
    private static final double CLOSE = 1e-10;
    /** Where weights explode, errors do so too. */
    private static final double EXPLODED = 1e-6;
    /** Float32 over some hundred steps. */
    private static final double SINGLE = 1e-4;

    private static final ReplicaEngine PLAIN = ReplicaEngine.plain();
    private static final FullyConnected RELU = new FullyConnected(2, WIDTH, Activation.RELU);
    /** Neither dies nor diverges. */
    private static final FullyConnected TANH = new FullyConnected(2, WIDTH, Activation.TANH);

    private static Split data(int trainSize, int replica) {
        return Split.of(
                DataSource.SIGN,
                new Task.Parity(),
                trainSize,
                TESTS,
                DIMENSION,
                Streams.of(1).withReplica(replica));
    }

    private static HingeSgd rule(double margin, double rate, int batchSize, long cap) {
        return new HingeSgd(margin, rate * batchSize, batchSize, cap);
    }

    private static Supplier<HingeReplicas.Job> job(
            FullyConnected network, int trainSize, HingeSgd rule, int replica, Precision precision) {
        return () -> {
            Split split = data(trainSize, replica);
            NetworkEngine engine = network.engine(DIMENSION, 1, precision);
            engine.initialise(Streams.of(2).withReplica(replica).at("init"));
            return new HingeReplicas.Job(
                    split.train(),
                    split.test(),
                    PROBES,
                    engine.weights(),
                    rule,
                    Streams.of(3).withReplica(replica).at("order"));
        };
    }

    private static HingeReplicas replicas(
            FullyConnected network, int trainSize, Precision precision, List<HingeSgd> rules) {
        return new HingeReplicas(
                network,
                DIMENSION,
                trainSize,
                rules.get(0).batchSize(),
                precision,
                IntStream.range(0, rules.size())
                        .mapToObj(k -> job(network, trainSize, rules.get(k), k, precision))
                        .toList());
    }

    private static HingeReplicas replicas(FullyConnected network, List<HingeSgd> rules) {
        return replicas(network, POINTS, Precision.FLOAT64, rules);
    }

    private static List<TrainingEnd> tensor(int slots, HingeReplicas replicas) {
        TrainingEnd[] ends = new TrainingEnd[replicas.jobs().size()];
        new TensorNetworks(slots).train(replicas, (job, end) -> {
            assertThat(ends[job]).isNull();
            ends[job] = end;
        });
        return List.of(ends);
    }

    private static List<TrainingEnd> plain(HingeReplicas replicas) {
        TrainingEnd[] ends = new TrainingEnd[replicas.jobs().size()];
        PLAIN.train(replicas, (job, end) -> ends[job] = end);
        return List.of(ends);
    }

    private static void assertClose(double[] actual, double[] expected, double tolerance) {
        double largest = 0;
        for (double value : expected) {
            largest = Math.max(largest, Math.abs(value));
        }
        assertThat(actual).containsExactly(expected, within(tolerance * largest));
    }

    private static void assertSame(List<TrainingEnd> actual, List<TrainingEnd> expected, double tolerance) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int k = 0; k < actual.size(); k++) {
            TrainingEnd a = actual.get(k);
            TrainingEnd e = expected.get(k);
            assertThat(a.outcome()).as("outcome of job %s", k).isEqualTo(e.outcome());
            assertClose(a.weights(), e.weights(), tolerance);
            assertClose(a.trainStart(), e.trainStart(), tolerance);
            assertClose(a.testStart(), e.testStart(), tolerance);
            assertClose(a.trainEnd(), e.trainEnd(), tolerance);
            assertClose(a.testEnd(), e.testEnd(), tolerance);
            if (Double.isNaN(e.relativeKernelChange())) {
                assertThat(a.relativeKernelChange()).isNaN();
            } else {
                assertThat(a.relativeKernelChange())
                        .isCloseTo(e.relativeKernelChange(), within(tolerance * e.relativeKernelChange()));
            }
        }
    }

    private static Stream<FullyConnected> networks() {
        return Stream.of(Activation.values())
                .flatMap(activation -> Stream.of(1, 2, 4).map(depth -> new FullyConnected(depth, WIDTH, activation)));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void everyStepIsThatOfThePlainEngine(FullyConnected network) {
        List<HingeSgd> rules = Stream.of(1, 2, 5, 50, 500)
                .map(steps -> rule(UNREACHABLE, 0.01 * RATE, BATCH, (long) steps * BATCH))
                .toList();
        List<TrainingEnd> ends = tensor(rules.size(), replicas(network, rules));
        assertSame(ends, plain(replicas(network, rules)), CLOSE);
        assertThat(ends.get(4).outcome()).isEqualTo(new HingeSgd.Outcome(StopReason.SAMPLE_CAP, 500, 500));
    }

    @ParameterizedTest
    @MethodSource("networks")
    void trainingEndsAsOnThePlainEngine(FullyConnected network) {
        List<HingeSgd> rules = List.of(
                rule(1, RATE, BATCH, CAP),
                rule(0.01, RATE, BATCH, CAP),
                rule(1e-4, RATE / 4, BATCH, CAP),
                rule(1, RATE / 8, BATCH, CAP),
                rule(0.2, 2 * RATE, BATCH, 30 * BATCH));
        List<TrainingEnd> ends = tensor(rules.size(), replicas(network, rules));
        assertSame(ends, plain(replicas(network, rules)), CLOSE);
        assertThat(ends).extracting(end -> end.outcome().stopReason()).contains(StopReason.FITTED);
    }

    @ParameterizedTest
    @EnumSource(Activation.class)
    void shortTrainingInSinglePrecisionAgrees(Activation activation) {
        FullyConnected network = new FullyConnected(2, WIDTH, activation);
        List<HingeSgd> rules = List.of(rule(1, RATE, BATCH, CAP), rule(0.1, RATE / 2, BATCH, CAP));
        assertSame(
                tensor(2, replicas(network, POINTS, Precision.FLOAT32, rules)),
                plain(replicas(network, POINTS, Precision.FLOAT32, rules)),
                SINGLE);
    }

    private static Stream<Arguments> activations() {
        return Stream.of(Activation.values())
                .flatMap(activation ->
                        Stream.of(Precision.values()).map(precision -> Arguments.of(activation, precision)));
    }

    /** Lanes of 3 · 7 activities, so that none begins where a register would. */
    @ParameterizedTest
    @MethodSource("activations")
    void slotsNeighboursAndOrderChangeNoBit(Activation activation, Precision precision) {
        FullyConnected network = new FullyConnected(2, 7, activation);
        int batch = 3;
        List<HingeSgd> rules = List.of(
                rule(1, RATE, batch, 10_000),
                rule(0.01, RATE / 2, batch, 10_000),
                rule(UNREACHABLE, RATE / 2, batch, 700),
                rule(1e-3, RATE / 8, batch, 10_000),
                rule(0.2, RATE, batch, 30 * batch),
                rule(UNREACHABLE, RATE / 9, batch, 1500),
                rule(1, 1e200, batch, 700));
        HingeReplicas all = replicas(network, POINTS, precision, rules);
        List<TrainingEnd> alone = tensor(1, all);
        for (int slots : new int[] {2, 3, 32}) {
            assertSameBits(tensor(slots, all), alone);
        }
        List<Supplier<HingeReplicas.Job>> jobs = new ArrayList<>(all.jobs());
        Collections.reverse(jobs);
        List<TrainingEnd> reversed =
                new ArrayList<>(tensor(4, new HingeReplicas(network, DIMENSION, POINTS, batch, precision, jobs)));
        Collections.reverse(reversed);
        assertSameBits(reversed, alone);
    }

    /** The only step makes weights of the first layer infinite; neighbours go on to step 64 of the block, or diverge in it. */
    @Test
    void whatOverflowsAtItsCapIsLeftAsItIs() {
        FullyConnected network = new FullyConnected(1, 1, Activation.RELU);
        List<Supplier<HingeReplicas.Job>> jobs = IntStream.range(0, 16)
                .mapToObj(k -> (Supplier<HingeReplicas.Job>) () -> {
                    HingeReplicas.Job job = job(
                                    network,
                                    POINTS,
                                    rule(1e300, k % 4 == 1 ? 0.1 : 1e200, 1, k % 2 == 0 ? 1 : 100),
                                    k,
                                    Precision.FLOAT64)
                            .get();
                    double[] weights = job.weights();
                    weights[DIMENSION] *= k % 2 == 0 ? 1e200 : 1;
                    return new HingeReplicas.Job(job.train(), job.test(), 0, weights, job.rule(), job.order());
                })
                .toList();
        HingeReplicas all = new HingeReplicas(network, DIMENSION, POINTS, 1, Precision.FLOAT64, jobs);
        List<TrainingEnd> alone = tensor(1, all);
        assertThat(alone)
                .filteredOn(end -> end.outcome().equals(new HingeSgd.Outcome(StopReason.DIVERGED, 1, 1)))
                .filteredOn(end -> Double.isInfinite(end.weights()[0]) && Double.isFinite(end.weights()[DIMENSION]))
                .isNotEmpty();
        assertSameBits(tensor(16, all), alone);
    }

    /** 2^18 points a block: 40 steps of 32 times 200, and not 64 because there are but two. */
    @Test
    void theLengthOfABlockDoesNotFollowTheLanes() {
        List<HingeSgd> rules =
                List.of(rule(UNREACHABLE, RATE / 100, 200, 60 * 200), rule(UNREACHABLE, RATE / 100, 200, 30 * 200));
        List<Integer> order = new ArrayList<>();
        new TensorNetworks(32).train(replicas(TANH, 200, Precision.FLOAT64, rules), (job, end) -> order.add(job));
        assertThat(order).containsExactly(1, 0);
    }

    /** The batch's output is 0 and moves nothing, the other point's is infinite. */
    @Test
    void aDeadBatchBesideAnInfiniteOutputHasDiverged() {
        FullyConnected network = new FullyConnected(1, 1, Activation.RELU);
        List<HingeSgd> rules =
                IntStream.range(0, 100).mapToObj(k -> rule(1, 1e200, 1, 2)).toList();
        HingeReplicas replicas = replicas(network, 2, Precision.FLOAT64, rules);
        List<HingeSgd.Outcome> outcomes =
                tensor(32, replicas).stream().map(TrainingEnd::outcome).toList();
        assertThat(outcomes)
                .isEqualTo(plain(replicas).stream().map(TrainingEnd::outcome).toList());
        assertThat(outcomes).contains(new HingeSgd.Outcome(StopReason.DIVERGED, 2, 2));
    }

    @Test
    void threadsDoNotDisturbEachOther() {
        List<HingeSgd> rules = IntStream.range(0, 6)
                .mapToObj(k -> rule(1, RATE / (k + 1), BATCH, CAP))
                .toList();
        List<TrainingEnd> alone = tensor(3, replicas(RELU, rules));
        List<CompletableFuture<List<TrainingEnd>>> threads = IntStream.range(0, 4)
                .mapToObj(k -> CompletableFuture.supplyAsync(() -> tensor(3, replicas(RELU, rules))))
                .toList();
        threads.forEach(thread -> assertSameBits(thread.join(), alone));
    }

    private static void assertSameBits(List<TrainingEnd> actual, List<TrainingEnd> expected) {
        for (int k = 0; k < actual.size(); k++) {
            assertThat(actual.get(k).outcome())
                    .as("job %s", k)
                    .isEqualTo(expected.get(k).outcome());
            assertThat(actual.get(k).weights())
                    .as("job %s", k)
                    .isEqualTo(expected.get(k).weights());
            assertThat(actual.get(k).trainEnd()).isEqualTo(expected.get(k).trainEnd());
            assertThat(actual.get(k).testEnd()).isEqualTo(expected.get(k).testEnd());
            assertThat(Double.compare(
                            actual.get(k).relativeKernelChange(),
                            expected.get(k).relativeKernelChange()))
                    .isZero();
        }
    }

    @Test
    void jobsAreMadeWhenALaneIsFree() {
        List<HingeSgd> rules = IntStream.range(0, 7)
                .mapToObj(k -> rule(UNREACHABLE, RATE, BATCH, (long) (k + 1) * 100 * BATCH))
                .toList();
        AtomicInteger made = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Supplier<HingeReplicas.Job>> jobs = IntStream.range(0, rules.size())
                .mapToObj(k -> (Supplier<HingeReplicas.Job>) () -> {
                    assertThat(made.incrementAndGet() - done.get()).isLessThanOrEqualTo(3);
                    return job(TANH, POINTS, rules.get(k), k, Precision.FLOAT64).get();
                })
                .toList();
        List<Integer> order = new ArrayList<>();
        new TensorNetworks(3)
                .train(new HingeReplicas(TANH, DIMENSION, POINTS, BATCH, Precision.FLOAT64, jobs), (job, end) -> {
                    done.incrementAndGet();
                    order.add(job);
                    assertThat(end.outcome().steps()).isEqualTo((job + 1) * 100);
                });
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6);
    }

    @ParameterizedTest
    @EnumSource(
            value = Activation.class,
            names = {"TANH", "ERF"},
            mode = EnumSource.Mode.EXCLUDE)
    void divergenceStaysInItsLane(Activation activation) {
        FullyConnected network = new FullyConnected(3, WIDTH, activation);
        List<HingeSgd> rules = List.of(
                rule(1, RATE, BATCH, CAP),
                rule(1e300, 1e30, BATCH, CAP),
                rule(0.1, RATE, BATCH, CAP),
                rule(1e300, 1e60, BATCH, CAP));
        List<TrainingEnd> ends = tensor(4, replicas(network, rules));
        List<TrainingEnd> expected = plain(replicas(network, rules));
        assertSame(ends, expected, EXPLODED);
        assertThat(ends.get(0).outcome().stopReason()).isEqualTo(StopReason.FITTED);
        assertThat(ends.get(1).outcome().stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(ends.get(1).trainEnd()).isEmpty();
    }

    @Test
    void aNetworkThatMovesNoMoreIsFoundAsOnThePlainEngine() {
        // A step that is far too long switches all units off.
        FullyConnected network = new FullyConnected(2, 3, Activation.RELU);
        List<HingeSgd> rules =
                IntStream.range(0, 24).mapToObj(k -> rule(1, 40, BATCH, CAP)).toList();
        List<TrainingEnd> ends = tensor(32, replicas(network, rules));
        assertSame(ends, plain(replicas(network, rules)), CLOSE);
        assertThat(ends)
                .filteredOn(end -> end.outcome().stopReason() == StopReason.SAMPLE_CAP)
                .filteredOn(end -> end.outcome().steps() < CAP / BATCH / 100)
                .hasSizeGreaterThan(5);
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "5, 5", "3, 1", "21, 21", "21, 20", "21, 11"})
    void batchesMayBeSmallOrEverything(int trainSize, int batchSize) {
        List<HingeSgd> rules = List.of(rule(1, RATE, batchSize, CAP), rule(0.1, RATE / 3, batchSize, CAP));
        assertSame(
                tensor(2, replicas(RELU, trainSize, Precision.FLOAT64, rules)),
                plain(replicas(RELU, trainSize, Precision.FLOAT64, rules)),
                CLOSE);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void narrowNetworksRun(int width) {
        FullyConnected network = new FullyConnected(2, width, Activation.TANH);
        List<HingeSgd> rules = List.of(rule(1, 0.1, 1, 1000), rule(0.1, 0.1, 1, 1000));
        assertSame(tensor(2, replicas(network, rules)), plain(replicas(network, rules)), CLOSE);
    }

    @Test
    void aCapBelowABatchLeavesTheStart() {
        List<HingeSgd> rules = List.of(rule(1, RATE, BATCH, BATCH - 1), rule(1, RATE, BATCH, CAP));
        List<TrainingEnd> ends = tensor(1, replicas(RELU, rules));
        assertSame(ends, plain(replicas(RELU, rules)), CLOSE);
        assertThat(ends.get(0).outcome()).isEqualTo(new HingeSgd.Outcome(StopReason.SAMPLE_CAP, 0, 0));
    }

    @Test
    void withoutTestsAndProbesThereIsNoKernel() {
        Points train = data(POINTS, 0).train();
        HingeReplicas.Job job = job(RELU, POINTS, rule(1, RATE, BATCH, CAP), 0, Precision.FLOAT64)
                .get();
        HingeReplicas.Job bare =
                new HingeReplicas.Job(train, train.first(0), 0, job.weights(), job.rule(), job.order());
        List<TrainingEnd> ends =
                tensor(1, new HingeReplicas(RELU, DIMENSION, POINTS, BATCH, Precision.FLOAT64, List.of(() -> bare)));
        assertThat(ends.get(0).testStart()).isEmpty();
        assertThat(ends.get(0).testEnd()).isEmpty();
        assertThat(ends.get(0).relativeKernelChange()).isNaN();
        assertThat(ends.get(0).outcome().stopReason()).isEqualTo(StopReason.FITTED);
    }

    @Test
    void noJobsDoNothing() {
        assertThat(tensor(4, new HingeReplicas(RELU, DIMENSION, POINTS, BATCH, Precision.FLOAT64, List.of())))
                .isEmpty();
    }

    @Test
    void interruptionEndsIt() {
        HingeReplicas replicas =
                replicas(TANH, List.of(rule(1, RATE, BATCH, CAP), rule(UNREACHABLE, RATE, BATCH, Long.MAX_VALUE / 2)));
        List<Integer> done = new ArrayList<>();
        assertThatThrownBy(() -> new TensorNetworks(2).train(replicas, (job, end) -> {
                    done.add(job);
                    Thread.currentThread().interrupt();
                }))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).containsExactly(0);
    }

    @Test
    void whatCannotRunIsRefusedInALine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorNetworks.check(RELU, GradientNoise.GAUSSIAN, Loss.HINGE))
                .withMessage("noise must be minibatch to run on ND4J, got gaussian");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorNetworks.check(RELU, GradientNoise.UNFITTED, Loss.HINGE))
                .withMessage("noise must be minibatch to run on ND4J, got unfitted");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorNetworks.check(RELU, GradientNoise.MINIBATCH, Loss.SQUARED))
                .withMessage("loss must be hinge to run on ND4J, got squared");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TensorNetworks.check(
                        new InvertedResidual(1, 2, Activation.RELU), GradientNoise.MINIBATCH, Loss.HINGE))
                .withMessageStartingWith("network must be fullyConnected to run on ND4J, got invertedResidual")
                .withMessageNotContaining("\n");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(1, replicas(RELU, List.of(rule(1, 1, POINTS + 1, CAP)))))
                .withMessage("batchSize must be in [1, trainSize=21], got 22");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(1, replicas(RELU, List.of(rule(1, 1, 2, CAP), rule(1, 1, 3, CAP)))))
                .withMessage("batchSize must be that of all replicas, 2, got 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        tensor(1, replicas(RELU, List.of(new HingeSgd(1, 1, BATCH, GradientNoise.GAUSSIAN, CAP)))))
                .withMessage("noise must be minibatch to run on ND4J, got gaussian");
    }
}
