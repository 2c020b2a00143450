package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Fields at all particles at once, and weighted sums of scores. */
class ScoreTest {
    private static Score times(double factor) {
        return Score.of(2, (t, x, count, out) -> {
            for (int j = 0; j < 2; j++) {
                for (int k = 0; k < count; k++) {
                    out[j][k] = factor * t * x[j][k];
                }
            }
        });
    }

    @Test
    void aFieldIsTakenAtAllParticles() {
        double[][] x = {{1, 2, 3}, {4, 5, 6}};
        assertThat(times(2).at(0.5, x)).isDeepEqualTo(x);
    }

    /** Particles beyond the count, which a block may have, stay as they are. */
    @Test
    void aSumWeighsItsScores() {
        Score sum = Score.sum(new double[] {1, 3, -2}, times(1), times(10), times(5));
        assertThat(sum.dimension()).isEqualTo(2);
        assertThat(sum.at(2, new double[][] {{1, 0}, {0, -1}})).isDeepEqualTo(new double[][] {{42, 0}, {0, -42}});
        double[][] out = {{7, 7}, {7, 7}};
        sum.evaluator(2).at(1, new double[][] {{1, 1}, {2, 2}}, 1, out);
        assertThat(out).isDeepEqualTo(new double[][] {{21, 7}, {42, 7}});
    }
}
