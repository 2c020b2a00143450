package org.noisebook.experiment;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;

class RangesTest {
    private record Batches(
            @Parameter(value = "P", range = "[1, 512]") int trainSize,

            @Parameter(value = "B", range = "[1, trainSize]")
            int batchSize,

            @Parameter(value = "η", range = "(0, 1e30]") double rate,

            @Parameter(value = "ghosts", range = "0 or [2, batchSize]")
            int ghosts,

            @Parameter(value = "first", range = "[0, trainSize)")
            int first,

            @Parameter(value = "cap", range = "[1, 1e18]") long cap,

            @Parameter(value = "probes", range = "[0, min(100, trainSize)]")
            int probes,

            @Parameter(value = "times", range = "each in [0, 1]")
            Doubles times,

            @Parameter("a name") String name) {
        Batches {
            Ranges.check(Batches.class, trainSize, batchSize, rate, ghosts, first, cap, probes, times, name);
        }
    }

    private static final Batches GOOD =
            new Batches(64, 8, 1, 0, 0, 1_000_000_000_000_000_000L, 64, Doubles.of(0, 1), "x");

    @Test
    void boundsThemselves() {
        assertThatCode(() -> {
                    Schema.with(GOOD, "batchSize", 1);
                    Schema.with(GOOD, "batchSize", 64, "ghosts", 64);
                    Schema.with(GOOD, "ghosts", 2);
                    Schema.with(GOOD, "rate", 1e30);
                    Schema.with(GOOD, "rate", Double.MIN_VALUE);
                    Schema.with(GOOD, "first", 63);
                    Schema.with(GOOD, "trainSize", 512, "probes", 100);
                    Schema.with(GOOD, "times", new double[0]);
                })
                .doesNotThrowAnyException();
    }

    @Test
    void messagesNameComponentBoundAndValue() {
        refused("trainSize must be in [1, 512], got 513", "trainSize", 513);
        refused("batchSize must be in [1, trainSize=64], got 0", "batchSize", 0);
        refused("batchSize must be in [1, trainSize=7], got 8", "trainSize", 7);
        refused("rate must be in (0, 1e30], got 0", "rate", 0);
        refused("rate must be in (0, 1e30], got NaN", "rate", Double.NaN);
        refused("rate must be in (0, 1e30], got inf", "rate", Double.POSITIVE_INFINITY);
        refused("ghosts must be 0 or in [2, batchSize=8], got 1", "ghosts", 1);
        refused("first must be in [0, trainSize=64), got 64", "first", 64);
        refused("cap must be in [1, 1e18], got 1000000000000000001", "cap", 1_000_000_000_000_000_001L);
        refused("probes must be in [0, min(100, trainSize=64)], got 65", "probes", 65);
        refused("times must be in [0, 1], got 1.5", "times", new double[] {0.5, 1.5});
    }

    private static void refused(String message, Object... change) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(GOOD, change))
                .withMessage(message);
    }

    @Test
    void nullIsNamed() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Batches(64, 8, 1, 0, 0, 1, 64, Doubles.of(), null))
                .withMessage("name");
    }

    private record Short(int a, int b) {
        Short {
            Ranges.check(Short.class, a);
        }
    }

    private record Vague(
            @Parameter(value = "a", range = "some") int a) {
        Vague {
            Ranges.check(Vague.class, a);
        }
    }

    @Test
    void mistakesOfTheRecordAreNoFaultOfTheValue() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new Short(1, 2))
                .withMessage("Short must check its components [a, b]");
        assertThatIllegalStateException().isThrownBy(() -> new Vague(1)).withMessage("not a range: some");
    }

    private record Sample(
            @Parameter(value = "levels", range = "[2, 20]") int levels,
            @Parameter(value = "width", range = "(0, 3]") double width,

            @Parameter(value = "points", range = "[5 levels, 100000]")
            int points,

            @Parameter(value = "reach", range = "[0, 2 width]")
            double reach) {}

    /** A record without a constructor of its own is checked as a whole, and wherever text makes one. */
    @Test
    void endsMayBeMultiplesOfAComponent() {
        Ranges.check(new Sample(2, 1.5, 10, 3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Ranges.check(new Sample(20, 1, 99, 0)))
                .withMessage("points must be in [5 levels=20, 100000], got 99");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(Sample.class).parse("levels=2, width=1.5, points=10, reach=3.1"))
                .withMessage("reach must be in [0, 2 width=1.5], got 3.1");
    }
}
