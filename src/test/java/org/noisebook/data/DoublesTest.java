package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DoublesTest {
    @Test
    void numbersNeverChange() {
        double[] given = {1, 2.5, 3};
        Doubles many = Doubles.of(given);
        given[0] = 9;
        many.toArray()[1] = 9;
        assertThat(many.toArray()).containsExactly(1, 2.5, 3);
        assertThat(many.get(1)).isEqualTo(2.5);
        assertThat(many.last()).isEqualTo(3);
        assertThat(many.size()).isEqualTo(3);
        assertThat(many.stream().sum()).isEqualTo(6.5);
        assertThat(many).hasToString("[1; 2.5; 3]");
    }

    @Test
    void theyAreComparedByValue() {
        assertThat(Doubles.of(1, Double.NaN))
                .isEqualTo(Doubles.of(1, Double.NaN))
                .hasSameHashCodeAs(Doubles.of(1, Double.NaN))
                .isNotEqualTo(Doubles.of(1))
                .isNotEqualTo(Doubles.of(1, 2));
        assertThat(Doubles.of(0.0)).isNotEqualTo(Doubles.of(-0.0));
        assertThat(Doubles.of()).isEqualTo(Doubles.of());
    }
}
