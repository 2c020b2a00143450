package org.noisebook.figure.sgd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Results;
import org.noisebook.experiment.Schema;
import org.noisebook.experiment.Sweep;
import org.noisebook.figure.Sheet;
import org.noisebook.figure.TrainingCells;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.StopReason;
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
    private static final double[] TEMPERATURES = TrainingCells.powers(0x1p-6, 2, 8);
    /** T/h from 2^-10 to 2^-6, ends included. */
    private static final double[] IN_RANGE = TrainingCells.powers(0x1p-4, 2, 5);

    private static final LazySweep SWEEP = new LazySweep(
            "planted",
            "Planted",
            Schema.with(
                    NetworkCells.GAUSSIAN,
                    "network",
                    new FullyConnected(3, WIDTH, Activation.RELU),
                    "outputScale",
                    NetworkCells.LAZY),
            new int[] {32, 64, 256},
            TEMPERATURES,
            REPLICAS);

    private static Results<NetworkConfig, NetworkResult> results(PlantedRuns.Law law) {
        return PlantedRuns.of(law).experiment().run(LazySweep.together(List.of(SWEEP)));
    }

    private static NetworkResult law(NetworkConfig config, int replica) {
        double change =
                (1 + replica) * StrictMath.pow(config.temperature(), DELTA) * StrictMath.pow(config.trainSize(), GAMMA);
        return PlantedRuns.fitted(0.25, change, 3 * change);
    }

    /** The law, but one replica of one size does not fit at one temperature and carries nonsense. */
    private static NetworkResult withOneHole(NetworkConfig config, int replica) {
        boolean hole = config.trainSize() == 64 && config.temperature() == 0.25 && replica == 2;
        return hole ? PlantedRuns.result(StopReason.SAMPLE_CAP, 0.5, 1e9, 1e9) : law(config, replica);
    }

    @Test
    void theFitHoldsItsRangeOfTemperaturesPerWidth() {
        assertThat(SWEEP.fitted(results(LazySweepTest::law))).containsExactly(IN_RANGE);
    }

    @Test
    void aTemperatureAtWhichOneReplicaOfOneSizeDidNotFitIsLeftOutForAllSizes() {
        assertThat(SWEEP.fitted(results(LazySweepTest::withOneHole))).containsExactly(0.0625, 0.125, 0.5, 1);
    }

    /** Nothing to fit: a panel of points without the line through their middle. */
    @Test
    void withoutAFittedTemperatureThereIsNoLine() {
        Sheet sheet = new Sheet();
        LazyScaling.addTemperatures(
                sheet, SWEEP, results((config, replica) -> PlantedRuns.result(StopReason.SAMPLE_CAP, 0.5, 1, 1)));
        assertThat(IntStream.range(0, sheet.frame().rows())
                        .mapToObj(row -> sheet.frame().text(row, "kind")))
                .isNotEmpty()
                .containsOnly("simulation");
    }

    /** The fit of means over the other factor is that of the plane ln x = δ ln T + γ ln P + c_r. */
    @Test
    void balancedMeansGiveBackExactExponents() {
        Results<NetworkConfig, NetworkResult> results = results(LazySweepTest::withOneHole);
        double[] chosen = SWEEP.fitted(results);
        double[][] byTemperature = SWEEP.againstTemperature(chosen, results, NetworkResult::relativeWeightChange);
        double[][] bySize = SWEEP.againstSize(chosen, results, NetworkResult::relativeWeightChange);
        assertThat(byTemperature).hasDimensions(4, REPLICAS);
        assertThat(bySize).hasDimensions(3, REPLICAS);
        PowerFit delta = PowerFit.of(chosen, byTemperature, Streams.of(1).at("bootstrap"));
        PowerFit gamma =
                PowerFit.of(SWEEP.sizesAsDoubles(), bySize, Streams.of(1).at("bootstrap"));
        assertThat(delta.exponent().mean()).isCloseTo(DELTA, within(ROUNDING));
        assertThat(gamma.exponent().mean()).isCloseTo(GAMMA, within(ROUNDING));
        assertThat(gamma.exponent().high() - gamma.exponent().low()).isLessThan(ROUNDING);
    }

    /** Sizes 32, 64, 256 have the geometric mean 2^(19/3), the chosen temperatures 2^-2. */
    @Test
    void meansAreGeometricAndOfOneReplicaEach() {
        Results<NetworkConfig, NetworkResult> results = results(LazySweepTest::law);
        double[] chosen = SWEEP.fitted(results);
        double[][] byTemperature = SWEEP.againstTemperature(chosen, results, NetworkResult::relativeWeightChange);
        double[][] bySize = SWEEP.againstSize(chosen, results, NetworkResult::time);
        for (int r = 0; r < REPLICAS; r++) {
            double meanOverSizes = (1 + r) * StrictMath.pow(chosen[1], DELTA) * StrictMath.pow(2, GAMMA * 19 / 3);
            double meanOverTemperatures = 3 * (1 + r) * StrictMath.pow(2, -2 * DELTA) * StrictMath.pow(256, GAMMA);
            assertThat(byTemperature[1][r]).isCloseTo(meanOverSizes, within(100 * ROUNDING));
            assertThat(bySize[2][r]).isCloseTo(meanOverTemperatures, within(100 * ROUNDING));
        }
    }

    @Test
    void everyCellIsLazyAndHasItsReplicas() {
        Sweep<NetworkConfig, NetworkResult> sweep = LazySweep.together(List.of(SWEEP));
        assertThat(sweep.cells()).hasSize(24).allMatch(cell -> cell.replicas() == REPLICAS);
        assertThat(sweep.cells())
                .allMatch(cell -> cell.config().outputScale() == NetworkCells.LAZY)
                .anyMatch(cell -> cell.config().equals(SWEEP.config(256, 0x1p-6)));
        assertThat(SWEEP.config(256, 0.5).temperature()).isEqualTo(0.5);
        assertThat(SWEEP.config(256, 0.5).trainSize()).isEqualTo(256);
    }
}
