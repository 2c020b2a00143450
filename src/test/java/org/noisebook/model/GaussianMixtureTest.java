package org.noisebook.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;

class GaussianMixtureTest {
    private static final double[][] UNIT = {{1, 0}, {0, 1}};
    private static final GaussianMixture PLANE =
            new GaussianMixture(new double[] {0.3, 0.7}, new double[][] {{-1, 0.5}, {2, -1}}, new double[][][] {
                {{1, 0.5}, {0.5, 2}}, {{0.3, -0.1}, {-0.1, 0.2}}
            });

    /** Central differences over 2e-5: error 1e-9 of third derivatives below 100, rounding 1e-10 (first) and 1e-6 (second). */
    private static final double DIFFERENCE = 1e-7;

    private static final double STEP = 1e-5;

    @Test
    void oneGaussianHasTheTextbookDensity() {
        GaussianMixture gauss = GaussianMixture.of(new double[] {1, 2}, new double[][] {{2, 1}, {1, 3}});
        // det 5, inverse {{3, -1}, {-1, 2}}/5; off (1, -1): quadratic form 7/5
        assertThat(gauss.logDensity(2, 1))
                .isCloseTo(-0.5 * 1.4 - 0.5 * Math.log(5) - Math.log(2 * Math.PI), within(1e-14));
        assertThat(gauss.score(2, 1)).containsExactly(new double[] {-0.8, 0.6}, within(1e-15));
    }

    @Test
    void derivativesAgreeWithDifferences() {
        double[] x = {0.4, -0.3};
        double[] score = PLANE.score(x);
        for (int j = 0; j < 2; j++) {
            double[] up = x.clone();
            double[] down = x.clone();
            up[j] += STEP;
            down[j] -= STEP;
            assertThat(score[j])
                    .isCloseTo((PLANE.logDensity(up) - PLANE.logDensity(down)) / (2 * STEP), within(DIFFERENCE));
        }
    }

    @Test
    void farAwayOnlyTheDensityUnderflows() {
        assertThat(PLANE.logDensity(1e3, 0)).isLessThan(-1e5).isFinite();
        assertThat(Arrays.stream(PLANE.responsibilities(1e3, 0)).sum()).isCloseTo(1, within(1e-15));
        // the wider component wins
        assertThat(PLANE.responsibilities(1e3, 0)[0]).isEqualTo(1);
        assertThat(PLANE.score(1e3, 0)[0]).isCloseTo((-1001 * 2 - 0.25) / 1.75, within(1e-9));
    }

    @Test
    void marginalTimesConditionalIsJoint() {
        GaussianMixture first = PLANE.marginal(0);
        GaussianMixture second = PLANE.conditional(new int[] {0}, new double[] {0.8});
        assertThat(first.logDensity(0.8) + second.logDensity(-0.6))
                .isCloseTo(PLANE.logDensity(0.8, -0.6), within(1e-13));
        assertThat(PLANE.marginal(1, 0).logDensity(-0.6, 0.8)).isCloseTo(PLANE.logDensity(0.8, -0.6), within(1e-13));
    }

    @Test
    void imagesAndMoments() {
        assertThat(PLANE.mean()).containsExactly(new double[] {1.1, -0.55}, within(1e-15));
        assertThat(PLANE.covariance()[0][1]).isCloseTo(0.3 * 0.5 - 0.7 * 0.1 - 0.21 * 4.5, within(1e-14));
        GaussianMixture noisy = PLANE.affine(0.5, 0.25);
        assertThat(noisy.means()[1]).containsExactly(1, -0.5);
        assertThat(noisy.covariances()[0][1]).containsExactly(0.125, 0.75);
        GaussianMixture sum = PLANE.image(new double[][] {{1, 1}}, new double[] {3});
        assertThat(sum.means()[0]).containsExactly(2.5);
        assertThat(sum.covariances()[0][0][0]).isCloseTo(4, within(1e-15));
        assertThat(GaussianMixture.standard(2)).isEqualTo(GaussianMixture.of(new double[2], UNIT));
    }

    /** Means and covariances of 40 000 points within 4.5 standard errors: 5 numbers, false alarm below 4e-5. */
    @Test
    void samples() {
        int n = 40_000;
        double[][] x = PLANE.sample(Streams.of(1).at("data"), n);
        double[][] fewer = PLANE.sample(Streams.of(1).at("data"), 100);
        assertThat(fewer[1]).containsExactly(Arrays.copyOf(x[1], 100));
        double[][] covariance = PLANE.covariance();
        for (int i = 0; i < 2; i++) {
            double mean = Arrays.stream(x[i]).average().orElseThrow();
            assertThat(mean).isCloseTo(PLANE.mean()[i], within(4.5 * Math.sqrt(covariance[i][i] / n)));
            for (int j = 0; j <= i; j++) {
                double sum = 0;
                double square = 0;
                for (int k = 0; k < n; k++) {
                    double product = (x[i][k] - PLANE.mean()[i]) * (x[j][k] - PLANE.mean()[j]);
                    sum += product / n;
                    square += product * product / n;
                }
                assertThat(sum)
                        .as("covariance %d %d", i, j)
                        .isCloseTo(covariance[i][j], within(4.5 * Math.sqrt((square - sum * sum) / n)));
            }
        }
    }

    @Test
    void pointsAreDrawnButHaveNoDensity() {
        GaussianMixture point = GaussianMixture.point(1, 2);
        assertThat(point.sample(Streams.of(1).at("data"), 2)[1]).containsExactly(2, 2);
        assertThat(point.affine(1, 4).covariances()[0][0]).containsExactly(4, 0);
        assertThatIllegalStateException()
                .isThrownBy(() -> point.logDensity(1, 2))
                .withMessage("a mixture with a point has no density, got one in component 0");
    }

    @Test
    void aWeightOfZeroIsNoComponent() {
        GaussianMixture two = GaussianMixture.onLine(new double[] {1, 0}, new double[] {0, 9}, new double[] {1, 1});
        assertThat(two.logDensity(9)).isEqualTo(GaussianMixture.standard(1).logDensity(9));
        assertThat(Arrays.stream(two.sample(Streams.of(1).at("data"), 1000)[0])).allMatch(x -> x < 6);
    }

    @Test
    void valuesAreCopied() {
        double[][][] covariances = PLANE.covariances();
        GaussianMixture copy = new GaussianMixture(PLANE.weights(), PLANE.means(), covariances);
        covariances[0][0][0] = 7;
        copy.means()[0][0] = 7;
        copy.covariances()[0][0][0] = 7;
        assertThat(copy).isEqualTo(PLANE).hasSameHashCodeAs(PLANE);
        assertThat(PLANE.affine(1, 1e-9)).isNotEqualTo(PLANE);
    }

    @Test
    void badInputIsNamed() {
        double[][] mean = {{0, 0}};
        refused("weights must add up to 1, got 0.9", new double[] {0.9}, mean, UNIT);
        refused("weights[0] must be in [0, 1], got -1.0", new double[] {-1}, mean, UNIT);
        refused("weights[0] must be in [0, 1], got NaN", new double[] {Double.NaN}, mean, UNIT);
        refused(
                "means[0] must be 2 finite numbers as means[0] is, got [0.0, NaN]",
                new double[] {1},
                new double[][] {{0, Double.NaN}},
                UNIT);
        double[] one = {1};
        refused("covariances[0] must be 2 × 2 as the means are, got 1 rows, one of 2", one, mean, new double[][] {{1, 0}
        });
        refused(
                "covariances[0] must be symmetric, got 0.5 and 0.0 at [1][0] and its mirror",
                one,
                mean,
                new double[][] {{1, 0}, {0.5, 1}});
        refused(
                "covariances[0] must be positive definite (or zero, a point), got [[1.0, 2.0], [2.0, 1.0]]",
                one,
                mean,
                new double[][] {{1, 2}, {2, 1}});
        refused("covariances[0] must be finite, got NaN", one, mean, new double[][] {{Double.NaN, 0}, {0, 1}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PLANE.logDensity(1))
                .withMessage("x must be 2 finite numbers, got [1.0]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PLANE.score(1, Double.NaN))
                .withMessage("x must be 2 finite numbers, got [1.0, NaN]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PLANE.marginal(0, 0))
                .withMessage("coordinates must be distinct and in [0, 1], at least 1, got [0, 0]");
    }

    private static void refused(String message, double[] weights, double[][] means, double[][] covariance) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new GaussianMixture(weights, means, new double[][][] {covariance}))
                .withMessage(message);
    }

    @Test
    void componentsAreReweighed() {
        GaussianMixture mixture =
                GaussianMixture.unit(new double[] {0.9, 0.08, 0.02}, new double[][] {{0, 0}, {5, 0}, {0, 6}});
        assertThat(mixture.covariances()).isDeepEqualTo(new double[][][] {UNIT, UNIT, UNIT});
        GaussianMixture level = mixture.reweighed(k -> mixture.weights()[k] * new double[] {0.1, 0, 0.5}[k]);
        assertThat(level.weights()).containsExactly(new double[] {0.9, 0.1}, within(1e-12));
        assertThat(level.means()).isDeepEqualTo(new double[][] {{0, 0}, {0, 6}});
    }

    @Test
    void kernelsStandOnPoints() {
        GaussianMixture kernels = GaussianMixture.kernels(new double[][] {{0, 1}, {2, 3}}, 0.5);
        assertThat(kernels.weights()).containsExactly(0.5, 0.5);
        assertThat(kernels.means()).isDeepEqualTo(new double[][] {{0, 2}, {1, 3}});
        assertThat(kernels.covariances()[1]).isDeepEqualTo(new double[][] {{0.25, 0}, {0, 0.25}});
    }

    /** By hand for [[2, 1], [1, 2]], whose inverse is [[2, −1], [−1, 2]]/3. */
    @Test
    void mahalanobisDistancesAreThoseOfTheComponent() {
        GaussianMixture mixture = new GaussianMixture(
                new double[] {0.5, 0.5}, new double[][] {{0, 0}, {1, 1}}, new double[][][] {UNIT, {{2, 1}, {1, 2}}});
        double[] squares = mixture.mahalanobis(new double[][] {{3, 3, 1}, {4, 2, 1}}, 0, 1, 1);
        assertThat(squares).containsExactly(new double[] {25, 2, 0}, within(1e-12));
    }
}
