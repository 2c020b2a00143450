package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

/** The figure on planted runs: both ways leave the lazy regime. */
class CnnPhaseDiagramTest {
    private static final double ROUNDING = 1e-12;
    private static final Story FIGURE = new CnnPhaseDiagram();
    /** The lazy corner of the quick preset. */
    private static final double LAZY = 0x1p15;

    private static final double QUIET = 0x1p-4;
    private static final double SMALLEST = 0.5;
    private static final int REPLICAS = 8;
    private static PlantedRuns runs;
    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        runs = PlantedRuns.of(CnnPhaseDiagramTest::law);
        drawing = FIGURE.draw(Preset.QUICK, runs.experiment());
    }

    private static boolean isFullyConnected(NetworkConfig config) {
        return config.network() instanceof FullyConnected;
    }

    private static double octaves(double value) {
        return StrictMath.log(value) / StrictMath.log(2);
    }

    /** All fit up to T = 1; a CNN's errors rise by 0.01 an octave of T, the other's fall; both fall with α. */
    private static NetworkResult law(NetworkConfig config, int replica) {
        if (config.temperature() > 1) {
            return PlantedRuns.result(StopReason.DIVERGED, Double.NaN, Double.NaN, Double.NaN);
        }
        double up = octaves(config.temperature() / QUIET);
        double left = octaves(LAZY / config.outputScale());
        double sign = isFullyConnected(config) ? -1 : 1;
        double error = 0.3 + 0.02 * replica + 0.01 * sign * up * (1 + 0.1 * replica) - 0.005 * left;
        return PlantedRuns.fitted(error, 0.01 * StrictMath.pow(4, up + left), 3);
    }

    private static Claim claim(String id) {
        return Planted.claim(drawing, id);
    }

    private static int[] rows(String panel, String series, String kind) {
        return Planted.rows(drawing.data(), panel, series + "*", kind);
    }

    /** The planted kernel change is 0.01 in the corner, 2.56 at T = 1 and far more at the smallest α. */
    @Test
    void bothWaysLeaveTheLazyRegime() {
        for (String side : new String[] {"fc", "cnn"}) {
            assertThat(claim("cnn-phase-diagram-lazy-" + side).measured().mean())
                    .isCloseTo(0.01, within(ROUNDING));
            assertThat(claim("cnn-phase-diagram-escape-noise-" + side)
                            .measured()
                            .mean())
                    .isCloseTo(2.56, within(1e3 * ROUNDING));
            for (String key : new String[] {"lazy", "escape-noise", "escape-alpha"}) {
                assertThat(claim("cnn-phase-diagram-" + key + "-" + side).verdict())
                        .isEqualTo(Claim.Verdict.REPRODUCED);
            }
        }
    }

    @Test
    void aNetworkThatStaysLazyDoesNotLeave() {
        PlantedRuns still = PlantedRuns.of((config, replica) -> PlantedRuns.fitted(0.205, 0.015, 2));
        Story.Drawing drawn = FIGURE.draw(Preset.QUICK, still.experiment());
        assertThat(drawn.claims())
                .filteredOn(claim -> claim.id().contains("escape"))
                .hasSize(4)
                .allMatch(claim -> claim.verdict() == Claim.Verdict.NOT_REPRODUCED);
    }

    @Test
    void aNetworkThatDoesNotFitIsNotResolved() {
        PlantedRuns capped = PlantedRuns.of((config, replica) ->
                PlantedRuns.result(replica == 1 ? StopReason.SAMPLE_CAP : StopReason.FITTED, 0.205, 0.015, 2));
        Experiment experiment = capped.experiment();
        assertThat(FIGURE.draw(Preset.QUICK, experiment).claims())
                .hasSize(6)
                .allMatch(claim -> claim.measured().n() == 0)
                .allMatch(claim -> claim.verdict() == Claim.Verdict.NOT_RESOLVED);
    }

    /** Nothing fits above the lowest temperature: noise has no end to judge, and a change of 0 is no help. */
    @Test
    void aWayWithoutASecondCellIsNotResolved() {
        PlantedRuns low = PlantedRuns.of((config, replica) -> config.temperature() > QUIET
                ? PlantedRuns.result(StopReason.DIVERGED, Double.NaN, Double.NaN, Double.NaN)
                : law(config, replica));
        assertThat(FIGURE.draw(Preset.QUICK, low.experiment()).claims())
                .filteredOn(claim -> claim.verdict() == Claim.Verdict.NOT_RESOLVED)
                .extracting(Claim::id)
                .containsExactly("cnn-phase-diagram-escape-noise-fc", "cnn-phase-diagram-escape-noise-cnn");
    }

    @Test
    void oneColumnOfSmallOutputScalesShowsNoExponent() {
        assertThat(rows("fc kernel", "T_max law", "anchored")).isEmpty();
        assertThat(rows("cnn kernel", "", "cell")).hasSize(25);
    }

    @Test
    void cellsOnTheWaysHaveMoreReplicas() {
        assertThat(runs.tried().stream()
                        .filter(config -> config.outputScale() == LAZY && config.temperature() == QUIET)
                        .filter(CnnPhaseDiagramTest::isFullyConnected))
                .hasSize(REPLICAS);
        assertThat(runs.tried().stream()
                        .filter(config -> config.outputScale() == SMALLEST && config.temperature() == QUIET)
                        .filter(config -> !isFullyConnected(config)))
                .hasSize(REPLICAS);
        assertThat(runs.tried().stream()
                        .filter(config -> config.outputScale() == SMALLEST && config.temperature() > QUIET)
                        .filter(CnnPhaseDiagramTest::isFullyConnected))
                .hasSize(8);
    }

    @Test
    void onlyTheLargerPresetsHaveAForecast() {
        PlantedRuns none = PlantedRuns.of(CnnPhaseDiagramTest::law);
        assertThat(FIGURE.forecast(Preset.QUICK, none.experiment())).isEmpty();
        assertThat(none.tried()).isEmpty();
    }
}
