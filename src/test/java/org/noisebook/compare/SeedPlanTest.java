package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Streams;

class SeedPlanTest {
    /** Of the thresholds, rounded up by a few per cent, and of 20 000 paths. */
    private static final double SIMULATED = 0.6;

    private static SeedPlan plan(double effect, int models, int tasks, double correlation, double power) {
        return new SeedPlan(
                effect, models, tasks, models * (models - 1) / 2, correlation, 0.05, power, 50, Streams.of(1));
    }

    /** NumPy and SciPy: seeds for a power of .8, and mean seeds with a maximum of 50; d_z is d on two tasks. */
    @ParameterizedTest
    @CsvSource({
        ".5, 2, 34, 29.7",
        ".5, 3, 45, 35.7",
        ".5, 5, 58, 40.5",
        ".5, 10, 73, 44.9",
        ".866025, 2, 13, 14.2",
        ".866025, 3, 17, 18.0",
        ".866025, 5, 22, 22.0",
        ".866025, 10, 28, 27.1",
        "1, 2, 10, 11.9",
        "1, 3, 14, 14.9",
        "2, 2, 5, 6.8",
        "2, 3, 6, 8.3",
        "2, 10, 10, 11.9"
    })
    void seedsAreTheRecordedOnes(double effect, int models, int seeds, double mean) {
        SeedPlan plan = plan(effect, models, 2, 0, 0.8);
        assertThat(plan.seeds()).isEqualTo(seeds);
        assertThat(plan.looked()[0]).isCloseTo(mean, within(SIMULATED));
    }

    @Test
    void sixTasksOfHalfAStandardDeviationNeedSeventeenSeeds() {
        SeedPlan plan = plan(0.5, 3, 6, 0, 0.8);
        assertThat(plan.perSeed()).isCloseTo(.866025, within(1e-6));
        assertThat(plan.power(17)).isCloseTo(.802605, within(1e-6));
        assertThat(plan.power(16)).isCloseTo(.768421, within(1e-6));
        assertThat(plan(0.5, 3, 6, 0, 0.9).seeds()).isEqualTo(21);
        assertThat(plan.smallest(17)).as("its power is .8 exactly").isBetween(0.49, 0.5);
        assertThat(plan(0.25, 3, 6, 0.75, 0.8).seeds())
                .as("runs of a seed that go together halve the noise")
                .isEqualTo(17);
        assertThat(plan.answer())
                .containsExactly(
                        "With power 80 % 17 seeds of each model find a difference of 0.5: run them all, then compare with --planned"
                                + " 17.",
                        "If you look after every seed instead, up to 50, such a pair is decided with power over 99 %, and you stop"
                                + " after 18 seeds on average: compare with --max 50.",
                        "Choose one of the two before the first run.");
        assertThat(plan(0.5, 2, 1, 0, 0.8).answer().get(1))
                .as("65 seeds would do if all were run first")
                .startsWith(
                        "If you look after every seed instead, up to 50, such a pair is decided with power 48 %, and you"
                                + " stop after 39 seeds on average, decided or not; --max 119 has power 80 %, and you stop after ");
        assertThat(plan(0.01, 2, 1, 0, 0.8).answer().get(1)).endsWith("no --max up to 10000 has power 80 %.");
        assertThat(plan(0.5, 3, 6, 0, 0.8).frames().get("plan").text(0, "seeds"))
                .as("below five nothing is decided")
                .isEqualTo("5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan(0, 2, 1, 0, 0.8))
                .withMessage("--effect must be in (0, 100], got 0");
    }
}
