package org.noisebook.seeds.generator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.FrechetDistance;
import org.noisebook.stats.GaussianFit;

class SeedFrechetTest {
    private static final Streams STREAMS = Streams.of(1).withReplica(17);

    private static GaussianFit standard(int dimension) {
        double[][] identity = new double[dimension][dimension];
        for (int j = 0; j < dimension; j++) {
            identity[j][j] = 1;
        }
        return GaussianFit.exact(new double[dimension], identity);
    }

    private static double[][][] normal(int seeds, int outputs, int dimension, Stream stream) {
        double[][][] x = new double[seeds][outputs][dimension];
        for (double[][] ofSeed : x) {
            for (double[] output : ofSeed) {
                Arrays.setAll(output, j -> stream.nextGaussian());
            }
        }
        return x;
    }

    /** In one dimension the distance is (m − m′)² + (σ − σ′)². */
    @Test
    void oneDimensionByHand() {
        double[][][] x = {{{1}, {3}, {5}}, {{-1}, {-1}, {-1}}};
        SeedFrechet result = SeedFrechet.of(x, standard(1), 3, STREAMS.at("noise"));
        assertThat(result.distances().get(0)).isCloseTo(9 + 1, within(1e-12));
        assertThat(result.distances().get(1)).isCloseTo(1 + 1, within(1e-12));
        double[][] byFeature = {{1, 3, 5}};
        assertThat(result.distances().get(0)).isEqualTo(FrechetDistance.of(standard(1), GaussianFit.of(byFeature)));
    }

    /**
     * The recorded null: 1024 seeds of 200 outputs of the target in 8 dimensions have distances of mean .1313 and standard deviation .0281.
     * 256 seeds and 4 dealings here. The means: standard error of 256 seeds .0281/16 = .0018, of the record .0009, window 4 of both together;
     * the standard deviation: skewed, relative error 6 % of 256 seeds; window 25 %. Leaving out the mean term would lower the mean by .04.
     */
    @Test
    void reproducesTheRecordedNullInEightDimensions() {
        SeedFrechet result =
                SeedFrechet.of(normal(256, 200, 8, STREAMS.at("data")), standard(8), 4, STREAMS.at("noise"));
        double mean = result.distances().stream().average().orElseThrow();
        assertThat(mean).as("mean of 256 seeds, 4 standard errors").isCloseTo(0.1313, within(0.008));
        assertThat(result.nullMean()).as("mean of the null").isCloseTo(0.1313, within(0.008));
        assertThat(result.nullStdDev()).as("standard deviation of the null").isCloseTo(0.0281, within(0.007));
        assertThat(result.nullMin().mean()).as("least of 256").isBetween(0.05, 0.09);
        assertThat(result.nullMax().mean()).as("greatest of 256").isBetween(0.19, 0.30);
    }

    /** In one dimension, 1000 outputs: mean .00151, standard deviation .00155; that of a sum of two squares is its mean but for 1 %. */
    @Test
    void reproducesTheRecordedNullInOneDimension() {
        SeedFrechet result =
                SeedFrechet.of(normal(256, 1000, 1, STREAMS.at("data")), standard(1), 4, STREAMS.at("noise"));
        assertThat(result.nullMean()).as("4 standard errors of 256 seeds").isCloseTo(0.00151, within(0.0004));
        assertThat(result.nullStdDev()).isCloseTo(0.00155, within(0.0006));
    }

    /**
     * Without a seed effect p is uniform: of 40 × 25 seeds, 100 ± 9.5 have p ≤ .1; five standard deviations. The null of a wrong size, such as
     * half the outputs, would put nearly all seeds on one side.
     */
    @Test
    void pValuesAreUniformWithoutAnEffect() {
        int low = 0;
        int high = 0;
        for (int k = 0; k < 40; k++) {
            Stream stream = STREAMS.at("test").part(k);
            SeedFrechet result = SeedFrechet.of(normal(25, 20, 2, stream), standard(2), 10, stream);
            low += (int) result.pLow().stream().filter(p -> p <= 0.1).count();
            high += (int) result.pHigh().stream().filter(p -> p <= 0.1).count();
        }
        assertThat(low).as("p at most .1 of 1000 null seeds, lower tail").isBetween(52, 148);
        assertThat(high).as("upper tail").isBetween(52, 148);
    }

    @Test
    void findsASeedThatIsOff() {
        double[][][] x = normal(30, 50, 3, STREAMS.at("data"));
        for (double[] output : x[4]) {
            output[0] += 1;
        }
        SeedFrechet result = SeedFrechet.of(x, standard(3), 20, STREAMS.at("noise"));
        assertThat(result.pHigh().get(4)).isEqualTo(1 / 601.0);
        assertThat(result.pLow().get(4)).isEqualTo(1);
        assertThat(SeedFrechet.of(x, standard(3), 20, STREAMS.at("noise"))).isEqualTo(result);
    }

    @Test
    void refusesUnlikeSeeds() {
        assertThatThrownBy(() -> SeedFrechet.of(
                        new double[][][] {{{1}, {2}}, {{1}, {2}, {3}}}, standard(1), 2, STREAMS.at("noise")))
                .hasMessage("every seed must have equally many outputs, got 2 and 3");
        assertThatThrownBy(() -> SeedFrechet.of(
                        new double[][][] {{{1}, {2}}, {{1}, {2, 3}}}, standard(1), 2, STREAMS.at("noise")))
                .hasMessage("outputs must have the dimension of the target=1, got 2");
        assertThatThrownBy(() -> SeedFrechet.of(new double[][][] {{{1}}, {{1}}}, standard(1), 2, STREAMS.at("noise")))
                .hasMessageContaining("outputs must be in [2,");
    }
}
