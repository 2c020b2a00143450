package org.noisebook.papers.richlazy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.noisebook.papers.richlazy.TwoLayerWeights.dot;
import static org.noisebook.papers.richlazy.TwoLayerWeights.normal;
import static org.noisebook.papers.richlazy.TwoLayerWeights.unit;

import java.util.Arrays;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Schema;
import org.noisebook.papers.richlazy.TwoLayer.Config;
import org.noisebook.papers.richlazy.TwoLayer.Result;
import org.noisebook.rng.Streams;

/** Gradient flow against its gradient, conserved quantities and the closed forms of its end; starts and their streams. */
class TwoLayerTest {
    private static final TwoLayer STUDY = new TwoLayer();
    private static final Config SMALL = Schema.with(
            STUDY.defaults(),
            "dimension=6, width=8, start=truncated(rank=3), scale=0.8, readoutScale=0.2, anisotropy=2, timeLimit=1000");
    private static final Config WHITENED = Schema.with(SMALL, "anisotropy=1, readoutScale=0, start=isotropic(rank=3)");

    /** A few products of numbers of order 1. */
    private static final double ROUNDING = 1e-12;
    /** The flow stops 3e-8 of the target before the end, and kernels of order 3 follow. */
    private static final double STOP_ERROR = 1e-6;
    /** Local errors of 1e-10 over some hundred steps. */
    private static final double INTEGRATION_ERROR = 1e-8;

    private static final double LONG = 10_000;
    private static final double[] WHITE = ones(10);

    private static double[] ones(int d) {
        double[] ones = new double[d];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Result run(Config config) {
        return STUDY.run(config, Streams.of(1));
    }

    private static Config start(Config config, TwoLayerStart start) {
        return Schema.with(config, "start", start);
    }

    private static TwoLayerWeights draw(TwoLayerStart start, int width, double scale, double readout, double[] target) {
        return start.draw(width, scale, readout, target, Streams.of(7).at("init"));
    }

    /**
     * Rank below d with spare hidden units is exact to round-off for σ ≤ 1; above, h = r or r = d is. Targets are random, and their
     * share is measured.
     */
    @ParameterizedTest
    @CsvSource({
        "20, 1, 1",
        "20, 2, 1",
        "20, 5, 1",
        "20, 10, 1",
        "20, 1, .05",
        "20, 5, .05",
        "20, 1, .5",
        "1, 1, 2",
        "5, 5, 2",
        "1, 1, 4",
        "20, 10, 4"
    })
    void theEndIsThatOfTheory(int width, int rank, double scale) {
        Config config = Schema.with(
                STUDY.defaults(), "width", width, "start", new TwoLayerStart.Isotropic(rank), "scale", scale);
        Result result = run(config);
        TwoLayerTheory.EndPoint end = new TwoLayerTheory(10).endPoint(rank, scale, result.share());

        assertThat(result.converged()).isTrue();
        assertThat(2 * result.loss()).isLessThan(1.001 * TwoLayerFlow.SQUARED_RESIDUAL);
        assertThat(result.kernelAlignment()).isCloseTo(end.kernelAlignment(), within(STOP_ERROR));
        assertThat(result.representationAlignment()).isCloseTo(end.representationAlignment(), within(STOP_ERROR));
        assertThat(result.kernelDistance()).isCloseTo(end.kernelDistance(), within(STOP_ERROR));
        assertThat(result.weightChange()).isCloseTo(end.weightChange(), within(STOP_ERROR));
        assertThat(result.readoutChange()).isCloseTo(end.readoutNorm(), within(STOP_ERROR));
        assertThat(run(Schema.with(config, "anisotropy", 2)).kernelAlignment())
                .isNotCloseTo(end.kernelAlignment(), within(1e-4));
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

    /** KA = (Tr M + β̂ᵀMβ̂)/(‖M‖ √(d + 3)) but for the squared start, 1e-6: M follows from the kernel with that of rank one. */
    @ParameterizedTest
    @MethodSource("starts")
    void infinitesimalStartsEndAsTheoryHasIt(TwoLayerStart kind) {
        for (double readoutScale : new double[] {0, 5e-4}) {
            double[] target = unit(normal(10, Streams.of(7).at("data")));
            TwoLayerWeights start = draw(kind, 20, 1e-3, readoutScale, target);
            TwoLayerFlow.Outcome outcome = new TwoLayerFlow(target, WHITE).run(start, LONG);
            double grown = 0;
            double squares = 0;
            for (double[] row : start.first()) {
                grown += Math.pow(dot(row, target), 2);
                squares += dot(row, row);
            }
            double readout = dot(start.readout(), start.readout());
            double trace = squares + 10 * readout;
            double norm = trace / Math.sqrt(start.kernel().participationRatio());

            assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.CONVERGED);
            assertThat(start.kernel().alignment(outcome.weights().kernel(), WHITE))
                    .as("%s, read-out %s", kind, readoutScale)
                    .isCloseTo((trace + grown + readout) / (norm * Math.sqrt(13)), within(5e-6));
        }
    }

    /** Over a short time t every weight moves by −t ∂L/∂w, the loss taken from its definition. */
    @Test
    void theFlowDescendsTheGradient() {
        double[] target = {0.7, -0.4, 1.1};
        double[] variances = {2, 1, 0.5};
        TwoLayerWeights start = draw(new TwoLayerStart.Gaussian(), 2, 1.2, 0.8, target);
        double time = 1e-6;
        double[] end =
                new TwoLayerFlow(target, variances).run(start, time).weights().state();
        for (int k = 0; k < end.length; k++) {
            double slope =
                    (loss(moved(start, k, 1e-5), target, variances) - loss(moved(start, k, -1e-5), target, variances))
                            / 2e-5;
            assertThat((end[k] - start.state()[k]) / time).as("weight %d", k).isCloseTo(-slope, within(1e-4));
        }
    }

    private static TwoLayerWeights moved(TwoLayerWeights weights, int k, double by) {
        double[] state = weights.state().clone();
        state[k] += by;
        return new TwoLayerWeights(weights.dimension(), state);
    }

    /** v = W₁ᵀw₂. */
    private static double predictor(TwoLayerWeights weights, int j) {
        return dot(Arrays.stream(weights.first()).mapToDouble(row -> row[j]).toArray(), weights.readout());
    }

    private static double loss(TwoLayerWeights weights, double[] target, double... variances) {
        double loss = 0;
        for (int j = 0; j < target.length; j++) {
            loss += 0.5 * variances[j] * Math.pow(target[j] - predictor(weights, j), 2);
        }
        return loss;
    }

    /** W₁W₁ᵀ − w₂w₂ᵀ, whatever target, inputs and start. */
    @Test
    void theConservedQuantityIsConserved() {
        double[] target = normal(6, Streams.of(7).at("data"));
        TwoLayerWeights start = draw(new TwoLayerStart.Gaussian(), 4, 1.5, 0.7, target);
        TwoLayerFlow flow = new TwoLayerFlow(target, 0.3, 1, 2, 0.7, 0.1, 1.5);
        TwoLayerFlow.Outcome outcome = flow.run(start, LONG);

        assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.CONVERGED);
        for (int i = 0; i < 4; i++) {
            assertThat(conserved(outcome.weights(), i)).containsExactly(conserved(start, i), within(INTEGRATION_ERROR));
        }
        assertThat(flow.run(start, LONG).weights().state())
                .as("the same bits")
                .isEqualTo(outcome.weights().state())
                .isNotEqualTo(start.state());
    }

    private static double[] conserved(TwoLayerWeights weights, int i) {
        double[][] first = weights.first();
        double[] row = new double[first.length];
        Arrays.setAll(row, k -> dot(first[i], first[k]) - weights.readout()[i] * weights.readout()[k]);
        return row;
    }

    private static final TwoLayerWeights UNIT = new TwoLayerWeights(1, 0.1, 0.1);
    private static final TwoLayerFlow TO_TWO = new TwoLayerFlow(new double[] {2}, 1);

    /** d = h = 1 and w₁ = w₂ = w: dw/dt = w(b − w²), so w² = b/(1 + (b/w₀² − 1)e^(−2bt)). */
    @Test
    void oneBalancedUnitFollowsTheLogisticCurve() {
        for (double time : new double[] {0.3, 1, 2}) {
            TwoLayerFlow.Outcome outcome = TO_TWO.run(UNIT, time);
            double expected = 2 / (1 + (2 / 0.01 - 1) * StrictMath.exp(-4 * time));

            assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.TIME_LIMIT);
            assertThat(outcome.time()).isEqualTo(time);
            assertThat(predictor(outcome.weights(), 0)).isCloseTo(expected, within(INTEGRATION_ERROR));
            assertThat(outcome.squaredResidual()).isCloseTo((2 - expected) * (2 - expected), within(INTEGRATION_ERROR));
        }
    }

    @Test
    void saddlesAndEndsAreKept() {
        TwoLayerFlow flow = new TwoLayerFlow(new double[] {0, 1}, 1, 1);
        TwoLayerFlow.Outcome saddle = flow.run(new TwoLayerWeights(2, 1, 0, 0), 50);
        assertThat(saddle.end()).isEqualTo(TwoLayerFlow.End.TIME_LIMIT);
        assertThat(saddle.squaredResidual()).isOne();
        assertThat(saddle.weights().state()).containsExactly(1, 0, 0);
        TwoLayerWeights end = new TwoLayerWeights(2, 0, 1, 1);
        assertThat(flow.run(end, 1)).isEqualTo(new TwoLayerFlow.Outcome(TwoLayerFlow.End.CONVERGED, 0, 0, end));
    }

    @Test
    void limitsAreOutcomes() {
        TwoLayerFlow.Outcome outcome = TO_TWO.run(UNIT, LONG, 200);
        assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.EVALUATION_LIMIT);
        assertThat(outcome.time()).isBetween(0.0, 10.0);
        assertThat(outcome.squaredResidual()).isBetween(TwoLayerFlow.SQUARED_RESIDUAL, 4.0);
        assertThat(outcome.weights().state()).isNotEqualTo(UNIT.state());
        assertThat(TO_TWO.run(UNIT, LONG, 1).weights().state())
                .as("no step was accepted")
                .isEqualTo(UNIT.state());
        Result stopped = run(Schema.with(SMALL, "timeLimit", 1));
        assertThat(stopped.end()).isEqualTo(TwoLayerFlow.End.TIME_LIMIT);
        assertThat(stopped.ends().capped()).isOne();
        assertThat(stopped.time()).isOne();
        assertThat(stopped.loss()).isBetween(1e-3, 1.0);
        assertThat(run(SMALL).ends().capped()).isZero();
    }

    /** Alignments and distance of Gram matrices of probes of these variances, computed from the inputs one by one. */
    @Test
    void kernelsCompareAsTheirGramMatrices() {
        double[] variances = {4, 1, 0.25};
        TwoLayerWeights one = draw(new TwoLayerStart.Gaussian(), 4, 1.5, 0.7, new double[3]);
        TwoLayerWeights two = draw(new TwoLayerStart.Truncated(2), 4, 2, 0.2, new double[3]);
        double[] kernel = new double[3];
        double[] features = new double[3];
        double distance = 0;
        for (int a = 0; a < 8; a++) {
            for (int b = 0; b < 8; b++) {
                double[] x = corner(a);
                double[] y = corner(b);
                double[] f = {hidden(one, x, y), hidden(two, x, y)};
                double[] k = {
                    f[0] + dot(one.readout(), one.readout()) * dot(x, y),
                    f[1] + dot(two.readout(), two.readout()) * dot(x, y)
                };
                add(features, f);
                add(kernel, k);
                distance += (k[0] - k[1]) * (k[0] - k[1]);
            }
        }
        TwoLayerKernel a = one.kernel();
        TwoLayerKernel b = two.kernel();

        assertThat(a.alignment(b, variances)).isCloseTo(cosine(kernel), within(ROUNDING));
        assertThat(a.representationAlignment(b, variances)).isCloseTo(cosine(features), within(ROUNDING));
        assertThat(a.distance(b, variances)).isCloseTo(Math.sqrt(distance) / 8, within(ROUNDING));
        assertThat(a.alignment(b, variances))
                .isEqualTo(b.alignment(a, variances))
                .isNotCloseTo(a.alignment(b, ones(3)), within(1e-3));
        assertThat(a.distance(a, variances)).isZero();
    }

    private static double[] corner(int k) {
        return new double[] {(k & 1) == 0 ? 2 : -2, (k & 2) == 0 ? 1 : -1, (k & 4) == 0 ? 0.5 : -0.5};
    }

    private static double hidden(TwoLayerWeights weights, double[] x, double... y) {
        return Arrays.stream(weights.first())
                .mapToDouble(row -> dot(row, x) * dot(row, y))
                .sum();
    }

    private static void add(double[] sums, double... pair) {
        sums[0] += pair[0] * pair[1];
        sums[1] += pair[0] * pair[0];
        sums[2] += pair[1] * pair[1];
    }

    private static double cosine(double... sums) {
        return sums[0] / Math.sqrt(sums[1] * sums[2]);
    }

    @ParameterizedTest
    @MethodSource("starts")
    void startsHaveTheirNormsAndRanks(TwoLayerStart start) {
        TwoLayerWeights weights =
                draw(start, 8, 1.7, 0.3, normal(6, Streams.of(2).at("data")));
        double[] values = new SingularValueDecomposition(new Array2DRowRealMatrix(weights.first())).getSingularValues();

        assertThat(dot(values, values)).isCloseTo(1.7 * 1.7, within(ROUNDING));
        assertThat(dot(weights.readout(), weights.readout())).isCloseTo(0.09, within(ROUNDING));
        assertThat(DoubleStream.of(values).filter(value -> value > 1e-10)).hasSize(start.rank(8, 6));
    }

    @Test
    void alignedStartsPointAlongTheTargetOrItsFirstHalf() {
        double[] target = normal(6, Streams.of(2).at("data"));
        double[] half = Arrays.copyOf(Arrays.copyOf(target, 3), 6);
        for (double[] row : draw(new TwoLayerStart.Aligned(), 8, 1, 0, target).first()) {
            assertThat(Math.abs(dot(unit(row), unit(target)))).isCloseTo(1, within(ROUNDING));
        }
        for (double[] row :
                draw(new TwoLayerStart.PartiallyAligned(), 8, 1, 0, target).first()) {
            assertThat(Math.abs(dot(unit(row), unit(half)))).isCloseTo(1, within(ROUNDING));
        }
    }

    /** Of the share in the row space: nested for lower ranks and fewer hidden units, 1 along the target. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void equalReplicasShareTargetAndDraw(int replica) {
        Streams streams = Streams.of(1).withReplica(replica);
        double previous = 0;
        for (int rank = 1; rank <= 6; rank++) {
            Config isotropic = start(WHITENED, new TwoLayerStart.Isotropic(rank));
            Result result = STUDY.run(isotropic, streams);
            assertThat(result.share()).isGreaterThan(previous);
            assertThat(result.participationRatio()).isCloseTo(rank, within(ROUNDING));
            assertThat(STUDY.run(start(WHITENED, new TwoLayerStart.Truncated(rank)), streams)
                            .share())
                    .as("the same row space")
                    .isCloseTo(result.share(), within(ROUNDING));
            assertThat(STUDY.run(Schema.with(isotropic, "scale", 2), streams).share())
                    .isCloseTo(result.share(), within(ROUNDING));
            previous = result.share();
        }
        assertThat(previous).isCloseTo(1, within(ROUNDING));
        assertThat(STUDY.run(start(WHITENED, new TwoLayerStart.Aligned()), streams)
                        .share())
                .isCloseTo(1, within(ROUNDING));
    }

    static Stream<TwoLayerStart> rankOneStarts() {
        return Stream.of(
                new TwoLayerStart.Isotropic(1), new TwoLayerStart.Aligned(), new TwoLayerStart.PartiallyAligned());
    }

    /** Whatever the inputs. */
    @ParameterizedTest
    @MethodSource("rankOneStarts")
    void rankOneEndsAsTheoryHasIt(TwoLayerStart start) {
        Config config = start(Schema.with(SMALL, "anisotropy=3, readoutScale=0, scale=0.7"), start);
        for (int replica = 0; replica < 3; replica++) {
            Streams streams = Streams.of(1).withReplica(replica);
            double[] target = TwoLayer.target(config, streams);
            double[] variances = TwoLayer.variances(config);
            double variance = 0;
            for (int j = 0; j < target.length; j++) {
                variance += variances[j] * target[j] * target[j];
            }
            assertThat(variance).isCloseTo(1, within(ROUNDING));
            assertThat(DoubleStream.of(variances).sum()).isCloseTo(6, within(ROUNDING));
            assertThat(variances[0] / variances[5]).isCloseTo(9, within(ROUNDING));
            assertThat(STUDY.run(config, streams).kernelAlignment())
                    .isCloseTo(STUDY.rankOneAlignment(config, streams).applyAsDouble(0.7), within(STOP_ERROR));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "start=isotropic(rank=7) | rank must be in [1, min(width, dimension)=6], got 7",
                "width=2 | rank must be in [1, min(width, dimension)=2], got 3",
                "start=balanced(rank=2), readoutScale=0.9 | readoutScale of a balanced start must be in [0, scale=0.8], got 0.9",
                "start=isotropic(rank=0) | rank must be in [1, 512], got 0",
                "start=truncated(rank=513) | rank must be in [1, 512], got 513",
                "start=powerLaw(exponent=-1) | exponent must be in [0, 20], got -1",
                "scale=0 | scale must be in [1e-6, 1000], got 0"
            })
    void configsOutOfRangeAreRefused(String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, changes))
                .withMessage(message);
    }
}
