package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Pair;

class InterpolantBridgeTest {
    private static final Story.Drawing TRANSPORT = drawing(new InterpolantTransport());

    private static Map<String, Claim> claims(Story.Drawing drawing) {
        return drawing.claims().stream()
                .collect(Collectors.toMap(
                        claim -> claim.id().substring(claim.figure().length() + 1), claim -> claim));
    }

    /** The memory decays with ε at rate 0.9, energies are 10 for the bridge, else 9.7, and displacements 10. */
    private static Story.Drawing drawing(Story figure) {
        return figure.draw(
                Preset.QUICK,
                PlantedInterpolants.of((config, small, planting) -> planting.with(
                        "startCovariance",
                        new double[] {Math.exp(-0.9 * diffusion(config)) * (1 + small)},
                        "energy",
                        (isCoupled(config) ? 10 : 9.7) + small,
                        "displacement",
                        10 + small)));
    }

    @Test
    void claimsOfTheBridgeJudgeThePlantedNumbers() {
        Map<String, Claim> claims = claims(drawing(new InterpolantBridge()));
        assertThat(claims).hasSize(7);
        verdict(claims, "energy", Claim.Verdict.REPRODUCED);
        verdict(claims, "least", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "decay", Claim.Verdict.REPRODUCED);
        verdict(claims, "memory", Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("decay").measured().mean()).isCloseTo(-0.9, within(1e-9));
    }

    @Test
    void claimsOfTransportJudgeThePlantedNumbers() {
        Map<String, Claim> claims = claims(TRANSPORT);
        assertThat(claims).hasSize(11);
        verdict(claims, "transport", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "bound-linear", Claim.Verdict.REPRODUCED);
        verdict(claims, "bent", Claim.Verdict.NOT_REPRODUCED);
        verdict(claims, "not-optimal", Claim.Verdict.REPRODUCED);
        for (String own :
                new String[] {"batch-line", "batch-plane", "batch-order", "rectified-map", "rectified-straight"}) {
            verdict(claims, own, Claim.Verdict.REPRODUCED);
        }
    }

    /** Reference vectors: W₂² = 6.39699 of two modes to three; E (x₁ − x₀)² = 12.5 of independent Gaussians. */
    @Test
    void costsAgreeWithTheReference() {
        assertThat(9.7 - claims(TRANSPORT).get("bound-linear").measured().mean())
                .isCloseTo(6.39699, within(1e-5));
        assertThat(first(TRANSPORT.data(), "batches", "on the line")).isCloseTo(12.5, within(1e-4));
    }

    /** y of the first row of a line. */
    private static double first(Frame data, String panel, String series) {
        int row = IntStream.range(0, data.rows())
                .filter(r -> data.text(r, "panel").equals(panel)
                        && data.text(r, "series").equals(series)
                        && data.text(r, "kind").equals("theory"))
                .findFirst()
                .orElseThrow();
        return data.doubles("y")[row];
    }

    private static double diffusion(InterpolantStudy.Config config) {
        return config.motion().diffusion();
    }

    private static boolean isCoupled(InterpolantStudy.Config config) {
        return config.pair() instanceof Pair.Gaussians pair && pair.covariance() != 0;
    }

    private static void verdict(Map<String, Claim> claims, String name, Claim.Verdict verdict) {
        assertThat(claims.get(name).verdict()).as(name).isEqualTo(verdict);
    }
}
