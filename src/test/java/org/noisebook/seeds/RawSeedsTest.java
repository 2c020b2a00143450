package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleSupplier;
import java.util.function.LongFunction;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Consecutive raw seeds of {@code java.util.Random} are not independent; our streams under consecutive root seeds, replicas and parts are.
 *
 * <p>This test alone uses that generator, to show why nothing else may.
 */
class RawSeedsTest {
    private static final int SEEDS = 1024;
    private static final int DRAWS = 20;

    private static SeedHygiene first(int discarded, LongFunction<DoubleSupplier> generator) {
        double[][] draws = new double[SEEDS][];
        for (int s = 0; s < SEEDS; s++) {
            DoubleSupplier next = generator.apply(s);
            double[] all = DoubleStream.generate(next).limit(discarded + DRAWS).toArray();
            draws[s] = Arrays.copyOfRange(all, discarded, all.length);
        }
        return SeedHygiene.of(draws);
    }

    @Test
    void firstUniformUnderRawSeedsIsNearlyConstant() {
        SeedHygiene raw = first(0, seed -> new Random(seed)::nextDouble);
        assertThat(raw.mean().get(0)).isCloseTo(0.721, within(0.0005));
        assertThat(raw.stdDev().get(0)).isCloseTo(0.0265, within(0.00005));
        assertThat(raw.correlation().get(0)).isCloseTo(0.994, within(0.0005));
        assertThat(raw.pValue()).isLessThan(1e-100);
        assertThat(raw.clean()).isFalse();
    }

    @Test
    void firstGaussianUnderRawSeedsIsOff() {
        SeedHygiene raw = first(0, seed -> new Random(seed)::nextGaussian);
        assertThat(raw.mean().get(0)).isCloseTo(0.88, within(0.005));
        assertThat(raw.stdDev().get(0)).isCloseTo(0.68, within(0.005));
        assertThat(raw.stdDev().get(1)).isCloseTo(0.776, within(0.0005));
        assertThat(raw.correlation().get(0)).as("its neighbours do not show it").isBetween(-0.09, 0.09);
        assertThat(raw.shift().get(0)).as("its mean does").isGreaterThan(20);
        assertThat(raw.clean()).isFalse();
    }

    /** About half of the draws after many are still correlated, up to .55. */
    @ParameterizedTest
    @ValueSource(ints = {100, 1000})
    void discardingDrawsIsNoCure(int discarded) {
        SeedHygiene raw = first(discarded, seed -> new Random(seed)::nextDouble);
        assertThat(raw.beyond()).isBetween(8, 16);
        assertThat(raw.correlation().stream().map(Math::abs).max().orElseThrow())
                .isCloseTo(0.55, within(0.005));
        assertThat(raw.clean()).isFalse();
    }

    @Test
    void streamsOfConsecutiveRootSeedsAreIndependent() {
        checkClean("root seed", seed -> Streams.of(seed).at("init"));
    }

    @Test
    void streamsOfConsecutiveReplicasAreIndependent() {
        checkClean("replica", seed -> Streams.of(1).withReplica((int) seed).at("init"));
    }

    @Test
    void consecutivePartsOfAStreamAreIndependent() {
        Stream whole = Streams.of(1).at("noise");
        checkClean("part", whole::part);
    }

    /** Level 1e-3 for each of six verdicts on fixed streams; the raw seeds above are what it catches. */
    private static void checkClean(String what, LongFunction<Stream> stream) {
        SeedHygiene uniform = first(0, seed -> stream.apply(seed)::nextDouble);
        SeedHygiene normal = first(0, seed -> stream.apply(seed)::nextGaussian);
        assertThat(uniform.clean())
                .as("uniforms of consecutive %s, level 1e-3, p = %s", what, uniform.pValue())
                .isTrue();
        assertThat(normal.clean())
                .as("normals of consecutive %s, level 1e-3, p = %s", what, normal.pValue())
                .isTrue();
        assertThat(uniform.beyond()).as("of 20 at .0027 each").isLessThan(3);
        assertThat(uniform.mean().get(0)).as("4 standard errors of .009").isCloseTo(0.5, within(0.036));
        assertThat(uniform.stdDev().get(0))
                .as("4 standard errors of .004")
                .isCloseTo(Math.sqrt(1 / 12.0), within(0.016));
        assertThat(normal.mean().get(0)).as("4 standard errors of .031").isCloseTo(0, within(0.125));
        assertThat(normal.stdDev().get(0)).as("4 standard errors of .022").isCloseTo(1, within(0.09));
    }

    @Test
    void numbersByHand() {
        double[][] draws = new double[10][2];
        for (int s = 0; s < 10; s++) {
            draws[s][0] = s % 2;
            draws[s][1] = 7;
        }
        SeedHygiene report = SeedHygiene.of(draws);
        assertThat(report.mean().toArray()).containsExactly(0.5, 7);
        assertThat(report.stdDev().get(0)).isCloseTo(Math.sqrt(2.5 / 9), within(1e-12));
        assertThat(report.stdDev().get(1)).isZero();
        assertThat(report.correlation().get(0)).isCloseTo(-0.9, within(1e-12));
        assertThat(report.correlation().get(1)).as("the same under all seeds").isEqualTo(1);
        assertThat(report.shift().get(1)).isCloseTo(6.5 / Math.sqrt(2.5 / 9 * 0.2), within(1e-12));
        assertThat(report.clean()).isFalse();
        assertThatThrownBy(() -> SeedHygiene.of(new double[9][3])).hasMessageContaining("seeds must be in [10,");
        assertThatThrownBy(() -> SeedHygiene.of(new double[10][0])).hasMessageContaining("draws must be in [1,");
    }

    /** 2000 tables of sound uniforms, 50 seeds, 5 draws, at level 1e-3: 2 expected, more than 12 has probability below 1e-6. */
    @Test
    void soundGeneratorsAreRarelyRefused() {
        Stream stream = Streams.of(1).at("test");
        int refused = 0;
        for (int k = 0; k < 2000; k++) {
            double[][] draws = new double[50][5];
            for (double[] row : draws) {
                Arrays.setAll(row, j -> stream.nextDouble());
            }
            refused += SeedHygiene.of(draws).clean() ? 0 : 1;
        }
        assertThat(refused).as("refused of 2000 sound tables, level 1e-3").isLessThan(13);
    }
}
