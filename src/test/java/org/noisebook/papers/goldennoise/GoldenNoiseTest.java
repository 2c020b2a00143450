package org.noisebook.papers.goldennoise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.diffusion.DiffusionConfig;
import org.noisebook.diffusion.GuidanceConfig;
import org.noisebook.diffusion.GuidanceStudy;
import org.noisebook.experiment.Schema;
import org.noisebook.papers.goldennoise.GoldenNoise.Result;
import org.noisebook.rng.Streams;

/** Trips that come back, maps that learn them, and noise that carries its class. */
class GoldenNoiseTest {
    private static final GoldenNoise PAPER = new GoldenNoise();
    private static final GuidanceConfig GUIDED =
            Schema.with(GuidanceConfig.standard(), "steps=10, particles=64, weight=0");

    private static Result run(String start) {
        return PAPER.run("steps=10, particles=64, start=" + start, 2);
    }

    private static double posterior(String start) {
        return 1
                - new GuidanceStudy()
                        .run(Schema.with(GUIDED, "start=" + start), Streams.of(2))
                        .classDoubt();
    }

    /** A trip down and up at one weight of guidance ends where it began, up to the error of inverting DDIM in its steps. */
    @Test
    void aTripAtOneWeightComesBack() {
        Result home = PAPER.run("steps=400, particles=64, start=golden(strong=0, weak=0, pairs=0)", 2);
        assertThat(home.cosine()).isGreaterThan(0.98);
        assertThat(home.size() / home.plainSize()).isCloseTo(1, within(0.1));
        assertThat(home.plainSize()).isCloseTo(1, within(4 / Math.sqrt(2 * 64 * 64.0)));
        assertThat(home.mapError()).isZero();
    }

    /** More pairs teach more, a stiffer ridge less, and none of it is the shift's. */
    @Test
    void theMapLearnsTheTrip() {
        double few = run("golden(pairs=80)").mapError();
        assertThat(run("golden(pairs=400)").mapError()).isLessThan(few).isLessThan(0.1);
        assertThat(run("golden(pairs=80, ridge=100)").mapError()).isBetween(0.8, 1.0);
        assertThat(run("golden(pairs=80, shift=1)").mapError()).isCloseTo(few, within(0.1));
    }

    /** The class comes from the noise alone, and from the right noise alone. */
    @Test
    void goldenNoiseCarriesItsClass() {
        assertThat(posterior("golden(pairs=0)")).isGreaterThan(0.99);
        assertThat(posterior("golden(pairs=0, shift=3)")).isLessThan(0.01);
        assertThat(posterior("golden(pairs=200)")).isGreaterThan(0.6);
        assertThat(posterior("golden(pairs=200, shift=10)")).isEqualTo(posterior("golden(pairs=200)"));
        assertThat(posterior("standard")).isBetween(0.0, 0.25);
    }

    @Test
    void whatHasNoClassesOrStepsOneWayIsRefused() {
        refuses(GUIDED, "start=golden, law=line", "law must have classes");
        refuses(GUIDED, "start=golden, method=ancestral", "method must step both ways");
        refuses(PAPER.defaults(), "law=line", "law must have classes");
        refuses(DiffusionConfig.ofSamples(), "start=golden", "start=golden must have classes");
    }

    private static <C extends Record> void refuses(C config, String changes, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Schema.of(config).parse(changes, config))
                .withMessageContaining(message);
    }
}
