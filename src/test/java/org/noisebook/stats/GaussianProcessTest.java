package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.special.Gamma;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.data.Doubles;
import org.noisebook.stats.ProcessKernel.Fractional;
import org.noisebook.stats.ProcessKernel.Lines;
import org.noisebook.stats.ProcessKernel.Markov;

/** Closed forms of conditioning and kernels. */
class GaussianProcessTest {
    @Test
    void aBrownianBridgeHasItsMeanAndVariance() {
        GaussianProcess bridge =
                GaussianProcess.given(Markov.brownian(0), new double[] {2, 5}, new double[] {1, -2}, 0);
        assertThat(bridge.mean(1)).isCloseTo(0.5, within(1e-12));
        assertThat(bridge.mean(3)).isCloseTo(0, within(1e-12));
        assertThat(bridge.covariance(3, 4)).isCloseTo(1 * 1 / 3.0, within(1e-12));
        double log = -Math.log(2 * Math.PI) - Math.log(2 * 3) / 2 - 0.5 / 2 - 9 / 6.0;
        assertThat(bridge.evidence()).isCloseTo(log, within(1e-12));
    }

    /** Variance t^{2H}/(2HΓ(H + ½)²) without return; with H = ½ an Ornstein–Uhlenbeck process; by a midpoint rule otherwise. */
    @ParameterizedTest
    @ValueSource(doubles = {0.1, 0.35, 0.5, 0.75, 0.95})
    void fractionalKernelsAreExact(double hurst) {
        double gamma = Gamma.gamma(hurst + 0.5);
        double variance = Math.pow(3, 2 * hurst) / (2 * hurst * gamma * gamma);
        assertThat(new Fractional(hurst, 0).at(3, 3)).isCloseTo(variance, within(1e-9 * variance));
        // X = B − θ ∫ e^{−θ(t−s)} B_s ds, so Cov(X(t), B(s)) follows from the kernel without return.
        Fractional noise = new Fractional(hurst, 0);
        double theta = 1.3;
        int n = 100;
        double step = 2.0 / n;
        double direct = noise.at(2, 2);
        for (double u = step / 2; u < 2; u += step) {
            direct -= 2 * theta * step * Math.exp(-theta * (2 - u)) * noise.at(2, u);
            for (double v = step / 2; v < 2; v += step) {
                direct += theta * theta * step * step * Math.exp(-theta * (4 - u - v)) * noise.at(u, v);
            }
        }
        assertThat(new Fractional(hurst, theta).at(2, 2)).isCloseTo(direct, within(1e-2 * direct));
        if (hurst == 0.5) {
            assertThat(new Fractional(0.5, theta).at(1, 3))
                    .isCloseTo(Markov.brownian(theta).at(1, 3), within(1e-12));
        }
    }

    @Test
    void weightsAreThoseOfLeastError() {
        double[] rates = Markov.grid(4, 10);
        Markov best = Markov.fractional(0.3, 2, rates);
        double error = best.relativeError(0.3, 2);
        for (int k = 0; k < 4; k++) {
            for (double shift : new double[] {-1e-3, 1e-3}) {
                double[] w = best.weights().toArray();
                w[k] += shift;
                assertThat(new Markov(Doubles.of(rates), Doubles.of(w)).relativeError(0.3, 2))
                        .isGreaterThan(error);
            }
        }
        assertThat(Markov.fractional(0.5, 2, 1e-9).weights().get(0)).isCloseTo(1, within(1e-6));
        assertThatThrownBy(() -> Markov.fractional(0.4, 1, 1, 1)).hasMessageContaining("the matrix of 2 rates");
    }

    /** At a rate that equals θ the two are set apart by 1e-3, which changes the variance by 1e-6 at most. */
    @Test
    void returningProcessesAreContinuousInTheta() {
        Markov noise = Markov.fractional(0.7, 1, Markov.grid(5, 20));
        double middle = noise.returning(1).at(0.7, 1);
        double around =
                (noise.returning(0.99).at(0.7, 1) + noise.returning(1.01).at(0.7, 1)) / 2;
        assertThat(middle).isCloseTo(around, within(1e-4 * middle));
        assertThat(noise.returning(3).at(0.4, 0.9)).isCloseTo(new Fractional(0.7, 3).at(0.4, 0.9), within(2e-3));
        assertThat(noise.returning(0)).isEqualTo(noise);
    }

    @Test
    void linesHaveTheirDerivatives() {
        double h = 1e-3;
        for (double d : new double[] {0, 0.1, -0.37}) {
            for (int order : new int[] {2, 4}) {
                double middle = Lines.line(1.7, 0.4, d, order - 2);
                double second =
                        (Lines.line(1.7, 0.4, d + h, order - 2) - 2 * middle + Lines.line(1.7, 0.4, d - h, order - 2))
                                / (h * h);
                double exact = Lines.line(1.7, 0.4, d, order);
                assertThat(exact).as("%s, %s", d, order).isCloseTo(second, within(2e-4 * Math.abs(exact) + 0.2));
            }
        }
        assertThatThrownBy(() -> Lines.line(1, 1, 0, 3)).hasMessageContaining("order must be 0, 2 or 4, got 3");
        assertThatThrownBy(() -> Markov.brownian(1).at(1, 2, 1, 0)).hasMessageContaining("lines alone");
    }

    /** u″ of a wave that is a line of the spectrum, with two values of u, gives u. */
    @Test
    void secondDerivativesAndValuesGiveTheFunction() {
        Lines lines = new Lines(Doubles.of(0.5, 1, 2), Doubles.of(1, 1, 1), 0.1);
        double[] x = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1, 0, 1};
        int[] orders = new int[13];
        double[] y = new double[13];
        double[] variances = new double[13];
        for (int i = 0; i < 13; i++) {
            orders[i] = i < 11 ? 2 : 0;
            y[i] = (i < 11 ? -16 * Math.PI * Math.PI : 1) * Math.cos(4 * Math.PI * x[i] + 0.3);
            variances[i] = 1e-8;
        }
        GaussianProcess given = GaussianProcess.given(lines, x, orders, y, variances);
        assertThat(given.mean(0.34)).isCloseTo(Math.cos(4 * Math.PI * 0.34 + 0.3), within(1e-3));
        assertThatThrownBy(() -> GaussianProcess.given(
                        new Lines(lines.frequencies(), lines.weights(), 0), x, orders, y, new double[13]))
                .hasMessageContaining("13 observations is not positive definite");
        assertThatThrownBy(() -> GaussianProcess.given(lines, x, orders, y, 1))
                .hasMessageContaining("must be as many as places, 13, got 13, 13, 1");
    }
}
