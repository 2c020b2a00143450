package org.noisebook.papers.variance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.Claim;
import org.noisebook.experiment.Run;
import org.noisebook.figure.Planted;
import org.noisebook.figure.Preset;
import org.noisebook.figure.Story;
import org.noisebook.papers.variance.SeedPowerFigure.Config;
import org.noisebook.papers.variance.SeedPowerFigure.Result;
import org.noisebook.seeds.SeedPower;

/** The study, and the figure where runs follow planted laws. */
class SeedPowerFigureTest {
    private static final SeedPowerFigure FIGURE = new SeedPowerFigure();

    /** ±1 by replica. */
    private static int small(Run<?, ?> run) {
        return run.streams().replica() % 2 == 0 ? 1 : -1;
    }

    private static Map<String, Claim.Verdict> verdicts(Story.Drawing drawing) {
        return drawing.claims().stream().collect(Collectors.toMap(Claim::id, Claim::verdict));
    }

    /** Exact powers and rates, or those of an effect and of rates off by a factor. */
    private static Record power(Run<?, ?> run, double effectFactor, double rateFactor) {
        if (run.config() instanceof Config compared) {
            double effect = compared.effect() * effectFactor;
            double paired = SeedPower.power(effect, compared.seeds(), compared.level());
            double unpaired = SeedPower.unpairedPower(effect, compared.seeds(), compared.level());
            int sets = compared.dataSets();
            return new Result((int) Math.round(paired * sets), 1, 1, (int) Math.round(unpaired * sets));
        }
        SeedCalibration.Config config = (SeedCalibration.Config) run.config();
        double reliability = config.seedStdDev() * config.seedStdDev() * 16;
        reliability /= 1 + reliability;
        double gain = 1 + 0.001 * small(run);
        return new SeedCalibration.Result(
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
        Story.Drawing drawing = FIGURE.story().draw(Preset.QUICK, Planted.runs(run -> power(run, 1, 1)));
        assertThat(verdicts(drawing))
                .hasSize(11)
                .allSatisfy((id, verdict) -> assertThat(verdict).as(id).isEqualTo(Claim.Verdict.REPRODUCED));
    }

    @Test
    void anEffectOrARateThatIsOffIsNotReproduced() {
        Story.Drawing drawing = FIGURE.story().draw(Preset.QUICK, Planted.runs(run -> power(run, 0.7, 3)));
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

    /** Exact power of both t tests, exact size of the three tests of differences. */
    @Test
    void ratesAreTheExactOnes() {
        int sets = 4000;
        String nine = "seeds=9, correlation=0.6, dataSets=4000, effect=";
        Result planted = FIGURE.run(nine + 0.9, 1);
        Result none = FIGURE.run(nine + 0, 1);
        double difference = 0.9 * StrictMath.sqrt(2 * 0.4);
        check("paired", planted.paired(), SeedPower.power(0.9, 9, 0.05), sets);
        check("unpaired", planted.unpaired(), SeedPower.unpairedPower(difference, 9, 0.05), sets);
        check("size of t", none.paired(), 0.05, sets);
        check("size of flips", none.signFlip(), 12 / 256.0, sets);
        check("size of ranks", none.wilcoxon(), 10 / 256.0, sets);
        assertThat(planted.signFlip()).isGreaterThan(planted.wilcoxon());
    }

    private static void check(String what, int found, double expected, int sets) {
        double error = StrictMath.sqrt(expected * (1 - expected) / sets);
        assertThat((double) found / sets)
                .as("%s, %d sets, 4 standard errors, false alarm 6e-5; finds a rate off by %.3f", what, sets, 6 * error)
                .isCloseTo(expected, within(4 * error));
    }
}
