package org.noisebook.figure.interpolant;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.uses.MinorityConfig;
import org.noisebook.diffusion.uses.MinorityResult;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;

/** The figure where results follow planted laws, right ones and wrong ones. */
class MinorityGuidanceTest {
    private static MinorityResult planted(MinorityConfig config, int replica, boolean right) {
        double w = config.weight();
        double shift = 1e-5 * replica;
        double share = w < 1 ? 0.1 : w < 2 ? 0.9 : 0.999;
        double wrong = w == 0 ? 0.3 : w == 1 ? 0.15 : 0.9;
        return new MinorityResult(
                1,
                (right ? 0.93 : 0.5) + shift,
                0.1,
                0.9,
                (right ? share : wrong) - shift,
                (right == w > 1 ? 2 + w : 1) * (1 + shift) + (right || w > 1 ? 0 : 0.3),
                0.8);
    }

    private static List<Claim> claims(boolean right) {
        return new MinorityGuidance()
                .draw(Preset.QUICK, Planted.experiment((config, r) -> planted((MinorityConfig) config, r, right)))
                .claims();
    }

    /** Every claim can hold, and each can fail. */
    @Test
    void claimsHoldAndFailWhereTheyShould() {
        assertThat(claims(true))
                .hasSize(15)
                .allSatisfy(claim -> assertThat(claim.verdict()).as(claim.id()).isEqualTo(Claim.Verdict.REPRODUCED));
        assertThat(claims(false))
                .allSatisfy(
                        claim -> assertThat(claim.verdict()).as(claim.id()).isEqualTo(Claim.Verdict.NOT_REPRODUCED));
    }
}
