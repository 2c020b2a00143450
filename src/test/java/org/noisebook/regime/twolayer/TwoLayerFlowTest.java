package org.noisebook.regime.twolayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Gradient flow against conserved quantities and the closed forms of its end. */
class TwoLayerFlowTest {
    /** The flow stops 3e-8 of the target before the end, and kernels of order 3 follow. */
    private static final double STOP_ERROR = 1e-6;
    /** Local errors of 1e-10 over some hundred steps. */
    private static final double INTEGRATION_ERROR = 1e-8;

    private static final double LONG = 10_000;
    private static final int D = 10;

    private static Stream stream(int k) {
        return Streams.of(7).withReplica(k).at("init");
    }

    /** A unit target whose share q in the span of the first {@code rank} rows of the draw is the given one. */
    private static double[] target(TwoLayerDraw draw, int rank, double share) {
        double[] target = new double[D];
        for (int j = 0; j < D; j++) {
            target[j] = Math.sqrt(share) * draw.right()[0][j];
            if (share < 1) {
                target[j] += Math.sqrt(1 - share) * draw.right()[rank][j];
            }
        }
        return target;
    }

    /** Rank below d with spare hidden units is exact to round-off for σ ≤ 1; above, h = r or r = d is. */
    @ParameterizedTest
    @CsvSource({
        "20,  1,   1, .25",
        "20,  2,   1,  .5",
        "20,  5,   1,  .5",
        "20, 10,   1,   1",
        "20,  1, .05,  .1",
        "20,  5, .05,  .7",
        "20,  1,  .5,  .1",
        " 1,  1,   2,   1",
        " 5,  5,   2,  .3",
        " 1,  1,   4,  .2",
        "20, 10,   4,   1"
    })
    void theEndIsThatOfTheory(int width, int rank, double scale, double share) {
        TwoLayerDraw draw = TwoLayerDraw.of(width, D, rank, stream(3));
        double[] target = share < 1 && rank >= draw.right().length ? outside(draw, share) : target(draw, rank, share);
        TwoLayerWeights start = new TwoLayerStart.Isotropic(rank).draw(width, scale, 0, target, stream(3));
        TwoLayerFlow.Outcome outcome = TwoLayerFlow.whitened(target).run(start, LONG);
        TwoLayerTheory.EndPoint end = TwoLayerTheory.of(D).endPoint(rank, scale, share);
        TwoLayerKernel before = start.kernel();
        TwoLayerKernel after = outcome.weights().kernel();

        assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.CONVERGED);
        assertThat(outcome.squaredResidual()).isLessThan(1.001 * TwoLayerFlow.SQUARED_RESIDUAL);
        assertThat(before.alignment(after)).isCloseTo(end.kernelAlignment(), within(STOP_ERROR));
        assertThat(before.representationAlignment(after)).isCloseTo(end.representationAlignment(), within(STOP_ERROR));
        assertThat(before.distance(after)).isCloseTo(end.kernelDistance(), within(STOP_ERROR));
        assertThat(outcome.weights().firstDistance(start)).isCloseTo(end.weightChange(), within(STOP_ERROR));
        assertThat(outcome.weights().readoutDistance(start)).isCloseTo(end.readoutNorm(), within(STOP_ERROR));
    }

    /** A target whose part outside the row space is made orthogonal to it, where the draw has no further rows. */
    private static double[] outside(TwoLayerDraw draw, double share) {
        double[] other = TwoLayerDraw.normal(D, stream(99));
        for (double[] row : draw.right()) {
            double along = SmallMatrix.dot(row, other);
            for (int j = 0; j < D; j++) {
                other[j] -= along * row[j];
            }
        }
        other = TwoLayerDraw.unit(other);
        for (int j = 0; j < D; j++) {
            other[j] = Math.sqrt(1 - share) * other[j] + Math.sqrt(share) * draw.right()[0][j];
        }
        return other;
    }

    static java.util.stream.Stream<TwoLayerStart> spectra() {
        return java.util.stream.Stream.of(
                new TwoLayerStart.Gaussian(),
                new TwoLayerStart.Truncated(3),
                new TwoLayerStart.PowerLaw(1),
                new TwoLayerStart.Isotropic(1),
                new TwoLayerStart.Aligned());
    }

    /** Corrections are of the order of the squared start, 1e-6, and the first six digits hold. */
    @ParameterizedTest
    @MethodSource("spectra")
    void infinitesimalStartsEndAsTheoryHasIt(TwoLayerStart kind) {
        for (int k = 0; k < 6; k++) {
            double[] target = TwoLayerDraw.unit(
                    TwoLayerDraw.normal(D, Streams.of(7).withReplica(k).at("data")));
            for (double readoutScale : new double[] {0, 5e-4}) {
                TwoLayerWeights start = kind.draw(20, 1e-3, readoutScale, target, stream(k));
                TwoLayerFlow.Outcome outcome = TwoLayerFlow.whitened(target).run(start, LONG);

                assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.CONVERGED);
                assertThat(start.kernel().alignment(outcome.weights().kernel()))
                        .as("%s, replica %d, read-out %s", kind, k, readoutScale)
                        .isCloseTo(TwoLayerTheory.of(D).infinitesimalAlignment(start.kernel(), target), within(5e-6));
            }
        }
    }

    /** Over a short time t every weight moves by −t ∂L/∂w, the loss taken from its definition and Σ full. */
    @Test
    void theFlowDescendsTheGradient() {
        double[] target = {0.7, -0.4, 1.1};
        double[][] covariance = {{2, 0.3, -0.5}, {0.3, 1, 0.2}, {-0.5, 0.2, 0.5}};
        TwoLayerWeights start = new TwoLayerStart.Gaussian().draw(2, 1.2, 0.8, target, stream(4));
        double time = 1e-6;
        double step = 1e-5;
        TwoLayerWeights end =
                TwoLayerFlow.of(target, covariance).run(start, time).weights();
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j <= 3; j++) {
                double slope = (loss(moved(start, i, j, step), target, covariance)
                                - loss(moved(start, i, j, -step), target, covariance))
                        / (2 * step);
                double change = j < 3 ? end.first()[i][j] - start.first()[i][j] : end.readout()[i] - start.readout()[i];
                assertThat(change / time).as("weight %d, %d", i, j).isCloseTo(-slope, within(1e-4));
            }
        }
    }

    /** W₁[i][j], or w₂[i] for j = d, moved. */
    private static TwoLayerWeights moved(TwoLayerWeights weights, int i, int j, double by) {
        double[][] first = weights.first();
        double[] readout = weights.readout();
        if (j < weights.dimension()) {
            first[i][j] += by;
        } else {
            readout[i] += by;
        }
        return new TwoLayerWeights(first, readout);
    }

    private static double loss(TwoLayerWeights weights, double[] target, double[][] covariance) {
        double[] v = weights.predictor();
        double loss = 0;
        for (int i = 0; i < v.length; i++) {
            for (int j = 0; j < v.length; j++) {
                loss += 0.5 * (target[i] - v[i]) * covariance[i][j] * (target[j] - v[j]);
            }
        }
        return loss;
    }

    /** Σ full, target and start without any structure. */
    @Test
    void theConservedQuantityIsConserved() {
        Stream stream = stream(5);
        double[][] factor = new double[6][];
        for (int i = 0; i < 6; i++) {
            factor[i] = TwoLayerDraw.normal(6, stream);
        }
        double[][] covariance = new double[6][6];
        for (int i = 0; i < 6; i++) {
            for (int j = 0; j < 6; j++) {
                covariance[i][j] = SmallMatrix.dot(factor[i], factor[j]) / 6;
            }
        }
        double[] target = TwoLayerDraw.normal(6, stream);
        TwoLayerWeights start = new TwoLayerStart.Gaussian().draw(4, 1.5, 0.7, target, stream);
        TwoLayerFlow flow = TwoLayerFlow.of(target, covariance);
        TwoLayerFlow.Outcome outcome = flow.run(start, LONG);
        double[][] before = start.conserved();
        double[][] after = outcome.weights().conserved();

        assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.CONVERGED);
        for (int i = 0; i < 4; i++) {
            assertThat(after[i]).containsExactly(before[i], within(INTEGRATION_ERROR));
        }
        assertThat(outcome.weights()).isNotEqualTo(start);
        assertThat(flow.run(start, LONG)).as("the same bits").isEqualTo(outcome);
    }

    /** d = h = 1 and w₁ = w₂ = w: dw/dt = w(b − w²), so w² = b/(1 + (b/w₀² − 1)e^(−2bt)). */
    @Test
    void oneBalancedUnitFollowsTheLogisticCurve() {
        double[] target = {2};
        TwoLayerWeights start = new TwoLayerWeights(new double[][] {{0.1}}, new double[] {0.1});
        for (double time : new double[] {0.3, 1, 2}) {
            TwoLayerFlow.Outcome outcome = TwoLayerFlow.whitened(target).run(start, time);
            double predictor = 2 / (1 + (2 / 0.01 - 1) * StrictMath.exp(-4 * time));

            assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.TIME_LIMIT);
            assertThat(outcome.time()).isEqualTo(time);
            assertThat(outcome.weights().predictor()[0]).isCloseTo(predictor, within(INTEGRATION_ERROR));
            assertThat(outcome.squaredResidual())
                    .isCloseTo((2 - predictor) * (2 - predictor), within(INTEGRATION_ERROR));
        }
    }

    @Test
    void aSaddleIsKeptUntilTheTimeLimit() {
        TwoLayerWeights saddle = new TwoLayerWeights(new double[][] {{1, 0}}, new double[] {0});
        TwoLayerFlow.Outcome outcome =
                TwoLayerFlow.whitened(new double[] {0, 1}).run(saddle, 50);

        assertThat(outcome).isEqualTo(new TwoLayerFlow.Outcome(TwoLayerFlow.End.TIME_LIMIT, 50, 1, saddle));
    }

    @Test
    void whatIsLearnedStaysWhereItIs() {
        TwoLayerWeights end = new TwoLayerWeights(new double[][] {{0, 1}}, new double[] {1});

        assertThat(TwoLayerFlow.whitened(new double[] {0, 1}).run(end, 1))
                .isEqualTo(new TwoLayerFlow.Outcome(TwoLayerFlow.End.CONVERGED, 0, 0, end));
    }

    @Test
    void theEvaluationLimitIsAnOutcome() {
        TwoLayerWeights start = new TwoLayerWeights(new double[][] {{0.1}}, new double[] {0.1});
        TwoLayerFlow.Outcome outcome = TwoLayerFlow.whitened(new double[] {2}).run(start, LONG, 200);

        assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.EVALUATION_LIMIT);
        assertThat(outcome.time()).isBetween(0.0, 10.0);
        assertThat(outcome.squaredResidual()).isBetween(TwoLayerFlow.SQUARED_RESIDUAL, 4.0);
        assertThat(outcome.weights()).isNotEqualTo(start);
        TwoLayerFlow.Outcome none = TwoLayerFlow.whitened(new double[] {2}).run(start, LONG, 1);
        assertThat(none.weights()).as("no step was accepted").isEqualTo(start);
        assertThat(none.time()).isZero();
    }

    @Test
    void anInterruptEndsTheFlow() {
        TwoLayerWeights start = new TwoLayerWeights(new double[][] {{0.1}}, new double[] {0.1});
        TwoLayerFlow flow = TwoLayerFlow.whitened(new double[] {2});
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> flow.run(start, LONG)).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }

    @Test
    void weightsAndKernelsAreValues() {
        double[][] first = {{1, 2}, {3, 4}};
        double[] readout = {5, 6};
        TwoLayerWeights weights = new TwoLayerWeights(first, readout);
        first[0][0] = 9;
        readout[0] = 9;
        weights.first()[0][0] = 9;
        weights.readout()[0] = 9;

        TwoLayerWeights same = new TwoLayerWeights(new double[][] {{1, 2}, {3, 4}}, new double[] {5, 6});
        assertThat(weights).isEqualTo(same).hasSameHashCodeAs(same);
        assertThat(weights)
                .isNotEqualTo(new TwoLayerWeights(new double[][] {{1, 2}, {3, 5}}, new double[] {5, 6}))
                .isNotEqualTo(new TwoLayerWeights(new double[][] {{1, 2}, {3, 4}}, new double[] {5, 7}));
        assertThat(weights.predictor()).containsExactly(23, 34);
        assertThat(weights.conserved()).isDeepEqualTo(new double[][] {{5 - 25, 11 - 30}, {11 - 30, 25 - 36}});
        TwoLayerKernel kernel = weights.kernel();
        kernel.features()[0][0] = 99;
        assertThat(kernel).isEqualTo(new TwoLayerKernel(new double[][] {{10, 14}, {14, 20}}, 61));
        assertThat(kernel).hasSameHashCodeAs(same.kernel());
        assertThat(kernel)
                .isNotEqualTo(new TwoLayerKernel(new double[][] {{10, 14}, {14, 20}}, 60))
                .isNotEqualTo(new TwoLayerKernel(new double[][] {{11, 14}, {14, 20}}, 61));
        assertThat(kernel.matrix()).isDeepEqualTo(new double[][] {{71, 14}, {14, 81}});
    }

    /** Alignments and distance of Gram matrices of a probe set, computed from the inputs one by one. */
    @Test
    void kernelsCompareAsTheirGramMatrices() {
        Stream stream = stream(11);
        double[][] probes = new double[40][];
        double[][] covariance = new double[3][3];
        for (int a = 0; a < probes.length; a++) {
            probes[a] = TwoLayerDraw.normal(3, stream);
            for (int i = 0; i < 3; i++) {
                for (int j = 0; j < 3; j++) {
                    covariance[i][j] += probes[a][i] * probes[a][j] / probes.length;
                }
            }
        }
        TwoLayerWeights one = new TwoLayerStart.Gaussian().draw(4, 1.5, 0.7, new double[3], stream(1));
        TwoLayerWeights two = new TwoLayerStart.Truncated(2).draw(4, 2, 0.2, new double[3], stream(2));
        double[] kernel = new double[3];
        double[] features = new double[3];
        double distance = 0;
        for (double[] x : probes) {
            for (double[] y : probes) {
                double[] f = {hidden(one, x, y), hidden(two, x, y)};
                double[] k = {
                    f[0] + SmallMatrix.dot(one.readout(), one.readout()) * SmallMatrix.dot(x, y),
                    f[1] + SmallMatrix.dot(two.readout(), two.readout()) * SmallMatrix.dot(x, y)
                };
                add(features, f);
                add(kernel, k);
                distance += (k[0] - k[1]) * (k[0] - k[1]);
            }
        }
        TwoLayerKernel a = one.kernel();
        TwoLayerKernel b = two.kernel();

        assertThat(a.alignment(b, covariance)).isCloseTo(cosine(kernel), within(1e-12));
        assertThat(a.representationAlignment(b, covariance)).isCloseTo(cosine(features), within(1e-12));
        assertThat(a.distance(b, covariance)).isCloseTo(Math.sqrt(distance) / probes.length, within(1e-12));
        assertThat(a.alignment(a)).isCloseTo(1, within(1e-15));
        assertThat(a.alignment(b)).isEqualTo(b.alignment(a)).isNotCloseTo(a.alignment(b, covariance), within(1e-3));
        assertThat(a.distance(a)).isZero();
    }

    @Test
    void zeroKernelsHaveNoAlignment() {
        TwoLayerKernel zero = new TwoLayerKernel(new double[2][2], 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> zero.alignment(zero))
                .withMessage("kernels must not be zero, got norm 0.0");
        assertThatIllegalArgumentException().isThrownBy(zero::participationRatio);
    }

    private static double hidden(TwoLayerWeights weights, double[] x, double[] y) {
        double sum = 0;
        for (double[] row : weights.first()) {
            sum += SmallMatrix.dot(row, x) * SmallMatrix.dot(row, y);
        }
        return sum;
    }

    private static void add(double[] sums, double[] pair) {
        sums[0] += pair[0] * pair[1];
        sums[1] += pair[0] * pair[0];
        sums[2] += pair[1] * pair[1];
    }

    private static double cosine(double[] sums) {
        return sums[0] / Math.sqrt(sums[1] * sums[2]);
    }

    @Test
    void argumentsOutOfRangeAreRefused() {
        TwoLayerFlow flow = TwoLayerFlow.whitened(new double[] {1, 0});
        TwoLayerWeights start = new TwoLayerWeights(new double[][] {{1, 0}}, new double[] {0});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerFlow.whitened(new double[0]))
                .withMessage("target must have at least 1 number, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerFlow.whitened(new double[] {Double.NaN}))
                .withMessage("target[0] must be finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerFlow.of(new double[] {1, 1}, new double[][] {{1, 0}}))
                .withMessage("covariance must have target.length=2 rows, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerFlow.of(new double[] {1, 1}, new double[][] {{1, 0}, {1, 1}}))
                .withMessage("covariance must be symmetric, got 1.0 and 0.0 at 1, 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> flow.run(start, 0))
                .withMessage("timeLimit must be in (0, inf), got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> flow.run(start, 1, 0))
                .withMessage("evaluationLimit must be at least 1, got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerFlow.whitened(new double[] {1}).run(start, 1))
                .withMessage("dimension of start must be target.length=1, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerWeights(new double[][] {{1, 0}, {1}}, new double[2]))
                .withMessage("first[1] must have 2 numbers, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerWeights(new double[][] {{1, 0}}, new double[2]))
                .withMessage("readout must have first.length=1 numbers, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerWeights(new double[0][], new double[0]))
                .withMessage("first must have rows and columns, got none");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerKernel(new double[][] {{1}}, -1))
                .withMessage("squaredReadout must be in [0, inf), got -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new TwoLayerKernel(new double[0][], 0))
                .withMessage("features must have rows, got none");
    }
}
