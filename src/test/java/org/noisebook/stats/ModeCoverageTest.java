package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class ModeCoverageTest {
    /** Points around some of the modes in turn. */
    private static double[][] around(double[][] modes, int n, double spread, Stream stream) {
        double[][] x = new double[2][n];
        for (int k = 0; k < n; k++) {
            double[] mode = modes[k % modes.length];
            x[0][k] = mode[0] + spread * stream.nextGaussian();
            x[1][k] = mode[1] + spread * stream.nextGaussian();
        }
        return x;
    }

    private static final double[][] MODES = {{0, 0}, {10, 0}, {0, 10}};

    @Test
    void equalSamples() {
        double[][] x = around(MODES, 90, 1, Streams.of(1).at("data"));
        ModeCoverage self = ModeCoverage.of(x, x, 3);

        assertThat(self.precision().mean()).isEqualTo(1);
        assertThat(self.recall().mean()).isEqualTo(1);
    }

    /** A lost mode costs recall, an invented one precision; the rest stays near what two samples of one law have. */
    @Test
    void lostAndInventedModes() {
        double[][] two = {MODES[0], MODES[1]};
        Stream stream = Streams.of(2).at("data");
        ModeCoverage same = ModeCoverage.of(around(MODES, 600, 1, stream), around(MODES, 600, 1, stream), 3);
        ModeCoverage lost = ModeCoverage.of(around(MODES, 600, 1, stream), around(two, 600, 1, stream), 3);
        ModeCoverage invented = ModeCoverage.of(around(two, 600, 1, stream), around(MODES, 600, 1, stream), 3);

        assertThat(same.precision().mean()).isBetween(0.85, 1.0);
        assertThat(same.recall().mean()).isBetween(0.85, 1.0);
        assertThat(lost.recall().mean()).isBetween(0.5, 0.667);
        assertThat(lost.precision().mean()).isGreaterThan(0.85);
        assertThat(invented.precision().mean()).isBetween(0.5, 0.667);
        assertThat(invented.recall().mean()).isGreaterThan(0.85);
    }

    @Test
    void badInputIsRefused() {
        double[][] x = {{0, 1, 2}};
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ModeCoverage.of(x, x, 3))
                .withMessage("neighbours must be in [1, points - 1=2], got 3");
    }
}
