package org.noisebook.papers.freenoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.papers.freenoise.FreeNoise.Config;
import org.noisebook.papers.freenoise.FreeNoise.Result;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;

/** Videos whose law is known, and what each kind of noise must give. */
class FreeNoiseTest {
    private static final String SMALL = "frames=24, window=8, unit=4, span=8, pixels=100";

    private static Result run(String changes) {
        return new FreeNoise().run(changes, 3);
    }

    /** Correlations with frame 0 within three standard errors of 20,000 sampled pixels. */
    @Test
    void theLawIsThatOfSampledPixels() {
        Config c = new FreeNoise().config(SMALL + ", steps=10");
        Result exact = run(SMALL + ", steps=10");
        int[][] sources = FreeNoise.sources(c, Streams.of(3));
        int n = 20_000;
        Stream stream = Streams.of(8).at("noise");
        double[][] noise = new double[24][n];
        for (double[] frame : noise) {
            Arrays.setAll(frame, k -> stream.nextGaussian());
        }
        double[][] x = Arrays.stream(sources).map(s -> noise[s[0]].clone()).toArray(double[][]::new);
        Ensemble.run(
                FreeNoise.sampler(c, new AtomicLong()),
                TimeGrid.UNIFORM.times(1, 0, 10),
                x,
                Noise.NONE,
                1,
                Ensemble.Observer.NONE);
        for (int f = 1; f < 24; f++) {
            double r = exact.fromFirst().get(f);
            double error = Math.max(1e-6, (1 - r * r) / Math.sqrt(n));
            assertThat(correlation(x[0], x[f])).as("frame %d", f).isCloseTo(r, within(3 * error));
        }
    }

    private static double correlation(double[] x, double... y) {
        double xy = 0;
        double xx = 0;
        double yy = 0;
        for (int k = 0; k < x.length; k++) {
            xy += x[k] * y[k];
            xx += x[k] * x[k];
            yy += y[k] * y[k];
        }
        return xy / Math.sqrt(xx * yy);
    }

    /** Each unit holds the noise of the unit one window before, in another order; without a shuffle in the same. */
    @Test
    void aShuffleStaysWithinItsUnit() {
        Config c = new FreeNoise().config(SMALL);
        int[] from = Arrays.stream(FreeNoise.sources(c, Streams.of(1)))
                .mapToInt(s -> s[0])
                .toArray();
        int[] again = IntStream.range(0, 24).map(k -> k % 8).toArray();
        assertThat(from).isNotEqualTo(again);
        for (int unit = 0; unit < 24; unit += 4) {
            int[] own = Arrays.copyOfRange(from, unit, unit + 4);
            Arrays.sort(own);
            assertThat(own).containsExactly(Arrays.copyOfRange(again, unit, unit + 4));
        }
        Config repeated = new FreeNoise().config(SMALL + ", noise=repeated");
        assertThat(Arrays.stream(FreeNoise.sources(repeated, Streams.of(1))).mapToInt(s -> s[0]))
                .containsExactly(Arrays.stream(again).boxed().toArray(Integer[]::new));
    }

    /** One window of all frames gives real video in many steps; windows that share nothing give independent ends. */
    @Test
    void theEndsAreKnown() {
        Result whole = run("frames=24, window=24, noise=independent, span=8, pixels=100, steps=2000");
        assertThat(whole.contentKept()).isCloseTo(whole.realContent(), within(0.005));
        assertThat(whole.motionKept()).isCloseTo(whole.realMotion(), within(0.005));
        assertThat(whole.leastVariance()).isCloseTo(1, within(0.01));
        assertThat(whole.jump()).isCloseTo(1, within(0.01));
        Result apart = run(SMALL + ", noise=independent, stride=8, steps=5");
        assertThat(apart.contentKept()).isEqualTo(0);
        assertThat(apart.calls()).isEqualTo(3);
        Result repeated = run(SMALL + ", noise=repeated, stride=8, steps=5");
        assertThat(repeated.contentKept()).isCloseTo(1, within(1e-12));
        assertThat(repeated.motionKept()).isCloseTo(1, within(1e-12));
        assertThat(repeated.fromFirst().get(8)).isCloseTo(1, within(1e-12));
    }

    /** A shuffle of single frames is no shuffle. */
    @Test
    void unitsOfOneRepeat() {
        assertThat(run(SMALL.replace("unit=4", "unit=1") + ", steps=5").motionKept())
                .isEqualTo(run(SMALL + ", noise=repeated, steps=5").motionKept());
    }

    @Test
    void endsMayNotOverlap() {
        assertThatThrownBy(() -> new FreeNoise().config("span=33"))
                .hasMessageContaining("span must be at most half of frames=64, got 33");
    }
}
