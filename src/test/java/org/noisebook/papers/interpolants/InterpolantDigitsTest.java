package org.noisebook.papers.interpolants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.stats.Estimate;

/** The figure of planted samples: noise helps the class and harms the distance, and one digit is rare. */
class InterpolantDigitsTest {
    private static final double ROUNDING = 1e-5;
    private static final int REPLICAS = 4;
    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = draw(false);
    }

    private static Story.Drawing draw(boolean diverged) {
        return new InterpolantDigits().draw(Preset.QUICK, Planted.experiment((config, replica) -> {
            InterpolantPicturesStudy.Result result = planted((InterpolantPicturesStudy.Config) config, replica);
            return diverged && replica == REPLICAS - 1 ? lost(result) : result;
        }));
    }

    /** Pixels of sample k are all its class, scaled so that 0 is white and 9 black; neighbours are black. */
    private static InterpolantPicturesStudy.Result planted(InterpolantPicturesStudy.Config config, int replica) {
        int size = config.field().dimension();
        double[] pixels = new double[100 * size];
        double[] nearest = new double[pixels.length];
        Arrays.fill(nearest, 1);
        Arrays.setAll(pixels, i -> i / size % 10 / 4.5 - 1);
        double[] shown = new double[10];
        Arrays.fill(shown, 0.106);
        shown[7] = 0.046;
        double[] even = new double[10];
        Arrays.fill(even, 0.1);
        double[] distances = new double[config.particles()];
        Arrays.fill(distances, 3);
        double[] unseen = new double[597];
        Arrays.fill(unseen, 2);
        return new InterpolantPicturesStudy.Result(
                StopReason.COMPLETED,
                1,
                588.0 / 597,
                config.conditional() ? 0.95 + 0.01 * config.diffusion() + 0.001 * replica : Double.NaN,
                Doubles.of(shown),
                Doubles.of(even),
                2.2,
                2,
                0.9 + 0.01 * replica,
                0.5 + 0.1 * config.diffusion() + 0.02 * replica,
                0.4,
                100,
                Doubles.of(distances),
                Doubles.of(unseen),
                Doubles.of(pixels),
                Doubles.of(nearest));
    }

    private static InterpolantPicturesStudy.Result lost(InterpolantPicturesStudy.Result result) {
        double[] none = new double[0];
        double nan = Double.NaN;
        return new InterpolantPicturesStudy.Result(
                StopReason.DIVERGED,
                0,
                result.classifierAccuracy(),
                nan,
                Doubles.of(none),
                result.seenShares(),
                nan,
                2,
                nan,
                nan,
                0.4,
                0,
                Doubles.of(none),
                result.unseenDistances(),
                Doubles.of(none),
                Doubles.of(none));
    }

    private static int[] rows(Story.Drawing from, String panel, String series) {
        return Planted.rows(from.data(), panel, series);
    }

    @Test
    void aClassIsAColumnAndNeighboursStandBelow() {
        int[] all = rows(drawing, "classes", "");
        assertThat(all).hasSize(100);
        String level = String.format("%02x", Math.round(255 * 7 / 9.0));
        for (int row : all) {
            assertThat(drawing.data().text(row, "pixels").equals(level.repeat(64)))
                    .isEqualTo(drawing.data().doubles("x")[row] == 7);
        }
        int[] seen = rows(drawing, "neighbours", "seen");
        assertThat(seen).hasSize(32);
        assertThat(drawing.data().text(seen[0], "pixels")).isEqualTo("ff".repeat(64));
        assertThat(drawing.data().doubles("y")[seen[0]]).isEqualTo(1);
        assertThat(drawing.data().doubles("y")[rows(drawing, "neighbours", "drawn")[8]])
                .isEqualTo(2);
    }

    @Test
    void sharesCarryWilsonsIntervalOverAllSamples() {
        Estimate rarest = drawing.claims().stream()
                .filter(claim -> claim.id().equals("interpolant-digits-shares-least-flow"))
                .findFirst()
                .orElseThrow()
                .measured();
        Estimate expected = Estimate.ofProportion(Math.round(0.046 * 600 * REPLICAS), 600 * REPLICAS)
                .times(10);
        assertThat(rarest.mean()).isCloseTo(expected.mean(), within(ROUNDING));
        assertThat(rarest.low()).isCloseTo(expected.low(), within(ROUNDING));
        assertThat(rarest.high()).isCloseTo(expected.high(), within(ROUNDING));
    }

    @Test
    void distancesAreCountedFromBelow() {
        int[] samples = rows(drawing, "distances", "drawn, flow");
        int[] unseen = rows(drawing, "distances", "unseen");
        for (int k = 0; k < samples.length; k++) {
            double d = drawing.data().doubles("x")[samples[k]];
            assertThat(drawing.data().doubles("y")[samples[k]]).isEqualTo(d > 3 ? 1 : 0);
            assertThat(drawing.data().doubles("y")[unseen[k]]).isEqualTo(d > 2 ? 1 : 0);
        }
    }

    @Test
    void claimsJudgeThePlantedSamples() {
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, Function.identity()));
        assertThat(claims).hasSize(16);
        assertThat(claims.get("interpolant-digits-class-flow").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claims.get("interpolant-digits-shares-least-flow").verdict()).isEqualTo(Claim.Verdict.NOT_RESOLVED);
        assertThat(claims.get("interpolant-digits-shares-least-flow").measured().mean())
                .isCloseTo(0.46, within(0.002));
        assertThat(claims.get("interpolant-digits-shares-most-noisy").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(claims.get("interpolant-digits-distance-flow").measured().mean())
                .isCloseTo(1.1, within(1e-12));
        assertThat(claims.get("interpolant-digits-seen-noisy").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("interpolant-digits-noise-distance").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.get("interpolant-digits-noise-distance").measured().mean())
                .isCloseTo(0.1, within(1e-12));
        assertThat(claims.get("interpolant-digits-noise-class").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
    }

    /** A training that diverged leaves no mean and no verdict. */
    @Test
    void aLostTrainingIsShown() {
        Story.Drawing some = draw(true);
        int[] rows = rows(some, "diffusions", "drawn");
        assertThat(some.data().text(rows[0], "diverged")).isEqualTo("1");
        assertThat(some.data().doubles("y")[rows[0]]).isNaN();
        assertThat(some.claims())
                .filteredOn(claim -> claim.id().startsWith("interpolant-digits-noise")
                        || claim.id().startsWith("interpolant-digits-shares"))
                .hasSize(6)
                .allMatch(claim -> claim.verdict() == Claim.Verdict.NOT_RESOLVED);
    }
}
