package org.noisebook.seeds.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;
import org.noisebook.stats.FrechetDistance;

class SeedFrechetStudyTest {
    private static final SeedFrechetStudy STUDY = new SeedFrechetStudy();

    private static SeedFrechetResult run(SeedFrechetConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    /** Without an effect seeds are random groups; a target off by δ adds δ² to every distance. */
    @Test
    void distancesWithoutAnEffectAreTheirBias() {
        int seeds = 200;
        SeedFrechetResult none = run(new SeedFrechetConfig(seeds, 100, 2, 0, 0, 2));
        double bias = FrechetDistance.biasOfEqualLaws(new double[][] {{1, 0}, {0, 1}}, 100, 0);
        double mean = none.distances().stream().sum() / seeds;
        // First order: variance (2d + d(d+1)/4)/n², standard deviation 0.023; second order moves the mean by some d/n
        // of it.
        assertThat(mean)
                .as("mean of 200 seeds, 4.5 standard errors, false alarm 7e-6; finds a bias off by 25 %%")
                .isCloseTo(bias, within(4.5 * 0.0235 / StrictMath.sqrt(seeds)));
        assertThat(none.nullMean()).isCloseTo(mean, within(0.005));
        assertThat(none.distances().toArray()).isSorted();
        SeedFrechetResult off = run(new SeedFrechetConfig(seeds, 100, 2, 0, 2, 2));
        assertThat(off.distances().stream().sum() / seeds)
                .as("mean of 200 seeds of deviation 0.4, 4 standard errors, false alarm 6e-5; finds δ off by 3 %%")
                .isCloseTo(4 + bias, within(4 * 0.4 / StrictMath.sqrt(seeds)));
    }

    @Test
    void aPlantedEffectSpreadsSeedsButNotGroups() {
        SeedFrechetResult planted = run(new SeedFrechetConfig(100, 100, 2, 0.5, 0, 2));
        assertThat(planted.distances().get(99)).isGreaterThan(2 * planted.nullMax());
        assertThat(planted.ratio()).isGreaterThan(2 * planted.nullRatio());
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SeedFrechetConfig(100_000, 1_000_000, 1, 0, 0, 1))
                .withMessage("seeds × samples must be in [1, 2147483647], got 100000000000");
    }
}
