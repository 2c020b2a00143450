package org.noisebook.papers.goodseeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;

class PermutationNullTest {
    @Test
    void momentsAndTails() {
        PermutationNull none = new PermutationNull(
                Doubles.of(IntStream.rangeClosed(1, 40).mapToDouble(k -> 41 - k).toArray()));
        assertThat(none.mean()).isEqualTo(20.5);
        assertThat(none.stdDev()).isCloseTo(Math.sqrt(40 * 41 / 12.0), within(1e-12));
        assertThat(none.pValue(38)).isEqualTo(4 / 41.0);
        assertThat(none.pValue(0)).isEqualTo(1);
        assertThat(none.pValue(50)).isEqualTo(1 / 41.0);
    }

    @Test
    void whatDoesNotExistIsNaN() {
        PermutationNull none = new PermutationNull(Doubles.of(1, Double.NaN));
        assertThat(none.mean()).isNaN();
        assertThat(none.pValue(1)).isNaN();
        assertThat(new PermutationNull(Doubles.of(1)).stdDev()).isNaN();
        assertThatThrownBy(() -> new PermutationNull(Doubles.of())).hasMessageContaining("permutations must be in [1,");
    }
}
