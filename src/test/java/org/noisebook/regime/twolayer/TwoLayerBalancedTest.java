package org.noisebook.regime.twolayer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** The exact path of balanced starts against the integrated flow. */
class TwoLayerBalancedTest {
    /** Local errors of 1e-10 over some hundred steps, and e^(λt) times round-off. */
    private static final double INTEGRATION_ERROR = 1e-8;
    /** The flow stops 3e-8 of the target before the end. */
    private static final double STOP_ERROR = 2e-7;

    private static final int D = 6;

    private static Stream stream(String name) {
        return Streams.of(3).at(name);
    }

    private static double[] target(double norm) {
        double[] target = TwoLayerDraw.unit(TwoLayerDraw.normal(D, stream("data")));
        for (int j = 0; j < D; j++) {
            target[j] *= norm;
        }
        return target;
    }

    private static void assertSame(double[][] actual, double[][] expected, double error) {
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual[j]).containsExactly(expected[j], within(error));
        }
    }

    private static void assertFollowsTheFlow(TwoLayerWeights start, double[] target, double... times) {
        TwoLayerBalanced exact = TwoLayerBalanced.of(start, target);
        for (double time : times) {
            TwoLayerBalanced.State state = exact.at(time);
            TwoLayerWeights weights = time == 0
                    ? start
                    : TwoLayerFlow.whitened(target).run(start, time).weights();

            assertThat(state.predictor())
                    .as("t = %s", time)
                    .containsExactly(weights.predictor(), within(INTEGRATION_ERROR));
            assertThat(state.kernel().squaredReadout())
                    .isCloseTo(weights.kernel().squaredReadout(), within(INTEGRATION_ERROR));
            assertSame(state.kernel().features(), weights.kernel().features(), INTEGRATION_ERROR);
        }
        TwoLayerFlow.Outcome outcome = TwoLayerFlow.whitened(target).run(start, 10_000);
        assertThat(outcome.end()).isEqualTo(TwoLayerFlow.End.CONVERGED);
        assertThat(exact.end().squaredReadout())
                .isCloseTo(outcome.weights().kernel().squaredReadout(), within(STOP_ERROR));
        assertSame(exact.end().features(), outcome.weights().kernel().features(), STOP_ERROR);
    }

    @ParameterizedTest
    @CsvSource({
        "6, 1.5, .6, 1",
        "6, .3, .2, 2",
        "3, 1.5, .6, 1",
        "3, 1, 0, 1",
        "2, 2, 1.9, .5",
        "1, 1, .3, 1",
        "1, 1, 1, 1"
    })
    void pathAndEndAreThoseOfTheFlow(int width, double scale, double readoutScale, double targetNorm) {
        double[] target = target(targetNorm);
        TwoLayerWeights start =
                new TwoLayerStart.Balanced(width).draw(width, scale, readoutScale, target, stream("init"));

        assertThat(TwoLayerBalanced.of(start, target).lambda())
                .isCloseTo((scale * scale - readoutScale * readoutScale) / width, within(1e-14));
        assertFollowsTheFlow(start, target, 0, 0.1, 0.7, 2, 5);
    }

    /** λ = 0 is rank one at any width; one hidden unit is balanced with any λ, below 0 too. */
    @Test
    void rankOneAndOneHiddenUnitAreBalanced() {
        double[] target = target(1.3);
        double[] v = TwoLayerDraw.unit(TwoLayerDraw.normal(D, stream("init")));
        double[] w = {0.3, -0.2, 0.4};
        double[][] first = new double[3][D];
        double[][] single = new double[1][D];
        for (int j = 0; j < D; j++) {
            single[0][j] = 0.2 * v[j];
            for (int i = 0; i < 3; i++) {
                first[i][j] = w[i] * v[j];
            }
        }
        assertFollowsTheFlow(new TwoLayerWeights(first, w), target, 0, 0.5, 3);
        TwoLayerWeights heavy = new TwoLayerWeights(single, new double[] {-0.9});
        assertThat(TwoLayerBalanced.of(heavy, target).lambda()).isCloseTo(0.04 - 0.81, within(1e-14));
        assertFollowsTheFlow(heavy, target, 0, 0.5, 3);
    }

    /** Equal singular values without read-out are balanced once spare hidden units are left out. */
    @ParameterizedTest
    @CsvSource({"1, 2", "2, .5", "4, 1", "6, 3"})
    void equalSingularValuesEndAsTheoryHasIt(int rank, double scale) {
        double[] target = target(1);
        TwoLayerWeights start = new TwoLayerStart.Isotropic(rank).draw(rank, scale, 0, target, stream("init"));
        TwoLayerKernel end = TwoLayerBalanced.of(start, target).end();
        double[][] features = start.kernel().features();
        double share = 0;
        for (int j = 0; j < D; j++) {
            share += target[j] * SmallMatrix.dot(features[j], target) * rank / (scale * scale);
        }
        TwoLayerTheory.EndPoint theory = TwoLayerTheory.of(D).endPoint(rank, scale, Math.min(1, share));

        assertThat(start.kernel().alignment(end)).isCloseTo(theory.kernelAlignment(), within(1e-12));
        assertThat(start.kernel().representationAlignment(end))
                .isCloseTo(theory.representationAlignment(), within(1e-12));
        assertThat(start.kernel().distance(end)).isCloseTo(theory.kernelDistance(), within(1e-12));
    }

    /** The path tends to the end, and late times neither overflow nor lose it. */
    @Test
    void thePathTendsToTheEnd() {
        double[] target = target(1);
        TwoLayerWeights start = new TwoLayerStart.Balanced(3).draw(3, 1, 0.4, target, stream("init"));
        TwoLayerBalanced exact = TwoLayerBalanced.of(start, target);
        for (double time : new double[] {60, 1000}) {
            TwoLayerBalanced.State state = exact.at(time);
            assertThat(state.predictor()).containsExactly(target, within(1e-11));
            assertSame(state.kernel().features(), exact.end().features(), 1e-11);
        }
    }

    /** λ = 0 with more hidden units than dimensions and one: W₁ = w₂vᵀ, |v| = 1. */
    @Test
    void rankOneMayHaveAnyNumberOfUnits() {
        double[] target = {0.6, 0.8};
        double[][] first = new double[5][];
        double[] readout = {0.1, -0.2, 0.3, 0.1, 0.2};
        for (int i = 0; i < 5; i++) {
            first[i] = new double[] {0, readout[i]};
        }

        assertFollowsTheFlow(new TwoLayerWeights(first, readout), target, 0.5, 3);
    }

    @Test
    void zeroKernelsHaveNoAlignment() {
        TwoLayerKernel zero = new TwoLayerKernel(new double[2][2], 0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> zero.alignment(zero))
                .withMessage("kernels must not be zero, got norm 0.0");
        assertThatIllegalArgumentException().isThrownBy(zero::participationRatio);
    }

    @Test
    void startsOffBalanceAndOnSaddlesAreRefused() {
        double[] target = target(1);
        TwoLayerWeights gaussian = new TwoLayerStart.Gaussian().draw(3, 1, 0.4, target, stream("init"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerBalanced.of(gaussian, target))
                .withMessageStartingWith("start must be balanced, got W1 W1ᵀ − w2 w2ᵀ off ");
        TwoLayerWeights saddle = new TwoLayerWeights(new double[][] {{0, 1}}, new double[] {0});
        TwoLayerBalanced stuck = TwoLayerBalanced.of(saddle, new double[] {1, 0});
        assertThatIllegalStateException()
                .isThrownBy(stuck::end)
                .withMessage("the start has nothing along the growing direction and ends in a saddle");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stuck.at(-1))
                .withMessage("time must be in [0, inf), got -1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerBalanced.of(saddle, new double[] {0, 0}))
                .withMessage("target must not be 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> TwoLayerBalanced.of(saddle, new double[] {1}))
                .withMessage("target must have dimension=2 numbers, got 1");
    }
}
