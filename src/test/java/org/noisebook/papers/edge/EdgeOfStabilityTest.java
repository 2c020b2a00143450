package org.noisebook.papers.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.linalg.SymmetricSpectrum;
import org.noisebook.model.ProbeKernel;
import org.noisebook.papers.edge.EdgeOfStability.Config;
import org.noisebook.papers.edge.EdgeOfStability.Result;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.sgd.NetworkStudy;
import org.noisebook.sgd.NetworkTraining;

class EdgeOfStabilityTest {
    private static final EdgeOfStability PAPER = new EdgeOfStability();
    private static final Streams STREAMS = Streams.of(3).withReplica(2);
    private static final Config SMALL = Schema.with(
            PAPER.defaults(),
            "training.loss=squared, training.trainSize=20, training.batchSize=20, training.network.width=8, training.testSize=10, training.probeSize=4, training.sampleCap=1000, records=5");

    /** To look takes nothing from the training. */
    @Test
    void theTrainingIsThatOfNetworks() {
        Result result = PAPER.run(SMALL, STREAMS);
        NetworkResult end = new NetworkStudy().run(SMALL.training(), STREAMS);
        assertThat(result.trainLoss()).isEqualTo(end.trainLoss());
        assertThat(result.testLoss()).isEqualTo(end.testLoss());
        assertThat(result.kernelChange()).isEqualTo(end.relativeKernelChange());
        assertThat(SMALL.moments()).containsExactly(0, 10, 20, 30, 40, 50);
        assertThat(result.loss().last()).isEqualTo(end.trainLoss());
        assertThat(result.sharpness().get(0)).isEqualTo(result.startSharpness());
        assertThat(result.lateSharpness())
                .isCloseTo(
                        (result.sharpness().get(3)
                                        + result.sharpness().get(4)
                                        + result.sharpness().get(5))
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
        assertThat(PAPER.run(SMALL, STREAMS).gaussNewton().get(0)).isCloseTo(expected, within(1e-9));
    }

    @Test
    void aHingeThatFitsIsFlatFromThenOn() {
        Result result =
                PAPER.run(Schema.with(SMALL, "training.loss=hinge, training.sampleCap=400000, records=1000"), STREAMS);
        assertThat(result.trainLoss()).isZero();
        assertThat(result.sharpness().size()).isEqualTo(1001);
        assertThat(result.sharpness().stream().takeWhile(sharpness -> sharpness > 0))
                .hasSizeBetween(2, 999);
        assertThat(result.sharpness().stream().dropWhile(sharpness -> sharpness > 0))
                .containsOnly(0.0);
        assertThat(result.gaussNewton().toArray()).containsOnly(0);
    }

    @Test
    void divergenceIsAnOutcome() {
        assertThat(PAPER.run(Schema.with(SMALL, "training.learningRate", 1e12), STREAMS)
                        .ends()
                        .diverged())
                .isOne();
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
