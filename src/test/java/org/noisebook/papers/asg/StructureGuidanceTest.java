package org.noisebook.papers.asg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.noisebook.papers.asg.StructureGuidance.Config;
import org.noisebook.papers.asg.StructureGuidance.Guide;
import org.noisebook.papers.asg.StructureGuidance.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.GaussianLaw;

/** Patches and their guidance, against independent code, samples and limits. */
class StructureGuidanceTest {
    private static final String SMALL = "side=16, patch=8, stride=4, block=4, length=6, lag=8, steps=6, samples=2";

    private static Config config(String... changes) {
        return new StructureGuidance().config(changes);
    }

    private static Result run(String changes) {
        return new StructureGuidance().run(changes, 1);
    }

    private static double[][] noise(Config c, int count) {
        Stream stream = Streams.of(4).at("noise");
        double[][] z = new double[c.inputs()][count];
        for (double[] row : z) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        return z;
    }

    /** Independent code in NumPy gave these relative errors of the covariance. */
    @Test
    void errorsAreThoseOfIndependentCode() {
        double[] own = {0.0707, 0.0716, 0.1113};
        double[] blocks = {0.0707, 0.1679, 0.6398};
        int[] ages = {0, 1, 10};
        for (int k = 0; k < 3; k++) {
            assertThat(run("stale=" + ages[k]).error()).isCloseTo(own[k], within(1e-4));
            assertThat(run("guide=blocks, stale=" + ages[k]).error()).isCloseTo(blocks[k], within(1e-4));
        }
        Result none = run("guide=none");
        assertThat(none.error()).isCloseTo(0.5418, within(1e-4));
        assertThat(none.far()).isCloseTo(0.02235, within(1e-5));
        assertThat(none.realFar()).isCloseTo(0.29205, within(1e-5));
    }

    /** The parallel run is its sequential order bit for bit, for every guide, age and number of axes. */
    @Test
    void threadsDoNotChangeABit() {
        for (Guide guide : Guide.values()) {
            for (String more :
                    new String[] {"stale=0", "stale=1", "stale=3", "axes=2, side=8, patch=4, stride=2, lag=4"}) {
                Config c = config(SMALL, "guide=" + guide.name().toLowerCase(Locale.ROOT), more);
                double[][] z = noise(c, 3);
                GuidedPatches sampler = new GuidedPatches(c);
                double[][] alone = sampler.run(z, 1);
                for (int threads : new int[] {2, 5}) {
                    assertThat(sampler.run(z, threads)).as("%s %s", guide, more).isDeepEqualTo(alone);
                }
                assertThat(z).as("noise is not modified").isDeepEqualTo(noise(c, 3));
            }
        }
    }

    /** Covariances of guided pixels within three standard errors of 20,000 sampled pictures. */
    @Test
    void theLawIsThatOfSampledPictures() {
        Config c = config(SMALL, "stale=2");
        GuidedPatches sampler = new GuidedPatches(c);
        double[][] exact =
                GaussianLaw.white(c.inputs(), 0).through(z -> sampler.run(z, 1)).covariance();
        int n = 20_000;
        double[][] x = sampler.run(noise(c, n), 1);
        for (int i = 0; i < 16; i += 5) {
            for (int j = 0; j <= i; j += 5) {
                double product = 0;
                for (int k = 0; k < n; k++) {
                    product += x[i][k] * x[j][k] / n;
                }
                double error = Math.sqrt((exact[i][i] * exact[j][j] + exact[i][j] * exact[i][j]) / n);
                assertThat(product).isCloseTo(exact[i][j], within(3 * error));
            }
        }
    }

    /** One patch of the whole picture samples the data in many steps; so does guidance by every single pixel. */
    @Test
    void theLimitsAreTheData() {
        String fine = ", side=16, length=6, lag=8, samples=1, steps=";
        assertThat(run("guide=none, patch=16, block=4" + fine + 1000).error()).isLessThan(0.01);
        assertThat(run("guide=own, patch=4, block=1" + fine + 1000).error()).isLessThan(0.01);
        assertThat(run("guide=none, patch=4, block=1" + fine + 100).error()).isGreaterThan(0.1);
    }

    /** Guidance fixes the block means: those of the result are the last ones told, in two dimensions too. */
    @Test
    void blockMeansAreThoseOfTheGuide() {
        Config c = config("axes=2, side=8, patch=4, stride=2, block=4, lag=4, steps=6, samples=2");
        Config single = config("axes=2, side=8, patch=8, block=4, guide=own, lag=4, steps=6, samples=2");
        double[][] z = noise(c, 2);
        double[][] one = new GuidedPatches(c).coarse(new GuidedPatches(c).run(z, 1));
        double[][] other = new GuidedPatches(single).coarse(new GuidedPatches(single).run(z, 1));
        for (int i = 0; i < 4; i++) {
            assertThat(one[i]).containsExactly(other[i], within(1e-12));
        }
    }

    @Test
    void blocksMustTile() {
        assertThatThrownBy(() -> config("block=5")).hasMessageContaining("block must divide side=64, got 5");
    }
}
