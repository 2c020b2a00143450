package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.data.DataSource;
import org.noisebook.data.PointSet;
import org.noisebook.rng.Streams;

class TargetTest {
    private static final int COUNT = 20_000;
    /** Of a mean over independent values: two-sided false alarms below 7·10⁻⁷ each. */
    private static final double SIGMAS = 5;

    static Stream<Target> targets() {
        return Stream.of(
                Target.TwoMoons.standard(),
                new Target.TwoMoons(0),
                new Target.Checkerboard(),
                Target.Rings.standard(),
                new Target.Rings(3, 0.2),
                new Target.TwoModes(),
                new Target.ThreeModes(),
                new Target.UnevenModes(),
                Target.ModeRing.standard(),
                new Target.Triangle(),
                new Target.RandomModes(5, 16, 7.5, 1),
                Target.Pictures.standard(),
                Target.PictureClasses.standard(),
                Target.of(PointSet.of(new double[] {1, 2, 4, 9}, new double[] {0, 3, 1, 1})));
    }

    private static double[][] draw(Target.Source source, int dimension, int count) {
        double[][] x = new double[dimension][count];
        source.draw(count, x, new int[count]);
        return x;
    }

    /** A wrong sign, radius or weight shows: mean and variance of a coordinate within five standard errors. */
    @ParameterizedTest
    @MethodSource("targets")
    void momentsAreThoseOfTheDraws(Target target) {
        Target.Source source = target.open(Streams.of(3), "data");
        double[][] x = draw(source, target.dimension(), COUNT);
        double[] squares = new double[COUNT];
        for (int j = 0; j < x.length; j++) {
            double mean = Arrays.stream(x[j]).average().orElseThrow();
            double centre = source.mean()[j];
            double square = Arrays.stream(x[j])
                    .map(v -> (v - centre) * (v - centre))
                    .average()
                    .orElseThrow();
            assertThat(mean)
                    .as("mean of coordinate %d, false alarm below 1e-6", j)
                    .isCloseTo(centre, within(SIGMAS * Math.sqrt(square / COUNT) + 1e-12));
            for (int k = 0; k < COUNT; k++) {
                squares[k] += (x[j][k] - centre) * (x[j][k] - centre) / x.length;
            }
        }
        double variance = Arrays.stream(squares).average().orElseThrow();
        double spread = Math.sqrt(Arrays.stream(squares)
                        .map(s -> (s - variance) * (s - variance))
                        .sum())
                / COUNT;
        assertThat(source.variance())
                .as("variance of a coordinate, false alarm below 1e-6")
                .isCloseTo(variance, within(SIGMAS * spread + 1e-12));
    }

    @ParameterizedTest
    @MethodSource("targets")
    void fewerPointsAreTheFirstOfMore(Target target) {
        double[][] more = draw(target.open(Streams.of(3), "data"), target.dimension(), 7);
        Target.Source source = target.open(Streams.of(3), "data");
        double[][] first = draw(source, target.dimension(), 4);
        double[][] next = draw(source, target.dimension(), 3);
        for (int j = 0; j < more.length; j++) {
            assertThat(first[j]).containsExactly(Arrays.copyOf(more[j], 4));
            assertThat(next[j]).containsExactly(Arrays.copyOfRange(more[j], 4, 7));
        }
    }

    @ParameterizedTest
    @MethodSource("targets")
    void streamsOfOtherNamesGiveOtherPoints(Target target) {
        assertThat(draw(target.open(Streams.of(3), "data"), target.dimension(), 3))
                .isNotEqualTo(draw(target.open(Streams.of(3), "test"), target.dimension(), 3));
    }

    /** Every draw lies in a filled square, and each of the eight gets its share: 5 σ of Bin(20 000, 1/8). */
    @Test
    void theCheckerboardFillsItsSquares() {
        double[][] x = draw(new Target.Checkerboard().open(Streams.of(4), "data"), 2, COUNT);
        int[] counts = new int[16];
        for (int k = 0; k < COUNT; k++) {
            assertThat(Target.Checkerboard.isFilled(x[0][k], x[1][k])).isTrue();
            counts[(int) (Math.floor(x[0][k] / 2) + 2) * 4 + (int) (Math.floor(x[1][k] / 2) + 2)]++;
        }
        assertThat(Arrays.stream(counts).filter(c -> c > 0)).hasSize(8);
        double mean = COUNT / 8.0;
        assertThat(Arrays.stream(counts).filter(c -> c > 0).boxed())
                .as("false alarm below 1e-5")
                .allSatisfy(c -> assertThat((double) c).isCloseTo(mean, within(SIGMAS * Math.sqrt(mean * 7 / 8))));
        assertThat(Target.Checkerboard.isFilled(1, 1)).isTrue();
        assertThat(Target.Checkerboard.isFilled(-1, 1)).isFalse();
        assertThat(Target.Checkerboard.isFilled(5, 5)).isFalse();
        assertThat(Target.Checkerboard.isFilled(Double.NaN, 1)).isFalse();
    }

    @Test
    void moonsLieOnTheirArcs() {
        double[][] x = draw(new Target.TwoMoons(0).open(Streams.of(4), "data"), 2, 1000);
        for (int k = 0; k < 1000; k++) {
            double upper = Math.hypot(x[0][k] + 0.5, x[1][k] + 0.25);
            double lower = Math.hypot(x[0][k] - 0.5, x[1][k] - 0.25);
            boolean onUpper = Math.abs(upper - 1) < 1e-12 && x[1][k] >= -0.25;
            boolean onLower = Math.abs(lower - 1) < 1e-12 && x[1][k] <= 0.25;
            assertThat(onUpper || onLower).isTrue();
        }
    }

    @Test
    void picturesAreScaledAndKeepTheirClasses() {
        Target.Pictures target = Target.Pictures.standard();
        Target.Source source = target.open(Streams.of(1), "data");
        double[][] x = new double[64][500];
        int[] label = new int[500];
        source.draw(500, x, label);
        for (double[] row : x) {
            assertThat(Arrays.stream(row)).allMatch(v -> v >= -1 && v <= 1 && v * 8 == Math.rint(v * 8));
        }
        assertThat(Arrays.stream(label).distinct().sorted()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertThat(target.files()).hasSize(1).first().asString().startsWith("digits.csv.gz 6a539d51");
        assertThat(target.classes()).isEqualTo(10);
    }

    @Test
    void randomModesAreAFunctionOfTheirParameters() {
        Target.RandomModes target = new Target.RandomModes(2, 3, 7.5, 1);
        assertThat(target.mixture().orElseThrow().means())
                .isEqualTo(new Target.RandomModes(2, 3, 7.5, 1)
                        .mixture()
                        .orElseThrow()
                        .means())
                .isNotEqualTo(new Target.RandomModes(2, 3, 7.5, 2)
                        .mixture()
                        .orElseThrow()
                        .means());
        assertThat(new Target.RandomModes(1, 3, 7.5, 1).mixture().orElseThrow().means()[0])
                .containsExactly(target.mixture().orElseThrow().means()[0]);
    }

    @Test
    void badParametersAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target.TwoMoons(-1))
                .withMessage("noise must be in [0, 1000], got -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target.Rings(0, 0.1))
                .withMessage("count must be in [1, 1000], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target.ModeRing(8, 4, 0))
                .withMessageStartingWith("stdDev must be in (0, ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target.Pictures(DataSource.SIGN, 1))
                .withMessage("dataset must hold images, got sign");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Target.Pictures(DataSource.DIGITS, 1798))
                .withMessage("trainSize must be in [1, 1797], got 1798");
    }
}
