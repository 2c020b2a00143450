package org.noisebook.figure.regime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.regime.XorGrokkingConfig;
import org.noisebook.regime.XorGrokkingResult;
import org.noisebook.stats.Estimate;

/** The figure where test accuracy at the end follows a planted law of signal and step size. */
class XorGrokkingTest {
    private static final double ROUNDING = 1e-12;
    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = new XorGrokking().draw(Preset.QUICK, Planted.experiment(XorGrokkingTest::planned));
    }

    /** Half to one with the signal, less for larger steps; replicas 0.001 apart. */
    private static double planted(XorGrokkingConfig config, int replica) {
        double signal = config.signalRatio() / (1 + config.signalRatio());
        return 0.5 + 0.5 * signal / (1 + config.relativeStep() / 1000) + 0.001 * (replica % 2);
    }

    private static Record planned(Record run, int replica) {
        XorGrokkingConfig config = (XorGrokkingConfig) run;
        double end = planted(config, replica);
        double[] course = new double[config.steps() + 1];
        Arrays.setAll(course, step -> 0.4 + 0.01 * step + 0.001 * (replica % 2));
        double[] flat = course.clone();
        Arrays.fill(flat, 0.6);
        return new XorGrokkingResult(
                StopReason.COMPLETED,
                0.15,
                0.9,
                0.5,
                0.96 + 0.001 * (replica % 2),
                1,
                0.85,
                end,
                Doubles.of(flat),
                Doubles.of(flat),
                Doubles.of(flat),
                Doubles.of(course),
                Doubles.of(flat),
                Doubles.of(flat),
                Doubles.of(flat),
                Doubles.of(flat),
                Doubles.of(flat));
    }

    private static int[] rows(String panel, String series, String kind) {
        return Planted.rows(drawing.data(), panel, series, kind);
    }

    @Test
    void coursesShowEveryStepFromTheFirst() {
        int[] rows = rows("steps", "fresh points", "simulation");
        assertThat(rows).hasSize(30);
        for (int k = 0; k < rows.length; k++) {
            assertThat(drawing.data().doubles("x")[rows[k]]).isEqualTo(k + 1);
            assertThat(drawing.data().doubles("y")[rows[k]]).isCloseTo(0.4005 + 0.01 * (k + 1), within(ROUNDING));
            assertThat(drawing.data().text(rows[k], "n")).isEqualTo("32");
        }
    }

    @Test
    void sweepsShowThePlantedLawInAscendingOrder() {
        XorGrokkingConfig main = XorGrokkingConfig.standard();
        int[] signal = rows("signal", "fresh points", "simulation");
        assertThat(signal).hasSize(8);
        double previous = 0;
        for (int row : signal) {
            double x = drawing.data().doubles("x")[row];
            assertThat(x).isGreaterThan(previous);
            previous = x;
            assertThat(drawing.data().doubles("y")[row])
                    .isCloseTo(0.5005 + 0.5 * x / (1 + x) / 1.001, within(ROUNDING));
            boolean isMain = Math.abs(x - main.signalRatio()) < ROUNDING;
            assertThat(drawing.data().text(row, "n")).isEqualTo(isMain ? "32" : "8");
        }
    }

    @Test
    void chanceIsOneHalf() {
        assertThat(Arrays.stream(rows("steps", "chance", "theory"))
                        .mapToDouble(row -> drawing.data().doubles("y")[row]))
                .hasSize(30)
                .containsOnly(0.5);
    }

    /** Training accuracy is 1 in all runs. */
    @Test
    void sharesThatAreAllOneHaveAnInterval() {
        int points = XorGrokkingConfig.standard().trainSize();
        for (int row : rows("flip", "training labels", "simulation")) {
            int replicas = Integer.parseInt(drawing.data().text(row, "n"));
            assertThat(drawing.data().doubles("y")[row]).isEqualTo(1);
            assertThat(drawing.data().doubles("high")[row]).isEqualTo(1);
            assertThat(drawing.data().doubles("low")[row])
                    .isEqualTo(Estimate.ofProportion(replicas * points, replicas * points)
                            .low());
        }
    }

    @Test
    void claimsJudgeThePlantedNumbers() {
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, claim -> claim));
        assertThat(claims).hasSize(16);
        assertVerdict(claims, "first-train", 0.9, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "first-test", 0.5, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "first-linear", 0.9605, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "last-train", 1, Claim.Verdict.REPRODUCED);
        assertThat(claims.get("xor-grokking-last-train").measured()).isEqualTo(Estimate.ofProportion(32, 32));
        assertVerdict(claims, "last-clean", 0.85, Claim.Verdict.REPRODUCED);
        XorGrokkingConfig main = XorGrokkingConfig.standard();
        assertVerdict(claims, "last-test", planted(main, 0) + 0.0005, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "flip-35", planted(main, 0) + 0.0005, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "flip-45", planted(main, 0) + 0.0005, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "flip-0-first", 0, Claim.Verdict.REPRODUCED);
        assertThat(claims.get("xor-grokking-flip-0-first-less-25").measured().mean())
                .isZero();
        assertVerdict(claims, "control", 0.5005 + 0.05 / 1.1 / 1.001, Claim.Verdict.REPRODUCED);
    }

    private static void assertVerdict(Map<String, Claim> claims, String name, double mean, Claim.Verdict verdict) {
        Claim claim = claims.get("xor-grokking-" + name);
        assertThat(claim.measured().mean()).as(name).isCloseTo(mean, within(ROUNDING));
        assertThat(claim.verdict()).as(name).isEqualTo(verdict);
    }
}
