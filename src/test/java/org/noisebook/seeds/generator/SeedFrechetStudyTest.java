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

    /** The law of mean and covariance against outputs, off the target and with a seed effect. */
    @Test
    void distancesDrawnByTheirLawAreThoseOfOutputs() {
        int seeds = 2000;
        SeedFrechetResult law = run(new SeedFrechetConfig(seeds, 44, 4, 0.1, 0.3, 0));
        SeedFrechetResult outputs = run(new SeedFrechetConfig(seeds, 44, 4, 0.1, 0.3, 1));
        double error = StrictMath.hypot(law.stdDev(), outputs.stdDev()) / StrictMath.sqrt(seeds);
        assertThat(law.meanDistance())
                .as("means of 2000 seeds, 4 standard errors, false alarm 6e-5; finds a mean off by 6 %%")
                .isCloseTo(outputs.meanDistance(), within(4 * error));
        assertThat(law.stdDev() / outputs.stdDev())
                .as("deviations of skewed numbers, 4 standard errors of 0.035; finds one off by 14 %%")
                .isCloseTo(1, within(0.14));
        assertThat(law.nullMean()).isNaN();
    }

    /** To first order in 1/n mean and deviation are those of (χ²_d + ½ χ²_{d(d+1)/2})/n; the next order is some d/n of it. */
    @Test
    void manyDimensionsHaveTheirFirstOrder() {
        int d = 512;
        int n = 100 * d;
        SeedFrechetResult found = run(new SeedFrechetConfig(500, n, d, 0, 0, 0));
        double mean = (d + 0.25 * d * (d + 1)) / n;
        assertThat(found.meanDistance() / mean)
                .as("500 seeds, error 2e-4, next order 0.005")
                .isCloseTo(1, within(0.006));
        assertThat(found.stdDev() / mean / FrechetNull.spread(d))
                .as("500 seeds, 4 standard errors, false alarm 6e-5")
                .isCloseTo(1, within(4 / StrictMath.sqrt(2 * 500)));
    }

    @Test
    void badConfigsAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SeedFrechetConfig(10, 100, 16, 0, 0, 0))
                .withMessage("samples must be in [8 × dimension=128, 1000000] for regroupings=0, got 100");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SeedFrechetConfig(100_000, 1_000_000, 1, 0, 0, 1))
                .withMessage("seeds × samples must be in [1, 2147483647], got 100000000000");
    }
}
