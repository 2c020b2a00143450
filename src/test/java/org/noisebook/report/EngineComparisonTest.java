package org.noisebook.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.LocalRunner;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Schema;
import org.noisebook.figure.Story.Drawing;
import org.noisebook.linalg.Activation;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

class EngineComparisonTest {
    private static final double ROUNDING = 1e-12;
    private static final double[] SCALES = {0.5, 1, 2};
    private static final double[] TEMPERATURES = {0.25, 0.5};
    private static final int REPLICAS = 4;
    private static final NetworkConfig BASE = EngineComparison.DIGITS;

    private static EngineComparison compare(PlantedRuns.Law reference, PlantedRuns.Law other) {
        return EngineComparison.of(
                BASE,
                SCALES,
                TEMPERATURES,
                REPLICAS,
                PlantedRuns.of(reference).experiment(),
                PlantedRuns.of(other).experiment());
    }

    /** Replicas differ by far more than engines do, so that only pairs can tell. */
    private static NetworkResult planted(NetworkConfig config, int replica, double errorChange, double weightFactor) {
        double error = 0.1 * replica + 0.01 * config.outputScale();
        double weights = Math.pow(4, replica) * config.temperature();
        return PlantedRuns.fitted(error + errorChange, weights * weightFactor, 1);
    }

    private static NetworkResult same(NetworkConfig config, int replica) {
        return planted(config, replica, 0, 1);
    }

    private static double[] values(Frame frame, String quantity, String column) {
        return IntStream.range(0, frame.rows())
                .filter(row -> frame.text(row, "quantity").equals(quantity))
                .mapToDouble(row -> frame.doubles(column)[row])
                .toArray();
    }

    private static double[] filled(double value) {
        double[] values = new double[SCALES.length * TEMPERATURES.length];
        Arrays.fill(values, value);
        return values;
    }

    /** ±d in turn around a shift s has the mean s and the standard error d/√3 over four replicas. */
    @Test
    void differencesArePairedByReplicaInUnitsOfTheirStandardError() {
        double d = 0.003;
        EngineComparison comparison = compare(
                EngineComparisonTest::same,
                (config, r) -> planted(config, r, (config.outputScale() == 2 ? -6 * d : d) + (r % 2 == 0 ? d : -d), 1));

        Frame frame = comparison.frame();
        double[] z = values(frame, "testError", "z");
        double root = Math.sqrt(3);
        assertThat(z).containsExactly(new double[] {root, root, -6 * root, root, root, -6 * root}, within(1e-9));
        assertThat(values(frame, "testError", "difference"))
                .containsExactly(new double[] {d, d, -6 * d, d, d, -6 * d}, within(ROUNDING));
        assertThat(values(frame, "testError", "reference"))
                .containsExactly(new double[] {0.155, 0.16, 0.17, 0.155, 0.16, 0.17}, within(ROUNDING));
        assertThat(values(frame, "testError", "other")[2]).isCloseTo(0.17 - 6 * d, within(ROUNDING));
        assertThat(values(frame, "relativeWeightChange", "z")).containsExactly(filled(0));
        assertThat(values(frame, "testError", "temperaturePerWidth")[5]).isEqualTo(0.5 / 32);
        assertThat(values(frame, "testError", "n")).containsExactly(filled(4));

        // Every second replica of four cells.
        assertThat(comparison.identical()).isEqualTo(8);
        Frame summary = comparison.summary();
        assertThat(summary.doubles("cells")).containsExactly(6, 6);
        assertThat(summary.doubles("agree")).containsExactly(new double[] {4.0 / 6, 1}, within(ROUNDING));
        assertThat(summary.doubles("expected")).containsExactly(0.95, 0.95);
        assertThat(summary.doubles("largestZ")).containsExactly(new double[] {6 * root, 0}, within(1e-9));
        assertThat(summary.doubles("largestDifference")).containsExactly(new double[] {6 * d, 0}, within(ROUNDING));
    }

    @Test
    void theSheetPlotsTheReferenceAndTheDifference() {
        double d = 0.003;
        Drawing drawing = compare(
                        EngineComparisonTest::same,
                        (config, r) ->
                                planted(config, r, (config.outputScale() == 2 ? -6 * d : d) + (r % 2 == 0 ? d : -d), 1))
                .drawing();

        Frame frame = drawing.data();
        double[] value = frame.doubles("value");
        assertThat(IntStream.range(0, frame.rows())
                        .filter(row -> frame.text(row, "kind").equals("cell"))
                        .mapToObj(row -> frame.text(row, "panel") + " " + Math.round(1e4 * value[row]))
                        .toList())
                .startsWith("reference 1550", "reference 1600", "reference 1700")
                .contains("difference 30", "difference -180")
                .hasSize(12);
        assertThat(drawing.caption())
                .contains("paired, n = 4")
                .contains("The largest is 10 standard errors; 4 of 6 cells agree");
        assertThat(drawing.plate().svg()).contains("engine-comparison · exact and exact", "interval contains 0");
        assertThat(drawing.claims()).isEmpty();
    }

    /** A pair counts where both fitted; equal differences without scatter are infinitely many standard errors. */
    @Test
    void aCellWithoutPairsHasNoDifferenceAndOneWithoutScatterNoBound() {
        EngineComparison comparison = compare(
                (config, r) -> config.outputScale() == 1 && r == 0
                        ? PlantedRuns.result(StopReason.SAMPLE_CAP, 0.9, 9, 9)
                        : PlantedRuns.fitted(0.25, 1, 1),
                (config, r) -> config.outputScale() == 2 && r > 0
                        ? PlantedRuns.result(StopReason.DIVERGED, Double.NaN, Double.NaN, 9)
                        : PlantedRuns.fitted(config.temperature() == 0.5 ? 0.5 : 0.25, 1, 1));

        Frame frame = comparison.frame();
        assertThat(values(frame, "testError", "z"))
                .containsExactly(0, 0, Double.NaN, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.NaN);
        assertThat(values(frame, "testError", "n")).containsExactly(4, 3, 1, 4, 3, 1);
        assertThat(values(frame, "testError", "endedAlike")).containsExactly(4, 3, 1, 4, 3, 1);
        assertThat(values(frame, "testError", "reference")[1])
                .as("of the pairs")
                .isEqualTo(0.25);
        assertThat(comparison.summary().doubles("cells")).containsExactly(4, 4);
        assertThat(comparison.summary().doubles("agree")).containsExactly(0.5, 1);
        assertThat(comparison.drawing().plate().svg()).contains("some runs did not converge");
    }

    @Test
    void timingsStandApart() {
        EngineComparison comparison = compare(EngineComparisonTest::same, EngineComparisonTest::same);

        Frame timings = comparison.timings();
        assertThat(timings.names()).containsExactly("engine", "threads", "runs", "seconds", "runsPerSecond");
        assertThat(timings.doubles("runs")).containsExactly(24, 24);
        assertThat(Arrays.stream(timings.doubles("seconds")).min().orElseThrow())
                .isPositive();
        assertThat(comparison.frame().names()).doesNotContain("seconds");
        assertThat(comparison.drawing().data().csv())
                .as("the same whenever it is drawn")
                .isEqualTo(compare(EngineComparisonTest::same, EngineComparisonTest::same)
                        .drawing()
                        .data()
                        .csv());
    }

    /** Side by side on the reference of engines of replicas, the numbers are those of single runs, bit for bit. */
    @Test
    void thePlainEngineOfReplicasGivesTheSameNumbers() {
        NetworkConfig tiny = Schema.with(
                BASE, "trainSize", 32, "testSize", 64, "network", new FullyConnected(2, 8, Activation.RELU));
        Experiment exact =
                new Experiment(Experiment.STANDARD_SEED, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT);
        Experiment plain = new Experiment(
                        Experiment.STANDARD_SEED, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT)
                .withEngine(ReplicaEngine.plain());
        EngineComparison comparison =
                EngineComparison.of(tiny, new double[] {1, 16}, new double[] {0x1p-6, 0x1p-4}, 2, exact, plain);

        Frame frame = comparison.frame();
        assertThat(frame.doubles("difference")).containsOnly(0);
        assertThat(frame.doubles("z")).containsOnly(0);
        assertThat(frame.doubles("n")).containsOnly(2);
        assertThat(frame.doubles("endedAlike")).containsOnly(2);
        assertThat(comparison.identical()).isEqualTo(8);
        assertThat(comparison.summary().doubles("agree")).containsOnly(1);
        assertThat(Arrays.stream(values(frame, "relativeWeightChange", "other"))
                        .min()
                        .orElseThrow())
                .isPositive();
    }

    @Test
    void refusesPlanesWithoutPairsAndOtherSeeds() {
        Experiment experiment = PlantedRuns.of(EngineComparisonTest::same).experiment();
        double[] two = {1, 2};
        assertThatThrownBy(() -> EngineComparison.of(BASE, two, two, 1, experiment, experiment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("replicas must be at least 2, got 1");
        assertThatThrownBy(() -> EngineComparison.of(BASE, new double[] {1}, two, 2, experiment, experiment))
                .hasMessage("outputScales.length must be at least 2, got 1");
        assertThatThrownBy(() -> EngineComparison.of(BASE, two, new double[0], 2, experiment, experiment))
                .hasMessage("temperatures.length must be at least 2, got 0");
        Experiment elsewhere = new Experiment(2, Cache.inMemory(), LocalRunner.standard(), Progress.SILENT);
        assertThatThrownBy(() -> EngineComparison.of(BASE, two, two, 2, experiment, elsewhere))
                .hasMessage("the root seeds must be equal, got 1 and 2");
    }
}
