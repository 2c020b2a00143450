package org.noisebook.papers.variance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.data.Doubles;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Run;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.papers.goodseeds.SeedFrechetNull;
import org.noisebook.seeds.SeedCalibrationConfig;
import org.noisebook.seeds.SeedCalibrationResult;
import org.noisebook.seeds.SeedComparisonConfig;
import org.noisebook.seeds.SeedComparisonResult;
import org.noisebook.seeds.SeedPower;
import org.noisebook.seeds.generator.SeedFrechetConfig;
import org.noisebook.seeds.generator.SeedFrechetResult;

/** The figures of power and of Fréchet distances where runs follow planted laws. */
class SeedPowerFiguresTest {
    /** ±1 by replica. */
    private static int small(Run<?, ?> run) {
        return run.streams().replica() % 2 == 0 ? 1 : -1;
    }

    private static Map<String, Claim.Verdict> verdicts(Story.Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, Claim::verdict));
    }

    /** Exact powers and rates, or those of an effect and of rates off by a factor. */
    private static Record power(Run<?, ?> run, double effectFactor, double rateFactor) {
        if (run.config() instanceof SeedComparisonConfig config) {
            double effect = config.effect() * effectFactor;
            double paired = SeedPower.power(effect, config.seeds(), config.level());
            double unpaired = SeedPower.unpairedPower(effect, config.seeds(), config.level());
            int sets = config.dataSets();
            return new SeedComparisonResult((int) Math.round(paired * sets), 1, 1, (int) Math.round(unpaired * sets));
        }
        SeedCalibrationConfig config = (SeedCalibrationConfig) run.config();
        double reliability = config.seedStdDev() * config.seedStdDev() * 16;
        reliability /= 1 + reliability;
        double gain = 1 + 0.001 * small(run);
        return new SeedCalibrationResult(
                (int) Math.round(0.05 * rateFactor * config.dataSets()),
                (int) Math.round(0.04 * rateFactor * config.dataSets()),
                1,
                3,
                0.03 * rateFactor * (1 + 0.01 * small(run)),
                (int) Math.round((1 - 0.05 * rateFactor) * config.dataSets()),
                gain,
                reliability * gain,
                reliability * gain / rateFactor);
    }

    @Test
    void exactPowersAreReproduced() {
        Story.Drawing drawing = new SeedPowerFigure().draw(Preset.QUICK, Planted.runs(run -> power(run, 1, 1)));
        assertThat(verdicts(drawing))
                .hasSize(11)
                .allSatisfy((id, verdict) -> assertThat(verdict).as(id).isEqualTo(Claim.Verdict.REPRODUCED));
    }

    @Test
    void anEffectOrARateThatIsOffIsNotReproduced() {
        Story.Drawing drawing = new SeedPowerFigure().draw(Preset.QUICK, Planted.runs(run -> power(run, 0.7, 3)));
        assertThat(verdicts(drawing))
                .hasSize(11)
                .allSatisfy((id, verdict) -> assertThat(verdict).as(id).isEqualTo(Claim.Verdict.NOT_REPRODUCED));
    }

    @Test
    void crossingsLieBetweenWholeNumbersOfSeeds() {
        assertThat(SeedPower.crossing(0.5, 0.8, 0.05, 1)).isBetween(33.0, 34.0);
        assertThat(SeedPower.unpairedCrossing(0.5, 0.8, 0.05, 1)).isBetween(63.0, 64.0);
        assertThat(SeedPower.crossing(0.8, 0.8, 0.05, 45)).isBetween(31.0, 32.0);
    }

    /** Distances around their bias, 4 off the target; the worst of seeds is {@code spread} times the best, that of groups 3.4 times. */
    private static Record frechet(Run<?, ?> run, double scale, double spread) {
        SeedFrechetConfig config = (SeedFrechetConfig) run.config();
        int n = config.samples();
        double d = config.dimension();
        double bias = scale * (d / n + d * (d + 1) / (4 * (n - 1.0)));
        boolean drawn = config.regroupings() == 0;
        double wide =
                drawn ? 1.006 : config.seedShift() > 0 ? spread * 3.4 : config.targetOffset() > 0 ? 1.16 * scale : 3.4;
        double deviation = config.dimension() == 1 ? 0.00155 : 0.0281;
        double[] distances = new double[config.seeds()];
        Arrays.setAll(distances, s -> bias + scale * deviation * (s % 2 == 0 ? 1 : -1));
        if (config.targetOffset() > 0) {
            Arrays.fill(distances, 4);
        }
        double best = config.targetOffset() > 0 ? 4 : drawn ? bias : 0.066 * scale;
        distances[0] = best;
        distances[1] = best * wide;
        Arrays.sort(distances);
        double wobble = 1 + 0.002 * small(run);
        return new SeedFrechetResult(
                Doubles.of(Arrays.stream(distances).map(v -> v * wobble).toArray()), bias, deviation, 1, 3.4);
    }

    @Test
    void recordedDistancesAndAPlantedEffectAreReproduced() {
        Story.Drawing drawing = new SeedFrechetNull().draw(Preset.QUICK, Planted.runs(run -> frechet(run, 1, 2)));
        Map<String, Claim.Verdict> verdicts = verdicts(drawing);
        assertThat(verdicts).hasSize(13);
        assertThat(verdicts.get("seed-frechet-null-ratio-paper-size")).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        assertThat(verdicts.get("seed-frechet-null-bias")).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(verdicts.get("seed-frechet-null-planted")).isEqualTo(Claim.Verdict.REPRODUCED);
        assertThat(verdicts.get("seed-frechet-null-ratio-off-target")).isEqualTo(Claim.Verdict.REPRODUCED);
    }

    @Test
    void distancesThatAreOffAndSeedsThatAreGroupsAreNot() {
        Story.Drawing drawing = new SeedFrechetNull().draw(Preset.QUICK, Planted.runs(run -> frechet(run, 1.5, 0.4)));
        Map<String, Claim.Verdict> verdicts = verdicts(drawing);
        for (String id : List.of("mean", "std-dev", "min", "bias", "planted", "ratio-off-target")) {
            assertThat(verdicts.get("seed-frechet-null-" + id)).as(id).isEqualTo(Claim.Verdict.NOT_REPRODUCED);
        }
    }
}
