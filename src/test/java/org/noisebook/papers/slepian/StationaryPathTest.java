package org.noisebook.papers.slepian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class StationaryPathTest {
    /** Mean products of 4,000 pairs of 16 points, within four standard errors (false alarms below 1e-3 in all); a wrong scale would fail. */
    @Test
    void productsAreTheCovariance() {
        StationaryPath paths = new StationaryPath(16, 0.5, t -> 3 * Math.exp(-t * t / 2) + Math.exp(-t));
        Stream stream = Streams.of(1).at("noise");
        int n = 4_000;
        double[] same = new double[16];
        double[] other = new double[16];
        for (int k = 0; k < n; k++) {
            double[][] x = paths.sample(stream);
            for (int j = 0; j < 16; j++) {
                same[j] += (x[0][0] * x[0][j] + x[1][0] * x[1][j]) / (2 * n);
                other[j] += x[0][0] * x[1][j] / n;
            }
        }
        for (int j = 0; j < 16; j++) {
            double t = 0.5 * j;
            double r = 3 * Math.exp(-t * t / 2) + Math.exp(-t);
            assertThat(same[j]).isCloseTo(r, within(4 * Math.sqrt((16 + r * r) / (2 * n))));
            assertThat(other[j]).isCloseTo(0, within(4 * 4 / Math.sqrt(n)));
        }
    }

    @Test
    void whatIsNoCovarianceIsRefused() {
        assertThatThrownBy(() -> new StationaryPath(64, 0.1, t -> Math.max(0, 1 - t * t)))
                .hasMessageContaining("spectrum of at least 0 on 64 points");
        assertThatThrownBy(() -> new StationaryPath(48, 0.1, t -> Math.exp(-t)))
                .hasMessageContaining("power of two in [2, 2^29], got 48");
        assertThatThrownBy(() -> new StationaryPath(64, 0, t -> Math.exp(-t))).hasMessageContaining("step must be");
    }
}
