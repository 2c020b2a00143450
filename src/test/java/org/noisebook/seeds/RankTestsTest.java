package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Ranks, Friedman, Kruskal–Wallis and split halves. */
class RankTestsTest {
    /** Digits that the reference gives. */
    private static final double DIGITS = 1e-6;

    static final double[][] EXAMPLE = {{3, 5, 4, 8}, {2, 3, 3, 5}, {4, 7, 6, 9}, {1, 4, 2, 5}, {3, 6, 5, 6}};

    @Test
    void friedmanOfTheReference() {
        Friedman test = Friedman.of(SeedTable.of(EXAMPLE));
        assertThat(test.statistic()).isCloseTo(14.871795, within(DIGITS));
        assertThat(test.uncorrectedStatistic()).isCloseTo(14.5, within(DIGITS));
        assertThat(test.degrees()).isEqualTo(4);
        assertThat(test.pValue()).isCloseTo(0.0049746, within(1e-7));
        assertThat(test.rankSums()).containsExactly(13.5, 6.5, 20, 5.5, 14.5);
        assertThat(test.uncorrectedConcordance()).isCloseTo(0.90625, within(DIGITS));
        assertThat(test.concordance()).isCloseTo(0.929487, within(DIGITS));
    }

    @Test
    void kruskalWallisOfTheReference() {
        KruskalWallis raw = KruskalWallis.of(EXAMPLE);
        assertThat(raw.statistic()).isCloseTo(7.784012, within(DIGITS));
        assertThat(raw.pValue()).isCloseTo(0.0998183, within(1e-7));
    }

    @Test
    void splitHalfOfTheReference() {
        SplitHalf split = SplitHalf.of(SeedTable.of(EXAMPLE), new int[] {0, 2}, new int[] {1, 3});
        assertThat(split.pearson()).isCloseTo(0.899528, within(DIGITS));
        assertThat(SplitHalf.spearmanBrown(split.pearson())).isCloseTo(0.947107, within(DIGITS));
        assertThat(split.spearman()).isCloseTo(0.8, within(DIGITS));
    }
}
