package org.noisebook.papers.scoresde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.diffusion.DiffusionCondition;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.DiffusionMethod;
import org.noisebook.diffusion.DiffusionResult;
import org.noisebook.diffusion.DiffusionStudy;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.interpolant.Target;
import org.noisebook.model.StopReason;

/** The three figures of diffusions where distances and errors follow planted laws of the steps. */
class DiffusionFiguresTest {
    private static final double ROUNDING = 1e-5;
    private static Story.Drawing sdes;
    private static Story.Drawing samples;
    private static Story.Drawing conditions;
    private static Story.Drawing samplers;
    private static Story.Drawing scores;

    @BeforeAll
    static void drawOnce() {
        sdes = draw(new DiffusionSdes());
        samples = draw(new DiffusionSdesSamples());
        samplers = draw(new DiffusionSamplers());
        scores = draw(new ScoreSde());
        conditions = draw(new ScoreSdeConditions());
    }

    private static Story.Drawing draw(Story figure) {
        return figure.draw(Preset.QUICK, Planted.experiment((run, replica) -> result((DiffusionConfig) run, replica)));
    }

    /** W₁ = 0.05 + 2/steps, half of that excess with a corrector; replicas 0.1 % apart. */
    private static double distance(DiffusionConfig config, int replica) {
        double excess = config.method() instanceof DiffusionMethod.PredictorCorrector ? 1 : 2;
        return (0.05 + excess / config.steps()) * (1 + 0.001 * (replica % 2));
    }

    private static double pathError(DiffusionConfig config, int replica) {
        return StrictMath.pow(config.steps(), -config.method().card().strongOrder()) * (1 + 0.001 * (replica % 2));
    }

    private static DiffusionResult result(DiffusionConfig config, int replica) {
        int unknown = config.target() instanceof Target.PictureClasses ? 32 : 1;
        boolean replaced = config.condition() instanceof DiffusionCondition.Known known
                && known.filling() == DiffusionCondition.Filling.REPLACEMENT;
        double[] tenths = new double[DiffusionStudy.FORWARD_TIMES];
        Arrays.setAll(
                tenths,
                i -> (config.diffusion().equals(NamedDiffusion.VP.diffusion()) ? 0.5 : 0.4) + 0.001 * (replica % 2));
        double[] shares = new double[DiffusionStudy.BINS];
        Arrays.fill(shares, 1.0 / shares.length);
        double[] ones = new double[unknown];
        Arrays.fill(ones, 2.19);
        return new DiffusionResult(
                StopReason.COMPLETED,
                (double) config.steps() * config.method().card().evaluations(),
                1,
                0.01,
                distance(config, replica),
                0.05 + 0.001 * replica,
                config.steps() <= 10 ? 0.2 : 0.0001 * (replica % 2),
                Doubles.of(new double[unknown]),
                Doubles.of(ones),
                Doubles.of(new double[unknown]),
                Doubles.of(ones),
                replaced ? 10 + 0.01 * replica : 1 + 0.01 * replica,
                pathError(config, replica),
                Doubles.of(shares),
                Doubles.of(shares),
                Doubles.of(tenths),
                Doubles.of(tenths),
                1.5,
                1.5,
                1e-3 + 1e-5 * replica,
                1e-2,
                0.001 * (replica % 2),
                0.01);
    }

    private static int[] rows(Story.Drawing drawing, String panel, String series, String kind) {
        return Planted.rows(drawing.data(), panel, series, kind);
    }

    private static double[] column(Story.Drawing drawing, String name, int... rows) {
        double[] all = drawing.data().doubles(name);
        return Arrays.stream(rows).mapToDouble(row -> all[row]).toArray();
    }

    private static Map<String, Claim> claims(Story.Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, claim -> claim));
    }

    /** The table of the notes stands on the lines. */
    @Test
    void theLinesOfTheSdesAreTheClosedForms() {
        int[] std = rows(sdes, "std", "sub-VP", "theory");
        double[] tau = column(sdes, "x", std);
        double[] value = column(sdes, "y", std);
        int tenth = IntStream.range(0, tau.length)
                .filter(k -> Math.abs(tau[k] - 0.1) < ROUNDING)
                .findFirst()
                .orElseThrow();
        assertThat(value[tenth]).isCloseTo(0.10371784, within(1e-6));
        int[] mean = rows(sdes, "mean", "VP", "theory");
        assertThat(column(sdes, "y", mean)[tau.length / 2]).isCloseTo(0.28118288, within(1e-6));
        assertThat(rows(sdes, "mean", "VE", "simulation")).hasSize(6);
        assertThat(rows(sdes, "mean", "VP", "simulation")).hasSize(10);
    }

    @Test
    void variancesAreThoseOfTheRuns() {
        assertThat(column(samples, "y", rows(samples, "variance", "flow", "simulation")))
                .containsExactly(2.19, 2.19, 2.19);
    }

    /** Numbers of the notes without any run: the planted ones do not reach them. */
    @Test
    void exactClaimsOfTheSdes() {
        Map<String, Claim> claims = claims(sdes);
        Map<String, Claim> exact = claims(samples);
        for (NamedDiffusion named : NamedDiffusion.values()) {
            for (String name : List.of("-prior", "-likelihood", "-likelihood-prior")) {
                assertThat(exact.get("diffusion-sdes-samples-" + named.key() + name)
                                .verdict())
                        .as(named.key() + name)
                        .isEqualTo(Claim.Verdict.REPRODUCED);
            }
        }
        assertThat(claims.get("diffusion-sdes-subvp-variance").measured().mean())
                .isCloseTo(0.1, within(ROUNDING));
        assertThat(claims.get("diffusion-sdes-vp-std-5").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
    }

    @Test
    void samplersShowThePlantedLaw() {
        int[] rows = rows(samplers, "methods", "Heun", "simulation");
        assertThat(column(samplers, "x", rows)).containsExactly(10, 20, 40, 80, 160, 320);
        double[] y = column(samplers, "y", rows);
        assertThat(y[0]).isCloseTo(0.45 * Math.sqrt(1.001), within(1e-4));
        int[] band = rows(samplers, "methods", "exact samples", "band");
        assertThat(column(samplers, "low", band)).containsExactly(0.05, 0.05);
        assertThat(column(samplers, "high", band)).containsExactly(0.061, 0.061);
        double[] corrected = column(samplers, "x", rows(samplers, "methods", "reverse SDE, corrected", "simulation"));
        assertThat(corrected).as("two evaluations a step").containsExactly(10, 20, 40, 80, 160, 320);
        int[] most = rows(scores, "exact", "predictor–corrector", "simulation");
        assertThat(column(scores, "x", most)).as("two evaluations a step").containsExactly(10, 20, 40, 80, 160, 320);
        assertThat(column(scores, "y", rows(scores, "corrections", "gain", "simulation"))[2])
                .isCloseTo(0.05 * 1.0005, within(ROUNDING));
    }

    @Test
    void claimsOfSamplersJudgeThePlantedNumbers() {
        Map<String, Claim> claims = claims(samplers);
        assertThat(claims.get("diffusion-samplers-order-ddim-0").measured().mean())
                .isCloseTo(1, within(ROUNDING));
        assertThat(claims.get("diffusion-samplers-order-flow-heun").measured().mean())
                .isCloseTo(2, within(ROUNDING));
        assertThat(claims.get("diffusion-samplers-corrector-ve").measured().mean())
                .isCloseTo(0.05 * 1.0005, within(ROUNDING));
        assertThat(claims(samples).get("diffusion-sdes-samples-ve-flow-50").verdict())
                .isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("diffusion-samplers-variance-flow-heun").verdict())
                .isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claims.get("diffusion-samplers-variance-ddim-0").verdict())
                .as("2.19 is the law's, not that of its steps")
                .isEqualTo(Claim.Verdict.NOT_REPRODUCED);
    }

    @Test
    void scoreSdeJudgesThePlantedNumbers() {
        Map<String, Claim> claims = claims(scores);
        assertThat(claims.get("score-sde-order-heun").measured().mean()).isCloseTo(2, within(ROUNDING));
        assertThat(claims.get("score-sde-likelihood-vp").measured().mean()).isCloseTo(1e-3 + 11e-5, within(1e-12));
        assertThat(claims.get("score-sde-hutchinson").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        Map<String, Claim> posteriors = claims(conditions);
        assertThat(posteriors.get("score-sde-conditions-known").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(posteriors.get("score-sde-conditions-replacement").verdict())
                .isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("score-sde-exact-falls").measured().mean())
                .as("that of the corrected, which falls least")
                .isCloseTo((0.1 - 1.0 / 160) * 1.0005, within(ROUNDING));
        assertThat(claims.get("score-sde-corrector-learned").measured().mean())
                .isCloseTo(0.05 * 1.0005, within(ROUNDING));
        Claim floor = claims.get("score-sde-exact-floor");
        assertThat(floor.measured().mean()).isCloseTo(0.00005, within(ROUNDING));
        assertThat(floor.verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claims.get("score-sde-exact-far").measured().mean()).isCloseTo(0.2, within(ROUNDING));
    }

    @Test
    void picturesShowKnownExactSampledAndReplaced() {
        for (String row : List.of("given", "exact mean", "part known", "part replaced")) {
            assertThat(rows(conditions, "pictures", row, "image")).as(row).hasSize(4);
        }
        String known = conditions.data().text(rows(conditions, "pictures", "given", "image")[0], "pixels");
        String exact = conditions.data().text(rows(conditions, "pictures", "exact mean", "image")[0], "pixels");
        assertThat(known).hasSize(128).isEqualTo(exact).endsWith("80".repeat(32));
    }

    @Test
    void tablesAreSmall() {
        for (Story.Drawing drawing : List.of(sdes, samples, samplers, scores, conditions)) {
            assertThat(drawing.data().csv().length()).isLessThan(drawing == sdes ? 700_000 : 150_000);
            assertThat(drawing.claims().stream().map(Claim::id)).doesNotHaveDuplicates();
        }
    }
}
