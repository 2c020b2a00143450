package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class SeedComponentsTest {
    /** Half a unit of the sixth decimal, to which the worked example is printed. */
    private static final double PRINTED = 5e-7;

    /** Sums of a few dozen terms of order 1 to 10. */
    private static final double ROUNDING = 1e-12;

    private static final double NONE = Double.NaN;
    private static final double[][] EXAMPLE = {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}, {1, 4, 2, 5}, {3, 6, 5, 6}};

    private static Stream stream(int replica) {
        return Streams.of(1).at("seed-components", replica);
    }

    @Test
    void workedExample() {
        SeedComponents result = SeedComponents.of(SeedTable.of(EXAMPLE), stream(0));
        Component[] components = {result.seed(), result.condition(), result.rest()};
        double[] squares = {33.2, 42.55, 5.2};
        double[] meanSquares = {8.3, 14.183333, .433333};
        double[] variances = {1.966667, 2.75, .433333};
        double[] shares = {.381877, .533981, .084142};
        for (int i = 0; i < components.length; i++) {
            assertThat(components[i].sumOfSquares()).isCloseTo(squares[i], within(PRINTED));
            assertThat(components[i].meanSquare()).isCloseTo(meanSquares[i], within(PRINTED));
            assertThat(components[i].variance().mean()).isCloseTo(variances[i], within(PRINTED));
            assertThat(components[i].share().mean()).isCloseTo(shares[i], within(PRINTED));
        }
        assertThat(result.f()).isCloseTo(19.153846, within(PRINTED));
        assertThat(result.seed().numeratorDegrees()).isEqualTo(4);
        assertThat(result.seed().denominatorDegrees()).isEqualTo(12);
        assertThat(result.pValue()).isCloseTo(3.8155e-5, within(5e-10));
        assertThat(result.rest().f()).isNaN();
        assertThat(result.rest().pValue()).isNaN();
        Icc icc = result.icc();
        Estimate[] correlations = {
            icc.consistency(),
            icc.agreement(),
            icc.consistencyMean(),
            icc.agreementMean(),
            icc.oneWay(),
            icc.oneWayMean()
        };
        double[] printed = {.819444, .381877, .947791, .711916, .286648, .616466};
        for (int i = 0; i < printed.length; i++) {
            assertThat(correlations[i].mean()).isCloseTo(printed[i], within(PRINTED));
        }
        assertThat(icc.consistency().low()).isCloseTo(.476962, within(PRINTED));
        assertThat(icc.consistency().high()).isCloseTo(.976556, within(PRINTED));
        assertThat(result.balanced()).isTrue();
        assertThat(result.split()).isEmpty();
    }

    static double[][] cells(int seeds, int conditions, double seed, double condition, double missing, Stream stream) {
        double[][] y = new double[seeds][conditions];
        double[] b = new double[conditions];
        Arrays.setAll(b, c -> StrictMath.sqrt(condition) * stream.nextGaussian());
        for (double[] row : y) {
            double a = StrictMath.sqrt(seed) * stream.nextGaussian();
            for (int c = 0; c < conditions; c++) {
                row[c] = stream.nextDouble() < missing ? NONE : a + b[c] + stream.nextGaussian();
            }
        }
        return y;
    }

    /** The cells of a table, each twice at ± an offset that differs by cell. */
    private static SeedTable doubled(double[][] y) {
        int conditions = y[0].length;
        int cells = y.length * conditions;
        int[] seed = new int[2 * cells];
        int[] condition = new int[2 * cells];
        double[] value = new double[2 * cells];
        for (int i = 0; i < seed.length; i++) {
            seed[i] = i % cells / conditions;
            condition[i] = i % conditions;
            value[i] = y[seed[i]][condition[i]] + (i < cells ? 0.5 : -0.5) * (1 + i % cells % 3);
        }
        SeedTable names = SeedTable.of(y);
        return new SeedTable(names.seeds(), names.conditions(), seed, condition, value);
    }

    @Test
    void replicatesSplitTheRestAndLeaveTheCorrelationsOfTheMeans() {
        SeedComponents result = SeedComponents.of(doubled(EXAMPLE), stream(1));
        double error = 0;
        for (int cell = 0; cell < 20; cell++) {
            error += (1 + cell % 3) * (1 + cell % 3) / 2.0 / 20;
        }
        assertThat(result.split()).extracting(Component::name).containsExactly("seed×condition", "error");
        assertThat(result.split().get(1).variance().mean()).isCloseTo(error, within(ROUNDING));
        assertThat(result.split().get(0).variance().mean()).isCloseTo(2.6 / 6 - error / 2, within(ROUNDING));
        assertThat(result.rest().variance().mean()).isCloseTo(2.6 / 6 + error / 2, within(ROUNDING));
        assertThat(result.rest().share().mean())
                .isCloseTo(
                        result.split().get(0).share().mean()
                                + result.split().get(1).share().mean(),
                        within(ROUNDING));
        assertThat(result.seed().totalShare().mean())
                .isCloseTo(
                        result.seed().share().mean()
                                + result.split().get(0).share().mean(),
                        within(ROUNDING));
        assertThat(result.f()).isCloseTo(19.153846, within(PRINTED));
        assertThat(result.icc().consistency().low()).isCloseTo(.476962, within(PRINTED));
        assertThat(result.balanced()).isTrue();
    }

    @Test
    @Tag("statistical")
    void intervalsHoldTheTruthWithMissingCells() {
        int repeats = 200;
        int conditions = 10;
        Stream stream = stream(9);
        for (double seed : new double[] {0, 1}) {
            int[] covered = new int[5];
            for (int r = 0; r < repeats; r++) {
                SeedComponents result =
                        SeedComponents.of(SeedTable.of(cells(20, conditions, seed, 1, 0.3, stream)), stream);
                covered[0] += result.seed().share().covers(seed / (seed + 2)) ? 1 : 0;
                covered[1] += result.condition().share().covers(1 / (seed + 2)) ? 1 : 0;
                covered[2] += result.rest().share().covers(1 / (seed + 2)) ? 1 : 0;
                covered[3] += result.icc().consistency().covers(seed / (seed + 1)) ? 1 : 0;
                covered[4] += result.icc().consistencyMean().covers(seed / (seed + 1.0 / conditions)) ? 1 : 0;
            }
            for (int i = 0; i < covered.length; i++) {
                assertThat(covered[i])
                        .as(
                                "95 %% intervals of quantity %d that hold the truth in %d tables with 30 %% of the cells missing, seed "
                                        + "variance %s: at least 176 (false alarm 4e-5 each, 4e-4 in all, at a coverage of 0.95); "
                                        + "catches intervals of 80 %%",
                                i, repeats, seed)
                        .isGreaterThanOrEqualTo(176);
            }
        }
    }

    @Test
    void fewMissingCellsWidenIntervalsLittle() {
        Stream stream = stream(10);
        double[][] y = cells(24, 6, 1, 1, 0, stream);
        Estimate whole = SeedComponents.of(SeedTable.of(y), stream).icc().consistency();
        y[2][1] = NONE;
        y[7][5] = NONE;
        y[20][3] = NONE;
        Estimate part = SeedComponents.of(SeedTable.of(y), stream).icc().consistency();
        assertThat((part.high() - part.low()) / (whole.high() - whole.low())).isBetween(0.9, 1.2);
    }

    @Test
    void missingCellsAndUnequalReplicates() {
        double[][] y = new double[5][];
        Arrays.setAll(y, s -> EXAMPLE[s].clone());
        y[1][2] = NONE;
        y[4][0] = NONE;
        SeedTable table = SeedTable.of(y);
        SeedComponents result = SeedComponents.of(table, stream(2));
        HendersonThree.Reductions fit = HendersonThree.of(table).reductions();
        assertThat(result.balanced()).isFalse();
        assertThat(result.split()).isEmpty();
        assertThat(result.rest().degrees()).isEqualTo(10);
        double rest = fit.interactionSquares() / 10;
        assertThat(result.f()).isCloseTo(fit.seedSquares() / 4 / rest, within(ROUNDING));
        assertThat(result.seed().variance().mean())
                .isCloseTo((fit.seedSquares() - 4 * rest) / fit.seedWeight(), within(ROUNDING));
        double seed = result.seed().variance().mean();
        assertThat(result.icc().consistency().mean()).isCloseTo(seed / (seed + rest), within(ROUNDING));
        assertThat(result.icc().consistencyMean().mean()).isCloseTo(seed / (seed + rest / 4), within(ROUNDING));
        assertThat(result.seed().share().low()).isLessThan(result.seed().share().mean());

        SeedTable doubled = doubled(EXAMPLE);
        int[] kept = IntStream.range(0, 40).filter(i -> i != 3 && i % 7 != 6).toArray();
        SeedTable unequal = new SeedTable(
                doubled.seeds(),
                doubled.conditions(),
                Arrays.stream(kept).map(i -> doubled.seed()[i]).toArray(),
                Arrays.stream(kept).map(i -> doubled.condition()[i]).toArray(),
                Arrays.stream(kept).mapToDouble(i -> doubled.value()[i]).toArray());
        SeedComponents replicated = SeedComponents.of(unequal, stream(3));
        assertThat(replicated.balanced()).isFalse();
        assertThat(replicated.split()).extracting(Component::name).containsExactly("seed×condition", "error");
        assertThat(replicated.seed().denominatorDegrees()).isGreaterThan(1);
        assertThat(replicated.rest().degrees()).isEqualTo(kept.length - 8.0);
    }

    @Test
    void correlationsOfVariancesAreThoseOfMeanSquares() {
        VarianceDraws draws = new VarianceDraws(
                HendersonThree.of(SeedTable.of(EXAMPLE)).reductions().variances(), new double[0][], 4);
        Icc fromVariances = Icc.of(5, 4, draws, variances -> variances[2]);
        Icc fromSquares = SeedComponents.of(SeedTable.of(EXAMPLE), stream(4)).icc();
        List<Function<Icc, Estimate>> all = List.of(
                Icc::oneWay,
                Icc::oneWayMean,
                Icc::agreement,
                Icc::agreementMean,
                Icc::consistency,
                Icc::consistencyMean);
        for (Function<Icc, Estimate> one : all) {
            assertThat(one.apply(fromVariances).mean())
                    .isCloseTo(one.apply(fromSquares).mean(), within(ROUNDING));
            assertThat(one.apply(fromSquares).low())
                    .isLessThan(one.apply(fromSquares).mean());
            assertThat(one.apply(fromSquares).high())
                    .isGreaterThan(one.apply(fromSquares).mean());
        }
    }

    @Test
    void agreementIntervalIsThatOfMcGrawAndWong() {
        // Shrout and Fleiss 1979, table 2: six targets, four judges; intervals as McGraw and Wong's formulas give them.
        double[][] judged = {{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}};
        Icc icc = SeedComponents.of(SeedTable.of(judged), stream(5)).icc();
        double[] means = {.166, .443, .290, .620, .715, .909};
        double[] lows = {-.133, -.884, .019, .071, .342, .676};
        double[] highs = {.723, .912, .761, .927, .946, .986};
        Estimate[] correlations = {
            icc.oneWay(),
            icc.oneWayMean(),
            icc.agreement(),
            icc.agreementMean(),
            icc.consistency(),
            icc.consistencyMean()
        };
        for (int i = 0; i < means.length; i++) {
            assertThat(correlations[i].mean()).isCloseTo(means[i], within(5e-4));
            assertThat(correlations[i].low()).isCloseTo(lows[i], within(5e-4));
            assertThat(correlations[i].high()).isCloseTo(highs[i], within(5e-4));
        }
    }

    @Test
    void constantDataAndEqualSeeds() {
        double[][] y = new double[4][3];
        for (double[] row : y) {
            Arrays.fill(row, 0.1);
        }
        SeedComponents constant = SeedComponents.of(SeedTable.of(y), stream(6));
        assertThat(constant.seed().variance().mean()).isZero();
        assertThat(constant.rest().variance().mean()).isZero();
        assertThat(constant.seed().share().mean()).isNaN();
        assertThat(constant.f()).isNaN();
        assertThat(constant.pValue()).isNaN();
        assertThat(constant.icc().consistency().mean()).isNaN();
        assertThat(constant.mean()).isEqualTo(0.1);
        y[2][1] = NONE;
        assertThat(SeedComponents.of(SeedTable.of(y), stream(6)).f()).isNaN();

        double[][] additive = {{1, 2, 4}, {3, 4, 6}, {0, 1, 3}};
        SeedComponents exact = SeedComponents.of(SeedTable.of(additive), stream(6));
        assertThat(exact.icc().consistency().mean()).isCloseTo(1, within(ROUNDING));
        assertThat(exact.pValue()).isLessThan(ROUNDING);
        double[][] equal = {{1, 2, 4}, {1, 2, 4}, {1, 2, 4}};
        SeedComponents none = SeedComponents.of(SeedTable.of(equal), stream(6));
        assertThat(none.seed().share().mean()).isZero();
        assertThat(none.condition().share().mean()).isEqualTo(1);
    }

    @Test
    void refusesTooFew() {
        assertThatThrownBy(() -> SeedComponents.of(SeedTable.of(new double[][] {{1, 2, 3}}), stream(7)))
                .hasMessage("variance components need at least 2 seeds and 2 conditions, got 1 and 3");
    }

    @Test
    @Tag("statistical")
    void testOfSeedsHasItsSizeWithoutSeedEffect() {
        int repeats = 1000;
        Stream stream = stream(8);
        int rejected = 0;
        for (int r = 0; r < repeats; r++) {
            double[][] y = cells(128, 32, 0, 25, 0, stream);
            BalancedAnova anova = BalancedAnova.of(
                    List.of("seed", "condition"),
                    new int[] {128, 32},
                    1,
                    Arrays.stream(y).flatMapToDouble(Arrays::stream).toArray());
            rejected += Component.fTail(anova.meanSquare(0) / anova.meanSquare(2), 127, 3937) < 0.05 ? 1 : 0;
        }
        assertThat(rejected)
                .as(
                        "tests at 5 %% that reject in %d complete tables, in [27, 76] (false alarm 4e-4); catches an error term "
                                + "that holds the condition effect, or a level of 9 %%",
                        repeats)
                .isBetween(27, 76);

        int rejectedUnbalanced = 0;
        for (int r = 0; r < repeats; r++) {
            double[][] y = cells(12, 8, 0, 25, 0, stream);
            for (int cell = 0; cell < 96; cell++) {
                int s = cell / 8;
                int c = cell % 8;
                y[s][c] = (s * s + c) % 3 == 0 ? NONE : y[s][c];
            }
            HendersonThree.Reductions fit = HendersonThree.of(SeedTable.of(y)).reductions();
            double[] under = fit.mixed(1);
            double f = fit.seedSquares() / fit.seedDegrees() / under[0];
            rejectedUnbalanced += Component.fTail(f, fit.seedDegrees(), under[1]) < 0.05 ? 1 : 0;
        }
        assertThat(rejectedUnbalanced)
                .as(
                        "tests at 5 %% that reject in %d tables with a third of the cells missing, in [27, 76] (false alarm "
                                + "4e-4); catches seeds not adjusted for conditions",
                        repeats)
                .isBetween(27, 76);
    }

    @Test
    @Tag("statistical")
    void intervalsOfCorrelationsHoldTheTruth() {
        int repeats = 1500;
        int seeds = 12;
        int conditions = 6;
        double condition = 0.5;
        Stream stream = stream(9);
        int[] covered = new int[3];
        for (int r = 0; r < repeats; r++) {
            double seedSquare = (conditions + 1) * 2 * stream.nextGamma((seeds - 1) / 2.0) / (seeds - 1);
            double restDegrees = (seeds - 1.0) * (conditions - 1);
            double restSquare = 2 * stream.nextGamma(restDegrees / 2) / restDegrees;
            double conditionSquare =
                    (seeds * condition + 1) * 2 * stream.nextGamma((conditions - 1) / 2.0) / (conditions - 1);
            Icc icc = Icc.of(seeds, conditions, seedSquare, conditionSquare, restSquare);
            covered[0] += icc.consistency().covers(0.5) ? 1 : 0;
            covered[1] += icc.consistencyMean().covers(conditions / (conditions + 1.0)) ? 1 : 0;
            covered[2] += icc.agreement().covers(1 / (2 + condition)) ? 1 : 0;
        }
        for (int i = 0; i < covered.length; i++) {
            assertThat(covered[i])
                    .as(
                            "95 %% intervals of correlation %d that hold the truth in %d draws, at least 1390 (false alarm 1e-4 "
                                    + "for all three); catches intervals of 91 %%",
                            i, repeats)
                    .isGreaterThanOrEqualTo(1390);
        }
        assertThat(covered[0]).isEqualTo(covered[1]);
    }

    @Test
    @Tag("statistical")
    void intervalsOfSharesHoldTheTruth() {
        int repeats = 500;
        Stream stream = stream(10);
        int[] covered = new int[3];
        for (int r = 0; r < repeats; r++) {
            double[][] y = cells(12, 8, 0.5, 1, 0, stream);
            BalancedAnova anova = BalancedAnova.of(
                    List.of("seed", "condition"),
                    new int[] {12, 8},
                    1,
                    Arrays.stream(y).flatMapToDouble(Arrays::stream).toArray());
            VarianceDraws draws = anova.draws(400, stream);
            covered[0] += draws.of(VarianceDraws.share(0), 12).covers(0.2) ? 1 : 0;
            covered[1] += draws.of(VarianceDraws.share(0, 2), 12).covers(0.6) ? 1 : 0;
            covered[2] += draws.of(variances -> variances[0], 12).covers(0.5) ? 1 : 0;
        }
        for (int count : covered) {
            assertThat(count)
                    .as(
                            "95 %% intervals of share, total share and variance of %d tables that hold the truth, at least 456 "
                                    + "(false alarm 4e-4 for all three); catches intervals of 88 %%",
                            repeats)
                    .isGreaterThanOrEqualTo(456);
        }
    }
}
