package org.noisebook.papers.fasterdiffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.papers.fasterdiffusion.FasterDiffusion.Part;
import org.noisebook.papers.fasterdiffusion.FasterDiffusion.Result;
import org.noisebook.papers.fasterdiffusion.FasterDiffusion.Spacing;
import org.noisebook.rng.Streams;

class FasterDiffusionTest {
    private static final String SMALL = "steps=6, keys=3, particles=65, updates=40, channels=4, width=8";

    private static Result run(String changes) {
        FasterDiffusion study = new FasterDiffusion();
        return study.run(study.config(SMALL, changes), Streams.of(3));
    }

    /** The paper's key steps of 50 are 0, 1, 2, 3, 5, 10, 15, 25, 35; ours grow alike. */
    @Test
    void keyStepsLieWhereTheirNamesSay() {
        var stream = Streams.of(1).at("keys");
        assertThat(Spacing.UNIFORM.keys(20, 5, stream)).containsExactly(0, 4, 8, 12, 16);
        assertThat(Spacing.UNIFORM.keys(7, 3, stream)).containsExactly(0, 2, 4);
        assertThat(Spacing.EARLY.keys(20, 5, stream)).containsExactly(0, 1, 3, 7, 13);
        assertThat(Spacing.LATE.keys(20, 5, stream)).containsExactly(0, 7, 13, 17, 19);
        assertThat(Spacing.EARLY.keys(50, 9, stream)).containsExactly(0, 1, 2, 6, 10, 15, 22, 30, 40);
    }

    @ParameterizedTest
    @EnumSource
    void keyStepsBeginAtTheFirstAndDoNotRepeat(Spacing spacing) {
        for (int count = 2; count <= 9; count++) {
            int[] keys = spacing.keys(9, count, Streams.of(2).at("keys"));
            assertThat(keys).hasSize(count).startsWith(0).isSorted().doesNotHaveDuplicates();
            assertThat(keys[count - 1]).isLessThan(9);
        }
    }

    /** If all steps are key steps, nothing is left out, whatever the part and the spacing. */
    @ParameterizedTest
    @EnumSource
    void allKeyStepsAreTheWholeSampler(Part part) {
        Result whole = run("keys=6");
        assertThat(whole.cost()).isEqualTo(6);
        for (Spacing spacing : Spacing.values()) {
            assertThat(run("keys=6, spacing=" + spacing.name().toLowerCase(Locale.ROOT) + ", part="
                            + part.name().toLowerCase(Locale.ROOT)))
                    .isEqualTo(whole);
        }
    }

    /** Left-out steps are longer steps: three of six at equal distances are the sampler of three. */
    @Test
    void leftOutStepsAreLongerSteps() {
        Result left = run("part=step");
        Result three = run("steps=3, keys=3");
        assertThat(left.distance()).isCloseTo(three.distance(), within(1e-4));
        assertThat(left.cost()).isEqualTo(3);
        assertThat(left.changes().size()).isEqualTo(5 * 2);
    }

    @ParameterizedTest
    @CsvSource({"encoder, 0.55", "deep, 0.45"})
    void costIsCountedWhereProductsAre(String part, double share) {
        Result result = run("part=" + part);
        assertThat(result.miscount()).isZero();
        assertThat(result.cost()).isCloseTo(3 + 3 * share, within(0.2));
        assertThat(result.distance()).isNotEqualTo(run("keys=6").distance());
    }

    /** Between key steps the encoder stands still while the decoder sees the new time; of deep maps all but two do. */
    @Test
    void onlyTheNamedMapsStandStill() {
        for (Part part : new Part[] {Part.ENCODER, Part.DEEP}) {
            Result result = run("part=" + part.name().toLowerCase(Locale.ROOT));
            double[] changes = result.changes().toArray();
            for (int map = 0; map < 5; map++) {
                boolean kept = part == Part.ENCODER ? map < 3 : map > 0 && map < 4;
                double[] own = Arrays.copyOfRange(changes, 5 * map, 5 * map + 5);
                for (int step = 1; step <= 5; step++) {
                    assertThat(own[step - 1] == 0).isEqualTo(kept && step % 2 == 1);
                }
            }
            assertThat(result.encoderChange())
                    .isCloseTo(Arrays.stream(changes, 0, 15).average().orElseThrow(), within(1e-12));
            assertThat(result.decoderChange()).isPositive();
        }
    }

    @Test
    void priorNoiseAndSpacingMoveTheSamples() {
        Result plain = run("");
        assertThat(run("prior=0.1").distance()).isNotEqualTo(plain.distance());
        assertThat(run("spacing=late").distance()).isNotEqualTo(plain.distance());
        assertThat(run("spacing=random").cost()).isEqualTo(plain.cost());
    }
}
