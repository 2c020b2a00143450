package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Friedman, Kruskal–Wallis and split halves. */
class RankTestsTest {
    /** Digits that the reference gives. */
    private static final double DIGITS = 1e-6;

    private static final double ROUNDING = 1e-12;
    private static final double NONE = Double.NaN;

    /** Rows are seeds. */
    static final double[][] EXAMPLE = {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}, {1, 4, 2, 5}, {3, 6, 5, 6}};

    @Test
    void friedmanOfTheReference() {
        Friedman test = Friedman.of(SeedTable.of(EXAMPLE));
        assertThat(test.statistic()).isCloseTo(14.871795, within(DIGITS));
        assertThat(test.pValue()).isCloseTo(0.0049746, within(1e-7));
        assertThat(test.concordance()).isCloseTo(0.929487, within(DIGITS));
    }

    /** friedmanchisquare of SciPy 1.17.1, many ties. */
    @Test
    void friedmanOfTies() {
        double[][] y = {{1, 2, 2, 5}, {3, 2, 2, 4}, {5, 6, 1, 9}, {1, 2, 7, 9}, {4, 4, 4, 4}, {0, 9, 1, 2}};
        Friedman test = Friedman.of(SeedTable.of(y));
        assertThat(test.statistic()).isCloseTo(4.160305343511446, within(ROUNDING));
        assertThat(test.pValue()).isCloseTo(0.5265744957498952, within(ROUNDING));
    }

    @Test
    void friedmanSpecialCases() {
        Friedman agreed = Friedman.of(SeedTable.of(new double[][] {{1, 10}, {2, 20}, {3, 21}}));
        assertThat(agreed.concordance()).isEqualTo(1);
        Friedman opposed = Friedman.of(SeedTable.of(new double[][] {{1, 21}, {2, 20}, {3, 10}}));
        assertThat(opposed.concordance()).isZero();
        assertThat(opposed.pValue()).isEqualTo(1);
        Friedman tied = Friedman.of(SeedTable.of(new double[][] {{1, 4}, {1, 4}}));
        assertThat(tied.concordance()).isNaN();
        assertThat(tied.statistic()).isNaN();
        assertThat(tied.pValue()).isEqualTo(1);
        assertThatThrownBy(() -> Friedman.of(SeedTable.of(new double[][] {{1, NONE, 4}, {1, 2, NONE}, {0, 1, 2}})))
                .hasMessage("Friedman's test must have every seed under every condition, got 2 cells without a value;"
                        + " leave out the seeds or conditions that lack them");
        assertThatThrownBy(() -> Friedman.of(SeedTable.of(new double[][] {{1}, {2}})))
                .hasMessage("conditions must be in [2, inf), got 1");
        assertThatThrownBy(() -> Friedman.of(SeedTable.of(new double[][] {{1, 2}})))
                .hasMessage("seeds must be in [2, inf), got 1");
    }

    @Test
    void kruskalWallisOfTheReference() {
        KruskalWallis raw = KruskalWallis.of(EXAMPLE);
        assertThat(raw.statistic()).isCloseTo(7.784012, within(DIGITS));
        assertThat(raw.degrees()).isEqualTo(4);
        assertThat(raw.pValue()).isCloseTo(0.0998183, within(1e-7));
    }

    /** kruskal of SciPy 1.17.1: unequal groups with ties. */
    @Test
    void kruskalWallisOfUnequalGroups() {
        double[][] groups = {{1.2, 3.4, 3.4, 0.5, 7}, {2.2, 3.4, 5.1}, {8, 9.5, 7, 7, 6.5, 3.4}};
        KruskalWallis test = KruskalWallis.of(groups);
        assertThat(test.statistic()).isCloseTo(5.912887377173084, within(ROUNDING));
        assertThat(test.pValue()).isCloseTo(0.05200352945411058, within(ROUNDING));
        KruskalWallis constant = KruskalWallis.of(new double[][] {{2, 2}, {2}});
        assertThat(constant.statistic()).isNaN();
        assertThat(constant.pValue()).isEqualTo(1);
        assertThatThrownBy(() -> KruskalWallis.of(new double[][] {{1}, {}})).hasMessageContaining("empty");
        assertThatThrownBy(() -> KruskalWallis.of(new double[][] {{1, 2}})).hasMessageContaining("groups");
    }

    /** Centred values see the seeds that raw ones hide, do not see the conditions, and round ties to ties. */
    @Test
    void kruskalWallisOfCentredValues() {
        SeedTable table = SeedTable.of(EXAMPLE);
        KruskalWallis centred = KruskalWallis.ofCentred(table);
        assertThat(centred.pValue()).isLessThan(0.01);
        double[][] moved = new double[5][4];
        for (int s = 0; s < 5; s++) {
            for (int c = 0; c < 4; c++) {
                moved[s][c] = EXAMPLE[s][c] + 0.1 * c;
            }
        }
        assertThat(KruskalWallis.ofCentred(SeedTable.of(moved)).statistic())
                .isCloseTo(centred.statistic(), within(ROUNDING));
        assertThat(KruskalWallis.ofCentred(SeedTable.of(new double[][] {{0.1, 0.7}, {0.1, 0.7}, {0.1, 0.7}}))
                        .pValue())
                .isEqualTo(1);
        assertThatThrownBy(() -> KruskalWallis.ofCentred(SeedTable.of(new double[][] {{1, 2, NONE}, {3, 1, 2}})))
                .hasMessage("every condition must be measured for two or more seeds, got one for '2'; leave it out");
    }

    /** Level 5 % of 4 seeds × 8 conditions; H without its factor is at 10 %. */
    @Test
    @Tag("statistical")
    void kruskalWallisOfCentredValuesHoldsItsLevel() {
        Stream stream = Streams.of(3).at("data");
        int repeats = 3000;
        int alarms = 0;
        for (int i = 0; i < repeats; i++) {
            SeedTable table = SeedTable.of(SimulatedTable.of(stream, new double[4], 8));
            alarms += KruskalWallis.ofCentred(table).pValue() < 0.05 ? 1 : 0;
        }
        assertThat(alarms)
                .as(
                        "%d tables without seed effect, rate .0376 measured over 20000, .098 without the factor;"
                                + " false alarm %.0e",
                        repeats, SimulatedTable.falseAlarm(repeats, 0.0376, 75, 155))
                .isBetween(75, 155);
    }

    private static int alarms(int repeats, ToDoubleFunction<SeedTable> pValue) {
        Stream stream = Streams.of(4).at("data");
        int alarms = 0;
        for (int i = 0; i < repeats; i++) {
            double[][] y = SimulatedTable.of(stream, new double[5], 4);
            for (double[] row : y) {
                row[1] = StrictMath.exp(row[1]);
            }
            alarms += pValue.applyAsDouble(SeedTable.of(y)) <= 0.1 ? 1 : 0;
        }
        return alarms;
    }

    /** With 99 permutations p = .1 is reached by a tenth of tables exactly, whatever the law of a condition. */
    @Test
    @Tag("statistical")
    void permutationsAreExact() {
        int repeats = 1000;
        double falseAlarm = SimulatedTable.falseAlarm(repeats, 0.1, 68, 133);
        assertThat(falseAlarm).isLessThan(1e-3);
        Stream stream = Streams.of(4).at("test");
        assertThat(alarms(repeats, table -> Friedman.permuted(table, 99, stream).pValue()))
                .as(
                        "Friedman, %d tables; false alarm %.0e; catches a level of .04 or .14 (coarse ranks stay below .1)",
                        repeats, falseAlarm)
                .isBetween(50, 133);
    }

    @Test
    void permutationsFindSeeds() {
        Stream stream = Streams.of(5).at("test");
        SeedTable table = SeedTable.of(EXAMPLE);
        assertThat(Friedman.permuted(table, 999, stream).pValue()).isLessThan(0.004);
        assertThat(Friedman.permuted(table, 1, stream).statistic())
                .isEqualTo(Friedman.of(table).statistic());
        assertThatThrownBy(() -> Friedman.permuted(table, 0, stream)).hasMessageContaining("permutations");
    }

    @Test
    void splitHalfOfTheReference() {
        SplitHalf split = SplitHalf.of(SeedTable.of(EXAMPLE), new int[] {0, 2}, new int[] {1, 3});
        assertThat(split.pearson()).isCloseTo(0.899528, within(DIGITS));
        assertThat(SplitHalf.spearmanBrown(split.pearson())).isCloseTo(0.947107, within(DIGITS));
        assertThat(split.spearman()).isCloseTo(0.8, within(DIGITS));
        assertThat(split.spearmanBrown()).isCloseTo(1.6 / 1.8, within(ROUNDING));
    }

    /** Many random splits of four conditions come to the mean of the three there are. */
    @Test
    void splitHalfOverAllSplits() {
        SeedTable table = SeedTable.of(EXAMPLE);
        double mean = 0;
        for (int[][] split : new int[][][] {{{0, 1}, {2, 3}}, {{0, 2}, {1, 3}}, {{0, 3}, {1, 2}}}) {
            mean += SplitHalf.of(table, split[0], split[1]).spearman() / 3;
        }
        SplitHalf random = SplitHalf.of(table, 6000, Streams.of(6).at("test"));
        assertThat(random.spearman())
                .as("6000 splits, standard error below .002; catches splits that are not uniform")
                .isCloseTo(mean, within(0.008));
        assertThat(random.splits()).isEqualTo(6000);
    }

    /** Where seeds and conditions add it is ICC(3,C) = V_S/(V_S + V_E/C) = .8; without a seed effect 0. */
    @Test
    @Tag("statistical")
    void splitHalfIsTheReliability() {
        Stream stream = Streams.of(7).at("data");
        SeedTable table =
                SeedTable.of(SimulatedTable.of(stream, SimulatedTable.effects(stream, 2000, StrictMath.sqrt(0.5)), 8));
        SplitHalf split = SplitHalf.of(table, 50, stream);
        assertThat(SplitHalf.spearmanBrown(split.pearson()))
                .as("2000 seeds, standard error below .01, false alarm 1e-4; catches the half's own .667")
                .isCloseTo(0.8, within(0.04));
        SplitHalf none = SplitHalf.of(SeedTable.of(SimulatedTable.of(stream, new double[2000], 8)), 50, stream);
        assertThat(none.spearman()).as("2000 seeds, standard error below .02").isCloseTo(0, within(0.07));
    }

    @Test
    void splitHalfSpecialCases() {
        double[][] y = {{1, 2, 3, 4}, {2, 3, 5, 6}, {4, 4, 8, 7}, {NONE, NONE, 5, 4}};
        assertThat(SplitHalf.of(SeedTable.of(y), new int[] {0, 1}, new int[] {2, 3})
                        .spearman())
                .as("the last seed has no value in the first half")
                .isEqualTo(1);
        SeedTable constant = SeedTable.of(new double[][] {{0.1, 0.2}, {0.1, 0.2}, {0.1, 0.2}});
        assertThat(SplitHalf.of(constant, 3, Streams.of(1).at("test")).spearman())
                .isNaN();
        assertThatThrownBy(() -> SplitHalf.of(
                        SeedTable.of(new double[][] {{1}, {2}}),
                        3,
                        Streams.of(1).at("test")))
                .hasMessageContaining("conditions");
        assertThat(Arrays.stream(SplitHalf.others(new int[] {1, 3}, 5)).toArray())
                .containsExactly(0, 2, 4);
    }
}
