package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.stats.Estimate;

class HeldOutTest {
    private static final double ROUNDING = 1e-11;
    private static final double NONE = Double.NaN;

    /** Rows: in-sample, held-out, predicted, null gain, λ of tables with seed effects of a standard deviation. */
    private static Estimate[] gains(double stdDev, int tables) {
        Stream stream = Streams.of(1).at("data");
        double[][] gains = new double[5][tables];
        for (int i = 0; i < tables; i++) {
            double[] effects = SimulatedTable.effects(stream, 40, stdDev);
            HeldOut gain = HeldOut.of(SeedTable.of(SimulatedTable.of(stream, effects, 12)), 4, 30, stream);
            gains[0][i] = gain.inSample().mean();
            gains[1][i] = gain.heldOut().mean();
            gains[2][i] = gain.heldOut().mean() - gain.predicted().mean();
            gains[3][i] = gain.nullGain();
            gains[4][i] = gain.shrinkage();
        }
        return Arrays.stream(gains).map(Estimate::ofMean).toArray(Estimate[]::new);
    }

    /** Of 40 normal seeds the best 4 gain λ times what they seemed to: λ = 1/3 and 6/7 for halves of 6 conditions. */
    @Test
    @Tag("statistical")
    void heldOutGainIsShrunk() {
        for (double stdDev : new double[] {StrictMath.sqrt(1 / 12.0), 1}) {
            Estimate[] gains = gains(stdDev, 60);
            double variance = stdDev * stdDev;
            double lambda = variance / (variance + 1.0 / 6);
            double expected = ExtremeNull.expectedTop(40, 4) * StrictMath.sqrt(variance + 1.0 / 6);
            assertThat(Math.abs(gains[0].mean() - expected) / gains[0].stdError())
                    .as("in-sample gain %s in standard errors from %s, 60 tables; false alarm 2e-4", gains[0], expected)
                    .isLessThan(3.9);
            assertThat(Math.abs(gains[1].mean() - lambda * expected) / gains[1].stdError())
                    .as("held-out gain %s; catches one off by a tenth, and the in-sample gain", gains[1])
                    .isLessThan(3.9);
            assertThat(Math.abs(gains[2].mean()) / gains[2].stdError())
                    .as("held-out gain less its prediction %s", gains[2])
                    .isLessThan(3.9);
            assertThat(gains[4].mean()).as("shrinkage, standard error .01").isCloseTo(lambda, within(0.05));
        }
    }

    @Test
    @Tag("statistical")
    void withoutSeedEffectNothingIsGained() {
        Estimate[] gains = gains(0, 60);
        assertThat(Math.abs(gains[0].mean() - gains[3].mean()) / gains[0].stdError())
                .as("in-sample gain %s against its null %s; false alarm 2e-4", gains[0], gains[3])
                .isLessThan(3.9);
        assertThat(Math.abs(gains[1].mean()) / gains[1].stdError())
                .as("held-out gain %s", gains[1])
                .isLessThan(3.9);
        assertThat(Math.abs(gains[2].mean()) / gains[2].stdError())
                .as("held-out gain less its prediction %s", gains[2])
                .isLessThan(3.9);
    }

    /** The interval is for further conditions with the same seeds: it covers their mean gain in 95 % of tables or more. */
    @Test
    @Tag("statistical")
    void intervalsCover() {
        Stream stream = Streams.of(2).at("data");
        double[] effects = SimulatedTable.effects(stream, 20, 0.5);
        int tables = 200;
        Estimate[] gains = new Estimate[tables];
        for (int i = 0; i < tables; i++) {
            gains[i] = HeldOut.of(SeedTable.of(SimulatedTable.of(stream, effects, 12)), 2, 30, stream)
                    .heldOut();
        }
        Estimate mean =
                Estimate.ofMean(Arrays.stream(gains).mapToDouble(Estimate::mean).toArray());
        double spread = mean.stdError() * StrictMath.sqrt(tables);
        double claimed = Arrays.stream(gains).mapToDouble(Estimate::stdError).sum() / tables;
        assertThat(claimed / spread)
                .as("claimed standard error over the spread of 200 tables; 1 to 1.5 where the jackknife is cautious;"
                        + " catches errors over splits (.6 or less)")
                .isBetween(0.85, 1.7);
        assertThat(Arrays.stream(gains).filter(gain -> gain.covers(mean.mean())))
                .as("of 200 intervals at 95 %, false alarm below 1e-3")
                .hasSizeGreaterThanOrEqualTo(180);
    }

    /** Without noise the best seed is the best everywhere. */
    @Test
    void seedsThatAdd() {
        double[][] y = new double[4][6];
        for (int s = 0; s < 4; s++) {
            for (int c = 0; c < 6; c++) {
                y[s][c] = s * s + 10 * c;
            }
        }
        HeldOut gain = HeldOut.of(SeedTable.of(y), 2, 10, Streams.of(3).at("test"));
        double expected = (4 + 9) / 2.0 - (0 + 1 + 4 + 9) / 4.0;
        assertThat(gain.shrinkage()).isEqualTo(1);
        assertThat(gain.nullGain()).isZero();
        for (Estimate estimate : new Estimate[] {gain.inSample(), gain.heldOut(), gain.predicted()}) {
            assertThat(estimate.mean()).isCloseTo(expected, within(ROUNDING));
            assertThat(estimate.stdError()).isCloseTo(0, within(ROUNDING));
        }
        assertThat(gain.withinStdDev())
                .as("standard deviation of 0, 1, 4, 9")
                .isCloseTo(StrictMath.sqrt((98 - 49) / 3.0), within(ROUNDING));
    }

    @Test
    void tiesAndConstants() {
        HeldOut constant =
                HeldOut.of(SeedTable.of(new double[5][4]), 3, 5, Streams.of(4).at("test"));
        assertThat(constant.inSample().mean()).isZero();
        assertThat(constant.heldOut().mean()).isZero();
        assertThat(constant.predicted().mean()).isZero();
        assertThat(constant.shrinkage()).isZero();
        double[][] tied = {{0, 0, 0, 0}, {1, 1, 1, 1}, {1, 1, 1, 1}, {2, 2, 2, 2}, {1, 1, 1, 1}};
        assertThat(HeldOut.of(SeedTable.of(tied), 2, 5, Streams.of(4).at("test"))
                        .heldOut()
                        .mean())
                .as("the best and one of three equal ones")
                .isCloseTo(0.5, within(ROUNDING));
    }

    /** Seeds of equal means: V_S is estimated negative, λ clipped, the prediction not. */
    @Test
    void seedsThatCompete() {
        double[][] square = {{0, 1, 2, 3}, {1, 2, 3, 0}, {2, 3, 0, 1}, {3, 0, 1, 2}};
        HeldOut gain = HeldOut.of(SeedTable.of(square), 1, 10, Streams.of(7).at("test"));
        assertThat(gain.shrinkage()).isZero();
        assertThat(gain.inSample().mean()).isPositive();
        assertThat(gain.predicted().mean()).isNegative();
    }

    @Test
    void missingCells() {
        double[][] y = SimulatedTable.of(Streams.of(5).at("data"), new double[] {0, 0, 0, 0, 3, 9}, 8);
        y[5] = new double[] {y[5][0], NONE, NONE, NONE, NONE, NONE, NONE, NONE};
        y[1][2] = NONE;
        HeldOut gain = HeldOut.of(SeedTable.of(y), 1, 40, Streams.of(5).at("test"));
        assertThat(gain.heldOut().mean())
                .as("the best seed has one cell and is never in both halves, so the second best is picked")
                .isBetween(1.0, 3.5);
        double[][] thin = new double[3][4];
        for (int s = 0; s < 3; s++) {
            Arrays.setAll(thin[s], c -> c);
        }
        thin[0] = new double[] {1, NONE, NONE, NONE};
        thin[1] = new double[] {1, 2, NONE, NONE};
        thin = new double[][] {thin[0], thin[1], {1, 2, 3, 4}, {2, 2, 1, 1}};
        SeedTable table = SeedTable.of(thin);
        assertThatThrownBy(() -> HeldOut.of(table, 3, 40, Streams.of(5).at("test")))
                .hasMessageContaining("type --top 2, or leave out the seeds with few values");
    }

    @Test
    void refusals() {
        Stream stream = Streams.of(6).at("test");
        SeedTable table = SeedTable.of(RankTestsTest.EXAMPLE);
        assertThatThrownBy(() -> HeldOut.of(table, 5, 10, stream))
                .hasMessage("chosen must be in [1, seeds - 1=4], got 5");
        assertThatThrownBy(() -> HeldOut.of(table, 1, 0, stream)).hasMessageContaining("splits");
        assertThatThrownBy(() -> HeldOut.of(table.of(new int[] {0, 1}, new int[] {0, 1, 2}), 1, 10, stream))
                .hasMessageContaining("conditions must be in [4, ");
        assertThat(HeldOut.of(table, 1, 10, Streams.of(6).at("test")))
                .isEqualTo(HeldOut.of(table, 1, 10, Streams.of(6).at("test")));
    }
}
