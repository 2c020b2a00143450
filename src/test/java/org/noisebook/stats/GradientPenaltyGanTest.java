package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class GradientPenaltyGanTest {
    /** Two clusters in two dimensions: both are found after a tenth of the usual steps, with a critic of unit slope. */
    @Test
    @Tag("statistical")
    void theGanFindsBothClusters() {
        Stream stream = Streams.of(3).at("data");
        double[][] data = new double[2][1000];
        for (int k = 0; k < 1000; k++) {
            double centre = k < 300 ? -1 : 0.6;
            data[0][k] = centre + 0.1 * stream.nextGaussian();
            data[1][k] = 0.3 * centre + 0.2 * stream.nextGaussian();
        }
        GradientPenaltyGan gan = new GradientPenaltyGan(2, Streams.of(3).at("init"));
        gan.train(data, 1500, Streams.of(3).at("batch"));
        double[][] made = gan.sample(4000, Streams.of(3).at("samples"));
        assertThat(Arrays.stream(made[0]).filter(x -> x < -0.2).count() / 4000.0)
                .isBetween(0.15, 0.45);
        assertThat(Arrays.stream(made[1]).average().orElseThrow()).isCloseTo(0.3 * 0.12, within(0.04));
        assertThat(gan.norm(data, Streams.of(4).at("samples"))).isBetween(0.85, 1.15);
    }
}
