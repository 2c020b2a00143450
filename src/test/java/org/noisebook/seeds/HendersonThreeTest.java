package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.linalg.Dot;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.HendersonThree.Reductions;

class HendersonThreeTest {
    /** Sums of a hundred terms of order 1 against projections by Gram–Schmidt. */
    private static final double ROUNDING = 1e-10;

    private static final double NONE = Double.NaN;

    private static Stream stream(int replica) {
        return Streams.of(1).at("henderson-three", replica);
    }

    /** Observations of the cells given by their counts: [seed][condition]. */
    private static SeedTable table(
            int[][] counts, double seed, double condition, double interaction, double error, Stream s) {
        double[] b = new double[counts[0].length];
        Arrays.setAll(b, c -> StrictMath.sqrt(condition) * s.nextGaussian());
        List<double[]> rows = new ArrayList<>();
        for (int r = 0; r < counts.length; r++) {
            double a = 3 + StrictMath.sqrt(seed) * s.nextGaussian();
            for (int c = 0; c < b.length; c++) {
                double ab = StrictMath.sqrt(interaction) * s.nextGaussian();
                for (int k = 0; k < counts[r][c]; k++) {
                    rows.add(new double[] {r, c, a + b[c] + ab + StrictMath.sqrt(error) * s.nextGaussian()});
                }
            }
        }
        return table(counts.length, b.length, rows);
    }

    private static SeedTable table(int seeds, int conditions, List<double[]> rows) {
        return new SeedTable(
                IntStream.range(0, seeds).mapToObj(String::valueOf).toList(),
                IntStream.range(0, conditions).mapToObj(String::valueOf).toList(),
                rows.stream().mapToInt(row -> (int) row[0]).toArray(),
                rows.stream().mapToInt(row -> (int) row[1]).toArray(),
                rows.stream().mapToDouble(row -> row[2]).toArray());
    }

    /** The table with its seeds and conditions repeated as often as their weights say. */
    private static SeedTable repeated(SeedTable table, int[] seedWeight, int[] conditionWeight) {
        List<double[]> rows = new ArrayList<>();
        int seeds = 0;
        int conditions = 0;
        for (int s = 0; s < seedWeight.length; s++) {
            for (int i = 0; i < seedWeight[s]; i++) {
                conditions = 0;
                for (int c = 0; c < conditionWeight.length; c++) {
                    for (int j = 0; j < conditionWeight[c]; j++) {
                        for (int k = 0; k < table.value().length; k++) {
                            if (table.seed()[k] == s && table.condition()[k] == c) {
                                rows.add(new double[] {seeds, conditions, table.value()[k]});
                            }
                        }
                        conditions++;
                    }
                }
                seeds++;
            }
        }
        return table(seeds, conditions, rows);
    }

    /** Orthonormal columns that span those given, by Gram–Schmidt twice. */
    private static List<double[]> basis(List<double[]> columns) {
        List<double[]> basis = new ArrayList<>();
        for (double[] column : columns) {
            double[] left = column.clone();
            for (int twice = 0; twice < 2; twice++) {
                for (double[] unit : basis) {
                    double along = Dot.inOrder(unit, left);
                    Arrays.setAll(left, i -> left[i] - along * unit[i]);
                }
            }
            double norm = StrictMath.sqrt(Dot.inOrder(left, left));
            if (norm > 1e-8) {
                Arrays.setAll(left, i -> left[i] / norm);
                basis.add(left);
            }
        }
        return basis;
    }

    private static List<double[]> indicators(int[] level, int levels) {
        return IntStream.range(0, levels)
                .mapToObj(l ->
                        Arrays.stream(level).mapToDouble(at -> at == l ? 1 : 0).toArray())
                .toList();
    }

    /** Σ (unit · column)² over a basis and columns: yPy for one column, tr Z'PZ for those of Z. */
    private static double projected(List<double[]> basis, List<double[]> columns) {
        return basis.stream()
                .mapToDouble(unit -> columns.stream()
                        .mapToDouble(column -> Dot.inOrder(unit, column) * Dot.inOrder(unit, column))
                        .sum())
                .sum();
    }

    /** All reductions and traces by explicit projections. */
    private static double[] explicit(SeedTable table) {
        int conditions = table.conditions().size();
        int[] seed = table.seed();
        int[] condition = table.condition();
        int[] cellOf = IntStream.range(0, seed.length)
                .map(i -> seed[i] * conditions + condition[i])
                .toArray();
        List<double[]> z1 = indicators(seed, table.seeds().size());
        List<double[]> z2 = indicators(condition, conditions);
        List<double[]> z12 = indicators(cellOf, table.seeds().size() * conditions);
        List<double[]> both = new ArrayList<>(z1);
        both.addAll(z2);
        List<double[]> y = List.of(table.value());
        List<double[]> p1 = basis(z1);
        List<double[]> p2 = basis(z2);
        List<double[]> p = basis(both);
        List<double[]> full = basis(z12);
        int n = seed.length;
        return new double[] {
            projected(p, y) - projected(p2, y),
            projected(p, y) - projected(p1, y),
            projected(full, y) - projected(p, y),
            Dot.inOrder(y.get(0), y.get(0)) - projected(full, y),
            p.size() - p2.size(),
            p.size() - p1.size(),
            full.size() - p.size(),
            n - full.size(),
            n - projected(p2, z1),
            n - projected(p1, z2),
            n - projected(p, z12),
            projected(p, z12) - projected(p2, z12),
            projected(p, z12) - projected(p1, z12)
        };
    }

    private static double[] numbers(Reductions fit) {
        return new double[] {
            fit.seedSquares(),
            fit.conditionSquares(),
            fit.interactionSquares(),
            fit.errorSquares(),
            fit.seedDegrees(),
            fit.conditionDegrees(),
            fit.interactionDegrees(),
            fit.errorDegrees(),
            fit.seedWeight(),
            fit.conditionWeight(),
            fit.interactionWeight(),
            fit.interactionInSeeds(),
            fit.interactionInConditions()
        };
    }

    private static final int[][] TALL = {{2, 1, 0}, {1, 0, 3}, {1, 1, 1}, {0, 2, 1}, {4, 1, 2}};
    private static final int[][] WIDE = {{1, 0, 2, 1, 1, 1}, {1, 1, 1, 0, 3, 0}, {0, 1, 1, 1, 1, 1}};

    @Test
    void reductionsAndTracesAreThoseOfExplicitProjections() {
        for (int[][] counts : List.of(TALL, WIDE)) {
            SeedTable table = table(counts, 1, 2, .5, 1, stream(0));
            assertThat(numbers(HendersonThree.of(table).reductions()))
                    .usingComparatorWithPrecision(ROUNDING)
                    .containsExactly(explicit(table));
        }
    }

    @Test
    void weightsAreRepeatedLevels() {
        int[] seedWeight = {2, 0, 1, 3, 1};
        int[] conditionWeight = {1, 3, 2};
        SeedTable table = table(TALL, 1, 2, .5, 1, stream(1));
        assertThat(numbers(HendersonThree.of(table)
                        .reductions(seedWeight, conditionWeight)
                        .orElseThrow()))
                .usingComparatorWithPrecision(ROUNDING)
                .containsExactly(explicit(repeated(table, seedWeight, conditionWeight)));
        int[][] even = new int[5][3];
        for (int[] row : even) {
            Arrays.fill(row, 2);
        }
        SeedTable complete = table(even, 1, 2, .5, 1, stream(2));
        assertThat(numbers(HendersonThree.of(complete)
                        .reductions(seedWeight, conditionWeight)
                        .orElseThrow()))
                .usingComparatorWithPrecision(ROUNDING)
                .containsExactly(explicit(repeated(complete, seedWeight, conditionWeight)));
    }

    @Test
    void completeTableIsTheBalancedAnalysis() {
        for (int[] shape : new int[][] {{6, 4, 1}, {4, 6, 1}, {5, 3, 2}, {3, 5, 3}}) {
            int[][] counts = new int[shape[0]][shape[1]];
            for (int[] row : counts) {
                Arrays.fill(row, shape[2]);
            }
            SeedTable table = table(counts, 1, 2, .5, 1, stream(3));
            double[] balanced = BalancedAnova.of(
                            List.of("seed", "condition"), new int[] {shape[0], shape[1]}, shape[2], table.value())
                    .variances();
            for (boolean even : new boolean[] {false, true}) {
                Reductions fit = HendersonThree.of(table, even).reductions();
                assertThat(fit.variances())
                        .as("shape %s, even %s", Arrays.toString(shape), even)
                        .usingComparatorWithPrecision(ROUNDING)
                        .containsExactly(balanced);
                assertThat(fit.mean())
                        .isCloseTo(Arrays.stream(table.value()).average().orElseThrow(), within(ROUNDING));
            }
        }
    }

    /** A third of the cells of 8 × 6 missing, linked all the same. */
    private static int[][] thinned(boolean replicated) {
        int[][] counts = new int[8][6];
        for (int s = 0; s < 8; s++) {
            for (int c = 0; c < 6; c++) {
                counts[s][c] = (s * s + c) % 3 == 0 ? 0 : replicated && (s + 2 * c) % 4 == 0 ? 3 : 1;
            }
        }
        return counts;
    }

    @Test
    @Tag("statistical")
    void estimatesAreUnbiasedWithAThirdOfTheCellsMissing() {
        int repeats = 4000;
        for (boolean replicated : new boolean[] {false, true}) {
            double[] truth = replicated ? new double[] {2, 4, .5, 1} : new double[] {2, 4, 1.5};
            Stream stream = stream(replicated ? 5 : 4);
            double[] sum = new double[truth.length];
            double[] squares = new double[truth.length];
            for (int r = 0; r < repeats; r++) {
                double[] variances = HendersonThree.of(table(thinned(replicated), 2, 4, .5, 1, stream))
                        .reductions()
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
                                "mean of variance %d over %d tables, replicated %s, within 4.5 standard errors (false alarm "
                                        + "5e-5 for all seven); catches a bias of 10%% of seeds, conditions and rest",
                                i, repeats, replicated)
                        .isCloseTo(truth[i], within(4.5 * stdError));
            }
        }
    }

    @Test
    void refusesGroupsWithoutACommonCellAndTooFewCells() {
        SeedTable apart = SeedTable.of(new double[][] {
            {1, 2, NONE, NONE}, {3, 5, NONE, NONE}, {NONE, NONE, 3, 2}, {NONE, NONE, 2, 6}, {NONE, NONE, 1, 7}
        });
        assertThatThrownBy(() -> HendersonThree.of(apart))
                .hasMessage("seeds and conditions must be linked by shared cells, got groups without a cell in common: "
                        + "no chain of cells leads to seed '2'");
        SeedTable tree = SeedTable.of(new double[][] {{1, NONE}, {3, 5}, {NONE, 3}});
        assertThatThrownBy(() -> HendersonThree.of(tree))
                .hasMessage("cells with an observation must be at least seeds + conditions, 3 + 2, got 4");
        assertThatThrownBy(() -> HendersonThree.of(SeedTable.of(new double[][] {{1, 2}})))
                .hasMessage("variance components need at least 2 seeds and 2 conditions, got 1 and 2");
    }
}
