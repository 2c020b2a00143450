package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.FalseDiscovery.Correction;

class GoldenSeedsTest {
    @Test
    void theReferenceExample() {
        SeedTable table = SeedTable.of(RankTestsTest.EXAMPLE);
        GoldenSeeds seeds = GoldenSeeds.of(table, 0.05, Correction.BENJAMINI_HOCHBERG);
        assertThat(seeds.shrinkage()).isCloseTo(0.947791, within(1e-6));
        assertThat(seeds.ranking()[0]).isEqualTo(2);
        GoldenSeeds dealt = GoldenSeeds.permuted(
                table, 0.05, Correction.BENJAMINI_HOCHBERG, 200, Streams.of(1).at("test"));
        assertThat(dealt.ranking()).isEqualTo(seeds.ranking());
        assertThat(NullBand.of(table, 100, Streams.of(1).at("test")).mean()).hasSize(5);
        HeldOut.of(table, 1, 10, Streams.of(1).at("test"));
    }
}
