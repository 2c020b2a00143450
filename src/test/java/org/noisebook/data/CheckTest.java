package org.noisebook.data;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class CheckTest {
    @Test
    void boundsThemselves() {
        assertThatCode(() -> {
                    Check.inRange("x", 1.0, 1, 2);
                    Check.inRange("x", 2.0, 1, 2);
                    Check.above("x", 2.0, 1, 2);
                    Check.inRange("n", 1L, 1, 2);
                    Check.inRange("n", 2L, 1, 2);
                    Check.inRange("n", 2, 1, "m", 2);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void messagesNameFieldBoundAndValue() {
        refused(
                () -> Check.inRange("batchSize", 0, 1, "trainSize", 512),
                "batchSize must be in [1, trainSize=512], got 0");
        refused(() -> Check.inRange("n", 3L, 1, 2), "n must be in [1, 2], got 3");
        refused(() -> Check.inRange("x", 2.5, 0, 2), "x must be in [0, 2], got 2.5");
        refused(() -> Check.inRange("x", Double.NaN, 0, 2), "x must be in [0, 2], got NaN");
        refused(() -> Check.above("x", 0.0, 0, 2), "x must be in (0, 2], got 0");
        refused(() -> Check.above("x", Double.NaN, 0, 2), "x must be in (0, 2], got NaN");
        refused(() -> Check.above("x", Double.POSITIVE_INFINITY, 0, 1e100), "x must be in (0, 1e100], got inf");
    }

    private static void refused(Runnable check, String message) {
        assertThatIllegalArgumentException().isThrownBy(check::run).withMessage(message);
    }
}
