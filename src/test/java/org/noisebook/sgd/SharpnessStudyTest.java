package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.model.ProbeKernel;
import org.noisebook.model.StopReason;
import org.noisebook.rng.Streams;

class SharpnessStudyTest {
    private static final SharpnessStudy STUDY = new SharpnessStudy();
    private static final Streams STREAMS = Streams.of(3).withReplica(2);
    private static final SharpnessConfig SMALL = Schema.with(
            SharpnessConfig.standard(),
            "training.loss=squared, training.trainSize=20, training.batchSize=20, training.network.width=8, training.sampleCap=1000, records=5");

    /** To look takes nothing from the training. */
    @Test
    void theTrainingIsThatOfNetworks() {
        SharpnessResult result = STUDY.run(SMALL, STREAMS);
        assertThat(result.training()).isEqualTo(new NetworkStudy().run(SMALL.training(), STREAMS));
        assertThat(result.stopReason()).isEqualTo(StopReason.COMPLETED);
        assertThat(result.recordTime().toArray())
                .containsExactly(Arrays.stream(new double[] {0, 10, 20, 30, 40, 50})
                        .map(step -> 16 * step)
                        .toArray());
        assertThat(result.recordLoss().get(5)).isEqualTo(result.training().trainLoss());
        assertThat(result.recordSharpness().get(0)).isEqualTo(result.startSharpness());
        assertThat(result.lateSharpness())
                .isCloseTo(
                        (result.recordSharpness().get(3)
                                        + result.recordSharpness().get(4)
                                        + result.recordSharpness().get(5))
                                / 3,
                        within(1e-14));
    }

    /** At w_0: the largest eigenvalue of the tangent kernel of the training points over their number, times η/2. */
    @Test
    void theFirstRecordIsThatOfTheKernelAtTheStart() {
        NetworkTraining training = new NetworkTraining(SMALL.training(), STREAMS);
        int n = SMALL.training().trainSize();
        ProbeKernel kernel =
                ProbeKernel.tangent(SMALL.training().network(), training.initialWeights(), training.train());
        double[] matrix = new double[n * n];
        Arrays.setAll(matrix, k -> kernel.value(k / n, k % n) / n);
        double expected = 8 * SymmetricSpectrum.of(n, matrix).values()[0];
        assertThat(STUDY.run(SMALL, STREAMS).recordGaussNewton().get(0)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void aHingeThatFitsIsFlatAndStopsTheRecords() {
        SharpnessResult result =
                STUDY.run(Schema.with(SMALL, "training.loss=hinge, training.sampleCap=400000, records=1000"), STREAMS);
        assertThat(result.stopReason()).isEqualTo(StopReason.FITTED);
        double[] sharpness = result.recordSharpness().toArray();
        assertThat(sharpness[0]).isPositive();
        assertThat(sharpness[sharpness.length - 1]).isZero();
        assertThat(sharpness.length).isBetween(3, 1000);
        assertThat(result.recordGaussNewton().toArray()).containsOnly(0);
    }

    @Test
    void divergenceIsAnOutcome() {
        SharpnessResult result = STUDY.run(Schema.with(SMALL, "training.learningRate", 1e12), STREAMS);
        assertThat(result.stopReason()).isEqualTo(StopReason.DIVERGED);
        assertThat(result.startSharpness()).isPositive();
        assertThat(result.lateSharpness()).isNaN();
    }

    @Test
    void recordsAreNoMoreThanSteps() {
        assertThat(Schema.with(SMALL, "training.sampleCap=60").moments()).containsExactly(0, 1, 2, 3);
        assertThat(Schema.with(SMALL, "training.sampleCap=19").moments()).containsExactly(0);
        assertThat(Schema.with(SMALL, "training.sampleCap=220").moments()).containsExactly(0, 2, 4, 6, 8, 11);
    }

    @Test
    void convolutionalNetworksAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(
                        SMALL,
                        "training.dataset=digits, training.dimension=0,"
                                + " training.network=invertedResidual(channels=1, width=4, activation=relu)"))
                .withMessageContaining("must be fullyConnected");
    }
}
