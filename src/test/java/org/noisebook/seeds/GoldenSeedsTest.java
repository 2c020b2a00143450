package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.FalseDiscovery.Correction;
import org.noisebook.seeds.GoldenSeeds.Seed;

/** Golden and inferior seeds, and the null band of their ranking. */
class GoldenSeedsTest {
    private static final double ROUNDING = 1e-8;
    private static final double NONE = Double.NaN;
    private static final double LEVEL = 0.05;
    private static final Correction HOCHBERG = Correction.BENJAMINI_HOCHBERG;

    private static GoldenSeeds of(double[][] y) {
        return GoldenSeeds.of(SeedTable.of(y), LEVEL, HOCHBERG);
    }

    /** t and q of SciPy 1.17.1; λ = ICC(3,4) of the reference. */
    @Test
    void theReferenceExample() {
        GoldenSeeds found = of(RankTestsTest.EXAMPLE);
        double[] effects = {.45, -1.3, 1.95, -1.55, .45};
        double[] t = {1.36196984, -4.18123889, 9.45888938, -7.51860438, 1.19207912};
        double[] qHigh = {.26577649, .99756196, .00626161, .99756196, .26577649};
        double[] qLow = {.99874768, .0311571, .99874768, .01219019, .99874768};
        for (int s = 0; s < 5; s++) {
            Seed seed = found.seeds().get(s);
            assertThat(seed.name()).isEqualTo(String.valueOf(s));
            assertThat(seed.conditions()).isEqualTo(4);
            assertThat(seed.effect()).isCloseTo(effects[s], within(ROUNDING));
            assertThat(seed.t()).isCloseTo(t[s], within(ROUNDING));
            assertThat(seed.effect() / seed.stdError()).isCloseTo(t[s], within(ROUNDING));
            assertThat(seed.pHigh() + seed.pLow()).isCloseTo(1, within(ROUNDING));
            assertThat(seed.qHigh()).isCloseTo(qHigh[s], within(ROUNDING));
            assertThat(seed.qLow()).isCloseTo(qLow[s], within(ROUNDING));
            assertThat(seed.shrunk()).isCloseTo(0.947791 * effects[s], within(2e-6));
            assertThat(seed.interval().covers(0)).isEqualTo(s == 0 || s == 4);
        }
        assertThat(found.shrinkage()).isCloseTo(0.947791, within(1e-6));
        assertThat(found.golden()).containsExactly(2);
        assertThat(found.inferior()).containsExactly(3, 1);
        assertThat(found.ranking()).containsExactly(2, 0, 4, 1, 3);
    }

    /** The moments behind λ are those of the analysis of variance. */
    @Test
    void shrinkageIsTheReliabilityOfTheComponents() {
        Stream stream = Streams.of(1).at("data");
        SeedTable table = SeedTable.of(SimulatedTable.of(stream, SimulatedTable.effects(stream, 12, 0.5), 7));
        SeedComponents components = SeedComponents.of(table, stream);
        double seed = components.seed().variance().mean();
        double rest = components.rest().variance().mean();
        assertThat(GoldenSeeds.of(table, LEVEL, HOCHBERG).shrinkage())
                .isCloseTo(seed / (seed + rest / 7), within(ROUNDING))
                .isCloseTo(1 - 1 / components.f(), within(ROUNDING));
    }

    @Test
    void lowerIsBetter() {
        SeedTable table = SeedTable.of(RankTestsTest.EXAMPLE);
        GoldenSeeds down = GoldenSeeds.of(table.map(y -> -y), LEVEL, HOCHBERG);
        assertThat(down.golden()).containsExactly(3, 1);
        assertThat(down.inferior()).containsExactly(2);
    }

    @Test
    void anyDependenceFindsFewer() {
        Stream stream = Streams.of(2).at("data");
        SeedTable table = SeedTable.of(SimulatedTable.of(stream, SimulatedTable.effects(stream, 60, 0.8), 16));
        GoldenSeeds few = GoldenSeeds.of(table, LEVEL, Correction.BENJAMINI_YEKUTIELI);
        GoldenSeeds many = GoldenSeeds.of(table, LEVEL, HOCHBERG);
        assertThat(few.golden().length).isPositive().isLessThan(many.golden().length);
        assertThat(many.golden()).contains(few.golden());
    }

    /** λ_s grows with the conditions of a seed. */
    @Test
    void missingCells() {
        double[][] y = SimulatedTable.of(Streams.of(3).at("data"), new double[] {-2, -1, 0, 1, 2, 3}, 8);
        y[5][0] = NONE;
        y[5][1] = NONE;
        y[5][2] = NONE;
        GoldenSeeds found = of(y);
        assertThat(found.seeds().get(5).conditions()).isEqualTo(5);
        assertThat(found.seeds().get(5).shrinkage())
                .isBetween(0.5, Math.nextDown(found.seeds().get(0).shrinkage()));
        assertThat(found.ranking()[0]).isEqualTo(5);
        for (int c = 3; c < 8; c++) {
            y[5][c] = c == 3 ? y[5][c] : NONE;
        }
        Seed once = of(y).seeds().get(5);
        assertThat(once.conditions()).isEqualTo(1);
        assertThat(once.t()).isNaN();
        assertThat(once.pHigh()).isEqualTo(1);
        assertThat(once.pLow()).isEqualTo(1);
        assertThat(once.shrunk()).isFinite();
        assertThat(once.interval().low()).isNaN();
    }

    /** Seeds that add exactly: no spread about the effect, so t is infinite, though .1 and .7 are no binary fractions. */
    @Test
    void seedsWithoutSpread() {
        double[][] y = new double[3][5];
        for (int s = 0; s < 3; s++) {
            for (int c = 0; c < 5; c++) {
                y[s][c] = 0.1 * s + 0.7 * c;
            }
        }
        GoldenSeeds found = of(y);
        assertThat(found.seeds().stream().map(Seed::t))
                .containsExactly(Double.NEGATIVE_INFINITY, Double.NaN, Double.POSITIVE_INFINITY);
        assertThat(found.seeds().stream().map(Seed::pHigh)).containsExactly(1.0, 1.0, 0.0);
        assertThat(found.seeds().stream().map(Seed::pLow)).containsExactly(0.0, 1.0, 1.0);
        assertThat(found.shrinkage()).isEqualTo(1);
        assertThat(found.golden()).containsExactly(2);
        assertThat(found.inferior()).containsExactly(0);
    }

    @Test
    void constantTables() {
        GoldenSeeds found = of(new double[][] {{0.1, 0.7, 3}, {0.1, 0.7, 3}, {0.1, 0.7, 3}});
        assertThat(found.seeds()).allMatch(seed -> seed.effect() == 0 && seed.pHigh() == 1 && seed.pLow() == 1);
        assertThat(found.shrinkage()).isZero();
        assertThat(found.golden()).isEmpty();
        assertThat(found.inferior()).isEmpty();
    }

    @Test
    void refusals() {
        assertThatThrownBy(() -> of(new double[][] {{1, 2, 3}})).hasMessage("seeds must be in [2, inf), got 1");
        assertThatThrownBy(() -> of(new double[][] {{1}, {2}})).hasMessage("conditions must be in [2, inf), got 1");
        assertThatThrownBy(() -> of(new double[][] {{1, 2}, {NONE, 4}}))
                .hasMessage("every condition must be measured for two or more seeds, got one for '0'; leave it out");
        assertThat(of(new double[][] {{1, NONE, 3}, {2, 3, NONE}, {NONE, 4, 6}}).seeds())
                .as("of 6 cells 3 + 3 − 1 are spent, which leaves one degree")
                .hasSize(3);
        assertThatThrownBy(() -> of(new double[][] {{1, NONE}, {2, NONE}, {NONE, 4}, {NONE, 5}}))
                .hasMessage("measured cells must be as many as seeds + conditions = 6 or more, got 4");
        assertThatThrownBy(() -> GoldenSeeds.of(SeedTable.of(RankTestsTest.EXAMPLE), 0, HOCHBERG))
                .hasMessage("level must be in (0, 1], got 0");
    }

    /** The reference: .040 of tables of 128 seeds under 32 conditions without a seed effect have a golden seed. */
    @Test
    @Tag("statistical")
    void holdsItsLevel() {
        Stream stream = Streams.of(4).at("data");
        int repeats = 400;
        int golden = 0;
        int inferior = 0;
        for (int i = 0; i < repeats; i++) {
            GoldenSeeds found = of(SimulatedTable.of(stream, new double[128], 32));
            golden += found.golden().length > 0 ? 1 : 0;
            inferior += found.inferior().length > 0 ? 1 : 0;
        }
        double falseAlarm = SimulatedTable.falseAlarm(repeats, 0.04, 4, 31);
        assertThat(falseAlarm).isLessThan(1e-3);
        assertThat(new int[] {golden, inferior})
                .as(
                        "tables of %d with a golden, an inferior seed; rate .040, false alarm %.0e each;"
                                + " catches no correction (all tables) and a level of .11",
                        repeats, falseAlarm)
                .satisfies(counts -> {
                    assertThat(counts[0]).isBetween(4, 31);
                    assertThat(counts[1]).isBetween(4, 31);
                });
    }

    /** One seed of 64 lies a standard deviation of a cell above the others, one below: t is about 5.7 over 32 conditions. */
    @Test
    @Tag("statistical")
    void findsPlantedSeeds() {
        Stream stream = Streams.of(5).at("data");
        double[] effects = new double[64];
        effects[7] = 1;
        effects[40] = -1;
        int repeats = 60;
        int both = 0;
        int others = 0;
        for (int i = 0; i < repeats; i++) {
            GoldenSeeds found = of(SimulatedTable.of(stream, effects, 32));
            both += contains(found.golden(), 7) && contains(found.inferior(), 40) ? 1 : 0;
            others += found.golden().length + found.inferior().length;
        }
        assertThat(both)
                .as("both seeds found in %d tables, power above .95 each; false alarm below 1e-3", repeats)
                .isGreaterThanOrEqualTo(45);
        assertThat(others - 2 * both)
                .as("others found in %d tables, at most .1 a tail; false alarm below 1e-3", repeats)
                .isLessThan(28);
    }

    private static boolean contains(int[] rows, int row) {
        for (int r : rows) {
            if (r == row) {
                return true;
            }
        }
        return false;
    }

    /** Dealing within conditions is exact for any law, in complete tables (all seeds together) and in others (each for itself). */
    @Test
    @Tag("statistical")
    void permutationsAreExact() {
        Stream stream = Streams.of(6).at("data");
        int repeats = 1000;
        int[] alarms = new int[4];
        for (int i = 0; i < repeats; i++) {
            double[][] y = SimulatedTable.of(stream, new double[5], 4);
            for (double[] row : y) {
                row[2] = StrictMath.exp(row[2] / 3);
            }
            Seed complete = permuted(y, stream).seeds().get(1);
            y[0][1] = NONE;
            y[1][3] = NONE;
            Seed broken = permuted(y, stream).seeds().get(1);
            alarms[0] += complete.pHigh() <= 0.1 ? 1 : 0;
            alarms[1] += complete.pLow() <= 0.1 ? 1 : 0;
            alarms[2] += broken.pHigh() <= 0.1 ? 1 : 0;
            alarms[3] += broken.pLow() <= 0.1 ? 1 : 0;
        }
        double falseAlarm = SimulatedTable.falseAlarm(repeats, 0.1, 66, 135);
        assertThat(falseAlarm).isLessThan(1e-3);
        for (int count : alarms) {
            assertThat(count)
                    .as("p <= .1 in %d tables, false alarm %.0e; catches a level of .06 or .14", repeats, falseAlarm)
                    .isBetween(66, 135);
        }
    }

    private static GoldenSeeds permuted(double[][] y, Stream stream) {
        return GoldenSeeds.permuted(SeedTable.of(y), LEVEL, HOCHBERG, 99, stream);
    }

    /** Normal values: both ways to a p-value agree. */
    @Test
    void permutationsAgreeWithT() {
        Stream stream = Streams.of(7).at("data");
        SeedTable table = SeedTable.of(SimulatedTable.of(stream, new double[40], 32));
        GoldenSeeds t = GoldenSeeds.of(table, LEVEL, HOCHBERG);
        GoldenSeeds dealt = GoldenSeeds.permuted(table, LEVEL, HOCHBERG, 500, stream);
        double worst = 0;
        for (int s = 0; s < 40; s++) {
            worst = Math.max(
                    worst,
                    Math.abs(t.seeds().get(s).pHigh() - dealt.seeds().get(s).pHigh()));
            assertThat(dealt.seeds().get(s).t()).isEqualTo(t.seeds().get(s).t());
            assertThat(dealt.seeds().get(s).pHigh() + dealt.seeds().get(s).pLow())
                    .isCloseTo(1, within(1e-3));
        }
        assertThat(worst).as("own standard deviations move t by a tenth or so").isLessThan(0.1);
    }

    /** A coarse score: counts of deals against a plain recount of the definition. */
    @Test
    void permutationsCountTies() {
        double[][] y = {{0, 1, 0}, {1, 1, 0}, {1, 1, 1}};
        SeedTable table = SeedTable.of(y);
        int permutations = 20_000;
        GoldenSeeds dealt = GoldenSeeds.permuted(
                table, LEVEL, HOCHBERG, permutations, Streams.of(8).at("test"));
        // The sum of a seed is 1 + Bernoulli(2/3) + Bernoulli(1/3).
        double[] atLeast = {1, 1 - 2.0 / 9, 2.0 / 9};
        double[] atMost = {2.0 / 9, 1 - 2.0 / 9, 1};
        for (int s = 0; s < 3; s++) {
            assertThat(dealt.seeds().get(s).pHigh())
                    .as("20 000 deals, standard error below .003")
                    .isCloseTo(atLeast[s], within(0.012));
            assertThat(dealt.seeds().get(s).pLow()).isCloseTo(atMost[s], within(0.012));
        }
    }

    /** Without a seed effect the best of 100 seeds is ExtremeNull's, and a rank leaves its band in a twentieth of tables. */
    @Test
    @Tag("statistical")
    void nullBand() {
        Stream stream = Streams.of(9).at("data");
        int seeds = 100;
        int conditions = 8;
        int repeats = 200;
        int outside = 0;
        double best = 0;
        for (int i = 0; i < repeats; i++) {
            SeedTable table = SeedTable.of(SimulatedTable.of(stream, new double[seeds], conditions));
            NullBand band = NullBand.of(table, 200, stream);
            GoldenSeeds found = GoldenSeeds.of(table, LEVEL, HOCHBERG);
            double largest = found.seeds().get(found.ranking()[0]).effect();
            outside += largest < band.low().get(0) || largest > band.high().get(0) ? 1 : 0;
            best += band.mean().get(0) / repeats;
        }
        assertThat(outside)
                .as(
                        "the best seed leaves its band in %d tables, rate .06 with 200 deals; false alarm below 1e-3",
                        repeats)
                .isBetween(2, 25);
        assertThat(best)
                .as("mean of the best of 100 in standard deviations of a mean of 8 normal values; 3 %% for 8 values")
                .isCloseTo(ExtremeNull.expectedMax(seeds) / StrictMath.sqrt(conditions), within(0.03));
    }

    @Test
    void nullBandShapes() {
        SeedTable table = SeedTable.of(RankTestsTest.EXAMPLE);
        NullBand band = NullBand.of(table, 400, Streams.of(1).at("test"));
        double sum = 0;
        for (int r = 0; r < 5; r++) {
            sum += band.mean().get(r);
            assertThat(band.mean().get(r))
                    .isBetween(band.low().get(r), band.high().get(r));
            assertThat(r == 0 || band.mean().get(r) < band.mean().get(r - 1)).isTrue();
        }
        assertThat(sum).isCloseTo(0, within(ROUNDING));
        assertThat(of(RankTestsTest.EXAMPLE).seeds().get(2).effect())
                .isGreaterThan(band.high().get(0));
        assertThat(band)
                .isEqualTo(NullBand.of(table, 400, Streams.of(1).at("test")))
                .hasSameHashCodeAs(NullBand.of(table, 400, Streams.of(1).at("test")))
                .isNotEqualTo(NullBand.of(table, 400, Streams.of(2).at("test")));
    }
}
