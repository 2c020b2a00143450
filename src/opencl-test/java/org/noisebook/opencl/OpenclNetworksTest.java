package org.noisebook.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.data.Points;
import org.noisebook.experiment.ResultListener;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Loss;
import org.noisebook.model.Network;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Everything that a training reports, bit by bit against the exact engine. */
@Tag("long")
class OpenclNetworksTest extends OnOpencl {
    private static final int SETTINGS = 100;
    private static final int PICTURES = 40;
    private static final int SLOTS = 3;
    private static final Activation[] ACTIVATIONS = Activation.values();
    private static final GradientNoise[] NOISES = {
        GradientNoise.MINIBATCH, GradientNoise.MINIBATCH, GradientNoise.UNFITTED, GradientNoise.GAUSSIAN
    };

    private static OpenclNetworks oneItem;
    private static OpenclNetworks manyItems;

    /** A setting and how often it is trained. */
    private record Setting(
            Network network,
            int dimension,
            int trainSize,
            Precision precision,
            GradientNoise noise,
            Loss loss,
            int batchSize,
            double margin,
            double learningRate,
            long steps,
            int replicas) {
        /** Of all kinds: widths on both sides of 16, 32 and 64, batches on both sides of half, rates that diverge. */
        static Setting draw(Stream stream) {
            int trainSize = 1 + stream.nextIndex(60);
            int most = stream.nextIndex(3) == 0 ? trainSize : Math.min(trainSize, 20);
            FullyConnected network = new FullyConnected(
                    1 + stream.nextIndex(4),
                    1 + stream.nextIndex(stream.nextIndex(4) == 0 ? 90 : 40),
                    ACTIVATIONS[stream.nextIndex(ACTIVATIONS.length)]);
            return draw(stream, network, 1 + stream.nextIndex(40), trainSize, most, 120);
        }

        /** Pictures of 1 to 13 pixels a side, whose last map has 1 to 2, and 1 to 3 blocks of 16 channels behind the stem. */
        static Setting drawPictures(Stream stream) {
            int trainSize = 1 + stream.nextIndex(40);
            int side = 1 + stream.nextIndex(13);
            InvertedResidual network = new InvertedResidual(
                    1 + stream.nextIndex(3),
                    1 + stream.nextIndex(stream.nextIndex(4) == 0 ? 10 : 5),
                    ACTIVATIONS[stream.nextIndex(ACTIVATIONS.length)]);
            int most = Math.min(trainSize, stream.nextIndex(3) == 0 ? 40 : 8);
            return draw(stream, network, network.channels() * side * side, trainSize, most, 30);
        }

        private static Setting draw(Stream stream, Network network, int dimension, int trainSize, int most, int steps) {
            return new Setting(
                    network,
                    dimension,
                    trainSize,
                    stream.nextIndex(3) == 0 ? Precision.FLOAT64 : Precision.FLOAT32,
                    NOISES[stream.nextIndex(NOISES.length)],
                    stream.nextIndex(6) == 0 ? Loss.SQUARED : Loss.HINGE,
                    1 + stream.nextIndex(most),
                    StrictMath.exp(3 * stream.nextGaussian() - 2),
                    StrictMath.exp(2 * stream.nextGaussian() + 1),
                    stream.nextIndex(steps),
                    1 + stream.nextIndex(4));
        }

        HingeReplicas replicas(long seed) {
            List<Supplier<HingeReplicas.Job>> jobs = new ArrayList<>();
            for (int r = 0; r < replicas; r++) {
                Streams streams = Streams.of(seed).withReplica(r);
                jobs.add(() -> job(streams));
            }
            return new HingeReplicas(network, dimension, trainSize, batchSize, precision, noise, loss, jobs);
        }

        private HingeReplicas.Job job(Streams streams) {
            Stream init = streams.at("init");
            double[] weights = init(network.blockSizes(dimension), init);
            HingeSgd rule = new HingeSgd(margin, learningRate, batchSize, noise, Math.max(1, steps * batchSize), loss);
            Points test = points(streams.at("test"), 5, dimension);
            return new HingeReplicas.Job(
                    points(streams.at("data"), trainSize, dimension),
                    test,
                    streams.replica() == 0 ? 3 : 0,
                    weights,
                    rule,
                    streams.at("order"));
        }
    }

    private static double[] init(int[] blocks, Stream stream) {
        double[] weights = new double[Arrays.stream(blocks).sum()];
        Arrays.setAll(weights, k -> stream.nextGaussian());
        return weights;
    }

    private static Points points(Stream stream, int count, int dimension) {
        float[] x = new float[count * dimension];
        byte[] label = new byte[count];
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) stream.nextGaussian();
        }
        for (int i = 0; i < count; i++) {
            label[i] = (byte) (2 * stream.nextIndex(2) - 1);
        }
        return Points.of(count, dimension, x, label);
    }

    @BeforeAll
    static void open() {
        oneItem = new OpenclNetworks(queue, SLOTS, 1, 16);
        manyItems = new OpenclNetworks(queue, SLOTS, 16, 1);
    }

    private static HingeReplicas.TrainingEnd[] ends(
            HingeReplicas replicas, BiConsumer<HingeReplicas, ResultListener<HingeReplicas.TrainingEnd>> engine) {
        HingeReplicas.TrainingEnd[] ends =
                new HingeReplicas.TrainingEnd[replicas.jobs().size()];
        engine.accept(replicas, (job, end) -> ends[job] = end);
        return ends;
    }

    /** The ends of both. */
    private static HingeReplicas.TrainingEnd[] assertSameBits(
            HingeReplicas replicas, OpenclNetworks networks, String what) {
        HingeReplicas.TrainingEnd[] exact = ends(replicas, ReplicaEngine.plain()::train);
        HingeReplicas.TrainingEnd[] ends = ends(replicas, networks::train);
        for (int k = 0; k < exact.length; k++) {
            assertThat(ends[k].outcome()).as(what).isEqualTo(exact[k].outcome());
            assertThat(Arrays.mismatch(bits(exact[k]), bits(ends[k])))
                    .as("%s: first difference", what)
                    .isEqualTo(-1);
        }
        return ends;
    }

    private static long[] bits(HingeReplicas.TrainingEnd end) {
        return java.util.stream.Stream.of(
                        end.weights(), end.trainStart(), end.trainEnd(), end.testStart(), end.testEnd(), new double[] {
                            end.relativeKernelChange()
                        })
                .flatMapToLong(numbers -> Arrays.stream(numbers).mapToLong(Double::doubleToLongBits))
                .toArray();
    }

    /**
     * A fixed stream draws the settings; half of them go through groups of one item, half through groups of many. They reach what
     * is seldom: fitted, capped and diverged runs, a whole batch, all depths and activations.
     */
    @Test
    void twoHundredSettingsHaveTheBitsOfTheExactEngine() {
        assertSameBits(Setting::draw, SETTINGS);
    }

    /** Of all channels, activations, noises, losses and precisions. */
    @Test
    void eightyConvolutionalSettingsHaveTheBitsOfTheExactEngine() {
        assertSameBits(Setting::drawPictures, PICTURES);
    }

    private static void assertSameBits(Function<Stream, Setting> draw, int settings) {
        Stream stream = Streams.of(7).at("settings");
        Set<StopReason> reasons = EnumSet.noneOf(StopReason.class);
        for (int k = 0; k < settings; k++) {
            for (OpenclNetworks networks : List.of(oneItem, manyItems)) {
                Setting setting = draw.apply(stream);
                if (!isTried(k)) {
                    continue;
                }
                String what = k + (networks == oneItem ? ", one item: " : ", many items: ") + setting;
                for (HingeReplicas.TrainingEnd end : assertSameBits(setting.replicas(k), networks, what)) {
                    reasons.add(end.outcome().stopReason());
                }
            }
        }
        if (isTried(0) && isTried(1)) {
            assertThat(reasons)
                    .contains(StopReason.FITTED, StopReason.SAMPLE_CAP, StopReason.DIVERGED, StopReason.COMPLETED);
        }
    }

    /** Every ReLU of a layer is off: all outputs are 0, and the host looks whether anything can move. */
    @ParameterizedTest
    @CsvSource({
        "true, MINIBATCH, HINGE, FLOAT32",
        "false, MINIBATCH, HINGE, FLOAT32",
        "true, GAUSSIAN, HINGE, FLOAT32",
        "false, GAUSSIAN, SQUARED, FLOAT64"
    })
    void aDeadNetworkIsCappedAtOnce(boolean hasReadOut, GradientNoise noise, Loss loss, Precision precision) {
        FullyConnected network = new FullyConnected(2, 8, Activation.RELU);
        double[] weights = new double[network.blockSizes(4)[0] + 64 + 8];
        Arrays.fill(weights, 0, 32, 1);
        // With a read-out of 0 outputs are 0, but the read-out can move.
        Arrays.fill(weights, 32, 96, hasReadOut ? -1 : 1);
        Arrays.fill(weights, 96, 104, hasReadOut ? 1 : 0);
        float[] x = new float[40];
        Arrays.fill(x, 0.5f);
        Points points = Points.of(10, 4, x, new byte[] {1, 1, -1, 1, 1, 1, 1, 1, 1, 1});
        HingeSgd rule = new HingeSgd(0.1, 0.5, 3, noise, 3000, loss);
        HingeReplicas replicas = new HingeReplicas(
                network,
                4,
                10,
                3,
                precision,
                noise,
                loss,
                List.of(() -> new HingeReplicas.Job(
                        points, points, 0, weights, rule, Streams.of(3).at("order"))));
        assertSameBits(replicas, oneItem, "one item");
        assertSameBits(replicas, manyItems, "many items");
        assertThat(ends(replicas, oneItem::train)[0].outcome().activeUpdates() == 0)
                .isEqualTo(hasReadOut);
    }

    /** The convolutional network takes ReLU's slopes from its results, which are 0 where the last layer's weights are tiny. */
    @Test
    void aResultThatUnderflowsHasNoSlope() {
        InvertedResidual network = new InvertedResidual(1, 3, Activation.RELU);
        Setting setting =
                new Setting(network, 64, 12, Precision.FLOAT32, GradientNoise.MINIBATCH, Loss.HINGE, 4, 1, 1, 5, 1);
        int[] sizes = network.blockSizes(64);
        HingeReplicas tiny = new HingeReplicas(network, 64, 12, 4, Precision.FLOAT32, List.of(() -> {
            HingeReplicas.Job job = setting.replicas(5).jobs().get(0).get();
            int end = job.weights().length - sizes[16];
            for (int k = end - sizes[15]; k < end; k++) {
                job.weights()[k] *= 1e-42;
            }
            return job;
        }));
        assertThat(assertSameBits(tiny, oneItem, "one item")[0].outcome().activeUpdates())
                .isEqualTo(5);
        assertSameBits(tiny, manyItems, "many items");
    }

    /** f counts as fitted from the threshold on, whatever the margin is beside the start. */
    @Test
    void thresholdsCutWhereTheRuleDoes() {
        Stream stream = Streams.of(1).at("thresholds");
        for (int k = 0; k < 10_000; k++) {
            double start = (float) (stream.nextGaussian() * StrictMath.exp(20 * stream.nextGaussian()));
            double margin = k % 7 == 0 ? Math.abs(start) : StrictMath.exp(20 * stream.nextGaussian());
            int label = 2 * (k % 2) - 1;
            float t = OpenclNetworks.threshold(label, start, margin);
            float before = label > 0 ? Math.nextDown(t) : Math.nextUp(t);
            assertThat(margin - label * (t - start) > 0).isFalse();
            assertThat(margin - label * (before - start) > 0).isTrue();
        }
        assertThat(OpenclNetworks.threshold(1, Double.NaN, 1)).isNaN();
    }

    @Test
    void whatItCannotTrainIsRefused() {
        String what =
                "noise, loss and precision must be minibatch or unfitted, hinge and float32 on a device without float64"
                        + " to run on OpenCL, got ";
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenclNetworks.check(GradientNoise.GAUSSIAN, Loss.HINGE, Precision.FLOAT32, false))
                .withMessage(what + "gaussian, hinge and float32");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OpenclNetworks.check(GradientNoise.UNFITTED, Loss.SQUARED, Precision.FLOAT64, false))
                .withMessage(what + "unfitted, squared and float64");
        for (Network network :
                List.of(new FullyConnected(1, 1, Activation.RELU), new InvertedResidual(1, 1024, Activation.RELU))) {
            Setting large = new Setting(
                    network, 1 << 20, 1 << 20, Precision.FLOAT32, GradientNoise.MINIBATCH, Loss.HINGE, 1, 1, 1, 1, 1);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> oneItem.train(large.replicas(1), (job, end) -> {}))
                    .withMessageStartingWith("a replica needs ");
        }
    }

    @Test
    void anInterruptEndsIt() {
        Setting setting = new Setting(
                new FullyConnected(2, 8, Activation.TANH),
                4,
                20,
                Precision.FLOAT32,
                GradientNoise.MINIBATCH,
                Loss.HINGE,
                2,
                1e6,
                1e-3,
                1L << 40,
                1);
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> oneItem.train(setting.replicas(1), (job, end) -> {}));
        } finally {
            Thread.interrupted();
        }
    }
}
