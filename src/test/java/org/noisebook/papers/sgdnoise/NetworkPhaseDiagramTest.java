package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Line;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

class NetworkPhaseDiagramTest {
    private static final double ROUNDING = 1e-11;
    private static final int SIDE = 12;
    private static final double[] OUTPUT_SCALES = Line.powers(0x1p-10, 4, SIDE);
    /** D = 5. */
    private static final double EXPONENT = 2.0 / 3;

    private static final Story FIGURE = new NetworkPhaseDiagram();
    private static Frame frame;

    /** The figure is drawn once for all tests. */
    @BeforeAll
    static void drawOnce() {
        frame = FIGURE.draw(Preset.QUICK, experiment()).data();
    }

    private static Experiment experiment() {
        return PlantedRuns.of(NetworkPhaseDiagramTest::law).experiment();
    }

    /** All fit below √2 α^(2/3) up to α = 1, below √2 beyond; the column α = 2^-4 does not fit anywhere. */
    private static NetworkResult law(NetworkConfig config, int replica) {
        boolean fits = config.outputScale() != 0x1p-4 && config.temperature() <= border(config.outputScale());
        return fits
                ? PlantedRuns.fitted(0.1 + 0.01 * replica, 0.3, 2)
                : PlantedRuns.result(replica == 0 ? StopReason.FITTED : StopReason.SAMPLE_CAP, 0.4, 0.3, 2);
    }

    private static double border(double outputScale) {
        return StrictMath.sqrt(2) * StrictMath.pow(Math.min(1, outputScale), EXPONENT);
    }

    private static double[] line(String panel, String series, String kind) {
        return IntStream.range(0, frame.rows())
                .filter(row -> frame.text(row, "panel").equals(panel)
                        && frame.text(row, "series").equals(series)
                        && frame.text(row, "kind").equals(kind))
                .mapToDouble(row -> frame.doubles("y")[row])
                .toArray();
    }

    /** Temperatures are 4^k/2: the edge of a column is twice the highest of these at which all replicas fitted. */
    private static double edge(double outputScale) {
        double octaves = StrictMath.log(border(outputScale)) / StrictMath.log(2);
        return StrictMath.pow(2, 2 * Math.floor((octaves + 1) / 2) - 1) * 2;
    }

    /** The prefactor is the geometric mean over the columns of α ≤ 1 that have an edge. */
    @Test
    void theLawOfTheBorderRunsThroughTheColumnsThatHaveOne() {
        double[] law = line("kernel", "T_max law", "anchored");
        assertThat(law).hasSize(6);
        double log = 0;
        for (int i = 0; i < 6; i++) {
            if (OUTPUT_SCALES[i] != 0x1p-4) {
                log += StrictMath.log(edge(OUTPUT_SCALES[i]) / StrictMath.pow(OUTPUT_SCALES[i], EXPONENT)) / 5;
            }
        }
        for (int i = 0; i < 6; i++) {
            double expected = StrictMath.exp(log) * StrictMath.pow(OUTPUT_SCALES[i], EXPONENT);
            assertThat(law[i] / expected).isCloseTo(1, within(ROUNDING));
        }
    }

    /** T = h/α from the highest edge, 1, down to the lowest temperature, 2^-7; the plane ends at α = 2^12. */
    @Test
    void theLineAboveWhichNoiseShowsEndsWhereNothingFits() {
        assertThat(line("error", "hidden noise", "theory")).containsExactly(1, 32 / OUTPUT_SCALES[SIDE - 1]);
        assertThat(line("kernel", "hidden noise", "theory")).isEmpty();
    }

    @Test
    void aQuickFigureHasNoForecast() {
        assertThat(FIGURE.forecast(Preset.QUICK, experiment())).isEmpty();
    }

    @Test
    void theForecastOfTheAuthorsGridCountsRunsAndTime() {
        PlantedRuns runs = PlantedRuns.of(NetworkPhaseDiagramTest::law);
        Experiment experiment = runs.experiment();
        assertThat(FIGURE.presets()).containsExactlyInAnyOrder(Preset.values());
        assertThat(FIGURE.forecast(Preset.AUTHORS, experiment))
                .matches("7254 runs, about (\\d+ min|\\d+\\.\\d h) on 1 threads if none is in the cache; .*");
        assertThat(runs.tried()).as("nothing runs yet").isEmpty();
    }
}
