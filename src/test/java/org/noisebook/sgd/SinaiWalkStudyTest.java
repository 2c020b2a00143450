package org.noisebook.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SinaiWalkStudyTest {
    private static final SinaiWalkStudy STUDY = new SinaiWalkStudy();
    private static final SinaiWalkConfig SMALL = new SinaiWalkConfig(1, 10, 1000, 3, 2);
    /** Of the quadrature and the ends of the lattice, per cent. */
    private static final double PERCENT = 1e-6;

    private static SinaiWalkResult run(SinaiWalkConfig config) {
        return STUDY.run(config, Streams.of(1));
    }

    @Test
    void aFreeWalkDiffuses() {
        SinaiWalkResult free = run(new SinaiWalkConfig(0, 1, 1e6, 7, 1));
        for (int k = 0; k < 7; k++) {
            assertThat(free.time().get(k)).isCloseTo(Math.pow(10, k), withinPercentage(1e-12));
            assertThat(free.squareDisplacement().get(k)).isCloseTo(free.time().get(k), withinPercentage(PERCENT));
        }
        assertThat(run(new SinaiWalkConfig(0, 1, 1e6, 7, 3))
                        .squareDisplacement()
                        .toArray())
                .containsExactly(free.squareDisplacement().toArray(), within(1e-6));
    }

    private static double[] potential(String name, int reach, double disorder) {
        Stream stream = Streams.of(4).at(name);
        return IntStream.rangeClosed(0, reach)
                .mapToDouble(x -> 1 / (1 + Math.exp(disorder * stream.nextGaussian())))
                .toArray();
    }

    /** Jump by jump, the number of jumps Poisson, on a lattice that nothing leaves in time. */
    @ParameterizedTest
    @ValueSource(doubles = {1, 5, 40})
    void itIsTheWalkJumpByJump(double time) {
        int reach = 160;
        double[] right = potential("right", reach, 1.5);
        double[] left = potential("left", reach, 1.5);
        left[0] = right[0];
        double[] at = new double[2 * reach + 1];
        at[reach] = 1;
        double weight = Math.exp(-time);
        double expected = 0;
        for (int jumps = 0; jumps < reach; jumps++) {
            double square = 0;
            double[] next = new double[at.length];
            for (int x = -reach + 1; x < reach; x++) {
                double p = x < 0 ? left[-x] : right[x];
                square += (double) x * x * at[x + reach];
                next[x + 1 + reach] += p * at[x + reach];
                next[x - 1 + reach] += (1 - p) * at[x + reach];
            }
            expected += weight * square;
            weight *= time / (jumps + 1);
            at = next;
        }
        assertThat(SinaiWalkStudy.squareDisplacement(right, left, time, reach))
                .isCloseTo(expected, withinPercentage(PERCENT));
    }

    /** A valley around the start: its stationary law at any time, though 1/t is far below a probability's last bit. */
    @ParameterizedTest
    @ValueSource(doubles = {1e4, 1e10, 1e20, 1e30})
    void aValleyKeepsItsWalker(double time) {
        int reach = 100;
        double[] right = new double[reach + 1];
        double[] left = new double[reach + 1];
        Arrays.fill(right, 0.2);
        Arrays.fill(left, 0.8);
        right[0] = 0.5;
        left[0] = 0.5;
        double weight = 0.5 / 0.8;
        double norm = 1;
        double square = 0;
        for (int x = 1; x <= reach; x++) {
            norm += 2 * weight;
            square += 2 * weight * x * x;
            weight *= 0.2 / 0.8;
        }
        assertThat(SinaiWalkStudy.squareDisplacement(right, left, time, reach))
                .isCloseTo(square / norm, withinPercentage(PERCENT));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e3, 1e6, 1e12, 1e20})
    void moreSitesChangeNothing(double time) {
        int reach = (int) SinaiWalkConfig.reach(2, time);
        double[] right = potential("right", 2 * reach, 2);
        double[] left = potential("left", 2 * reach, 2);
        left[0] = right[0];
        assertThat(SinaiWalkStudy.squareDisplacement(right, left, time, 2 * reach))
                .isCloseTo(SinaiWalkStudy.squareDisplacement(right, left, time, reach), withinPercentage(PERCENT));
    }

    /** ∫ x² (2/π) Σ (−1)^k/(2k + 1) e^(−(2k+1)² π² |x|/8) dx, term by term. */
    @Test
    void theLimitIsThatOfTheLaw() {
        double square = 0;
        for (int k = 0; k < 50; k++) {
            double rate = Math.pow((2 * k + 1) * Math.PI, 2) / 8;
            square += 2 / Math.PI * (k % 2 == 0 ? 1 : -1) / (2 * k + 1) * 4 / Math.pow(rate, 3);
        }
        assertThat(SinaiWalkStudy.LIMIT).isCloseTo(Math.sqrt(square), withinPercentage(1e-10));
    }

    @Test
    void potentialsAreAveragedAndAddressed() {
        double one =
                run(Schema.with(SMALL, "environments", 1)).squareDisplacement().get(2);
        double two = run(SMALL).squareDisplacement().get(2);
        assertThat(run(SMALL).lastDisplacement()).isEqualTo(Math.sqrt(two));
        double three =
                run(Schema.with(SMALL, "environments", 3)).squareDisplacement().get(2);
        assertThat(2 * two - one).isNotCloseTo(one, withinPercentage(0.1)).isPositive();
        assertThat(3 * three - 2 * two).isPositive();
        double[] longer = run(new SinaiWalkConfig(1, 10, 100_000, 3, 2))
                .squareDisplacement()
                .toArray();
        assertThat(longer[0])
                .as("the same potentials")
                .isEqualTo(run(SMALL).squareDisplacement().get(0));
        assertThat(longer[1]).isCloseTo(two, withinPercentage(1e-9));
    }

    @Test
    void oneTimeIsTheLast() {
        SinaiWalkConfig one = Schema.with(SMALL, "times", 1);
        assertThat(one.timeGrid()).containsExactly(one.lastTime());
    }

    @Test
    void aWalkMustFitIntoAnArray() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.with(SMALL, "disorder", 0, "lastTime", 1e20))
                .withMessage(
                        "lastTime must be such that the walk stays within 100000000 sites, got 1e20 at disorder=0");
    }

    @Test
    void workAndMemoryGrowWithTheLattice() {
        SinaiWalkConfig standard = SinaiWalkConfig.standard();
        assertThat(STUDY.memory(standard)).isBetween(100_000L, 1_000_000L);
        assertThat(STUDY.work(Schema.with(standard, "disorder", 1))).isGreaterThan(2 * STUDY.work(standard));
        assertThat(STUDY.work(Schema.with(standard, "environments", 640)))
                .isCloseTo(10 * STUDY.work(standard), withinPercentage(1e-9));
    }
}
