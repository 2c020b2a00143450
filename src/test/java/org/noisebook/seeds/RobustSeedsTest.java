package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Recorded numbers: NumPy 1.26 and SciPy 1.11 in float64. */
class RobustSeedsTest {
    private static final double[][] Y = {
        {712, 655, 801, 590, 744, 688, 703},
        {698, 640, 790, 571, 735, 670, 695},
        {705, 652, 788, 580, 730, 684, 690},
        {690, 660, 770, 601, 720, 660, 711},
        {731, 676, 822, 604, 769, 705, 726},
        {700, 610, 830, 560, 750, 640, 720}
    };

    @Test
    void theRecordedTableGivesTheRecordedNumbers() {
        RobustSeeds seeds = RobustSeeds.of(SeedTable.of(Y), 9999, Streams.of(1).at("x"));
        double[] t = {2.064719, -7.564727, -1.340249, -1.082036, 14.415830, -.766043};
        double[] p1 = {.33801114, .00138580, .68605142, .68605142, .00004188, .68605142};
        double[] p2 = {.388, .0015, .754, .871, .00003, .965};
        for (int s = 0; s < t.length; s++) {
            assertThat(seeds.t().get(s)).isCloseTo(t[s], within(1e-6));
            assertThat(seeds.p1().get(s)).isCloseTo(p1[s], within(1e-8));
            // Four standard errors of 9999 shuffles.
            assertThat(seeds.p2().get(s)).isCloseTo(p2[s], within(0.02));
            assertThat(seeds.named(s, .05)).isEqualTo(s == 1 ? -1 : s == 4 ? 1 : 0);
        }
        assertThat(seeds.effectP()).isCloseTo(.0045779, within(1e-7));
        double[][] centred = SeedTable.of(Y).centred();
        double f = RobustSeeds.f(centred);
        assertThat(f).isCloseTo(5.0724613, within(1e-7));
        assertThat(RobustSeeds.degrees(centred, f)).containsExactly(new double[] {4.7276365, 12.6187318}, within(1e-6));
        assertThat(RobustSeeds.icc(centred)).containsExactly(new double[] {.0426959, .8304678}, within(1e-6));
    }

    @Test
    void unequalNoiseNamesFewSeeds() {
        int tables = 150;
        int named = 0;
        for (int k = 0; k < tables; k++) {
            Stream noise = Streams.of(7).withReplica(k).at("noise");
            double[][] y = new double[20][8];
            for (int s = 0; s < y.length; s++) {
                for (int c = 0; c < 8; c++) {
                    y[s][c] = (s % 4 == 0 ? 4 : 1) * noise.nextGaussian();
                }
            }
            RobustSeeds seeds = RobustSeeds.of(SeedTable.of(y), 199, noise);
            boolean any = false;
            for (int s = 0; s < y.length; s++) {
                any |= seeds.named(s, .05) != 0;
            }
            named += any ? 1 : 0;
        }
        assertThat(named)
                .as(
                        "tables of %d with a named seed, a quarter of the seeds at four times the noise, level .05: P(more than 18) = 2e-4; shuffled"
                                + " means name one in .37",
                        tables)
                .isBetween(0, 18);
    }
}
