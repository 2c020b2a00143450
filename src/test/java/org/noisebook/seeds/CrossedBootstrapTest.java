package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class CrossedBootstrapTest {
    /** Half a unit of the sixth decimal, to which the worked example is printed. */
    private static final double PRINTED = 5e-7;

    private static final double NONE = Double.NaN;
    private static final double[][] EXAMPLE = {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}, {1, 4, 2, 5}, {3, 6, 5, 6}};

    private static Stream stream(int replica) {
        return Streams.of(1).at("crossed-bootstrap", replica);
    }

    @Test
    void centresOnTheTableAndRepeats() {
        CrossedBootstrap result = CrossedBootstrap.of(SeedTable.of(EXAMPLE), 500, stream(0));
        assertThat(result.seedShare().mean()).isCloseTo(.381877, within(PRINTED));
        assertThat(result.conditionShare().mean()).isCloseTo(.533981, within(PRINTED));
        assertThat(result.restShare().mean()).isCloseTo(.084142, within(PRINTED));
        assertThat(result.consistency().mean()).isCloseTo(.819444, within(PRINTED));
        assertThat(result.reliability().mean()).isCloseTo(.947791, within(PRINTED));
        assertThat(result.consistency().covers(.8)).isTrue();
        assertThat(result).isEqualTo(CrossedBootstrap.of(SeedTable.of(EXAMPLE), 500, stream(0)));
    }

    @Test
    @Tag("statistical")
    void drawsAreFreeOfTheBiasOfRepeats() {
        int draws = 20_000;
        List<SeedTable> tables = new ArrayList<>(List.of(SeedTable.of(EXAMPLE)));
        double[][] first = SeedComponentsTest.cells(6, 5, 1, 1, 0, stream(1));
        double[][] second = SeedComponentsTest.cells(6, 5, 0, 0, 0, stream(2));
        int[] seed = new int[60];
        int[] condition = new int[60];
        double[] value = new double[60];
        for (int i = 0; i < 60; i++) {
            seed[i] = i % 30 / 5;
            condition[i] = i % 5;
            value[i] = first[seed[i]][condition[i]] + (i < 30 ? 0 : second[seed[i]][condition[i]]);
        }
        List<String> names = List.of("0", "1", "2", "3", "4", "5");
        tables.add(new SeedTable(names, names.subList(0, 5), seed, condition, value));
        for (SeedTable table : tables) {
            HendersonThree design = HendersonThree.of(table);
            double[] estimate = design.reductions().variances();
            for (int i = 0; i < estimate.length; i++) {
                int source = i;
                double[] sums = new double[2];
                ToDoubleFunction<double[]> watched = variances -> {
                    sums[0] += variances[source];
                    return variances[source];
                };
                Estimate spread = design.bootstrap(draws, stream(3)).of(watched, draws);
                double mean = (sums[0] - estimate[source]) / draws;
                assertThat(mean)
                        .as(
                                "mean of %d draws of variance %d within 4.5 standard errors (false alarm 5e-5 for all seven); "
                                        + "catches draws without the correction, which are off by 5 or more",
                                draws, source)
                        .isCloseTo(estimate[source], within(4.5 * spread.stdError() / StrictMath.sqrt(draws)));
            }
        }
    }

    @Test
    @Tag("statistical")
    void intervalsHoldTheTruth() {
        int repeats = 120;
        int conditions = 10;
        for (double[] setting : new double[][] {{0, 0}, {1, 0}, {1, 0.2}}) {
            double seed = setting[0];
            Stream stream = stream(setting[1] > 0 ? 5 : 4);
            int[] covered = new int[5];
            for (int r = 0; r < repeats; r++) {
                double[][] y = SeedComponentsTest.cells(20, conditions, seed, 1, setting[1], stream);
                CrossedBootstrap result = CrossedBootstrap.of(SeedTable.of(y), 150, stream);
                covered[0] += result.seedShare().covers(seed / (seed + 2)) ? 1 : 0;
                covered[1] += result.conditionShare().covers(1 / (seed + 2)) ? 1 : 0;
                covered[2] += result.restShare().covers(1 / (seed + 2)) ? 1 : 0;
                covered[3] += result.consistency().covers(seed / (seed + 1)) ? 1 : 0;
                covered[4] += result.reliability().covers(seed / (seed + 1.0 / conditions)) ? 1 : 0;
            }
            for (int i = 0; i < covered.length; i++) {
                assertThat(covered[i])
                        .as(
                                "95 %% intervals of quantity %d that hold the truth in %d tables, seed variance %s, missing %s: at "
                                        + "least 102 (false alarm 1e-5 each, 2e-4 in all, at a coverage of 0.95); catches "
                                        + "intervals of 75 %%, such as those of resampled seeds alone",
                                i, repeats, seed, setting[1])
                        .isGreaterThanOrEqualTo(102);
            }
        }
    }

    @Test
    void shareNeedsFewDrawsWithoutEstimate() {
        SeedTable thin = SeedTable.of(new double[][] {
            {1, 2, NONE, NONE}, {2, 1, 4, NONE}, {NONE, 3, 1, 2}, {NONE, NONE, 5, 3}, {1, 4, NONE, 2}
        });
        CrossedBootstrap result = CrossedBootstrap.of(thin, 200, stream(6));
        assertThat(result.restShare().mean()).isBetween(0.0, 1.0);
        assertThat(result.restShare().low()).isNaN();
        assertThat(result.reliability().high()).isNaN();
    }

    @Test
    void constantDataIsNaN() {
        double[][] y = new double[4][3];
        for (double[] row : y) {
            Arrays.fill(row, 0.1);
        }
        CrossedBootstrap result = CrossedBootstrap.of(SeedTable.of(y), 100, stream(7));
        assertThat(result.seedShare().mean()).isNaN();
        assertThat(result.consistency().low()).isNaN();
        y[1][1] = NONE;
        assertThat(CrossedBootstrap.of(SeedTable.of(y), 100, stream(7))
                        .seedShare()
                        .mean())
                .isNaN();
    }

    @Test
    void refusesTooFew() {
        assertThatThrownBy(() -> CrossedBootstrap.of(SeedTable.of(new double[][] {{1}, {2}}), 100, stream(8)))
                .hasMessage("variance components need at least 2 seeds and 2 conditions, got 2 and 1");
        assertThatThrownBy(() -> CrossedBootstrap.of(SeedTable.of(EXAMPLE), 99, stream(8)))
                .hasMessageContaining("draws must be in [100, ");
    }
}
