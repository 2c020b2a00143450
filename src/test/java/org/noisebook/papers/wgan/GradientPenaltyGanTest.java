package org.noisebook.papers.wgan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class GradientPenaltyGanTest {
    /** Two clusters in two dimensions: both are found after a tenth of the usual steps, with a critic of unit slope. */
    @Test
    @Tag("statistical")
    void theGanFindsBothClusters() {
        Stream stream = Streams.of(3).at("data");
        double[][] data = new double[2][1000];
        for (int k = 0; k < 1000; k++) {
            double centre = k < 300 ? -1 : 0.6;
            data[0][k] = centre + 0.1 * stream.nextGaussian();
            data[1][k] = 0.3 * centre + 0.2 * stream.nextGaussian();
        }
        GradientPenaltyGan gan = new GradientPenaltyGan(2, Streams.of(3).at("init"));
        gan.train(data, 1500, Streams.of(3).at("batch"));
        double[][] made = gan.sample(4000, Streams.of(3).at("samples"));
        assertThat(Arrays.stream(made[0]).filter(x -> x < -0.2).count() / 4000.0)
                .isBetween(0.15, 0.45);
        assertThat(Arrays.stream(made[1]).average().orElseThrow()).isCloseTo(0.3 * 0.12, within(0.04));
        assertThat(gan.norm(data, Streams.of(4).at("samples"))).isBetween(0.85, 1.15);
    }

    /** aᵀφ(Vx + c) of a sample, and the norm of its gradient by differences in x. */
    private static double critic(GradientPenaltyGan gan, double... x) {
        double sum = 0;
        for (int i = 0; i < gan.hidden.w.length; i++) {
            double[] v = gan.hidden.w[i];
            double z = v[0] * x[0] + v[1] * x[1] + v[2];
            sum += gan.out.w[0][i] * (z > 0 ? z : 0.2 * z);
        }
        return sum;
    }

    private static double loss(GradientPenaltyGan gan, double[][] x) {
        double loss = 0;
        double h = 1e-7;
        for (int n = 0; n < 64; n++) {
            double at = critic(gan, x[0][n], x[1][n]);
            double right = (critic(gan, x[0][n] + h, x[1][n]) - at) / h;
            double up = (critic(gan, x[0][n], x[1][n] + h) - at) / h;
            loss += (at + 10 * Math.pow(Math.hypot(right, up) - 1, 2)) / 64;
        }
        return loss;
    }

    /** The critic's gradient, penalty included, is that of its loss by differences, for weights of both layers. */
    @Test
    void gradientsAreThoseOfTheLoss() {
        Stream stream = Streams.of(5).at("data");
        double[][] x = new double[2][64];
        for (double[] row : x) {
            Arrays.setAll(row, n -> stream.nextGaussian());
        }
        GradientPenaltyGan gan = new GradientPenaltyGan(2, Streams.of(5).at("init"));
        gan.learn(x, 1.0 / 64);
        gan.penalise(x);
        for (int[] place : new int[][] {{0, 0}, {7, 1}, {33, 0}, {50, 1}}) {
            double[] row = gan.hidden.w[place[0]];
            assertThat(slope(gan, x, row, place[1])).isCloseTo(gan.hidden.gradient[place[0]][place[1]], within(2e-4));
            assertThat(slope(gan, x, gan.out.w[0], place[0])).isCloseTo(gan.out.gradient[0][place[0]], within(2e-4));
        }
    }

    private static double slope(GradientPenaltyGan gan, double[][] x, double[] weights, int at) {
        double before = weights[at];
        double h = 1e-5;
        weights[at] = before + h;
        double above = loss(gan, x);
        weights[at] = before - h;
        double below = loss(gan, x);
        weights[at] = before;
        return (above - below) / (2 * h);
    }
}
