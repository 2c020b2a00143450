package org.noisebook.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;
import org.noisebook.stats.OrnsteinUhlenbeck;

class RollingWindowTest {
    private static final double ROUNDING = 1e-12;

    /** Windows one by one, from the definition. */
    @Test
    void runningSumsAreTheDefinition() {
        double[] x = new OrnsteinUhlenbeck(1, 0.3, 0.3, 1, 1)
                .sample(60, Streams.of(3).at("noise"));
        int w = 12;
        double[] variances = RollingWindow.variances(x, w);
        double[] lags = RollingWindow.autocorrelations(x, w);
        assertThat(variances).hasSize(49);
        for (int first : new int[] {0, 17, 48}) {
            double mean = 0;
            for (int k = 0; k < w; k++) {
                mean += x[first + k] / w;
            }
            double square = 0;
            double product = 0;
            for (int k = 0; k < w; k++) {
                square += (x[first + k] - mean) * (x[first + k] - mean);
                product += k == 0 ? 0 : (x[first + k] - mean) * (x[first + k - 1] - mean);
            }
            assertThat(variances[first]).isCloseTo(square / w, within(ROUNDING));
            assertThat(lags[first]).isCloseTo(product / square, within(ROUNDING));
        }
    }

    /** A constant vanishes, a line inside the reach of the kernel too; a spike keeps 1 minus its weight. */
    @Test
    void theSmootherRemovesTrends() {
        double[] line = new double[101];
        double[] spike = new double[101];
        for (int k = 0; k < 101; k++) {
            line[k] = 3 + 2 * k;
        }
        spike[50] = 1;
        assertThat(RollingWindow.residuals(line, 5)[50]).isCloseTo(0, within(ROUNDING));
        assertThat(RollingWindow.residuals(spike, 5)[50]).isCloseTo(1 - 1 / (5 * Math.sqrt(2 * Math.PI)), within(1e-4));
        assertThatThrownBy(() -> RollingWindow.residuals(line, 0)).hasMessageContaining("bandwidth must be positive");
        assertThatThrownBy(() -> RollingWindow.variances(line, 102)).hasMessageContaining("[2, 101], got 102");
    }

    /** Corrected for bias, the mean of 2,000 estimates from 50 values is within 0.015 of φ (uncorrected 0.07 below); σ and m come back. */
    @Test
    void surrogatesHaveTheLawOfTheSeries() {
        AutoRegression process = new AutoRegression(2, 0.6, 0.8);
        double mean = 0;
        for (int r = 0; r < 2_000; r++) {
            mean += AutoRegression.of(process.sample(
                                    50, Streams.of(1).withReplica(r).at("noise")))
                            .coefficient()
                    / 2_000;
        }
        assertThat(mean).isCloseTo(0.6, within(0.015));
        AutoRegression long0 =
                AutoRegression.of(process.sample(200_000, Streams.of(2).at("noise")));
        assertThat(long0.coefficient()).isCloseTo(0.6, within(0.008));
        assertThat(long0.innovation()).isCloseTo(0.8, within(0.006));
        assertThat(long0.mean()).isCloseTo(2, within(0.02));
        assertThatThrownBy(() -> AutoRegression.of(1, 1, 1)).hasMessageContaining("not all equal");
        assertThatThrownBy(() -> new AutoRegression(0, 1, 1)).hasMessageContaining("(-1, 1), got 1");
    }
}
