package org.noisebook.figure.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Frame;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.Guidance;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceResult;
import org.noisebook.diffusion.GuidedLaw;
import org.noisebook.experiment.Cache;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Experiment;
import org.noisebook.experiment.Progress;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Runner;
import org.noisebook.figure.Figure;
import org.noisebook.figure.Preset;

/** The figure where results follow planted laws. */
class DdpmDdimCfgTest {
    private static final double ROUNDING = 1e-5;
    private static Figure.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = new DdpmDdimCfg()
                .draw(
                        Preset.QUICK,
                        new Experiment(
                                Experiment.STANDARD_SEED, Cache.inMemory(), new PlantedRunner(), Progress.SILENT));
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
            return new GuidanceResult(1, 1, w, 1.01 * closed, 0, 0, Double.NaN, 1, 1, new double[0]);
        }
        double[] pictures = new double[640];
        Arrays.fill(pictures, w > 5 ? 2 : -1);
        double spread = config.law() instanceof GuidedLaw.LearnedDigits ? 20 - w : 20 - w * (4 - w);
        return new GuidanceResult(1, 1, 0, spread, frechet(config, replica), 0.15, StrictMath.exp(-w), 1, 1, pictures);
    }

    private static final class PlantedRunner implements Runner {
        @Override
        public int threads() {
            return 1;
        }

        @Override
        @SuppressWarnings("unchecked")
        public <C extends Record, R extends Record> void execute(List<Run<C, R>> runs, Sink<R> sink)
                throws IOException {
            for (int k = 0; k < runs.size(); k++) {
                GuidanceConfig config = (GuidanceConfig) runs.get(k).config();
                R result = (R) planted(config, runs.get(k).streams().replica());
                sink.ended(k, Optional.of(result), Duration.ZERO);
            }
        }
    }

    private static int[] rows(String panel, String series, String kind) {
        Frame frame = drawing.data();
        return IntStream.range(0, frame.rows())
                .filter(row -> frame.text(row, "panel").equals(panel)
                        && frame.text(row, "series").equals(series)
                        && frame.text(row, "kind").equals(kind))
                .toArray();
    }

    private static double[] column(String panel, String series, String kind, String name) {
        return Arrays.stream(rows(panel, series, kind))
                .mapToDouble(row -> drawing.data().doubles(name)[row])
                .toArray();
    }

    @Test
    void theLinesAreTheClosedForms() {
        String series = "variances 1.5 and 0.5";
        double[] w = column("variance", series, "theory", "x");
        double[] v = column("variance", series, "theory", "y");
        double[] m = column("mean", series, "theory", "y");
        assertThat(w).hasSize(81);
        for (int k = 0; k < w.length; k++) {
            assertThat(v[k] / Guidance.gaussianVariance(1.5, 0.5, w[k])).isCloseTo(1, within(ROUNDING));
            assertThat(m[k]).isCloseTo(Guidance.gaussianMean(1.5, 1, 0.5, w[k]), within(ROUNDING));
        }
        double[] kept = column("latents", "variance left out", "theory", "x");
        double[] left = column("latents", "variance left out", "theory", "y");
        assertThat(kept).startsWith(4).endsWith(32);
        assertThat(left[12]).isCloseTo(new GuidedLaw.DigitsMixture(16).discardedVariance(), within(1e-4));
    }

    @Test
    void pointsAreMeansOverReplicas() {
        double[] simulated = column("variance", "variances 1.5 and 0.5", "simulation", "y");
        assertThat(simulated).hasSize(6);
        assertThat(simulated[0]).isCloseTo(1.515, within(ROUNDING));
        double[] spread = column("spread", "exact score", "simulation", "y");
        assertThat(spread).containsExactly(20, 18.25, 17, 16, 20, 32);
        double[] ddim = column("steps", "DDIM, linear", "simulation", "y");
        double expected = 1.1 * StrictMath.pow(0.2 * 0.21 * 0.22 * 0.23, 0.25);
        assertThat(ddim).hasSize(3).contains(new double[] {expected, expected, expected}, within(ROUNDING));
    }

    @Test
    void picturesStandInRowsOfWeight() {
        int[] rows = rows("samples", "w = 6", "image");
        assertThat(rows).hasSize(10);
        assertThat(drawing.data().text(rows[9], "pixels")).isEqualTo("ff".repeat(64));
        assertThat(drawing.data().text(rows("samples", "w = 4", "image")[0], "pixels"))
                .isEqualTo("00".repeat(64));
    }

    @Test
    void claimsJudgeThePlantedLaws() {
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, Function.identity()));
        assertThat(claims).hasSize(16);
        for (String id : List.of(
                "cfg-variance-w0",
                "cfg-variance-w4",
                "cfg-mean-w1",
                "cfg-ddim50-linear",
                "cfg-ddim50-cosine",
                "cfg-latent-floor",
                "cfg-class-exact",
                "cfg-spread-exact-to1",
                "cfg-spread-learned-to6",
                "cfg-minimum-0",
                "cfg-minimum-6")) {
            assertThat(claims.get(id).verdict()).as(id).isEqualTo(Claim.Verdict.REPRODUCED);
        }
        assertThat(claims.get("cfg-spread-exact-to6").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("cfg-spread-exact-to6").measured().mean()).isCloseTo(12, within(1e-12));
        assertThat(claims.get("cfg-mean-w4").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("cfg-ddim50-linear").measured().mean()).isCloseTo(1.1, within(1e-12));
        assertThat(claims.get("cfg-class-exact").measured().mean())
                .isCloseTo(-0.5 * StrictMath.log10(StrictMath.E), within(1e-12));
    }
}
