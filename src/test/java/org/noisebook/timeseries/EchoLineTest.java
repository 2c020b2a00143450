package org.noisebook.timeseries;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EchoLineTest {
    /** The likelihood with a phase, averaged over 4,096 phases, on both sides of the table's end. */
    @ParameterizedTest
    @ValueSource(doubles = {0, 1e-3, 0.3, 2.77, 12.345, 49.99, 50, 50.01, 75, 300})
    void phasesAreAveraged(double x) {
        double mean = 0;
        for (int k = 0; k < 4_096; k++) {
            mean += StrictMath.exp(x * (StrictMath.cos(2 * Math.PI * (k + 0.5) / 4_096) - 1)) / 4_096;
        }
        assertThat(EchoLine.logI0(x)).isCloseTo(x + StrictMath.log(mean), within(1e-9 * (1 + x)));
    }

    /** Fifteen lines of the paper's two strengths; a narrow line leaves one bin; a weak one gains 2π·width. */
    @Test
    void meansAreKnown() {
        assertThat(15 * EchoLine.of(3, 2.5, 20).meanPerMode(6.25)).isCloseTo(68.86, within(0.005));
        assertThat(15 * EchoLine.of(3, 3.7, 20).meanPerMode(13.69)).isCloseTo(174.39, within(0.005));
        EchoLine bin = EchoLine.of(0.7, 1.3, 0);
        assertThat(bin.meanPerBin()).isCloseTo(bin.meanPerMode(1.69), within(1e-7));
        EchoLine weak = EchoLine.of(4, 0.05, 1_000);
        assertThat(weak.meanPerMode(0.0025) / weak.meanPerBin()).isCloseTo(8 * Math.PI, within(1.5));
    }

    @Test
    void evidenceOfTheLineItself() {
        EchoLine line = EchoLine.of(2, 1.7, 6);
        double[][] h = line.shape();
        double[] size = new double[13];
        double perBin = 0;
        for (int k = 0; k < 13; k++) {
            size[k] = Math.hypot(h[0][k], h[1][k]);
            perBin += EchoLine.logI0(2 * size[k] * size[k]) - size[k] * size[k];
        }
        assertThat(line.perMode(h[0], h[1], 6)).isCloseTo(EchoLine.logI0(2 * 2.89) - 2.89, within(1e-12));
        assertThat(line.perBin(size, 6)).isCloseTo(perBin, within(1e-12));
        assertThat(line.perBin(size, -7)).isCloseTo(-2.89, within(1e-12));
        assertThatThrownBy(() -> EchoLine.of(0, 1, 3)).hasMessageContaining("got 0.0, 1.0 and 3");
    }
}
