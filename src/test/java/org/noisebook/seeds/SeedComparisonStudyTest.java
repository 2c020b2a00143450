package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;

class SeedComparisonStudyTest {
    private static final SeedComparisonStudy STUDY = new SeedComparisonStudy();

    private static SeedComparisonResult run(SeedComparisonConfig config) {
        return STUDY.run(config, Streams.of(1));
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
}
