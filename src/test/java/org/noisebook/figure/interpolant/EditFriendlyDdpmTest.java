package org.noisebook.figure.interpolant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.diffusion.InversionResult;
import org.noisebook.diffusion.uses.NoiseMapsConfig;
import org.noisebook.diffusion.uses.NoiseMapsConfig.Maps;
import org.noisebook.diffusion.uses.NoiseMapsResult;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** The figure where results follow planted laws, right ones and wrong ones. */
class EditFriendlyDdpmTest {
    private static NoiseMapsResult planted(NoiseMapsConfig config, int replica, boolean right) {
        double factor = 1 + 0.001 * replica;
        boolean independent = config.maps() == Maps.INDEPENDENT == right;
        boolean linear = ((Diffusion.Ddpm) config.diffusion()).betas() instanceof Diffusion.LinearBetas;
        double[] variance = new double[config.steps()];
        double[] correlation = new double[config.steps()];
        boolean large = config.maps() == Maps.INDEPENDENT && linear;
        Arrays.fill(variance, (large == right ? 18.4 : 1) * factor);
        Arrays.fill(correlation, (independent ? -0.5 : 0) + 0.0001 * replica);
        double kept = independent ? 0.7 : config.maps() == Maps.FRESH == right ? 0.3 : 0.5;
        return new NoiseMapsResult(
                InversionResult.Outcome.KEPT,
                2.0 * config.steps(),
                (config.maps() != Maps.FRESH == right ? 1e-14 : 0.1) * factor,
                right ? 0.04 * factor : 1e-14 * factor,
                right ? 0.99 : 0.2,
                kept * factor,
                right ? 0.2 : 0.9,
                Doubles.of(variance),
                Doubles.of(correlation),
                Doubles.of(new double[640]));
    }

    private static List<Claim> claims(boolean right) {
        Story.Drawing drawing = new EditFriendlyDdpm()
                .draw(Preset.QUICK, Planted.experiment((config, r) -> planted((NoiseMapsConfig) config, r, right)));
        return drawing.claims();
    }

    /** Every claim can hold, and each can fail. */
    @Test
    void claimsHoldAndFailWhereTheyShould() {
        assertThat(claims(true))
                .hasSize(20)
                .allSatisfy(claim -> assertThat(claim.verdict()).as(claim.id()).isEqualTo(Claim.Verdict.REPRODUCED));
        assertThat(claims(false))
                .hasSize(20)
                .allSatisfy(
                        claim -> assertThat(claim.verdict()).as(claim.id()).isEqualTo(Claim.Verdict.NOT_REPRODUCED));
    }
}
