package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Loss;
import org.noisebook.model.NetworkEngine;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.StopReason;
import org.noisebook.regime.Diagnostic;
import org.noisebook.regime.KernelChange;
import org.noisebook.regime.Movement;
import org.noisebook.regime.RegimeReport;
import org.noisebook.regime.RegimeResult;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkStudy;

class RegimeStudyTest {
    private static final RegimeStudy STUDY = new RegimeStudy();
    private static final Streams STREAMS = Streams.of(1);

    /** x ~ N(0, 1_6), sign of x_1, two hidden layers of 24 GELU units, in float64. */
    private static final RegimeStudy.Config SMALL = Schema.with(
            STUDY.defaults(),
            "training.dataset",
            DataSource.SIGN,
            "training.dimension",
            6,
            "training.trainSize",
            48,
            "training.testSize",
            64,
            "training.probeSize",
            32,
            "training.network",
            new FullyConnected(2, 24, Activation.GELU),
            "training.batchSize",
            4,
            "training.learningRate",
            4,
            "training.precision",
            Precision.FLOAT64,
            "training.sampleCap",
            200_000,
            "recordsPerDecade",
            3);

    /** A large α alone is not enough: the noise of large steps moves a network too. */
    private static final RegimeStudy.Config LAZY =
            Schema.with(SMALL, "training.outputScale", 0x1p20, "training.learningRate", 0x1p-10);

    /** 24 digits of 8 × 8 pixels, inverted residual blocks of width 4: 5,500 weights. */
    private static final RegimeStudy.Config CONVOLUTIONAL = Schema.with(
            SMALL,
            "training",
            Schema.with(
                    SMALL.training(),
                    "dataset",
                    DataSource.DIGITS,
                    "dimension",
                    0,
                    "network",
                    new InvertedResidual(1, 4, Activation.GELU),
                    "trainSize",
                    24,
                    "testSize",
                    32,
                    "learningRate",
                    1),
            "recordsPerDecade",
            1);

    @Test
    void theTrainingIsThatOfTheNetworkStudy() {
        assertThat(STUDY.run(SMALL, STREAMS).training()).isEqualTo(new NetworkStudy().run(SMALL.training(), STREAMS));
    }

    /** Looking on the way changes nothing, and the last record is the movement. */
    @Test
    void recordsLeadFromTheStartToTheEnd() {
        RegimeResult result = STUDY.run(SMALL, STREAMS);
        RegimeResult unseen = STUDY.run(Schema.with(SMALL, "recordsPerDecade", 0), STREAMS);
        int last = result.recordTime().size() - 1;

        assertThat(unseen.training()).isEqualTo(result.training());
        assertThat(unseen.movement()).isEqualTo(result.movement());
        assertThat(unseen.recordTime().toArray()).isEmpty();
        assertThat(result.recordTime().get(0)).isZero();
        assertThat(result.recordTime().get(last)).isEqualTo(result.training().time());
        assertThat(result.recordWeightChange().get(0)).isZero();
        assertThat(result.recordKernelAlignment().get(0)).isCloseTo(1, within(1e-14));
        assertThat(result.recordTrainLoss().get(0)).isEqualTo(1);
        assertThat(result.recordTrainLoss().get(last)).isZero();
        assertThat(result.recordTestError().get(last))
                .isEqualTo(result.training().testError());
        assertThat(result.recordKernelAlignment().get(last))
                .isEqualTo(result.movement().kernelAlignment());
        assertThat(result.recordWeightChange().get(last))
                .isEqualTo(result.training().relativeWeightChange(), within(1e-14));
        assertThat(result.layerRepresentationAlignment().toArray()).hasSize(2);
        assertThat(result.layerRepresentationAlignment().get(1))
                .isEqualTo(result.movement().centredRepresentationAlignment());
        assertThat(result.movement().relativeKernelChange())
                .isEqualTo(result.training().relativeKernelChange(), within(1e-12));
    }

    /** Steps of fitted batches follow the last that moves the weights: whoever looks in them sees the same network. */
    @Test
    void noRecordIsLaterThanTheLastStepThatMovedTheWeights() {
        RegimeResult result = STUDY.run(Schema.with(SMALL, "recordsPerDecade", 100), STREAMS);
        double[] times = result.recordTime().toArray();

        assertThat(times)
                .isSorted()
                .doesNotHaveDuplicates()
                .endsWith(result.training().time());
        assertThat(times.length).as("records enough to meet those steps").isGreaterThan(100);
    }

    /** The larger α, the closer to 1 the alignments and to 0 the distance to the tangent model. */
    @Test
    void aLargeOutputScaleIsLazyAndASmallOneRich() {
        RegimeResult lazy = STUDY.run(LAZY, STREAMS);
        RegimeResult rich = STUDY.run(Schema.with(SMALL, "training.outputScale", 0x1p-2), STREAMS);

        assertThat(lazy.stopReason()).isEqualTo(StopReason.FITTED);
        assertThat(lazy.movement().kernelAlignment()).isGreaterThan(0.9999);
        assertThat(lazy.movement().centredRepresentationAlignment()).isGreaterThan(0.9999);
        assertThat(lazy.movement().signSimilarity()).isGreaterThan(0.99);
        assertThat(rich.movement().kernelAlignment()).isLessThan(0.9);
        assertThat(rich.linearisedDistance()).isGreaterThan(0.2);
    }

    /** By 1/α and the step: in the lazy setting δ &lt; 0.02, in the rich one the kernel grows by decades. */
    @Test
    void convolutionalNetworksAreLazyOrRichToo() {
        List<RegimeResult> lazy =
                three(Schema.with(CONVOLUTIONAL, "training.outputScale", 0x1p20, "training.learningRate", 0x1p-6));
        List<RegimeResult> rich = three(CONVOLUTIONAL);

        assertThat(RegimeReport.of(lazy).regime()).isEqualTo("lazy");
        assertThat(RegimeReport.of(rich).regime()).isEqualTo("rich");
        for (RegimeResult result : lazy) {
            assertThat(result.stopReason()).isEqualTo(StopReason.FITTED);
            assertThat(result.linearisedDistance()).isLessThan(0.02);
            assertThat(result.linearisedAgreement()).isEqualTo(1);
            assertThat(result.movement().relativeKernelChange())
                    .isEqualTo(result.training().relativeKernelChange(), within(1e-9));
            assertThat(result.movement().relativeWeightChange())
                    .isEqualTo(result.training().relativeWeightChange(), within(1e-9));
            assertThat(result.layerRepresentationAlignment().toArray())
                    .containsExactly(result.movement().centredRepresentationAlignment());
        }
        assertThat(rich.get(0).training()).isEqualTo(new NetworkStudy().run(CONVOLUTIONAL.training(), STREAMS));
    }

    /** What moved nowhere is not lazy, and two untrained networks of unlike seed are no lazy pair. */
    @Test
    void anUntrainedConvolutionalNetworkIsNotLazy() {
        RegimeResult still = STUDY.run(
                Schema.with(CONVOLUTIONAL, "training.learningRate", 1e-30, "training.sampleCap", 40), STREAMS);
        KernelChange pair = STUDY.untrainedPair(CONVOLUTIONAL, STREAMS);

        assertThat(RegimeReport.of(List.of(still, still)).regime()).isEqualTo("did not move");
        assertThat(pair.relativeDistance()).isGreaterThan(KernelChange.SMALL);
    }

    private static List<RegimeResult> three(RegimeStudy.Config config) {
        return IntStream.range(0, 3)
                .mapToObj(r -> STUDY.run(config, STREAMS.withReplica(r)))
                .toList();
    }

    /** Where the step is small too, network and tangent model take the same steps: Δ ~ (η/√h) to first order. */
    @Test
    void inTheLazyLimitTheTangentModelIsTheNetwork() {
        RegimeStudy.Config config = Schema.with(
                SMALL, "training.outputScale", 0x1p30, "training.learningRate", 0x1p-24, "recordsPerDecade", 0);

        RegimeResult result = STUDY.run(config, STREAMS);

        assertThat(result.stopReason()).isEqualTo(StopReason.FITTED);
        assertThat(result.linearisedSteps()).isEqualTo(result.training().steps());
        assertThat(result.linearisedDistance()).isLessThan(1e-6);
        assertThat(result.linearisedAgreement()).isEqualTo(1);
    }

    /** Against a tangent model in weight space, written out: gradients by unit updates. */
    @ParameterizedTest
    @EnumSource(Loss.class)
    void kernelSpaceIsWeightSpace(Loss loss) {
        int n = 12;
        float[] x = new float[n * 3];
        byte[] label = new byte[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < 3; j++) {
                x[i * 3 + j] = (float) Math.sin(1 + 5 * i + 2.3 * j);
            }
            label[i] = (byte) (x[i * 3] * x[i * 3 + 1] > 0 ? 1 : -1);
        }
        Points points = Points.of(n, 3, x, label);
        FullyConnected network = new FullyConnected(2, 16, Activation.TANH);
        NetworkEngine engine = network.engine(3, n, Precision.FLOAT64);
        engine.initialise(STREAMS.at("init"));
        double[] start = engine.weights();
        double[][] gradients = new double[n][];
        for (int i = 0; i < n; i++) {
            engine.set(start);
            engine.forward(points, new int[] {i}, 1, new double[1]);
            engine.update(new int[] {0}, new double[] {1}, 1);
            double[] moved = engine.weights();
            gradients[i] = IntStream.range(0, start.length)
                    .mapToDouble(k -> moved[k] - start[k])
                    .toArray();
        }
        boolean hinge = loss == Loss.HINGE;
        HingeSgd rule = new HingeSgd(0.3, 0.5, 3, GradientNoise.MINIBATCH, hinge ? 300_000 : 3_000, loss);

        LinearisedSgd.Outcome outcome =
                LinearisedSgd.run(rule, ProbeKernel.tangent(network, start, points), points, STREAMS.at("order"));

        double[] change = new double[start.length];
        org.noisebook.rng.SubsetSampler batches = new org.noisebook.rng.SubsetSampler(n, STREAMS.at("order"));
        int[] batch = new int[3];
        for (long step = 1; step <= outcome.end().steps(); step++) {
            batches.draw(batch, 3);
            double[] predictions = predictions(gradients, change);
            for (int i : batch) {
                double gap = 0.3 - label[i] * predictions[i];
                double pull = hinge ? (gap > 0 ? 1 : 0) : gap;
                if (pull != 0) {
                    for (int k = 0; k < change.length; k++) {
                        change[k] += 0.5 / 3 * label[i] * pull * gradients[i][k];
                    }
                }
            }
        }
        assertThat(outcome.end().stopReason()).isEqualTo(hinge ? StopReason.FITTED : StopReason.SAMPLE_CAP);
        assertThat(outcome.predictions()).containsExactly(predictions(gradients, change), within(1e-11));
    }

    private static double[] predictions(double[][] gradients, double[] change) {
        return Arrays.stream(gradients)
                .mapToDouble(g -> IntStream.range(0, g.length)
                        .mapToDouble(k -> g[k] * change[k])
                        .sum())
                .toArray();
    }

    @Test
    void divergenceIsAnOutcome() {
        RegimeStudy.Config config = Schema.with(SMALL, "training.learningRate", 1e28, "recordsPerDecade", 0);

        RegimeResult result = STUDY.run(config, STREAMS);

        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.movement()).isEqualTo(Movement.NONE);
        assertThat(result.linearisedDistance()).isNaN();
        RegimeReport report = RegimeReport.of(List.of(result));
        assertThat(report.regime()).isEqualTo("diverged");
        assertThat(report.summary())
                .isEqualTo(
                        "regime: diverged by the departure δ₁ NaN, δ₁′ NaN and the change of the slopes δ_s NaN; 1 replica, 1 diverged");
    }

    @Test
    void aReportSaysWhichRegimeItWas() {
        List<RegimeResult> lazy = three(LAZY);
        RegimeReport report = RegimeReport.of(lazy);

        assertThat(report.regime()).isEqualTo("lazy");
        assertThat(STUDY.verdict(lazy)).contains("lazy");
        assertThat(report.frame().rows()).isEqualTo(Diagnostic.values().length + 2);
        assertThat(report.text()).contains("kernel alignment, off-diagonal").endsWith("; 3 replicas\n");
        assertThat(RegimeReport.of(lazy.subList(0, 1)).regime()).isEqualTo("lazy");
        assertThatIllegalArgumentException().isThrownBy(() -> RegimeReport.of(List.of()));
        assertThat(Diagnostic.cards().rows()).isEqualTo(Diagnostic.values().length + 3);
    }

    /** Fifty steps of a lazy network against as many of its tangent model, which would go on to more than twice as many. */
    @Test
    void theTangentModelStopsAtTheLossOfTheNetwork() {
        RegimeStudy.Config slow = Schema.with(LAZY, "training.learningRate", 0x1p-20, "recordsPerDecade", 0);
        RegimeResult whole = STUDY.run(slow, STREAMS);
        RegimeResult capped = STUDY.run(Schema.with(slow, "training.sampleCap", 200), STREAMS);

        assertThat(capped.stopReason()).isEqualTo(StopReason.SAMPLE_CAP);
        assertThat(whole.linearisedSteps()).isGreaterThan(100);
        assertThat(capped.linearisedSteps()).isBetween(49L, 51L);
        assertThat(capped.linearisedDistance()).isLessThan(0.01);
        assertThat(RegimeReport.of(List.of(capped, capped)).regime()).isEqualTo("not resolved");
    }

    /** The cosine of untrained networks saturates, the relative change does not. */
    @Test
    void anUntrainedPairAlignsAndDiffers() {
        KernelChange pair = STUDY.untrainedPair(LAZY, STREAMS);

        assertThat(pair.alignment()).isGreaterThan(0.5);
        assertThat(pair.relativeDistance()).isGreaterThan(KernelChange.SMALL);
    }

    /** Steps so large that squares of the kernel overflow while outputs are still numbers. */
    @Test
    void aMovementBeyondAllNumbersIsNone() {
        RegimeStudy.Config config =
                Schema.with(SMALL, "training.network.depth", 5, "training.learningRate", 1e30, "training.sampleCap", 4);

        RegimeResult result = STUDY.run(config, STREAMS);

        assertThat(result.movement()).isEqualTo(Movement.NONE);
        assertThat(result.recordTime().toArray()).isSorted();
    }

    @Test
    void aReportNamesWhatIsNotTrained() {
        RegimeResult capped = STUDY.run(Schema.with(LAZY, "training.sampleCap", 40), STREAMS);

        assertThat(RegimeReport.of(List.of(capped, capped)).regime()).isEqualTo("not resolved");
        assertThat(RegimeReport.of(List.of(capped, capped)).summary())
                .endsWith("; 2 replicas, 2 stopped by the step limit");
    }

    /** Where nothing moves the run ends at once, whatever its cap. */
    @Test
    void aZeroKernelIsCappedAtOnce() {
        ProbeKernel zero = ProbeKernel.ofRows(3, 1, new double[3]);
        Points three = Points.of(3, 1, new float[3], new byte[] {1, 1, -1});

        LinearisedSgd.Outcome outcome =
                LinearisedSgd.run(new HingeSgd(1, 1, 2, Long.MAX_VALUE), zero, three, STREAMS.at("order"));

        assertThat(outcome.end()).isEqualTo(new HingeSgd.Outcome(StopReason.SAMPLE_CAP, 0, 0));
    }

    @Test
    void badInputs() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "training.probeSize", 1))
                .withMessage("training.probeSize must be in [2, 4096], got 1");
        assertThatIllegalArgumentException().isThrownBy(() -> Schema.with(SMALL, "recordsPerDecade", -1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "linearised", true, "training.noise", GradientNoise.UNFITTED))
                .withMessage("linearised must be false for training.noise=unfitted, got true");
        ProbeKernel two = ProbeKernel.ofRows(2, 1, new double[] {1, 2});
        Points three = Points.of(3, 1, new float[3], new byte[] {1, 1, -1});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearisedSgd.run(new HingeSgd(1, 1, 1, 1), two, three, STREAMS.at("order")))
                .withMessage("the kernel must hold all 3 training points, got 2 probes");
        HingeSgd gaussian = new HingeSgd(1, 1, 1, GradientNoise.GAUSSIAN, 1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LinearisedSgd.run(
                        gaussian, ProbeKernel.ofRows(3, 1, new double[3]), three, STREAMS.at("order")))
                .withMessage("the tangent model needs noise MINIBATCH, got GAUSSIAN");
        assertThat(LinearisedSgd.distance(new double[2], new double[2])).isNaN();
    }
}
