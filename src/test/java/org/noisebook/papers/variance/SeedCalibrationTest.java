package org.noisebook.papers.variance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.seeds.ExtremeNull;

class SeedCalibrationTest {
    private static final SeedCalibration STUDY = new SeedCalibration();

    private static SeedCalibration.Result small(String changes) {
        return STUDY.run("conditionStdDev=3, seeds=16, conditions=8, chosen=1, " + changes, 1);
    }

    /** Size of F, cover of the ICC and the law of gains, at 16 seeds and 8 conditions. */
    @Test
    void ratesAreThoseOfTheory() {
        int tables = 2000;
        SeedCalibration.Result nothing = small("splits=0, dataSets=2000");
        check("size of F", nothing.rejected(), 0.05, tables);
        check("cover without effect", nothing.covered(), 0.95, tables);
        // At most 5 % by Benjamini and Hochberg; centred t of 8 conditions are not exactly t, so a little more is let
        // pass.
        assertThat((double) nothing.withGolden() / tables).isBetween(0.02, 0.07);
        assertThat(nothing.falseDiscoveries()).isCloseTo((double) nothing.withGolden() / tables, within(1e-12));
        assertThat(nothing.heldOut()).isNaN();
        SeedCalibration.Result planted = small("splits=0, dataSets=2000, seedStdDev=0.7");
        check("cover of an effect", planted.covered(), 0.95, tables);
        assertThat(planted.rejected()).isGreaterThan(1900);
        assertThat(planted.golden()).isGreaterThan(5 * nothing.golden());
    }

    private static void check(String what, int found, double expected, int tables) {
        double error = StrictMath.sqrt(expected * (1 - expected) / tables);
        assertThat((double) found / tables)
                .as("%s, %d tables, 4 standard errors, false alarm 6e-5; finds a rate off by .03", what, tables)
                .isCloseTo(expected, within(4 * error));
    }

    /** Best of 16 on halves of 4: in sample √(V_S + V_E/4) √(15/16) E max, elsewhere V_S/(V_S + V_E/4) of it. */
    @Test
    void gainsAreThoseOfNormalEffects() {
        SeedCalibration.Result gains = small("seedStdDev=0.5, dataSets=400");
        double expected = StrictMath.sqrt(0.5 * 15 / 16) * ExtremeNull.expectedMax(16);
        // Standard deviation of one maximum 0.38, of one held-out gain 0.45; four errors of 400 tables.
        assertThat(gains.inSample())
                .as("400 tables, 4 standard errors, false alarm 6e-5; finds 8 %% off")
                .isCloseTo(expected, within(4 * 0.38 / StrictMath.sqrt(400)));
        assertThat(gains.heldOut())
                .as("400 tables, 4 standard errors, false alarm 6e-5; finds a shrinkage off by .08")
                .isCloseTo(0.5 * expected, within(4 * 0.45 / StrictMath.sqrt(400)));
        assertThat(gains.predicted()).isCloseTo(0.5 * expected, within(0.1));
    }
}
