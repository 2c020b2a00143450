package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FiniteVolumesTest {
    private static double[] power(int cells, boolean fitted) {
        FiniteVolumes grid = FiniteVolumes.logarithmic(1e-3, 1e3, cells);
        return grid.steady(x -> x * x, x -> 2 * x, 1, fitted, grid.pointSource(1));
    }

    /** n ∝ x^s, s = ½(1 − √13) for τ = 1: the error of the exponent falls as h². */
    @Test
    void powerLawOfSecondOrder() {
        double s = (1 - Math.sqrt(13)) / 2;
        double[] errors = new double[3];
        for (int k = 0; k < 3; k++) {
            int cells = 60 << k;
            double[] n = power(cells, true);
            double ratio = n[cells * 7 / 10] / n[cells * 11 / 20];
            errors[k] = Math.abs(Math.log(ratio) / (0.9 * Math.log(10)) - s);
        }
        assertThat(Math.log(errors[0] / errors[2]) / Math.log(4)).isCloseTo(2, within(0.15));
        assertThat(errors[2]).isLessThan(2e-3);
    }

    /** What is injected escapes, and no density is negative; central differences lose the sign at Péclet numbers above 2. */
    @Test
    void conservesAndStaysPositive() {
        FiniteVolumes grid = FiniteVolumes.logarithmic(0.01, 1e3, 77);
        double[] edges = grid.edges();
        for (boolean fitted : new boolean[] {true, false}) {
            double[] n = grid.steady(x -> 1, x -> 1 - 0.3 * x, 2, fitted, grid.pointSource(3));
            double escaped = IntStream.range(0, n.length)
                    .mapToDouble(i -> n[i] * (edges[i + 1] - edges[i]) / 2)
                    .sum();
            assertThat(escaped).isCloseTo(1, within(1e-12));
            double least = Arrays.stream(n).min().orElseThrow();
            assertThat(least >= 0).isEqualTo(fitted);
        }
    }

    /** D and v constant, almost no escape: n ∝ e^{vx/D}, exact at every centre. */
    @Test
    void constantCoefficientsAreExact() {
        FiniteVolumes grid = FiniteVolumes.logarithmic(1, 30, 12);
        double[] x = grid.centres();
        double[] n = grid.steady(at -> 2, at -> -1, 1e12, true, grid.pointSource(2));
        for (int i = 1; i < x.length; i++) {
            assertThat(Math.log(n[i] / n[i - 1])).isCloseTo(-(x[i] - x[i - 1]) / 2, within(1e-8));
        }
        assertThatThrownBy(() -> FiniteVolumes.logarithmic(0, 1, 5)).hasMessageContaining("got 0.0, 1.0 and 5");
    }

    /** Ornstein–Uhlenbeck on an even grid: E[x(t)] = x e^{−t}, E[x²] = x² e^{−2t} + (D)(1 − e^{−2t}). */
    @Test
    void expectationsSolveTheBackwardEquation() {
        FiniteVolumes grid = FiniteVolumes.uniform(-6, 6, 300);
        double[] x = grid.centres();
        double[] first = x.clone();
        double[] second = Arrays.stream(x).map(a -> a * a).toArray();
        for (int k = 0; k < 20; k++) {
            first = grid.expectation(a -> 0.5, a -> -a, 0.05, first);
            second = grid.expectation(a -> 0.5, a -> -a, 0.05, second);
        }
        for (int i = 120; i < 180; i++) {
            assertThat(first[i]).isCloseTo(x[i] * Math.exp(-1), within(1e-3));
            assertThat(second[i]).isCloseTo(x[i] * x[i] * Math.exp(-2) + 0.5 * (1 - Math.exp(-2)), within(2e-3));
        }
        assertThatThrownBy(() -> FiniteVolumes.uniform(1, 1, 5)).hasMessageContaining("got 1.0, 1.0 and 5");
    }
}
