package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.rng.Streams;

class ClassSplitTest {
    private static final Streams STREAMS = Streams.of(1).withReplica(2);

    /** Parity labels all images too, so that the binary split must hold the same ones in the same order. */
    @ParameterizedTest
    @EnumSource(names = {"DIGITS", "FASHION_TEST", "FASHION_TEST_14"})
    void imagesAreThoseOfTheBinarySplit(DataSource source) {
        ClassSplit split = ClassSplit.of(source, 60, 40, STREAMS);
        Split binary = Split.of(source, new Task.Parity(), 60, 40, 0, STREAMS);

        assertSame(split.train(), binary.train());
        assertSame(split.test(), binary.test());
        assertThat(split)
                .isEqualTo(ClassSplit.of(source, 60, 40, STREAMS))
                .hasSameHashCodeAs(ClassSplit.of(source, 60, 40, STREAMS));
        assertThat(split.train())
                .isNotEqualTo(
                        ClassSplit.of(source, 60, 40, STREAMS.withReplica(3)).train());
        assertThat(split.test())
                .isEqualTo(ClassSplit.of(source, 60, 40, STREAMS.withReplica(3)).test());
    }

    private static void assertSame(ClassPoints classes, Points signs) {
        assertThat(classes.count()).isEqualTo(signs.count());
        assertThat(classes.dimension()).isEqualTo(signs.dimension());
        assertThat(classes.classes()).isEqualTo(10);
        for (int i = 0; i < signs.count(); i++) {
            assertThat(classes.label(i)).isBetween(0, 9);
            assertThat(classes.label(i) % 2 == 0 ? 1 : -1).isEqualTo(signs.label(i));
            for (int j = 0; j < signs.dimension(); j++) {
                assertThat(classes.x(i, j)).isEqualTo(signs.x(i, j));
            }
        }
    }

    @Test
    void refusesWhatIsNotThere() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassSplit.of(DataSource.SIGN, 5, 5, STREAMS))
                .withMessage("dataset must hold images, got sign");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClassSplit.of(DataSource.DIGITS, 1798, 0, STREAMS))
                .withMessageStartingWith("trainSize must be in [1, 1797]");
    }
}
