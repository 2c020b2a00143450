package org.noisebook.papers.warped;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Locale;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.papers.warped.WarpedNoise.Config;
import org.noisebook.papers.warped.WarpedNoise.Exact;
import org.noisebook.papers.warped.WarpedNoise.Result;
import org.noisebook.papers.warped.WarpedNoise.Warp;

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
            String changes =
                    "films=400, angle=-8, zoom=1.05, warp=" + warp.name().toLowerCase(Locale.ROOT);
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
