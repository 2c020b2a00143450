package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

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
    void refusesWhatHasNoDistance() {
        assertThatThrownBy(() -> SignatureDistance.cosine(new double[][] {{0, 0}}))
                .hasMessage("a vector must have a direction, got zero at seed 0");
        assertThatThrownBy(() -> SignatureDistance.hamming(new int[][] {{0, 0}, {0}}))
                .hasMessage("all signatures must be equally long, got 2 and 1");
        assertThatThrownBy(() -> SignatureDistance.cosine(new double[][] {{Double.NaN}}))
                .hasMessageContaining("value must be in");
    }
}
