package org.noisebook.figure.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;
import org.noisebook.interpolant.InterpolantConfig;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.Pair;

class InterpolantBridgeTest {
    /** The memory decays with ε at rate 0.9, energies are 10 for the bridge, else 9.7, and displacements 10. */
    @Test
    void claimsJudgeThePlantedNumbers() {
        Figure.Drawing drawing = new InterpolantBridge()
                .draw(
                        Preset.QUICK,
                        PlantedInterpolants.of((config, small, planting) -> planting.with(
                                "startCovariance",
                                new double[] {Math.exp(-0.9 * diffusion(config)) * (1 + small)},
                                "energy",
                                (isCoupled(config) ? 10 : 9.7) + small,
                                "displacement",
                                10 + small)));
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, c -> c));
        assertThat(claims).hasSize(21);
        verdict(claims, "energy", Claim.Verdict.REPRODUCED);
        verdict(claims, "least", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "decay", Claim.Verdict.REPRODUCED);
        verdict(claims, "memory", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "transport", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "bound-linear", Claim.Verdict.REPRODUCED);
        verdict(claims, "bent", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "not-optimal", Claim.Verdict.REPRODUCED);
        for (String own : new String[] {
            "slope-start",
            "slope-middle",
            "slope-end",
            "batch-line",
            "batch-plane",
            "batch-order",
            "rectified-map",
            "rectified-straight"
        }) {
            verdict(claims, own, Claim.Verdict.REPRODUCED);
        }
        assertThat(claims.get("interpolant-bridge-decay").measured().mean()).isCloseTo(-0.9, within(1e-9));
    }

    private static double diffusion(InterpolantConfig config) {
        return config.motion().diffusion();
    }

    private static boolean isCoupled(InterpolantConfig config) {
        return config.pair() instanceof Pair.Gaussians pair && pair.covariance() != 0;
    }

    private static void verdict(Map<String, Claim> claims, String name, Claim.Verdict verdict) {
        assertThat(claims.get("interpolant-bridge-" + name).verdict()).as(name).isEqualTo(verdict);
    }

    /** Reference vectors: 9.721227 at ε = 0.4; W₂² = 6.39699 of two modes to three. */
    @Test
    void closedFormsAgreeWithTheReference() {
        assertThat(InterpolantBridge.independentEnergy(0.4)).isCloseTo(9.721227, within(1e-6));
        assertThat(InterpolantBridge.transportCost()).isCloseTo(6.39699, within(1e-5));
    }

    /** E z₍₂₎ = 1/√π of two and 3/(2√π) of three normal numbers; the mean square of all is 1. */
    @Test
    void orderStatisticsAreThoseOfNormalNumbers() {
        assertThat(InterpolantBridge.orderStatistics(1)).isCloseTo(0, within(1e-12));
        assertThat(InterpolantBridge.orderStatistics(2)).isCloseTo(1 / Math.PI, within(1e-9));
        assertThat(InterpolantBridge.orderStatistics(3)).isCloseTo(1.5 / Math.PI, within(1e-9));
        assertThat(InterpolantBridge.orderStatistics(256)).isBetween(0.98, 1.0);
        assertThat(InterpolantBridge.batchCost(1)).isCloseTo(12.5, within(1e-9));
    }

    /** The ends of a rectified interpolant keep their laws. */
    @Test
    void rectificationKeepsTheEnds() {
        MixtureInterpolant first = new Pair.Plane().interpolant(InterpolantCells.LINEAR);
        MixtureInterpolant second = InterpolantBridge.rectified(first);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 2; j++) {
                assertThat(second.end().covariance()[i][j])
                        .isCloseTo(first.end().covariance()[i][j], within(1e-8));
                assertThat(second.start().covariance()[i][j])
                        .isCloseTo(first.start().covariance()[i][j], within(1e-8));
            }
        }
    }
}
