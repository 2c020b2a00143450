package org.noisebook.regime.twolayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;

class TwoLayerStudyTest {
    private static final TwoLayerStudy STUDY = new TwoLayerStudy();
    private static final TwoLayerConfig SMALL =
            new TwoLayerConfig(6, 8, new TwoLayerStart.Truncated(3), 0.8, 0.2, 2, 1000);
    /** A few products of numbers of order 1. */
    private static final double ROUNDING = 1e-12;
    /** The flow stops 3e-8 of the target before the end. */
    private static final double STOP_ERROR = 1e-6;

    private static TwoLayerResult run(TwoLayerConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    static Stream<TwoLayerStart> starts() {
        return Stream.of(
                new TwoLayerStart.Isotropic(2),
                new TwoLayerStart.Gaussian(),
                new TwoLayerStart.Truncated(3),
                new TwoLayerStart.PowerLaw(1.5),
                new TwoLayerStart.Aligned(),
                new TwoLayerStart.PartiallyAligned(),
                new TwoLayerStart.Balanced(3));
    }

    @Test
    void aTimeLimitIsAnOutcome() {
        TwoLayerResult stopped = run(Schema.with(SMALL, "timeLimit", 1));

        assertThat(stopped.end()).isEqualTo(TwoLayerFlow.End.TIME_LIMIT);
        assertThat(stopped.converged()).isFalse();
        assertThat(stopped.time()).isEqualTo(1);
        assertThat(stopped.loss()).isBetween(1e-3, 1.0);
        assertThat(run(SMALL).converged()).isTrue();
        assertThat(run(SMALL).loss()).isLessThan(TwoLayerFlow.SQUARED_RESIDUAL);
    }

    @ParameterizedTest
    @MethodSource("starts")
    void startsHaveTheirNormsAndRanks(TwoLayerStart start) {
        double[] target = TwoLayerDraw.normal(6, Streams.of(2).at("data"));
        TwoLayerWeights weights = start.draw(8, 1.7, 0.3, target, Streams.of(2).at("init"));
        double[][] features = weights.kernel().features();

        assertThat(SmallMatrix.trace(features)).isCloseTo(1.7 * 1.7, within(ROUNDING));
        assertThat(SmallMatrix.norm(weights.readout())).isCloseTo(0.3, within(ROUNDING));
        double[] eigenvalues = new org.apache.commons.math3.linear.EigenDecomposition(
                        new org.apache.commons.math3.linear.Array2DRowRealMatrix(features))
                .getRealEigenvalues();
        int rank = (int) java.util.Arrays.stream(eigenvalues)
                .filter(value -> value > 1e-10)
                .count();
        assertThat(rank).isEqualTo(start.rank(8, 6));
    }

    /** Of the share in the row space: nested for lower ranks and fewer hidden units, 1 along the target. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void equalReplicasShareTargetAndDraw(int replica) {
        Streams streams = Streams.of(1).withReplica(replica);
        TwoLayerConfig whitened = Schema.with(SMALL, "anisotropy", 1, "readoutScale", 0);
        double previous = 0;
        for (int rank = 1; rank <= 6; rank++) {
            TwoLayerConfig isotropic = Schema.with(whitened, "start", new TwoLayerStart.Isotropic(rank));
            TwoLayerResult result = STUDY.run(isotropic, streams);
            assertThat(result.share()).isGreaterThan(previous);
            assertThat(result.participationRatio()).isCloseTo(rank, within(ROUNDING));
            assertThat(STUDY.run(Schema.with(whitened, "start", new TwoLayerStart.Truncated(rank)), streams)
                            .share())
                    .as("the same row space")
                    .isCloseTo(result.share(), within(ROUNDING));
            assertThat(STUDY.run(Schema.with(isotropic, "scale", 2), streams).share())
                    .isCloseTo(result.share(), within(ROUNDING));
            previous = result.share();
        }
        assertThat(previous).isCloseTo(1, within(ROUNDING));
        assertThat(STUDY.run(Schema.with(whitened, "start", new TwoLayerStart.Aligned()), streams)
                        .share())
                .isCloseTo(1, within(ROUNDING));
        double[] shares = new double[4];
        for (int width = 1; width <= 3; width++) {
            shares[width] = STUDY.run(
                            Schema.with(whitened, "width", width, "start", new TwoLayerStart.Isotropic(width)), streams)
                    .share();
            assertThat(shares[width]).isGreaterThan(shares[width - 1]);
        }
    }

    /** For whitened inputs the end is theory's; inputs that are not lead elsewhere. */
    @Test
    void theStudyEndsAsTheoryHasIt() {
        TwoLayerConfig whitened =
                Schema.with(SMALL, "anisotropy", 1, "readoutScale", 0, "start", new TwoLayerStart.Isotropic(3));
        TwoLayerResult result = run(whitened);
        TwoLayerTheory.EndPoint end = TwoLayerTheory.of(6).endPoint(3, 0.8, result.share());

        assertThat(result.kernelAlignment()).isCloseTo(end.kernelAlignment(), within(STOP_ERROR));
        assertThat(result.representationAlignment()).isCloseTo(end.representationAlignment(), within(STOP_ERROR));
        assertThat(result.kernelDistance()).isCloseTo(end.kernelDistance(), within(STOP_ERROR));
        assertThat(result.weightChange()).isCloseTo(end.weightChange(), within(STOP_ERROR));
        assertThat(result.readoutChange()).isCloseTo(end.readoutNorm(), within(STOP_ERROR));
        assertThat(run(Schema.with(whitened, "anisotropy", 4)).kernelAlignment())
                .isNotCloseTo(end.kernelAlignment(), within(1e-3));
    }

    /** Whatever the inputs. */
    @ParameterizedTest
    @MethodSource("rankOneStarts")
    void rankOneEndsAsTheoryHasIt(TwoLayerStart start) {
        TwoLayerConfig config = Schema.with(SMALL, "anisotropy", 3, "readoutScale", 0, "start", start, "scale", 0.7);
        for (int replica = 0; replica < 3; replica++) {
            Streams streams = Streams.of(1).withReplica(replica);
            double[] target = STUDY.target(config, streams);
            double[][] covariance = STUDY.covariance(config);
            TwoLayerKernel before =
                    start.draw(8, 0.7, 0, target, streams.at("init")).kernel();
            TwoLayerKernel end = TwoLayerTheory.rankOneEnd(target, 0.7);
            TwoLayerResult result = STUDY.run(config, streams);

            double variance = 0;
            for (int j = 0; j < target.length; j++) {
                variance += covariance[j][j] * target[j] * target[j];
            }
            assertThat(variance).isCloseTo(1, within(ROUNDING));
            assertThat(SmallMatrix.trace(covariance)).isCloseTo(6, within(ROUNDING));
            assertThat(covariance[0][0] / covariance[5][5]).isCloseTo(9, within(ROUNDING));
            assertThat(result.kernelAlignment()).isCloseTo(before.alignment(end, covariance), within(STOP_ERROR));
            assertThat(result.representationAlignment())
                    .isCloseTo(before.representationAlignment(end, covariance), within(STOP_ERROR));
            assertThat(result.kernelDistance()).isCloseTo(before.distance(end, covariance), within(STOP_ERROR));
        }
    }

    static Stream<TwoLayerStart> rankOneStarts() {
        return Stream.of(
                new TwoLayerStart.Isotropic(1), new TwoLayerStart.Aligned(), new TwoLayerStart.PartiallyAligned());
    }

    @Test
    void configsOutOfRangeAreRefused() {
        assertRefused("rank must be in [1, min(width, dimension)=6], got 7", "start", new TwoLayerStart.Isotropic(7));
        assertRefused("rank must be in [1, min(width, dimension)=2], got 3", "width", 2);
        assertRefused(
                "readoutScale of a balanced start must be in [0, scale=0.8], got 0.9",
                "start",
                new TwoLayerStart.Balanced(2),
                "readoutScale",
                0.9);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerStart.Isotropic(0))
                .withMessage("rank must be in [1, 512], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerStart.Truncated(513))
                .withMessage("rank must be in [1, 512], got 513");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerStart.PowerLaw(-1))
                .withMessage("exponent must be in [0, 20], got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerStart.Isotropic(4)
                        .draw(3, 1, 0, new double[5], Streams.of(1).at("init")))
                .withMessage("rank must be in [1, min(width, dimension)=3], got 4");
    }

    private static void assertRefused(String message, Object... namesAndValues) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, namesAndValues))
                .withMessage(message);
    }
}
