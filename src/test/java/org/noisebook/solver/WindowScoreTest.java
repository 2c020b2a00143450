package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** Averages of overlapping windows. */
class WindowScoreTest {
    /** A window that says at each place its own place plus x. */
    private static final Score PLACES = Score.of(3, (t, x, count, out) -> {
        for (int i = 0; i < 3; i++) {
            for (int k = 0; k < count; k++) {
                out[i][k] = x[i][k] + i;
            }
        }
    });

    @Test
    void placesGetTheWeightedMeanOfTheirWindows() {
        int[][] windows = WindowScore.windows(1, 5, 3, 2);
        assertThat(windows).isDeepEqualTo(new int[][] {{0, 1, 2}, {2, 3, 4}});
        Score score = new WindowScore(PLACES, windows, 1, 1, 3);
        double[][] said = score.at(0.5, new double[][] {{10}, {20}, {30}, {40}, {50}});
        // Place 2 is the end of the first window, weight 3, and the start of the second, weight 1.
        assertThat(said).isDeepEqualTo(new double[][] {{10}, {21}, {30 + (3 * 2 + 0) / 4.0}, {41}, {52}});
        assertThat(WindowScore.triangle(5)).containsExactly(1, 2, 3, 2, 1);
    }

    @Test
    void windowsCoverLinesAndSquares() {
        assertThat(WindowScore.windows(1, 7, 4, 2))
                .isDeepEqualTo(new int[][] {{0, 1, 2, 3}, {2, 3, 4, 5}, {3, 4, 5, 6}});
        assertThat(WindowScore.windows(1, 4, 4, 3)).isDeepEqualTo(new int[][] {{0, 1, 2, 3}});
        assertThat(WindowScore.windows(2, 3, 2, 1))
                .isDeepEqualTo(new int[][] {{0, 1, 3, 4}, {1, 2, 4, 5}, {3, 4, 6, 7}, {4, 5, 7, 8}});
    }

    @Test
    void wrongWindowsAreRejected() {
        assertThatThrownBy(() -> new WindowScore(PLACES, new int[][] {{0, 1, 3}}, 1, 1, 1))
                .hasMessageContaining("cover every coordinate, got none at 2");
        assertThatThrownBy(() -> new WindowScore(PLACES, new int[][] {{0, 1}}, 1, 1))
                .hasMessageContaining("dimension=3");
        assertThatThrownBy(() -> WindowScore.windows(1, 3, 4, 1)).hasMessageContaining("side=3");
    }
}
