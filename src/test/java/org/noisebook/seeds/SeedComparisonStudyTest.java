package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;

class SeedComparisonStudyTest {
    private static final SeedComparisonStudy STUDY = new SeedComparisonStudy();
    private static final SeedComparisonConfig SMALL = new SeedComparisonConfig(21, 0.5, 0.6, 0.05, 400);

    private static SeedComparisonResult run(SeedComparisonConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultOfVersionOneIsPinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(Schema.of(SeedComparisonResult.class).format(run(SMALL))).isEqualTo(PINNED);
    }

    private static final String PINNED = "paired=240, signFlip=239, wilcoxon=225, unpaired=109";

    @Test
    void everyFieldChangesTheRun() {
        SeedComparisonResult reference = run(SMALL);
        List<SeedComparisonConfig> others = List.of(
                Schema.with(SMALL, "seeds", 30),
                Schema.with(SMALL, "effect", 0.8),
                Schema.with(SMALL, "correlation", 0.1),
                Schema.with(SMALL, "level", 0.01),
                Schema.with(SMALL, "dataSets", 500));
        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
    }

    @Test
    void aReplicaIsItsStreams() {
        Streams other = Streams.of(1).withReplica(4);
        assertThat(STUDY.run(SMALL, other.withFixed(Set.of("data", "flip")))).isEqualTo(run(SMALL));
        assertThat(STUDY.run(SMALL, other)).isNotEqualTo(run(SMALL));
    }

    /** Exact power of both t tests, exact size of the three tests of differences. */
    @Test
    void ratesAreTheExactOnes() {
        int sets = 4000;
        SeedComparisonConfig config = new SeedComparisonConfig(9, 0.9, 0.6, 0.05, sets);
        SeedComparisonResult planted = run(config);
        SeedComparisonResult none = run(Schema.with(config, "effect", 0));
        double difference = 0.9 * StrictMath.sqrt(2 * 0.4);
        check("paired", planted.paired(), SeedPower.power(0.9, 9, 0.05), sets);
        check("unpaired", planted.unpaired(), SeedPower.unpairedPower(difference, 9, 0.05), sets);
        check("size of t", none.paired(), 0.05, sets);
        check("size of flips", none.signFlip(), 12 / 256.0, sets);
        check("size of ranks", none.wilcoxon(), 10 / 256.0, sets);
        assertThat(planted.signFlip()).isGreaterThan(planted.wilcoxon());
    }

    private static void check(String what, int found, double expected, int sets) {
        double error = StrictMath.sqrt(expected * (1 - expected) / sets);
        assertThat((double) found / sets)
                .as("%s, %d sets, 4 standard errors, false alarm 6e-5; finds a rate off by %.3f", what, sets, 6 * error)
                .isCloseTo(expected, within(4 * error));
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "seeds", 1))
                .withMessage("seeds must be in [2, 100000], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "correlation", 1))
                .withMessage("correlation must be in [0, 0.999999], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "level", 0))
                .withMessage("level must be in [1e-6, 0.5], got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> Schema.with(SMALL, "effect", 101));
        assertThatIllegalArgumentException().isThrownBy(() -> Schema.with(SMALL, "dataSets", 0));
    }
}
