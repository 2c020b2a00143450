package org.noisebook.seeds.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.apache.commons.math3.stat.correlation.PearsonsCorrelation;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SignatureDistanceTest {
    @Test
    void hammingCountsDifferentLabels() {
        assertThat(SignatureDistance.hamming(new int[][] {{0, 1, 2, 3}, {0, 1, 2, 4}, {5, 5, 2, 5}}))
                .isDeepEqualTo(new double[][] {{0, 0.25, 0.75}, {0.25, 0, 0.75}, {0.75, 0.75, 0}});
    }

    @Test
    void cosineByHand() {
        double[][] distance = SignatureDistance.cosine(new double[][] {{1, 0}, {0, 3}, {-2, 0}, {1e200, 1e200}});
        assertThat(distance[0][1]).isEqualTo(1);
        assertThat(distance[0][2]).isEqualTo(2);
        assertThat(distance[0][3]).isCloseTo(1 - Math.sqrt(0.5), within(1e-15));
    }

    @Test
    void correlationIsPearsons() {
        Stream stream = Streams.of(1).at("data");
        double[][] rows = new double[6][9];
        for (double[] row : rows) {
            Arrays.setAll(row, c -> 50 + stream.nextGaussian());
        }
        double[][] distance = SignatureDistance.correlation(rows);
        for (int s = 0; s < 6; s++) {
            for (int t = 0; t < 6; t++) {
                double expected = s == t ? 0 : 1 - new PearsonsCorrelation().correlation(rows[s], rows[t]);
                assertThat(distance[s][t]).isCloseTo(expected, within(1e-12));
                assertThat(distance[s][t]).isEqualTo(distance[t][s]);
            }
        }
    }

    @Test
    void refusesWhatHasNoDistance() {
        assertThatThrownBy(() -> SignatureDistance.correlation(new double[][] {{1, 2}, {0.1, 0.1}}))
                .hasMessage("a signature must vary, got a constant one at seed 1");
        assertThatThrownBy(() -> SignatureDistance.cosine(new double[][] {{0, 0}}))
                .hasMessage("a vector must have a direction, got zero at seed 0");
        assertThatThrownBy(() -> SignatureDistance.hamming(new int[][] {{0, 0}, {0}}))
                .hasMessage("all signatures must be equally long, got 2 and 1");
        assertThatThrownBy(() -> SignatureDistance.cosine(new double[][] {{Double.NaN}}))
                .hasMessageContaining("value must be in");
    }
}
