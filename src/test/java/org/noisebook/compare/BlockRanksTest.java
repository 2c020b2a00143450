package org.noisebook.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.Ranks;

/** Recorded numbers from an independent convolution in NumPy 1.26, float64. */
class BlockRanksTest {
    private static final double EXACT = 1e-12;
    private static final double NONE = Double.NaN;
    private static final double[][] HOLES = {{81, 79, 75}, {62, 60, NONE}, {91, 92, 88}, {NONE, 57, 52}, {74, 71, 70}};

    private static BlockRanks.Law law(double[][] y) {
        return BlockRanks.of(y).orElseThrow().law(0.05, Streams.of(1).at("ranks"));
    }

    /** Blocks that all rank their items alike, but that the last is turned by some places. */
    private static double[][] alike(int items, int blocks, int turned) {
        double[][] y = new double[blocks][items];
        for (int i = 0; i < blocks; i++) {
            for (int m = 0; m < items; m++) {
                y[i][m] = i == blocks - 1 ? (m + turned) % items : m;
            }
        }
        return y;
    }

    @ParameterizedTest
    @CsvSource({
        "2, 2, 0, 2, .5",
        "2, 4, 0, 4, .125",
        "2, 4, 1, 1, .625",
        "3, 2, 0, 4, .16666666666666667",
        "3, 4, 0, 8, .004629629629629630",
        "4, 3, 0, 9, .001736111111111111",
        "5, 10, 0, 40, 1.9380669e-19"
    })
    void smallTablesHaveTheirExactP(int items, int blocks, int turned, double q, double p) {
        BlockRanks.Law law = law(alike(items, blocks, turned));
        assertThat(law.q()).isCloseTo(q, within(1e-9));
        assertThat(law.p() / p).isCloseTo(1, within(1e-7));
        assertThat(law.error()).isZero();
    }

    @Test
    void aTableWithTiesIsTheRecordedOne() {
        double[][] x = {
            {81, 78, 80, 75}, {62, 60, 66, 58}, {91, 90, 90, 88}, {55, 50, 57, 52}, {74, 70, 73, 71}, {88, 86, 89, 83}
        };
        BlockRanks.Law law = law(x);
        assertThat(law.q()).isCloseTo(13.7796610, within(1e-7));
        assertThat(law.p()).isCloseTo(.000393337674, within(1e-12));
        double[] pairs = {.090422956, 1, .012444641, .11541221, .96614684, .020406841};
        for (int a = 0, k = 0; a < 4; a++) {
            for (int b = a + 1; b < 4; b++) {
                assertThat(law.pairs()[a][b]).isCloseTo(pairs[k++], within(1e-8));
                assertThat(law.pairs()[b][a]).isEqualTo(law.pairs()[a][b]);
            }
        }
    }

    @Test
    void holesAreTheRecordedOnes() {
        BlockRanks ranks = BlockRanks.of(HOLES).orElseThrow();
        assertThat(ranks.scores()).containsExactly(new double[] {-4.464102, -1.732051, 6.196152}, within(1e-6));
        assertThat(law(HOLES).q()).isCloseTo(6.05705081, within(1e-8));
        assertThat(law(HOLES).p()).isCloseTo(42 / 864.0, within(EXACT));
        double[][] tied = Arrays.stream(HOLES).map(double[]::clone).toArray(double[][]::new);
        tied[0] = new double[] {81, 79, 79};
        assertThat(law(tied).q()).isCloseTo(5.28523862, within(1e-8));
        assertThat(law(tied).p()).isCloseTo(68 / 864.0, within(EXACT));
        assertThat(BlockRanks.of(new double[][] {{1, 2, NONE, NONE}, {NONE, NONE, 1, 2}}))
                .as("two components")
                .isEmpty();
    }

    private static void permute(double[] row, int from, List<double[]> all) {
        if (from == row.length) {
            all.add(row.clone());
        }
        for (int i = from; i < row.length; i++) {
            double[] swapped = row.clone();
            swapped[from] = row[i];
            swapped[i] = row[from];
            if (!Double.isNaN(row[from]) && !Double.isNaN(row[i]) || i == from) {
                permute(swapped, from + 1, all);
            }
        }
    }

    /** Share of all orders in which a number is as large. */
    private static double[] enumerated(double[][] y) {
        List<double[][]> tables = new ArrayList<>();
        tables.add(new double[0][]);
        for (double[] row : y) {
            List<double[]> orders = new ArrayList<>();
            permute(row, 0, orders);
            List<double[][]> longer = new ArrayList<>();
            for (double[][] table : tables) {
                for (double[] order : orders) {
                    double[][] more = Arrays.copyOf(table, table.length + 1);
                    more[table.length] = order;
                    longer.add(more);
                }
            }
            tables = longer;
        }
        double[] here = statistics(y);
        double[] share = new double[2];
        for (double[][] table : tables) {
            double[] of = statistics(table);
            share[0] += of[0] >= here[0] - 1e-9 ? 1.0 / tables.size() : 0;
            share[1] += of[1] >= here[2] - 1e-9 ? 1.0 / tables.size() : 0;
        }
        return share;
    }

    /** Q by its definition for tables without holes; range of the rank sums; distance of the first pair. */
    private static double[] statistics(double[][] y) {
        int k = y[0].length;
        double[] sums = new double[k];
        double squares = 0;
        for (double[] row : y) {
            double[] ranks = Ranks.of(Arrays.stream(row).map(x -> -x).toArray());
            for (int m = 0; m < k; m++) {
                sums[m] += ranks[m];
                squares += (ranks[m] - (k + 1) / 2.0) * (ranks[m] - (k + 1) / 2.0);
            }
        }
        double q = Arrays.stream(sums)
                .map(r -> (r - y.length * (k + 1) / 2.0) * (r - y.length * (k + 1) / 2.0))
                .sum();
        double range =
                Arrays.stream(sums).max().orElse(0) - Arrays.stream(sums).min().orElse(0);
        return new double[] {(k - 1) * q / squares, range, Math.abs(sums[0] - sums[1])};
    }

    @Test
    void theLawIsThatOfAllOrders() {
        double[][][] tables = {
            {{3, 1, 2}, {1, 1, 2}, {2, 1, 3}, {3, 1, 1}, {5, 3, 4}},
            {{4, 1, 2, 3}, {4, 3, 2, 1}, {2, 2, 1, 1}},
            {{1, 2}, {1, 2}, {2, 1}, {1, 1}, {1, 2}},
            {{1, 1}, {2, 2}}
        };
        for (double[][] y : tables) {
            double[] share = enumerated(y);
            BlockRanks.Law law = law(y);
            assertThat(law.p()).isCloseTo(Double.isNaN(statistics(y)[0]) ? 1 : share[0], within(EXACT));
            assertThat(law.pairs()[0][1]).isCloseTo(share[1], within(EXACT));
        }
    }

    @Test
    void theCriticalDistanceIsTheFirstWhosePIsSmallEnough() {
        assertThat(law(alike(2, 5, 0)).critical()).as("p = 1/16 at best").isInfinite();
        assertThat(law(alike(2, 6, 0)).critical()).as("p = 1/32").isEqualTo(1);
        assertThat(law(HOLES).critical()).isNaN();
    }

    @Test
    void whatCannotBeExactIsDrawnWithItsError() {
        double[][] y = alike(9, 6, 4);
        BlockRanks.Law law = law(y);
        assertThat(law.error()).isPositive().isLessThan(0.001);
        assertThat(law.q()).isCloseTo(statistics(y)[0], within(1e-9));
        double[][] six = alike(3, 6, 1);
        double[][] wide = new double[6][9];
        for (int i = 0; i < 6; i++) {
            Arrays.fill(wide[i], NONE);
            System.arraycopy(six[i], 0, wide[i], 0, 3);
        }
        assertThat(BlockRanks.of(wide)).as("six items are in no block").isEmpty();
        double[][] drawn = alike(4, 60, 1);
        assertThat(law(drawn).error()).as("4 items in 60 blocks are drawn").isPositive();
    }
}
