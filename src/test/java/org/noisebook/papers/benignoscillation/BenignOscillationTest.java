package org.noisebook.papers.benignoscillation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
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
import org.noisebook.sgd.BenignOscillationConfig;
import org.noisebook.sgd.BenignOscillationResult;
import org.noisebook.sgd.FeatureOscillationConfig;
import org.noisebook.sgd.FeatureOscillationResult;
import org.noisebook.sgd.FeatureOscillationRules;
import org.noisebook.stats.Estimate;

/** The figure where residuals, weak weights and accuracies follow planted laws of config and replica. */
class BenignOscillationTest {
    /** Numbers are plotted to six digits. */
    private static final double SIX_DIGITS = 1e-6;

    private static final int REPLICAS = 32;
    /** Replicas of the rates 5.5 and 6 that diverge. */
    private static final int DIVERGING = 8;

    private static final double DIVERGING_FROM = 5.25;
    private static Story.Drawing drawing;

    @BeforeAll
    static void drawOnce() {
        drawing = new BenignOscillation().draw(Preset.QUICK, Planted.experiment(new Plan()::of));
    }

    /** Half of the replicas are a little off. */
    private static double off(int replica) {
        return 1e-4 * (replica % 2);
    }

    private static double residual(double rate, int replica) {
        return rate == 0.4 ? 1e-10 : rate / 6 - 0.0167 + off(replica);
    }

    private static double square(double rate, int replica) {
        double jensen = rate < 0.65 ? 0.9 : 0.7;
        return rate == 0.4 ? 1e-20 : residual(rate, replica) / rate / jensen;
    }

    private static FeatureOscillationResult features(FeatureOscillationConfig config, int replica) {
        double rate = config.learningRate();
        double start = 1e-3 * (replica % 2 == 0 ? 1 : 4);
        double[] course = new double[config.steps() / config.recordEvery() + 1];
        Arrays.setAll(course, k -> start * Math.exp(rate > 0.5 ? 0.2 * k : 0));
        return new FeatureOscillationResult(
                StopReason.COMPLETED,
                residual(rate, replica),
                square(rate, replica),
                0,
                1,
                0.3 + off(replica),
                Doubles.of(course));
    }

    private static double accuracy(BenignOscillationConfig config, int replica) {
        if (config.noiseNorm() < 0.1) {
            return config.testNoiseNorm() < 0.1 ? 1 : 0.8 + 0.02 * config.learningRate() + off(replica);
        }
        return config.learningRate() / config.width() < 0.51 ? 0.6 + off(replica) : 0.95 + off(replica);
    }

    private static BenignOscillationResult network(BenignOscillationConfig config, int replica) {
        boolean isLost = config.width() == 8 && config.learningRate() > DIVERGING_FROM && replica < DIVERGING;
        double none = Double.NaN;
        double[] strong = new double[config.steps() / config.recordEvery() + 1];
        Arrays.setAll(strong, k -> config.learningRate() + 0.001 * k + off(replica));
        double[] weak = Arrays.stream(strong).map(value -> value / 10).toArray();
        if (isLost) {
            return new BenignOscillationResult(
                    StopReason.DIVERGED,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    none,
                    Doubles.of(strong),
                    Doubles.of(weak),
                    Doubles.of(weak));
        }
        double residual = 0.08 + off(replica);
        double square = residual / (config.learningRate() / config.width()) / 1.2;
        return new BenignOscillationResult(
                StopReason.COMPLETED,
                0.1,
                1,
                accuracy(config, replica),
                residual,
                square,
                none,
                none,
                none,
                Doubles.of(strong),
                Doubles.of(weak),
                Doubles.of());
    }

    private static final class Plan {
        Record of(Record run, int replica) {
            return run instanceof FeatureOscillationConfig config
                    ? features(config, replica)
                    : network((BenignOscillationConfig) run, replica);
        }
    }

    private static int[] rows(String panel, String series, String kind) {
        return Planted.rows(drawing.data(), panel, series, kind);
    }

    private static double number(String column, int row) {
        return drawing.data().doubles(column)[row];
    }

    /** Geometric means, and the law from the first of them on. */
    @Test
    void weakWeightsAreGeometricMeans() {
        int[] points = rows("weak weight", "η = 0.6", "simulation");
        int[] law = rows("weak weight", "η = 0.6", "anchored");
        assertThat(points).hasSize(21).hasSameSizeAs(law);
        assertThat(rows("weak weight", "η = 0.4", "anchored")).isEmpty();
        for (int row : points) {
            double x = number("x", row);
            assertThat(number("y", row)).isCloseTo(2e-3 * Math.exp(0.2 * x / 500), within(1e-5 * number("y", row)));
        }
        assertThat(number("x", points[0])).isEqualTo(500);
        assertThat(number("y", law[0])).isEqualTo(number("y", points[0]));
        double first = 1e-3 * Math.exp(0.2);
        double even = FeatureOscillationRules.weak(0.1, 0.6, first, 5500);
        double odd = FeatureOscillationRules.weak(0.1, 0.6, 4 * first, 5500);
        assertThat(number("x", law[6])).isEqualTo(6000);
        assertThat(number("y", law[6])).isCloseTo(Math.sqrt(even * odd), within(SIX_DIGITS));
    }

    @Test
    void accuraciesStandOverTheBorderAndDivergingRatesHaveNone() {
        int[] narrow = rows("accuracy", "noisy, m = 8", "simulation");
        assertThat(narrow).hasSize(9);
        for (int row : narrow) {
            double rate = 4 * number("x", row);
            if (rate > DIVERGING_FROM) {
                assertThat(number("y", row)).isNaN();
                assertThat(drawing.data().text(row, "fitted")).isEqualTo("24");
                assertThat(drawing.data().text(row, "diverged")).isEqualTo("8");
            } else {
                assertThat(number("y", row)).isCloseTo((rate < 4.1 ? 0.6 : 0.95) + 5e-5, within(SIX_DIGITS));
            }
        }
        int[] wide = rows("accuracy", "noisy, m = 16", "simulation");
        assertThat(wide).hasSize(5);
        assertThat(number("x", wide[4])).isEqualTo(1.25);
        assertThat(number("y", wide[4])).isCloseTo(0.95005, within(SIX_DIGITS));
        int[] mixed = rows("accuracy", "in training only", "simulation");
        assertThat(number("y", mixed[0])).isCloseTo(0.81005, within(SIX_DIGITS));
    }

    /** Wilson over all test points, to six digits. */
    @Test
    void accuraciesThatAreAllOneHaveAnInterval() {
        for (int row : rows("accuracy", "little noise", "simulation")) {
            assertThat(number("y", row)).isEqualTo(1);
            assertThat(number("high", row)).isEqualTo(1);
            assertThat(number("low", row))
                    .isCloseTo(Estimate.ofProportion(32_000, 32_000).low(), within(SIX_DIGITS));
        }
    }

    @Test
    void claimsJudgeThePlantedNumbers() {
        Map<String, Claim> claims = drawing.claims().stream().collect(Collectors.toMap(Claim::id, claim -> claim));
        assertThat(claims).hasSize(23);
        assertVerdict(claims, "jensen-0.56", 0.9, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "jensen-0.6", 0.9, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "jensen-0.7", 0.7, Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "cycle", 0.08335, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "stable", 1e-10, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "gain", Math.exp(1.6), Claim.Verdict.NOT_REPRODUCED);
        assertVerdict(claims, "limit", 0.30005, Claim.Verdict.NOT_REPRODUCED);
        for (String rate : List.of("0.5", "1", "2", "3")) {
            assertVerdict(claims, "small-" + rate, 0.60005, Claim.Verdict.REPRODUCED);
            assertVerdict(claims, "control-" + rate, 1, Claim.Verdict.REPRODUCED);
            double mixed = 0.80005 + 0.02 * Double.parseDouble(rate);
            assertVerdict(claims, "mixed-" + rate, mixed, Claim.Verdict.NOT_REPRODUCED);
        }
        assertVerdict(claims, "large", 0.95005, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "wide-small", 0.60005, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "wide-large", 0.95005, Claim.Verdict.REPRODUCED);
        assertVerdict(claims, "network-jensen", 1.2, Claim.Verdict.NOT_REPRODUCED);
        assertThat(claims.values())
                .allSatisfy(claim -> assertThat(claim.measured().n()).isEqualTo(REPLICAS));
    }

    private static void assertVerdict(Map<String, Claim> claims, String name, double mean, Claim.Verdict verdict) {
        Claim claim = claims.get("benign-oscillation-" + name);
        assertThat(claim.measured().mean()).as(name).isCloseTo(mean, within(1e-12));
        assertThat(claim.verdict()).as(name).isEqualTo(verdict);
    }
}
