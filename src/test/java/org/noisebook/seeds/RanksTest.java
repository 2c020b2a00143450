package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class RanksTest {
    private static final double[] X = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3};
    private static final double[] Y = {2, 7, 1, 8, 2, 8, 1, 8, 2, 8};

    /** rankdata and spearmanr of SciPy 1.17.1. */
    @Test
    void ofTiedValues() {
        assertThat(Ranks.of(X)).containsExactly(4.5, 1.5, 6, 1.5, 7.5, 10, 3, 9, 7.5, 4.5);
        assertThat(Ranks.of(Y)).containsExactly(4, 6, 1.5, 8.5, 4, 8.5, 1.5, 8.5, 4, 8.5);
        assertThat(Ranks.ties(X)).isEqualTo(3 * 6);
        assertThat(Ranks.ties(Y)).isEqualTo(24 + 6 + 60);
        assertThat(Ranks.spearman(X, Y)).isCloseTo(0.13471506281091267, within(1e-14));
        assertThat(X[0]).isEqualTo(3);
    }

    @Test
    void specialCases() {
        assertThat(Ranks.of(new double[0])).isEmpty();
        assertThat(Ranks.of(new double[] {0.0, -0.0, Double.NEGATIVE_INFINITY})).containsExactly(2.5, 2.5, 1);
        assertThat(Ranks.ties(new double[] {1, 2, 3})).isZero();
        assertThat(Ranks.spearman(new double[] {1, 2, 3}, new double[] {1, 10, 100}))
                .isEqualTo(1);
        assertThat(Ranks.spearman(new double[] {1, 2, 3}, new double[] {9, 1, 0}))
                .isEqualTo(-1);
        assertThat(Ranks.spearman(new double[] {1, 2, 3}, new double[] {5, 5, 5}))
                .isNaN();
        assertThatThrownBy(() -> Ranks.of(new double[] {1, Double.NaN})).hasMessage("x must be numbers, got NaN at 1");
        assertThatThrownBy(() -> Ranks.spearman(new double[] {1, 2}, new double[] {1}))
                .hasMessageContaining("got 2 and 1");
    }
}
