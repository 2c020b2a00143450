package org.noisebook.figure.masked;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.masked.GumbelTruncation;
import org.noisebook.masked.Language;
import org.noisebook.masked.MarkovSentences;
import org.noisebook.masked.MaskedConfig;
import org.noisebook.masked.MaskedResult;
import org.noisebook.masked.Unmasking;

/** The figure where results follow planted laws, right ones and wrong ones. */
class MaskedDiffusionTest {
    private static MaskedResult planted(MaskedConfig config, int replica, boolean right) {
        boolean grid = config.unmasking() instanceof Unmasking.Grid;
        double coarse = grid ? 2 / (double) ((Unmasking.Grid) config.unmasking()).steps() : 0;
        double[] p = new MarkovSentences(config.language(), 1).token();
        double entropy = GumbelTruncation.entropy(p);
        if (grid && config.tokens() == 1) {
            Unmasking.Grid steps = (Unmasking.Grid) config.unmasking();
            entropy = GumbelTruncation.entropy(GumbelTruncation.lattice(p, steps.steps(), steps.bits()));
        }
        double[] times = new double[config.tokens()];
        Arrays.setAll(times, i -> (config.tokens() - i) / (config.tokens() + 1.0) + (right ? 0 : 0.1));
        double[] tests = new double[config.tokens()];
        Arrays.fill(tests, grid == right ? 1e-9 : 0.3);
        double shift = 1e-6 * replica;
        return new MaskedResult(
                config.tokens(),
                (right ? coarse : 0.1 - coarse) + shift,
                (right
                                ? 0.03 + coarse
                                : grid
                                        ? 0.03 - coarse
                                        : config.unmasking() instanceof Unmasking.LeftToRight ? 0.05 : 0.06)
                        + shift,
                (right ? entropy : entropy + 0.3) + shift,
                Doubles.of(times),
                Doubles.of(tests),
                Doubles.of(p));
    }

    private static List<Claim> claims(boolean right) {
        return new MaskedDiffusion()
                .draw(Preset.QUICK, Planted.experiment((config, r) -> planted((MaskedConfig) config, r, right)))
                .claims();
    }

    /** Every claim but the integral's, which the lattice contradicts, holds where it should; all but the identity can fail. */
    @Test
    void claimsHoldAndFailWhereTheyShould() {
        assertThat(claims(true))
                .hasSize(20)
                .allSatisfy(claim -> assertThat(claim.verdict() == Claim.Verdict.REPRODUCED)
                        .as(claim.id())
                        .isEqualTo(!claim.id().equals("masked-diffusion-integral-14")));
        assertThat(claims(false))
                .allSatisfy(claim -> assertThat(claim.verdict())
                        .as(claim.id())
                        .isEqualTo(
                                claim.kind() == Claim.Kind.IDENTITY
                                        ? Claim.Verdict.REPRODUCED
                                        : Claim.Verdict.NOT_REPRODUCED));
        assertThat(GumbelTruncation.entropy(new MarkovSentences(Language.Toy.standard(), 1).token()))
                .isGreaterThan(4);
    }
}
