package org.noisebook.seeds.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;
import org.noisebook.stats.FrechetDistance;

class SeedFrechetStudyTest {
    private static final SeedFrechetStudy STUDY = new SeedFrechetStudy();
    private static final SeedFrechetConfig SMALL = new SeedFrechetConfig(4, 10, 2, 0.2, 0.5, 2);

    private static SeedFrechetResult run(SeedFrechetConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Fails when numbers move without a new version of the study. */
    @Test
    void resultOfVersionOneIsPinned() {
        assertThat(STUDY.version()).isEqualTo(1);
        assertThat(Schema.of(SeedFrechetResult.class).format(run(SMALL))).isEqualTo(PINNED);
    }

    private static final String PINNED = "distances=[0.15222699995252498; 0.2532590063652389; 0.536442692324842; "
            + "0.5872679922812853], nullMean=0.4264147789413745, nullStdDev=0.19488667637827942, "
            + "nullMin=0.2932211726958742, nullMax=0.7052926101824659";

    @Test
    void everyFieldChangesTheRun() {
        SeedFrechetResult reference = run(SMALL);
        List<SeedFrechetConfig> others = List.of(
                Schema.with(SMALL, "seeds", 5),
                Schema.with(SMALL, "samples", 11),
                Schema.with(SMALL, "dimension", 3),
                Schema.with(SMALL, "seedShift", 0.3),
                Schema.with(SMALL, "targetOffset", 0.6),
                Schema.with(SMALL, "regroupings", 3));
        assertThat(others).hasSize(Schema.of(SMALL).fields().size());
        assertThat(others).allSatisfy(other -> assertThat(run(other)).isNotEqualTo(reference));
    }

    @Test
    void aReplicaIsItsStreams() {
        Streams other = Streams.of(1).withReplica(4);
        assertThat(STUDY.run(SMALL, other.withFixed(Set.of("data", "regroup")))).isEqualTo(run(SMALL));
        assertThat(STUDY.run(SMALL, other)).isNotEqualTo(run(SMALL));
    }

    /** Without an effect seeds are random groups; a target off by δ adds δ² to every distance. */
    @Test
    void distancesWithoutAnEffectAreTheirBias() {
        int seeds = 200;
        SeedFrechetResult none = run(new SeedFrechetConfig(seeds, 100, 2, 0, 0, 2));
        double bias = FrechetDistance.biasOfEqualLaws(new double[][] {{1, 0}, {0, 1}}, 100, 0);
        double mean = Arrays.stream(none.distances()).sum() / seeds;
        // First order: variance (2d + d(d+1)/4)/n², standard deviation 0.023; second order moves the mean by some d/n
        // of it.
        assertThat(mean)
                .as("mean of 200 seeds, 4.5 standard errors, false alarm 7e-6; finds a bias off by 25 %%")
                .isCloseTo(bias, within(4.5 * 0.0235 / StrictMath.sqrt(seeds)));
        assertThat(none.nullMean()).isCloseTo(mean, within(0.005));
        assertThat(none.distances()).isSorted();
        SeedFrechetResult off = run(new SeedFrechetConfig(seeds, 100, 2, 0, 2, 2));
        assertThat(Arrays.stream(off.distances()).sum() / seeds)
                .as("mean of 200 seeds of deviation 0.4, 4 standard errors, false alarm 6e-5; finds δ off by 3 %%")
                .isCloseTo(4 + bias, within(4 * 0.4 / StrictMath.sqrt(seeds)));
    }

    @Test
    void aPlantedEffectSpreadsSeedsButNotGroups() {
        SeedFrechetResult planted = run(new SeedFrechetConfig(100, 100, 2, 0.5, 0, 2));
        assertThat(planted.distances()[99]).isGreaterThan(2 * planted.nullMax());
        assertThat(planted.ratio()).isGreaterThan(2 * planted.nullRatio());
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "seeds", 1))
                .withMessage("seeds must be in [2, 100000], got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SeedFrechetConfig(100_000, 1_000_000, 1, 0, 0, 1))
                .withMessage("seeds × samples must be in [1, 2147483647], got 100000000000");
        for (String field : List.of("samples", "dimension", "seedShift", "targetOffset", "regroupings")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Schema.with(SMALL, field, -1))
                    .withMessageContaining(field + " must be in [");
        }
    }
}
