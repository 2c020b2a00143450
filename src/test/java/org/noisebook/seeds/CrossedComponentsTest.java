package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.apache.commons.math3.distribution.FDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class CrossedComponentsTest {
    /** Half a unit of the sixth decimal, to which the worked examples are printed. */
    private static final double PRINTED = 5e-7;

    /** Sums of a few dozen terms of order 1. */
    private static final double ROUNDING = 1e-12;

    private static final List<String> NAMES = List.of("init", "order", "data");
    private static final double[] EXAMPLE = {1, 2, 3, 5, 2, 4, 4, 9, 0, 3, 5, 6};

    private static Stream stream(int replica) {
        return Streams.of(1).at("crossed-components", replica);
    }

    @Test
    void workedThreeWayExample() {
        CrossedComponents result = CrossedComponents.of(NAMES, new int[] {3, 2, 2}, EXAMPLE, stream(0));
        assertThat(result.components())
                .extracting(Component::name)
                .containsExactly("init", "order", "data", "init×order", "init×data", "order×data", "rest");
        double[] squares = {8.166667, 33.333333, 16.333333, 1.166667, 2.166667, .333333, 3.166667};
        double[] variances = {1.0, 5.666667, 2.75, -.5, -.25, -.416667, 1.583333};
        for (int i = 0; i < squares.length; i++) {
            Component component = result.components().get(i);
            assertThat(component.sumOfSquares()).as(component.name()).isCloseTo(squares[i], within(PRINTED));
            assertThat(component.variance().mean()).as(component.name()).isCloseTo(variances[i], within(PRINTED));
        }
        assertThat(result.components().stream()
                        .mapToDouble(Component::sumOfSquares)
                        .sum())
                .isCloseTo(64.666667, within(PRINTED));
        assertThat(result.mean()).isCloseTo(44.0 / 12, within(1e-14));
    }

    @Test
    void pseudoFAndErrorOfTheWorkedExample() {
        Component init = CrossedComponents.of(NAMES, new int[] {3, 2, 2}, EXAMPLE, stream(0))
                .component("init");
        double a = 49.0 / 12;
        double e = 19.0 / 12;
        double ab = 7.0 / 12;
        double ad = 13.0 / 12;
        assertThat(init.f()).isCloseTo((a + e) / (ab + ad), within(ROUNDING));
        assertThat(init.numeratorDegrees()).isCloseTo((a + e) * (a + e) / (a * a / 2 + e * e / 2), within(ROUNDING));
        assertThat(init.denominatorDegrees())
                .isCloseTo((ab + ad) * (ab + ad) / (ab * ab / 2 + ad * ad / 2), within(ROUNDING));
        assertThat(init.pValue())
                .isCloseTo(
                        1
                                - new FDistribution(null, init.numeratorDegrees(), init.denominatorDegrees())
                                        .cumulativeProbability(init.f()),
                        within(ROUNDING));
        assertThat(init.variance().stdError())
                .isCloseTo(StrictMath.sqrt(a * a + e * e + ab * ab + ad * ad) / 4, within(ROUNDING));
        assertThat(init.variance().n()).isEqualTo(3);
    }

    @Test
    void totalSharesHoldTheRestAndCountNegativeVariancesAsNone() {
        CrossedComponents result = CrossedComponents.of(NAMES, new int[] {3, 2, 2}, EXAMPLE, stream(0));
        assertThat(result.total()).isCloseTo(11, within(ROUNDING));
        assertThat(result.component("init").share().mean()).isCloseTo(1.0 / 11, within(ROUNDING));
        assertThat(result.component("init×data").share().mean()).isZero();
        assertThat(result.component("init").totalShare().mean()).isCloseTo((1 + 19.0 / 12) / 11, within(ROUNDING));
        assertThat(result.component("rest").totalShare())
                .isEqualTo(result.component("rest").share());
        assertThatThrownBy(() -> result.component("luck")).hasMessageContaining("got 'luck'");
    }

    @Test
    void sameStreamGivesTheSameIntervals() {
        assertThat(CrossedComponents.of(NAMES, new int[] {3, 2, 2}, EXAMPLE, stream(3)))
                .isEqualTo(CrossedComponents.of(NAMES, new int[] {3, 2, 2}, EXAMPLE, stream(3)))
                .isNotEqualTo(CrossedComponents.of(NAMES, new int[] {3, 2, 2}, EXAMPLE, stream(4)));
    }

    @Test
    void factorThatChangesNothingHasExactlyNone() {
        Stream stream = stream(1);
        double[] y = new double[7 * 12];
        for (int i = 0; i < y.length; i++) {
            y[i] = i < 12 ? stream.nextGaussian() : y[i - 12];
        }
        CrossedComponents result = CrossedComponents.of(NAMES, new int[] {7, 4, 3}, y, stream);
        for (String name : List.of("init", "init×order", "init×data", "rest")) {
            assertThat(result.component(name).sumOfSquares()).as(name).isZero();
        }
        assertThat(result.component("init").share())
                .extracting(Estimate::mean, Estimate::high)
                .containsExactly(0.0, 0.0);
        assertThat(result.component("init").f()).isNaN();
        assertThat(result.component("order×data").share().mean()).isPositive();
    }

    @Test
    void constantDataHasNoVarianceAndNoShares() {
        double[] y = new double[30];
        Arrays.fill(y, 0.1);
        CrossedComponents result = CrossedComponents.of(NAMES, new int[] {5, 3, 2}, y, stream(0));
        assertThat(result.total()).isZero();
        for (Component component : result.components()) {
            assertThat(component.variance().mean()).isZero();
            assertThat(component.share().mean()).isNaN();
            assertThat(component.totalShare().low()).isNaN();
            assertThat(component.f()).isNaN();
            assertThat(component.pValue()).isNaN();
        }
    }

    @Test
    void fourFactorsAndReplicatesMeetTheirExpectedMeanSquares() {
        int[] levels = {3, 2, 4, 2};
        int replicates = 3;
        Stream stream = stream(2);
        double[] y = new double[48 * replicates];
        Arrays.setAll(y, i -> stream.nextGaussian());
        CrossedComponents result = CrossedComponents.of(List.of("a", "b", "c", "d"), levels, replicates, y, stream);
        assertThat(result.components())
                .extracting(Component::name)
                .containsExactly(
                        "a", "b", "c", "d", "a×b", "a×c", "a×d", "b×c", "b×d", "c×d", "a×b×c", "a×b×d", "a×c×d",
                        "b×c×d", "a×b×c×d", "error");
        double mean = Arrays.stream(y).average().orElseThrow();
        assertThat(result.components().stream()
                        .mapToDouble(Component::sumOfSquares)
                        .sum())
                .isCloseTo(Arrays.stream(y).map(v -> (v - mean) * (v - mean)).sum(), within(ROUNDING * y.length));
        double error = result.component("error").variance().mean();
        for (Component source : result.components()) {
            double expected = error;
            for (Component other : result.components()) {
                Set<String> factors = Set.of(other.name().split("×"));
                if (!other.name().equals("error")
                        && factors.containsAll(List.of(source.name().split("×")))) {
                    int observations = y.length;
                    for (int f = 0; f < levels.length; f++) {
                        observations /= factors.contains("abcd".substring(f, f + 1)) ? levels[f] : 1;
                    }
                    expected += observations * other.variance().mean();
                }
            }
            assertThat(source.meanSquare()).as(source.name()).isCloseTo(expected, within(ROUNDING * 100));
        }
        assertThat(result.component("error").degrees()).isEqualTo(96);
        double total = result.components().stream()
                .filter(c -> c.name().contains("a"))
                .mapToDouble(c -> c.share().mean())
                .sum();
        assertThat(result.component("a").totalShare().mean()).isCloseTo(total, within(ROUNDING));
        assertThat(result.component("a×b×c×d").f())
                .isCloseTo(
                        result.component("a×b×c×d").meanSquare()
                                / result.component("error").meanSquare(),
                        within(ROUNDING));
    }

    /** A table of three factors with normal effects of the variances given, in the order of the components. */
    private static double[] table(int[] levels, double[] variances, Stream stream) {
        int[] sources = {0b100, 0b010, 0b001, 0b110, 0b101, 0b011, 0b111};
        double[] y = new double[levels[0] * levels[1] * levels[2]];
        for (int k = 0; k < sources.length; k++) {
            double[] effects = new double[y.length];
            Arrays.setAll(effects, i -> stream.nextGaussian());
            for (int i = 0; i < y.length; i++) {
                int a = (sources[k] & 0b100) > 0 ? i / (levels[1] * levels[2]) : 0;
                int b = (sources[k] & 0b010) > 0 ? i / levels[2] % levels[1] : 0;
                int d = (sources[k] & 0b001) > 0 ? i % levels[2] : 0;
                y[i] += StrictMath.sqrt(variances[k]) * effects[(a * levels[1] + b) * levels[2] + d];
            }
        }
        return y;
    }

    @Test
    @Tag("statistical")
    void estimatesAreUnbiased() {
        double[] truth = {4, 1, 9, .5, 2, .25, 1.5};
        int[] levels = {8, 6, 10};
        int repeats = 2000;
        Stream stream = stream(5);
        double[] sum = new double[truth.length];
        double[] squares = new double[truth.length];
        for (int r = 0; r < repeats; r++) {
            double[] variances = BalancedAnova.of(NAMES, levels, 1, table(levels, truth, stream))
                    .variances();
            for (int i = 0; i < truth.length; i++) {
                sum[i] += variances[i] / repeats;
                squares[i] += variances[i] * variances[i] / repeats;
            }
        }
        for (int i = 0; i < truth.length; i++) {
            double stdError = StrictMath.sqrt((squares[i] - sum[i] * sum[i]) / repeats);
            assertThat(sum[i])
                    .as(
                            "mean of component %d over %d tables, within 4.5 standard errors (false alarm 5e-5 for all seven); "
                                    + "catches a bias of 12%%, such as levels for levels − 1",
                            i, repeats)
                    .isCloseTo(truth[i], within(4.5 * stdError));
        }
    }

    @Test
    @Tag("statistical")
    void intervalsOfSharesHoldTheTruth() {
        double[] truth = {2, .5, 1, .5, 1, .25, 1};
        double total = Arrays.stream(truth).sum();
        int[] levels = {8, 6, 7};
        int repeats = 500;
        Stream stream = stream(6);
        int share = 0;
        int totalShare = 0;
        int variance = 0;
        for (int r = 0; r < repeats; r++) {
            BalancedAnova anova = BalancedAnova.of(NAMES, levels, 1, table(levels, truth, stream));
            Component init = anova.component(0, anova.draws(400, stream));
            share += init.share().covers(truth[0] / total) ? 1 : 0;
            totalShare += init.totalShare().covers((truth[0] + truth[3] + truth[4] + truth[6]) / total) ? 1 : 0;
            variance += init.variance().covers(truth[0]) ? 1 : 0;
        }
        for (int covered : new int[] {share, totalShare, variance}) {
            assertThat(covered)
                    .as(
                            "95 %% intervals of %d that hold the truth, at least 456 (false alarm 4e-4 for all three); catches "
                                    + "intervals of 88 %%",
                            repeats)
                    .isGreaterThanOrEqualTo(456);
        }
    }

    @Test
    void refusesWhatIsNoTable() {
        double[] y = EXAMPLE.clone();
        y[7] = Double.NaN;
        assertThatThrownBy(() -> CrossedComponents.of(NAMES, new int[] {3, 2, 2}, y, stream(0)))
                .hasMessage("value of cell init=1, order=1, data=1 must be finite, got NaN");
        assertThatThrownBy(() -> CrossedComponents.of(NAMES, new int[] {6, 2, 1}, EXAMPLE, stream(0)))
                .hasMessageStartingWith("levels of 'data' must be in [2, ");
        assertThatThrownBy(() -> CrossedComponents.of(NAMES, new int[] {3, 2, 3}, EXAMPLE, stream(0)))
                .hasMessage("values must be as many as cells times replicates, 18 × 1, got 12");
    }
}
