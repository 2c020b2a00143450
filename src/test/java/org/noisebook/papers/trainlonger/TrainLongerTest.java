package org.noisebook.papers.trainlonger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.model.StopReason;
import org.noisebook.sgd.SinaiWalkConfig;
import org.noisebook.sgd.SinaiWalkResult;
import org.noisebook.sgd.SinaiWalkStudy;
import org.noisebook.sgd.TrainLongerConfig;
import org.noisebook.sgd.TrainLongerResult;
import org.noisebook.stats.Estimate;

/** The figure where accuracies, distances and displacements follow planted laws. */
class TrainLongerTest {
    /** Six digits of numbers of order 1. */
    private static final double SIX_DIGITS = 2e-6;

    private static final double ROUNDING = 1e-9;
    private static final String LONGER = "B = 1024, longer";

    /** Plants; with {@code broken} the last replica of the longer run diverges. */
    private record Plan(boolean broken) {
        Record of(Record config, int replica) {
            return config instanceof TrainLongerConfig training
                    ? trained(training, replica)
                    : walked((SinaiWalkConfig) config, replica);
        }

        private TrainLongerResult trained(TrainLongerConfig config, int replica) {
            boolean small = config.batchSize() == 32;
            boolean longer = config.updates() == 1500 && !small;
            double[] step =
                    IntStream.rangeClosed(1, config.updates()).asDoubleStream().toArray();
            double[] distance = Arrays.stream(step)
                    .map(t -> replica + (small ? 1 + 0.5 * Math.sqrt(t) : 2 + 3 * Math.log(t)))
                    .toArray();
            if (broken && longer && replica == 4) {
                return new TrainLongerResult(
                        StopReason.DIVERGED,
                        Double.NaN,
                        Double.NaN,
                        Double.NaN,
                        Doubles.of(step),
                        Doubles.of(new double[step.length]));
            }
            return new TrainLongerResult(
                    StopReason.COMPLETED,
                    accuracy(config) + 0.001 * replica,
                    1,
                    0.1,
                    Doubles.of(step),
                    Doubles.of(distance));
        }

        private static double accuracy(TrainLongerConfig config) {
            if (config.batchSize() == 32) {
                return 0.84;
            }
            if (config.updates() == 1500) {
                return config.ghostBatch() > 0 ? 0.845 : 0.835;
            }
            if (config.ghostBatch() == 1024) {
                return 0.825;
            }
            return config.ghostBatch() > 0 ? 0.82 : config.learningRate() > 0.1 ? 0.81 : 0.8;
        }

        /** An exponent 1.8, prefactors of ⟨x²⟩ 0.9 and 1.1 in turn. */
        private static SinaiWalkResult walked(SinaiWalkConfig config, int replica) {
            double[] time = config.timeGrid();
            double[] square = Arrays.stream(time)
                    .map(t -> (replica % 2 == 0 ? 0.9 : 1.1) * Math.pow(Math.log(t), 3.6))
                    .toArray();
            return new SinaiWalkResult(1, Doubles.of(time), Doubles.of(square));
        }
    }

    private static Story.Drawing draw(Preset preset, boolean broken) {
        return new TrainLonger().draw(preset, Planted.experiment(new Plan(broken)::of));
    }

    private static final Story.Drawing DRAWING = draw(Preset.QUICK, false);

    private static int[] rows(Story.Drawing drawing, String panel, String series) {
        return Planted.rows(drawing.data(), panel, series);
    }

    private static double[] column(Story.Drawing drawing, String panel, String series, String column) {
        return Planted.column(drawing.data(), column, panel, series);
    }

    private static Map<String, Claim> claims(Story.Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, claim -> claim));
    }

    private static void assertClaim(String id, double mean, Claim.Verdict verdict) {
        Claim claim = claims(DRAWING).get("train-longer-" + id);
        assertThat(claim.measured().mean()).as(id).isCloseTo(mean, within(ROUNDING));
        assertThat(claim.verdict()).as(id).isEqualTo(verdict);
    }

    @Test
    void walksArePooledBeforeTheRoot() {
        assertThat(claims(DRAWING).get("train-longer-sinai").measured().mean()).isCloseTo(1.8, within(ROUNDING));
        double last = 30 * Math.log(10);
        assertThat(claims(DRAWING)
                        .get("train-longer-sinai-prefactor")
                        .measured()
                        .mean())
                .isCloseTo(4 * Math.pow(last, -0.2), within(5e-3));
        assertThat(claims(DRAWING).get("train-longer-sinai-prefactor").expected())
                .isEqualTo(SinaiWalkStudy.LIMIT);
    }

    @Test
    void distancesAreThoseOfTheHighRatePhase() {
        double[] x = column(DRAWING, "distance", LONGER, "x");
        double[] y = column(DRAWING, "distance", LONGER, "y");
        assertThat(x[0]).isEqualTo(10);
        assertThat(x[1]).isEqualTo(13);
        assertThat(x[x.length - 1]).isBetween(748.0, 750.0);
        for (int k = 0; k < x.length; k++) {
            assertThat(y[k]).isCloseTo(4 + 3 * Math.log(x[k]), within(1e-4));
        }
        assertThat(column(DRAWING, "distance", "B = 32", "y")[0]).isCloseTo(3 + 0.5 * Math.sqrt(10), within(1e-5));
        double[] log = column(DRAWING, "distance", LONGER + ", a + b ln t", "y");
        for (int k = 0; k < x.length; k++) {
            assertThat(log[k]).as("planted").isCloseTo(y[k], within(1e-4));
        }
        assertClaim("log", 1, Claim.Verdict.REPRODUCED);
        assertThat(claims(DRAWING).get("train-longer-log").statement())
                .contains("updates 10 to 750, records evenly in ln t, mean over replicas");
    }

    /** Planted: ln t for the large batch, √t for the small. */
    @Test
    void theRightLawLeavesNothing() {
        assertThat(column(DRAWING, "ln t", LONGER, "y"))
                .hasSizeGreaterThan(10)
                .containsOnly(new double[] {0}, within(1e-4));
        assertThat(column(DRAWING, "√t", "B = 32", "y"))
                .hasSizeGreaterThan(10)
                .containsOnly(new double[] {0}, within(1e-4));
        assertThat(column(DRAWING, "√t", LONGER, "y")[0]).isLessThan(-1);
        assertThat(column(DRAWING, "ln t", "B = 32", "y")[0]).isGreaterThan(0.2);
    }

    @Test
    void accuraciesHoldTheSamplingErrorOfTheTestSet() {
        double[] y = column(DRAWING, "accuracy", "accuracy", "y");
        assertThat(y).containsExactly(new double[] {0.842, 0.802, 0.812, 0.827, 0.822, 0.837}, within(SIX_DIGITS));
        Estimate small =
                Estimate.ofMean(0.84, 0.841, 0.842, 0.843, 0.844).withError(Math.sqrt(0.842 * (1 - 0.842) / 6000));
        assertThat(column(DRAWING, "accuracy", "accuracy", "low")[0]).isCloseTo(small.low(), within(SIX_DIGITS));
        assertThat(DRAWING.caption()).contains("6000 test images", "47 updates", "5 replicas");
        assertThat(DRAWING.replicas()).startsWith("5 and 16");
        assertClaim("small-accuracy", 0.842, Claim.Verdict.REPRODUCED);
        double sampling = 0.842 * (1 - 0.842) / 6000;
        double variance = 0.0012 * 0.0012;
        assertThat(claims(DRAWING).get("train-longer-small-accuracy").windowHigh())
                .as("sampling and the spread of one run there, the planned error of the mean of five here")
                .isCloseTo(0.842 + 3.3 * Math.sqrt(sampling + variance + 0.01076 * 0.01076 / 5), within(ROUNDING));
    }

    @Test
    void gapsAreSharesOfTheirMeans() {
        assertClaim("gap", 0.04, Claim.Verdict.REPRODUCED);
        assertClaim("closed", 0.875, Claim.Verdict.REPRODUCED);
        assertThat(DRAWING.claims()).hasSize(14);
    }

    @Test
    void ghostBatchesAreComparedWithNormalisationOfTheWholeBatch() {
        assertClaim("normalised-47", 0.015, Claim.Verdict.REPRODUCED);
        assertClaim("ghost-adds-94", -0.005, Claim.Verdict.NOT_REPRODUCED);
    }

    /** Planted: ln t for the large batch, √t for the small. */
    @Test
    void thePowerOfTheDistanceIsFound() {
        assertThat(claims(DRAWING).get("train-longer-root-small").measured().mean())
                .isCloseTo(0.5, within(1e-6));
        assertThat(claims(DRAWING)
                        .get("train-longer-logarithm-longer")
                        .measured()
                        .mean())
                .isCloseTo(0, within(1e-6));
        assertThat(claims(DRAWING).get("train-longer-root-longer").verdict()).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
    }

    @Test
    void theFullPresetHasBothCuresTogether() {
        Story.Drawing full = draw(Preset.FULL, false);
        assertThat(column(full, "accuracy", "accuracy", "y")).hasSize(7);
        assertThat(claims(full).get("train-longer-closed-ghost").measured().mean())
                .isCloseTo(1.125, within(ROUNDING));
        assertThat(full.caption()).contains("both: ghost and longer");
    }

    @Test
    void aRunThatDivergedLeavesItsPointsAndClaimsEmpty() {
        Story.Drawing broken = draw(Preset.QUICK, true);
        assertThat(column(broken, "distance", LONGER, "y")).containsOnly(Double.NaN);
        assertThat(rows(broken, "distance", LONGER + ", a + b ln t")).isEmpty();
        assertThat(column(broken, "accuracy", "accuracy", "diverged")).containsExactly(0, 0, 0, 0, 0, 1);
        assertThat(claims(broken).get("train-longer-closed").verdict()).isEqualTo(Claim.Verdict.NOT_RESOLVED);
        assertThat(claims(broken).get("train-longer-gap").verdict()).isEqualTo(Claim.Verdict.REPRODUCED);
    }
}
