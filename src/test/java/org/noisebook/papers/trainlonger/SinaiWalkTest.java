package org.noisebook.papers.trainlonger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class SinaiWalkTest {
    private static final SinaiWalk STUDY = new SinaiWalk();
    private static final String SMALL = "disorder=1, firstTime=10, lastTime=1000, times=3, environments=2";
    /** Of the quadrature and the ends of the lattice, per cent. */
    private static final double PERCENT = 1e-6;

    private static double[] squares(String changes) {
        return STUDY.run(STUDY.config(SMALL, changes), Streams.of(1))
                .squareDisplacement()
                .toArray();
    }

    @Test
    void aFreeWalkDiffuses() {
        String free = "disorder=0, firstTime=1, lastTime=1e6, times=7, environments=";
        SinaiWalk.Result one = STUDY.run(free + 1, 1);
        for (int k = 0; k < 7; k++) {
            assertThat(one.time().get(k)).isCloseTo(Math.pow(10, k), withinPercentage(1e-12));
            assertThat(one.squareDisplacement().get(k)).isCloseTo(one.time().get(k), withinPercentage(PERCENT));
        }
        assertThat(STUDY.run(free + 3, 1).squareDisplacement().toArray())
                .containsExactly(one.squareDisplacement().toArray(), within(1e-6));
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
        assertThat(SinaiWalk.squareDisplacement(right, left, time, reach))
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
        assertThat(SinaiWalk.squareDisplacement(right, left, time, reach))
                .isCloseTo(square / norm, withinPercentage(PERCENT));
    }

    @ParameterizedTest
    @ValueSource(doubles = {1e3, 1e6, 1e12, 1e20})
    void moreSitesChangeNothing(double time) {
        int reach = (int) SinaiWalk.reach(2, time);
        double[] right = potential("right", 2 * reach, 2);
        double[] left = potential("left", 2 * reach, 2);
        left[0] = right[0];
        assertThat(SinaiWalk.squareDisplacement(right, left, time, 2 * reach))
                .isCloseTo(SinaiWalk.squareDisplacement(right, left, time, reach), withinPercentage(PERCENT));
    }

    /** ∫ x² (2/π) Σ (−1)^k/(2k + 1) e^(−(2k+1)² π² |x|/8) dx, term by term. */
    @Test
    void theLimitIsThatOfTheLaw() {
        double square = 0;
        for (int k = 0; k < 50; k++) {
            double rate = Math.pow((2 * k + 1) * Math.PI, 2) / 8;
            square += 2 / Math.PI * (k % 2 == 0 ? 1 : -1) / (2 * k + 1) * 4 / Math.pow(rate, 3);
        }
        assertThat(SinaiWalk.LIMIT).isCloseTo(Math.sqrt(square), withinPercentage(1e-10));
    }

    @Test
    void potentialsAreAveragedAndAddressed() {
        double one = squares("environments=1")[2];
        double two = squares("")[2];
        double three = squares("environments=3")[2];
        assertThat(STUDY.run(SMALL, 1).lastDisplacement()).isEqualTo(Math.sqrt(two));
        assertThat(2 * two - one).isNotCloseTo(one, withinPercentage(0.1)).isPositive();
        assertThat(3 * three - 2 * two).isPositive();
        double[] longer = squares("lastTime=100000");
        assertThat(longer[0]).as("the same potentials").isEqualTo(squares("")[0]);
        assertThat(longer[1]).isCloseTo(two, withinPercentage(1e-9));
    }

    @Test
    void oneTimeIsTheLast() {
        assertThat(STUDY.config("times=1").timeGrid()).containsExactly(1e30);
    }

    @Test
    void aWalkMustFitIntoAnArray() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> STUDY.config("disorder=0, lastTime=1e20"))
                .withMessage(
                        "lastTime must be such that the walk stays within 100000000 sites, got 1e20 at disorder=0");
    }
}
