package org.noisebook.papers.ddimguidance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Guidance;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;

/** The figure where results follow planted laws. */
class DdpmDdimCfgTest {
    private static final double ROUNDING = 1e-5;
    private static Story.Drawing closed;
    private static Story.Drawing guided;

    @BeforeAll
    static void drawOnce() {
        closed = draw(new DdpmDdimCfg());
        guided = draw(new DdpmDdimCfgDigits());
    }

    private static Story.Drawing draw(Story figure) {
        return figure.draw(Preset.QUICK, Planted.experiment((run, replica) -> planted((GuidanceConfig) run, replica)));
    }

    /** Least at w = 1, where DDIM with 50 steps is 10 % above DDPM; replicas 0.01 apart. */
    private static double frechet(GuidanceConfig config, int replica) {
        double off = config.weight() - 1;
        double steps = config.method() instanceof DiffusionMethod.Ddim ? 1.1 : 1;
        double left = config.law() instanceof GuidedLaw.DigitsMixture law ? law.discardedVariance() : 0;
        return left > 1e-9 ? 1.02 * left : steps * (0.2 + 0.1 * off * off + 0.01 * replica);
    }

    private static GuidanceResult planted(GuidanceConfig config, int replica) {
        double w = config.weight();
        if (config.law() instanceof GuidedLaw.Line law) {
            double closed = Guidance.gaussianVariance(law.unconditionalVariance(), law.conditionalVariance(), w);
            return new GuidanceResult(1, 1, w, 1.01 * closed, 0, 0, Double.NaN, 1, 1, Doubles.of());
        }
        double[] pictures = new double[640];
        Arrays.fill(pictures, w > 5 ? 2 : -1);
        double spread = config.law() instanceof GuidedLaw.LearnedDigits ? 20 - w : 20 - w * (4 - w);
        return new GuidanceResult(
                1, 1, 0, spread, frechet(config, replica), 0.15, StrictMath.exp(-w), 1, 1, Doubles.of(pictures));
    }

    private static int[] rows(Story.Drawing drawing, String panel, String series, String kind) {
        return Planted.rows(drawing.data(), panel, series, kind);
    }

    private static double[] column(Story.Drawing drawing, String panel, String series, String kind, String name) {
        return Planted.column(drawing.data(), name, panel, series, kind);
    }

    @Test
    void theLinesAreTheClosedForms() {
        String series = "variance 1.5 without condition, 0.5 with";
        double[] w = column(closed, "variance", series, "theory", "x");
        double[] v = column(closed, "variance", series, "theory", "y");
        double[] m = column(closed, "mean", series, "theory", "y");
        assertThat(w).hasSize(81);
        for (int k = 0; k < w.length; k++) {
            assertThat(v[k] / Guidance.gaussianVariance(1.5, 0.5, w[k])).isCloseTo(1, within(ROUNDING));
            assertThat(m[k]).isCloseTo(Guidance.gaussianMean(1.5, 1, 0.5, w[k]), within(ROUNDING));
        }
    }

    @Test
    void pointsAreMeansOverReplicas() {
        double[] simulated = column(closed, "variance", "variance 1.5 without condition, 0.5 with", "simulation", "y");
        assertThat(simulated).hasSize(6);
        assertThat(simulated[0]).isCloseTo(1.515, within(ROUNDING));
        double[] spread = column(guided, "spread", "exact score", "simulation", "y");
        assertThat(spread).containsExactly(20, 18.25, 17, 16, 20, 32);
        double[] ddim = column(closed, "steps", "DDIM, linear schedule", "simulation", "y");
        double expected = 1.1 * StrictMath.cbrt(0.2 * 0.21 * 0.22);
        assertThat(ddim).hasSize(2).contains(new double[] {expected, expected}, within(ROUNDING));
    }

    @Test
    void picturesStandInRowsOfWeight() {
        int[] rows = rows(guided, "samples", "w = 6", "image");
        assertThat(rows).hasSize(10);
        assertThat(guided.data().text(rows[9], "pixels")).isEqualTo("ff".repeat(64));
        assertThat(guided.data().text(rows(guided, "samples", "w = 1", "image")[0], "pixels"))
                .isEqualTo("00".repeat(64));
    }

    private static Map<String, Claim> claims(Story.Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, Function.identity()));
    }

    @Test
    void claimsJudgeTheClosedForms() {
        Map<String, Claim> claims = claims(closed);
        assertThat(claims).hasSize(9);
        for (String id :
                List.of("variance-w0", "variance-w4", "mean-w1", "ddim50-linear", "ddim50-cosine", "latent-floor")) {
            assertThat(claims.get("ddpm-ddim-cfg-" + id).verdict()).as(id).isEqualTo(Claim.Verdict.REPRODUCED);
        }
        assertThat(claims.get("ddpm-ddim-cfg-mean-w4").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("ddpm-ddim-cfg-ddim50-linear").measured().mean()).isCloseTo(1.1, within(1e-12));
    }

    @Test
    void claimsJudgeThePlantedGuidance() {
        Map<String, Claim> claims = claims(guided);
        assertThat(claims).hasSize(7);
        for (String id : List.of("class-exact", "spread-exact-to1", "spread-learned-to6", "minimum-0", "minimum-6")) {
            assertThat(claims.get("ddpm-ddim-cfg-digits-" + id).verdict())
                    .as(id)
                    .isEqualTo(Claim.Verdict.REPRODUCED);
        }
        Claim spread = claims.get("ddpm-ddim-cfg-digits-spread-exact-to6");
        assertThat(spread.verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(spread.measured().mean()).isCloseTo(12, within(1e-12));
        assertThat(claims.get("ddpm-ddim-cfg-digits-class-exact").measured().mean())
                .isCloseTo(-0.5 * StrictMath.log10(StrictMath.E), within(1e-12));
    }
}
