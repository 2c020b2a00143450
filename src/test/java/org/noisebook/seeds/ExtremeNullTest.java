package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExtremeNullTest {
    @ParameterizedTest
    @CsvSource({"10, 1.539", "100, 2.508", "256, 2.827", "1024, 3.248"})
    void largestOfTheReference(int m, double expected) {
        assertThat(ExtremeNull.expectedMax(m)).isCloseTo(expected, within(5e-4));
    }
}
