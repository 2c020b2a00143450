package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.field.MixtureEm.Batch;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class MixtureEmTest {
    private static final GaussianMixture TRUTH =
            new GaussianMixture(new double[] {0.3, 0.7}, new double[][] {{2, -1, 0}, {-1, 1, 1}}, new double[][][] {
                {{0.5, 0.2, 0.1}, {0.2, 0.4, 0}, {0.1, 0, 0.3}},
                {{0.3, -0.1, 0}, {-0.1, 0.6, 0.2}, {0, 0.2, 0.5}}
            });
    private static final double[][] ROWS = {{1, 2, 0}, {0, 1, -1}};
    private static final double[][] NOISE = {{0.5, 0.2}, {0.2, 0.3}};

    private static double[][] values(int count, Stream stream) {
        return TRUTH.image(ROWS, new double[2]).sample(stream, count);
    }

    /** A step against the posterior of every observation, one by one. */
    @Test
    void stepTakesPosteriorMoments() {
        double[][] y = values(7, Streams.of(1).at("a"));
        Batch batch = new Batch(ROWS, NOISE, y);
        GaussianMixture now = new MixtureEm(List.of(batch)).step(TRUTH);
        double[] weight = new double[2];
        double[][] first = new double[2][3];
        double[][][] second = new double[2][3][3];
        for (int t = 0; t < 7; t++) {
            double[] one = {y[0][t], y[1][t]};
            GaussianMixture posterior = TRUTH.given(ROWS, one, NOISE);
            assertThat(MixtureEm.means(TRUTH, batch)[2][t]).isCloseTo(posterior.mean()[2], within(1e-12));
            double[][] spread = posterior.covariance();
            assertThat(MixtureEm.spreads(TRUTH, batch)[t])
                    .isCloseTo(spread[0][0] + spread[1][1] + spread[2][2], within(1e-12));
            for (int k = 0; k < 2; k++) {
                double w = posterior.weights()[k] / 7;
                weight[k] += w;
                for (int i = 0; i < 3; i++) {
                    first[k][i] += w * posterior.means()[k][i];
                    for (int j = 0; j < 3; j++) {
                        second[k][i][j] += w
                                * (posterior.covariances()[k][i][j]
                                        + posterior.means()[k][i] * posterior.means()[k][j]);
                    }
                }
            }
        }
        for (int k = 0; k < 2; k++) {
            assertThat(now.weights()[k]).isCloseTo(weight[k], within(1e-12));
            for (int i = 0; i < 3; i++) {
                double mean = first[k][i] / weight[k];
                assertThat(now.means()[k][i]).isCloseTo(mean, within(1e-12));
                for (int j = 0; j < 3; j++) {
                    double square = second[k][i][j] / weight[k] - mean * first[k][j] / weight[k];
                    assertThat(now.covariances()[k][i][j]).isCloseTo(square, within(1e-11));
                }
            }
        }
    }

    /** log N(y; A m, A C Aᵀ + R) of the library's own mixture. */
    @Test
    void likelihoodIsThatOfTheImage() {
        double[][] y = values(5, Streams.of(2).at("a"));
        double[][] m = TRUTH.image(ROWS, new double[2]).means();
        double[][][] c = TRUTH.image(ROWS, new double[2]).covariances();
        for (double[][] one : c) {
            for (int i = 0; i < 4; i++) {
                one[i / 2][i % 2] += NOISE[i / 2][i % 2];
            }
        }
        GaussianMixture image = new GaussianMixture(TRUTH.weights(), m, c);
        double log = 0;
        for (int t = 0; t < 5; t++) {
            log += image.logDensity(y[0][t], y[1][t]);
        }
        assertThat(new MixtureEm(List.of(new Batch(ROWS, NOISE, y))).logLikelihood(TRUTH))
                .isCloseTo(log, within(1e-10));
    }

    /** Different A and R in one data set: the likelihood never falls, and the truth comes back. */
    @Test
    @Tag("statistical")
    void findsTheLawFromPairs() {
        int count = 6000;
        double[][] x = TRUTH.sample(Streams.of(3).at("x"), 3 * count);
        Stream stream = Streams.of(3).at("noise");
        List<Batch> batches = new ArrayList<>();
        for (int g = 0; g < 3; g++) {
            int[] seen = {g, (g + 1) % 3};
            double[][] y = new double[2][count];
            for (int i = 0; i < 2; i++) {
                for (int t = 0; t < count; t++) {
                    y[i][t] = x[seen[i]][g * count + t] + 0.3 * stream.nextGaussian();
                }
            }
            batches.add(Batch.some(3, seen, 0.09, y));
        }
        MixtureEm em = new MixtureEm(batches);
        GaussianMixture now =
                new GaussianMixture(new double[] {0.5, 0.5}, new double[][] {{1, 0, 0}, {-1, 0, 0}}, new double[][][] {
                    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                    {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
                });
        double before = em.logLikelihood(now);
        for (int round = 0; round < 20; round++) {
            now = em.step(now);
            double log = em.logLikelihood(now);
            assertThat(log).isGreaterThan(before - 1e-6);
            before = log;
        }
        now = em.fit(now, 300, 1e-9);
        // Standard errors are about 0.03; three wrong components would be off by more than 0.2.
        assertThat(now.weights()[0]).isCloseTo(0.3, within(0.03));
        for (int k = 0; k < 2; k++) {
            for (int i = 0; i < 3; i++) {
                assertThat(now.means()[k][i]).isCloseTo(TRUTH.means()[k][i], within(0.1));
                for (int j = 0; j < 3; j++) {
                    assertThat(now.covariances()[k][i][j]).isCloseTo(TRUTH.covariances()[k][i][j], within(0.12));
                }
            }
        }
    }

    /** E[(y − A x)² ∣ y] from the posteriors. */
    @Test
    void noiseVariancesAreExpectedSquares() {
        double[][] y = values(6, Streams.of(4).at("a"));
        double[][] noise = {{0.5, 0}, {0, 0.3}};
        double[] variances = MixtureEm.noiseVariances(TRUTH, new Batch(ROWS, noise, y));
        for (int i = 0; i < 2; i++) {
            double sum = 0;
            for (int t = 0; t < 6; t++) {
                GaussianMixture seen = TRUTH.given(ROWS, new double[] {y[0][t], y[1][t]}, noise)
                        .image(new double[][] {ROWS[i]}, new double[1]);
                double mean = seen.mean()[0];
                sum += ((y[i][t] - mean) * (y[i][t] - mean) + seen.covariance()[0][0]) / 6;
            }
            assertThat(variances[i]).isCloseTo(sum, within(1e-12));
        }
        double[][] now = {{variances[0], 0}, {0, variances[1]}};
        assertThat(new MixtureEm(List.of(new Batch(ROWS, now, y))).logLikelihood(TRUTH))
                .isGreaterThan(new MixtureEm(List.of(new Batch(ROWS, noise, y))).logLikelihood(TRUTH));
    }

    @Test
    void heldCovariancesStay() {
        double[][] y = TRUTH.sample(Streams.of(5).at("x"), 50);
        double[] variances = {0.1, 0.2, 0.3};
        MixtureEm em = new MixtureEm(List.of(Batch.whole(variances, y)));
        GaussianMixture free = em.step(TRUTH);
        GaussianMixture held = new MixtureEm(List.of(Batch.whole(variances, y)))
                .covariancesHeld()
                .step(TRUTH);
        assertThat(held.means()).isDeepEqualTo(free.means());
        assertThat(Arrays.deepEquals(held.covariances(), TRUTH.covariances())).isTrue();
        double more = new MixtureEm(List.of(Batch.whole(variances, y)))
                .floored(0.01)
                .step(TRUTH)
                .covariances()[0][0][0];
        assertThat(more).isCloseTo(free.covariances()[0][0][0] + 0.01, within(1e-12));
        assertThatThrownBy(() -> new MixtureEm(List.of())).hasMessage("batches must be at least 1, got 0");
        assertThatThrownBy(() -> new Batch(ROWS, NOISE, new double[3][1]))
                .hasMessageContaining("noise must be 2 × 2 and values of 2 rows");
    }
}
