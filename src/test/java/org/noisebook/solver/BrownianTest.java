package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class BrownianTest {
    /** Sums of up to a thousand increments. */
    private static final double ROUND_OFF = 1e-13;

    private static Brownian path(double tStart, double tEnd, int depth) {
        return new Brownian(Streams.of(1).at("noise"), tStart, tEnd, depth);
    }

    /** W(t) of each time of a grid by adding up increments from the first; rows are particles. */
    private static double[][] walk(Noise.Block block, double[] times, int particles) {
        double[][] w = new double[particles][times.length];
        double[][][] z = new double[1][1][particles];
        for (int i = 1; i < times.length; i++) {
            block.fill(i - 1, times[i - 1], times[i], particles, z);
            for (int k = 0; k < particles; k++) {
                w[k][i] = w[k][i - 1] + z[0][0][k] * Math.sqrt(Math.abs(times[i] - times[i - 1]));
            }
        }
        return w;
    }

    @ParameterizedTest
    @CsvSource({"0, 1, 4, 16, 6", "0, 1, 8, 16, 3", "-1, 3, 10, 100, 8", "0.001, 0.999, 7, 10, 10", "0, 1, 3, 200, 40"})
    void incrementsAddUpUnderRefinement(double tStart, double tEnd, int coarse, int refined, int depth) {
        int particles = 5;
        Brownian noise = path(tStart, tEnd, depth);
        double[][] fine = walk(noise.block(3), TimeGrid.UNIFORM.times(tStart, tEnd, coarse * refined), particles);
        double[][] few = walk(noise.block(3), TimeGrid.UNIFORM.times(tStart, tEnd, coarse), particles);
        for (int k = 0; k < particles; k++) {
            for (int i = 0; i <= coarse; i++) {
                assertThat(few[k][i]).isEqualTo(fine[k][i * refined], within(ROUND_OFF));
            }
        }
    }

    @Test
    void theOrderOfQuestionsAndTheDirectionDoNotMatter() {
        double[] times = TimeGrid.UNIFORM.times(0, 1, 37);
        double[][][] inOrder = new double[37][1][600];
        Noise.Block block = path(0, 1, 5).block(2);
        for (int i = 0; i < 37; i++) {
            block.fill(i, times[i], times[i + 1], 600, new double[][][] {inOrder[i]});
        }
        Stream order = Streams.of(1).at("order");
        Noise.Block asked = path(0, 1, 5).block(2);
        double[][][] z = new double[1][1][600];
        for (int n = 0; n < 200; n++) {
            int i = order.nextIndex(37);
            boolean forward = order.nextIndex(2) == 0;
            asked.fill(n, times[forward ? i : i + 1], times[forward ? i + 1 : i], 600, z);
            int sign = forward ? 1 : -1;
            assertThat(Arrays.stream(z[0][0]).map(v -> sign * v).toArray()).containsExactly(inOrder[i][0]);
        }
    }

    @Test
    void fewerParticlesGetTheFirstOfMore() {
        Noise.Block block = path(0, 1, 4).block(0);
        double[][][] few = new double[2][3][10];
        double[][][] many = new double[2][3][300];
        double[][][] again = new double[2][3][10];

        block.fill(0, 0.1, 0.3, 10, few);
        block.fill(0, 0.1, 0.3, 300, many);
        block.fill(0, 0.1, 0.3, 10, again);

        for (int m = 0; m < 2; m++) {
            for (int j = 0; j < 3; j++) {
                assertThat(few[m][j])
                        .containsExactly(Arrays.copyOf(many[m][j], 10))
                        .containsExactly(again[m][j]);
            }
        }
    }

    @Test
    void blocksAndStreamsDiffer() {
        double[][][] z = new double[3][1][2];
        path(0, 1, 4).block(0).fill(0, 0, 0.3, 2, new double[][][] {z[0]});
        path(0, 1, 4).block(1).fill(0, 0, 0.3, 2, new double[][][] {z[1]});
        new Brownian(Streams.of(2).at("noise"), 0, 1, 4).block(0).fill(0, 0, 0.3, 2, new double[][][] {z[2]});

        assertThat(Arrays.stream(z).flatMapToDouble(v -> Arrays.stream(v[0]))).doesNotHaveDuplicates();
    }

    /**
     * Covariances of the increments of a grid that is no part of the tree, some steps inside few cells and some across
     * many, two vectors and two coordinates: the identity.
     */
    @ParameterizedTest
    @Tag("statistical")
    @CsvSource({"3", "4", "12", "40"})
    void incrementsAreIndependentStandardNormals(int depth) {
        // No two inside one cell of 1/8, the coarsest here.
        double[] times = {0.03, 0.14, 0.27, 0.5, 0.61, 0.9, 1};
        int steps = times.length - 1;
        int variables = 4 * steps;
        int particles = 20_000;
        double[][] z = new double[variables][];
        Noise.Block block = path(0, 1, depth).block(0);
        for (int i = 0; i < steps; i++) {
            double[][][] out = new double[2][2][particles];
            block.fill(i, times[i], times[i + 1], particles, out);
            for (int v = 0; v < 4; v++) {
                z[4 * i + v] = out[v / 2][v % 2];
            }
        }
        // 24 means, 24 variances and 276 correlations, each normal: two-sided 4.9 errors, false alarm below 4e-4 in
        // all.
        // It would catch a variance off by 5 % or a correlation of 0.035.
        double errors = 4.9 / Math.sqrt(particles);
        for (int a = 0; a < variables; a++) {
            assertThat(Arrays.stream(z[a]).average().orElseThrow())
                    .as("mean " + a)
                    .isEqualTo(0, within(errors));
            for (int b = 0; b <= a; b++) {
                double sum = 0;
                for (int k = 0; k < particles; k++) {
                    sum += z[a][k] * z[b][k];
                }
                assertThat(sum / particles)
                        .as("covariance of %s and %s at false-alarm probability below 4e-4 over all", a, b)
                        .isEqualTo(a == b ? 1 : 0, within(a == b ? errors * Math.sqrt(2) : errors));
            }
        }
    }

    /** Beyond the tree: each time has the right law, two times of one cell are independent given the cell's ends. */
    @Test
    @Tag("statistical")
    void beyondTheDepthTimesOfACellAreIndependentGivenItsEnds() {
        int particles = 40_000;
        double[][][] first = new double[1][1][particles];
        double[][][] second = new double[1][1][particles];
        Noise.Block block = path(0, 1, 0).block(0);
        block.fill(0, 0, 0.25, particles, first);
        block.fill(0, 0, 0.5, particles, second);
        double square = 0;
        double product = 0;
        for (int k = 0; k < particles; k++) {
            double w = first[0][0][k] * 0.5;
            double v = second[0][0][k] * Math.sqrt(0.5);
            square += w * w / particles;
            product += w * v / particles;
        }
        // Each within 4.5 standard errors (0.25 √2/200 and less than 0.5/200): false alarm below 2e-5.
        assertThat(square).as("variance of W(1/4), false alarm below 2e-5").isEqualTo(0.25, within(0.008));
        // W(1) alone is shared: 1/4 · 1/2 · 1, where one path would have 1/4.
        assertThat(product).as("covariance, false alarm below 2e-5").isEqualTo(0.125, within(0.0113));
    }

    @Test
    void badInputGivesOneClearLine() {
        Stream stream = Streams.of(1).at("noise");
        assertThatThrownBy(() -> new Brownian(stream, 1, 1, 3))
                .hasMessage("tStart must be below tEnd, both finite, got 1.0 and 1.0");
        assertThatThrownBy(() -> new Brownian(stream, 0, Double.NaN, 3))
                .hasMessage("tStart must be below tEnd, both finite, got 0.0 and NaN");
        assertThatThrownBy(() -> new Brownian(stream, 0, 1, 41)).hasMessage("depth must be in [0, 40], got 41");
        Noise.Block block = path(0, 1, 3).block(0);
        double[][][] out = new double[1][1][1];
        assertThatThrownBy(() -> block.fill(0, 0, 1.5, 1, out))
                .hasMessage("times of a Brownian path must be in [0.0, 1.0], got 1.5");
        assertThatThrownBy(() -> block.fill(0, Double.NaN, 1, 1, out))
                .hasMessage("times of a Brownian path must be in [0.0, 1.0], got NaN");
        assertThatThrownBy(() -> block.fill(0, 0.5, 0.5, 1, out))
                .hasMessage("a step on a Brownian path must be longer than 2^-40 of [0.0, 1.0], got 0.5 to 0.5");
    }
}
