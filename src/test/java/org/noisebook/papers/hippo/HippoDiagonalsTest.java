package org.noisebook.papers.hippo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.papers.hippo.HippoDiagonals.Result;
import org.noisebook.solver.Resolvent;
import org.noisebook.stats.Estimate;

/** Closed forms against elimination, at sizes that no figure uses. */
class HippoDiagonalsTest {
    private static Result run(String changes) {
        return new HippoDiagonals().run(changes, 3);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 7, 20, 45})
    void responsesAreThoseOfElimination(int n) {
        for (double omega : new double[] {0, 0.2, 3, 40, 1_000}) {
            double[][] g = HippoDiagonals.response(n, omega);
            double[][] same = Resolvent.solve(HippoDiagonals.matrix(n), HippoDiagonals.drive(n), omega);
            double square = 0;
            for (int k = 0; k < n; k++) {
                assertThat(g[0][k]).isCloseTo(same[0][k], within(1e-10));
                assertThat(g[1][k]).isCloseTo(same[1][k], within(1e-10));
                square += g[0][k] * g[0][k] + g[1][k] * g[1][k];
            }
            assertThat(square).isCloseTo(n * n / (n * n + omega * omega), within(1e-10));
        }
    }

    /** The law holds at every frequency, odd sizes too; the last resonance is 2n/π at n²/π. */
    @ParameterizedTest
    @ValueSource(ints = {13, 21, 50})
    void theDiagonalSystemFollowsItsLaw(int n) {
        Result r = run("points=300, states=" + n);
        assertThat(r.lawGap()).isLessThan(1e-7);
        assertThat(r.error()).isCloseTo(2 * n / Math.PI, within(0.05 * n));
        assertThat(r.frequency()).isCloseTo(n * n / Math.PI, within(0.02 * n * n));
        assertThat(HippoDiagonals.law(n, 1e-3)).isCloseTo(1e-3 / n, within(1e-6 / n));
    }

    /** ΔG = ε R E G, so the error is proportional to ε while it is small; eigenvectors of A alone lose it to rounding. */
    @Test
    void perturbationsErrInProportion() {
        double ratio = run("approximation=perturbed, epsilon=0.02, states=12").error()
                / run("approximation=perturbed, epsilon=0.004, states=12").error();
        assertThat(ratio).isCloseTo(5, within(0.25));
        assertThat(run("approximation=exact, states=10").error()).isLessThan(1e-9);
        assertThat(run("approximation=exact, states=12").condition()).isBetween(1e7, 1e9);
        assertThatThrownBy(() -> run("approximation=exact, states=25"))
                .hasMessageContaining("states must be in [2, 24] for exact eigenvectors")
                .hasMessageContaining("got 25");
    }

    /** Sixteen values: ranks 4 and 13, which hold the median with probability 0.979. */
    @Test
    void mediansHaveRanksForEnds() {
        double[] values = new double[16];
        Arrays.setAll(values, k -> (k * 7) % 16 + 1);
        Estimate median = HippoDiagonals.median(values);
        assertThat(median.mean()).isEqualTo(8.5);
        assertThat(median.low()).isEqualTo(4);
        assertThat(median.high()).isEqualTo(13);
        assertThat(HippoDiagonals.median(2).low()).isEqualTo(2);
    }
}
