package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.cells.NetworkCells;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Board;
import org.noisebook.figure.Line;
import org.noisebook.figure.Preset;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.rng.Streams;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;
import org.noisebook.stats.PowerFit;

class LazySweepTest {
    private static final double ROUNDING = 1e-12;
    private static final double DELTA = 0.9;
    private static final double GAMMA = 0.4;
    private static final int WIDTH = 64;
    private static final int REPLICAS = 4;
    private static final double[] TEMPERATURES = Line.powers(0x1p-8, 2, 8);
    /** From T/h = 4 · 2^-15 on, which includes it, to the last before 24^(1/4) T^0.9 P^0.4/100 reaches 0.02 at P = 256. */
    private static final double[] IN_RANGE = Line.powers(0x1p-7, 2, 4);

    private static final double[] SIZES = {32, 64, 256};

    private static Board board(PlantedRuns.Law law) {
        return new Board("planted", Preset.QUICK, PlantedRuns.of(law).experiment());
    }

    private static LazySweep sweep(Board board) {
        NetworkConfig base = Schema.with(
                NetworkCells.GAUSSIAN,
                "network",
                new FullyConnected(3, WIDTH, Activation.RELU),
                "outputScale",
                NetworkCells.LAZY);
        return LazySweep.of(board, "planted", 0, base, SIZES, TEMPERATURES, REPLICAS);
    }

    private static LazySweep sweep(PlantedRuns.Law law) {
        return sweep(board(law));
    }

    private static NetworkResult law(NetworkConfig config, int replica) {
        double change = 0.01
                * (1 + replica)
                * StrictMath.pow(config.temperature(), DELTA)
                * StrictMath.pow(config.trainSize(), GAMMA);
        return PlantedRuns.fitted(0.25, change, 3 * change);
    }

    /** The law, but one replica of one size does not fit at one temperature and carries nonsense. */
    private static NetworkResult withOneHole(NetworkConfig config, int replica) {
        boolean hole = config.trainSize() == 64 && config.temperature() == 0x1p-5 && replica == 2;
        return hole ? PlantedRuns.result(StopReason.SAMPLE_CAP, 0.5, 1e9, 1e9) : law(config, replica);
    }

    @Test
    void theFitHoldsItsRangeOfTemperaturesPerWidth() {
        assertThat(sweep(LazySweepTest::law).fitted()).containsExactly(IN_RANGE);
    }

    @Test
    void aTemperatureAtWhichOneReplicaOfOneSizeDidNotFitIsLeftOutForAllSizes() {
        assertThat(sweep(LazySweepTest::withOneHole).fitted()).containsExactly(0x1p-7, 0x1p-6, 0x1p-4);
    }

    /** The fit of means over the other factor is that of the plane ln x = δ ln T + γ ln P + c_r. */
    @Test
    void balancedMeansGiveBackExactExponents() {
        LazySweep sweep = sweep(LazySweepTest::withOneHole);
        double[] chosen = sweep.fitted();
        double[][] byTemperature = sweep.againstTemperature(chosen, NetworkResult::relativeWeightChange);
        double[][] bySize = sweep.againstSize(chosen, NetworkResult::relativeWeightChange);
        assertThat(byTemperature).hasDimensions(3, REPLICAS);
        assertThat(bySize).hasDimensions(3, REPLICAS);
        PowerFit delta = PowerFit.of(chosen, byTemperature, Streams.of(1).at("bootstrap"));
        PowerFit gamma = PowerFit.of(SIZES, bySize, Streams.of(1).at("bootstrap"));
        assertThat(delta.exponent().mean()).isCloseTo(DELTA, within(ROUNDING));
        assertThat(gamma.exponent().mean()).isCloseTo(GAMMA, within(ROUNDING));
        assertThat(gamma.exponent().high() - gamma.exponent().low()).isLessThan(ROUNDING);
    }

    /** Sizes 32, 64, 256 have the geometric mean 2^(19/3), the chosen temperatures 2^-5.5. */
    @Test
    void meansAreGeometricAndOfOneReplicaEach() {
        LazySweep sweep = sweep(LazySweepTest::law);
        double[] chosen = sweep.fitted();
        double[][] byTemperature = sweep.againstTemperature(chosen, NetworkResult::relativeWeightChange);
        double[][] bySize = sweep.againstSize(chosen, NetworkResult::time);
        for (int r = 0; r < REPLICAS; r++) {
            double meanOverSizes =
                    0.01 * (1 + r) * StrictMath.pow(chosen[1], DELTA) * StrictMath.pow(2, GAMMA * 19 / 3);
            double meanOverTemperatures = 0.03 * (1 + r) * StrictMath.pow(2, -5.5 * DELTA) * StrictMath.pow(256, GAMMA);
            assertThat(byTemperature[1][r]).isCloseTo(meanOverSizes, within(100 * ROUNDING));
            assertThat(bySize[2][r]).isCloseTo(meanOverTemperatures, within(100 * ROUNDING));
        }
    }

    @Test
    void everyCellIsLazyAndHasItsReplicas() {
        LazySweep sweep = sweep(LazySweepTest::law);
        assertThat(sweep.plane().ends()).hasDimensions(3, 8);
        for (int s = 0; s < 3; s++) {
            for (var cell : sweep.plane().row(s).cells()) {
                assertThat(cell.runs()).hasSize(REPLICAS);
                assertThat(cell.config().outputScale()).isEqualTo(NetworkCells.LAZY);
                assertThat((double) cell.config().trainSize()).isEqualTo(SIZES[s]);
            }
        }
        assertThat(sweep.plane().row(2).at(0.5).config().temperature()).isEqualTo(0.5);
    }
}
