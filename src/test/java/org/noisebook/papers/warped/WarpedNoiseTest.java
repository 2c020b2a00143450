package org.noisebook.papers.warped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.linalg.Dot;
import org.noisebook.linalg.PixelMap.Motion;
import org.noisebook.papers.warped.WarpedNoise.Config;
import org.noisebook.papers.warped.WarpedNoise.Exact;
import org.noisebook.papers.warped.WarpedNoise.Result;
import org.noisebook.papers.warped.WarpedNoise.Warp;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Sampled films beside their exact law, and absurd motions. */
class WarpedNoiseTest {
    private static final double ROUNDING = 1e-12;

    private static Config config(String changes) {
        return new WarpedNoise().config("side=12, frames=6, " + changes);
    }

    private static Result run(String changes) {
        return new WarpedNoise().run("side=12, frames=6, " + changes, 4);
    }

    /** At settings that no figure uses: 400 films, within four standard errors of 0.0042 or less; a false alarm in 1e-3 of seeds. */
    @Test
    @Tag("statistical")
    void filmsFollowTheirExactLaw() {
        for (Warp warp : Warp.values()) {
            String changes = "films=400, angle=-8, zoom=1.05, factor=2, warp="
                    + warp.name().toLowerCase(Locale.ROOT);
            Result run = run(changes);
            Exact exact = Exact.of(config(changes));
            for (int k = 0; k < 6; k++) {
                double size = Math.max(1, exact.variance()[k]);
                assertThat(run.variance().get(k)).isCloseTo(exact.variance()[k], within(0.06 * size));
                assertThat(run.neighbours().get(k)).isCloseTo(exact.neighbours()[k], within(0.025));
                assertThat(run.followed().get(k)).isCloseTo(exact.followed()[k], within(0.025));
            }
        }
    }

    /** Copies of a pixel are independent, and so are pixels that meet: 20,000 films, 5 standard errors of 0.007 or 0.01. */
    @Test
    @Tag("statistical")
    void splitNoiseIsWhite() {
        int n = 20_000;
        Stream stream = Streams.of(3).at("start");
        double[][] noise = new double[25][n];
        for (double[] row : noise) {
            Arrays.setAll(row, k -> stream.nextGaussian());
        }
        SplitWarp warp = new SplitWarp(noise, true, stream::nextGaussian);
        for (double zoom : new double[] {1.5, 0.6, 1.7}) {
            warp.move(Motion.about(5, 10, zoom, 0, 0.4));
            double[][] x = warp.coarse(1);
            for (int i = 0; i < 25; i++) {
                for (int j = 0; j <= i; j++) {
                    assertThat(Dot.inOrder(x[i], x[j]) / n).isCloseTo(i == j ? 1 : 0, within(i == j ? 0.05 : 0.036));
                }
            }
        }
    }

    /** In an expansion no two fine pixels meet, and the hole of a pixel has its noise: what is left of the middle is shared, not lost. */
    @Test
    void holesShareTheNoiseOfTheirSource() {
        double[][] middle = new double[49][1];
        middle[24][0] = 1;
        for (boolean shared : new boolean[] {true, false}) {
            SplitWarp warp = new SplitWarp(middle, shared, () -> 0);
            warp.move(Motion.about(7, 0, 1.9, 0, 0));
            double left = Arrays.stream(warp.coarse(1))
                    .mapToDouble(row -> row[0] * row[0])
                    .sum();
            assertThat(left).isCloseTo(1, within(ROUNDING));
            long pieces =
                    Arrays.stream(warp.coarse(1)).filter(row -> row[0] != 0).count();
            assertThat(pieces > 1).as("shared: %s", shared).isEqualTo(shared);
        }
    }

    @Test
    void motionWithoutLossKeepsWhatOverlaps() {
        assertThat(Exact.ideal(config("angle=90"))[5]).isCloseTo(1, within(ROUNDING));
        assertThat(Exact.ideal(config("angle=0, shift=0.25"))[0]).isCloseTo(0.75, within(ROUNDING));
        assertThat(Exact.ideal(config("angle=0, zoom=0.5"))[0]).isCloseTo(0.5, within(ROUNDING));
    }

    @Test
    void fewPixelsAndAbsurdMotionsEndAsNumbers() {
        assertThat(run("angle=180, zoom=2, shear=-1, shift=8, films=1, steps=1").rejected())
                .isBetween(0.0, 1.0);
        Result still = run("angle=0, films=4");
        assertThat(still.flicker()).isZero();
        assertThat(still.followed().get(5)).isCloseTo(1, within(ROUNDING));
        assertThat(still.along()).isCloseTo(still.still(), within(ROUNDING));
    }
}
