package org.noisebook.paper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

class GrammarTest {
    private static final double[][] X = {{0, 3, 5}, {1, 3, 2}};

    @Test
    void sumsMeansAndShares() {
        double[] x = {1, 2, 6};
        assertThat(Grammar.sum(3, k -> x[k])).isEqualTo(9);
        assertThat(Grammar.mean(3, k -> x[k])).isEqualTo(3);
        assertThat(Grammar.share(3, k -> x[k] > 1)).isEqualTo(2.0 / 3);
        assertThat(Grammar.sum(0, k -> x[k])).isZero();
        assertThat(Grammar.mean(0, k -> x[k])).isNaN();
        assertThat(Grammar.share(0, k -> true)).isNaN();
        assertThat(Grammar.each(x, value -> value > 1)).containsExactly(false, true, true);
        assertThat(Grammar.first(2, x)).containsExactly(1, 2);
        assertThat(Grammar.first(9, x)).containsExactly(x).isNotSameAs(x);
    }

    /** The first of equal rows is the largest. */
    @Test
    void samplesAreChosenAndCompared() {
        assertThat(Grammar.argmax(X)).containsExactly(1, 0, 0);
        assertThat(Grammar.where(X, n -> n != 1)).isDeepEqualTo(new double[][] {{0, 5}, {1, 2}});
        assertThat(Grammar.zip(X, X, (a, b) -> a - 2 * b)).isDeepEqualTo(new double[][] {{0, -3, -5}, {-1, -3, -2}});
        assertThat(Grammar.distances(X, new double[][] {{3, 3, 5}, {5, 3, 0}})).containsExactly(5, 0, 2);
    }

    @Test
    void whatIsNotFiniteEndsTheRun() {
        assertThat(Grammar.finite(X)).isSameAs(X);
        assertThatExceptionOfType(Outcome.Diverged.class)
                .isThrownBy(() -> Grammar.finite(new double[][] {{0, 1}, {0, Double.POSITIVE_INFINITY}}));
    }

    @Test
    void numbersAreFiniteAndInterruptedRunsStop() {
        assertThat(Grammar.finite(1.5)).isEqualTo(1.5);
        assertThatThrownBy(() -> Grammar.finite(Double.NaN)).isInstanceOf(Outcome.Diverged.class);
        Grammar.stopIfInterrupted();
        Thread.currentThread().interrupt();
        assertThatThrownBy(Grammar::stopIfInterrupted).isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }
}
