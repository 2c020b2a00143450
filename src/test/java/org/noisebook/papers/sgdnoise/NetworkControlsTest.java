package org.noisebook.papers.sgdnoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story.Drawing;
import org.noisebook.model.GradientNoise;
import org.noisebook.model.StopReason;
import org.noisebook.paper.PlantedRuns;
import org.noisebook.sgd.NetworkConfig;
import org.noisebook.sgd.NetworkResult;

class NetworkControlsTest {
    private static final double ROUNDING = 1e-12;
    private static final String LARGE = "large α = 2¹⁴, lazy";

    private static Drawing draw(PlantedRuns.Law law) {
        return new NetworkControls().draw(Preset.QUICK, PlantedRuns.of(law).experiment());
    }

    private static Map<String, Claim> claims(Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, Function.identity()));
    }

    /** Replicas differ by far more than arms do, so that only pairs can tell: w and t double from one to the next. */
    private static NetworkResult planted(NetworkConfig config, int replica) {
        double scale = Math.pow(2, replica) * config.temperature();
        double batch = 1 + config.batchSize() / 100.0;
        double shape = switch (config.noise()) {
            case MINIBATCH -> 1;
            case GAUSSIAN -> 0.75;
            case UNFITTED -> 1.5;
        };
        double lazy = config.outputScale() > 1 ? 1 : 2;
        double error = 0.01 * replica + (config.noise() == GradientNoise.GAUSSIAN ? 0.004 * lazy : 0);
        return PlantedRuns.fitted(error, scale * batch * shape, 3 * scale / (lazy * shape * shape));
    }

    @Test
    void claimsArePairedOverReplicas() {
        Map<String, Claim> claims = claims(draw(NetworkControlsTest::planted));

        assertThat(claims).hasSize(13);
        measured(claims, "batch-4", 1.04 / 1.01);
        measured(claims, "batch-16", 1.16 / 1.04);
        measured(claims, "unfitted-one", 1.5);
        for (String regime : List.of("lazy", "feature")) {
            measured(claims, "gaussian-weights-" + regime, 0.75);
            measured(claims, "gaussian-time-" + regime, 1 / 0.5625);
            measured(claims, "gaussian-error-" + regime, regime.equals("lazy") ? 0.004 : 0.008);
            measured(claims, "unfitted-weights-" + regime, 1.5);
            measured(claims, "unfitted-time-" + regime, 1 / 2.25);
        }
        assertThat(claims.get("network-controls-batch-4").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claims.get("network-controls-batch-16").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("network-controls-unfitted-time-lazy").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
    }

    private static void measured(Map<String, Claim> claims, String id, double expected) {
        Claim claim = claims.get("network-controls-" + id);
        assertThat(claim.measured().mean()).as(id).isCloseTo(expected, within(ROUNDING));
        assertThat(claim.measured().high() - claim.measured().low())
                .as("no scatter of pairs: " + id)
                .isLessThan(ROUNDING);
        assertThat(claim.measured().n()).isEqualTo(24);
    }

    @Test
    void whereOnlyTemperatureMattersTheClaimsHold() {
        Map<String, Claim> claims = claims(draw((config, replica) -> PlantedRuns.fitted(
                0.1,
                (1 + replica) * config.temperature(),
                config.noise() == GradientNoise.UNFITTED ? 1 : 2 + replica)));

        assertThat(claims.values())
                .allSatisfy(claim -> assertThat(claim.verdict()).as(claim.id()).isEqualTo(Claim.Verdict.REPRODUCED));
    }

    @Test
    void aClaimOnLazyWeightsSaysSoAndOneBeyondThemDoesNot() {
        Map<String, Claim> claims = claims(draw(NetworkControlsTest::planted));

        assertThat(claims.get("network-controls-gaussian-weights-lazy").statement())
                .endsWith("is 1, Gaussian points, lazy, α = 2¹⁴, T = 2⁻²");
        assertThat(claims.get("network-controls-gaussian-error-lazy").statement())
                .endsWith("Gaussian points, α = 2¹⁴, T = 2² (noise ends the lazy regime)");
        assertThat(claims.get("network-controls-gaussian-error-feature").statement())
                .endsWith("Gaussian points, feature, α = 2⁻⁴, T = 2⁻²");
        assertThat(claims.values())
                .allSatisfy(claim -> assertThat(claim.source().contains("this kit's control"))
                        .isEqualTo(claim.id().contains("gaussian")));
    }

    @Test
    void theSeriesAreTheRegimesAndTheirPlacesTheArms() {
        Frame frame = draw(NetworkControlsTest::planted).data();

        assertThat(frame.rows()).isEqualTo(2 * (2 * 4 + 2));
        for (String regime : List.of(LARGE, "small α = 2⁻⁴, features")) {
            assertThat(values(frame, "weights", regime, "y"))
                    .containsExactly(new double[] {1.01 / 1.04, 1.16 / 1.04, 0.75, 1.5}, within(ROUNDING));
            assertThat(values(frame, "time", regime, "y"))
                    .containsExactly(new double[] {1, 1, 1 / 0.5625, 1 / 2.25}, within(ROUNDING));
        }
        assertThat(values(frame, "weights", "as minibatch", "y"))
                .as("the reference is the line of no difference")
                .containsExactly(1, 1);
    }

    /** An arm of which a replica did not fit has no point, and one that is held against such a reference has none. */
    @Test
    void aCellThatDidNotFitHasNoNumbers() {
        Drawing drawing = draw((config, replica) -> {
            boolean capped = replica == 3
                    && config.temperature() == 0.25
                    && config.batchSize() == 4
                    && config.noise() == (config.outputScale() > 1 ? GradientNoise.GAUSSIAN : GradientNoise.MINIBATCH);
            return capped ? PlantedRuns.result(StopReason.SAMPLE_CAP, 0.5, 9, 9) : planted(config, replica);
        });
        Map<String, Claim> claims = claims(drawing);

        assertThat(claims.get("network-controls-gaussian-weights-lazy")
                        .measured()
                        .mean())
                .isNaN();
        assertThat(claims.get("network-controls-unfitted-weights-lazy")
                        .measured()
                        .mean())
                .isFinite();
        assertThat(claims.get("network-controls-unfitted-weights-feature")
                        .measured()
                        .mean())
                .isNaN();
        assertThat(claims.get("network-controls-unfitted-weights-feature").verdict())
                .isEqualTo(Claim.Verdict.NOT_RESOLVED);
        assertThat(values(drawing.data(), "weights", LARGE, "y")[2]).isNaN();
        assertThat(values(drawing.data(), "weights", LARGE, "capped")[2]).isEqualTo(1);
        assertThat(values(drawing.data(), "weights", "small α = 2⁻⁴, features", "y"))
                .containsOnly(Double.NaN);
    }

    private static double[] values(Frame frame, String panel, String series, String column) {
        return Planted.column(frame, column, panel, series);
    }
}
