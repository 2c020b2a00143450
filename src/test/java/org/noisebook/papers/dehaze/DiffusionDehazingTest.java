package org.noisebook.papers.dehaze;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.papers.dehaze.DiffusionDehazing.Result;

/** Settings that no figure uses, against closed forms. */
class DiffusionDehazingTest {
    private static Result run(String changes) {
        return new DiffusionDehazing().run("pixels=6, " + changes, 5);
    }

    /** 2,000 lines of 6 pixels: the filters err as their exact laws within three errors, √(2/12,000) = 1.3 % of each, more if correlated. */
    @Test
    void filtersErrAsTheirLaws() {
        String setting = "grain=1.5, haze=3, smooth=2, ";
        Result drawn = run(setting + "mixed=0, lines=2000, sampled=8");
        Result law = run(setting + "data=projected, mixed=0, steps=40");
        assertThat(drawn.mmse()).isCloseTo(law.mmse(), within(0.08 * law.mmse()));
        assertThat(drawn.coloured()).isCloseTo(drawn.mmse(), within(1e-9));
        assertThat(drawn.white()).isCloseTo(law.white(), within(0.08 * law.white()));
        assertThat(drawn.sampledMmse()).isCloseTo(law.mmse(), within(1e-6));
        assertThat(drawn.swapped()).isEqualTo(law.swapped());
    }

    /** The error of the white filter is (1 · h)/(1 + h) whatever the lengths, that of one pixel a MMSE too: h/(1 + h). */
    @Test
    void whiteLinesAreAClosedForm() {
        Result result = run("data=projected, mixed=0, haze=0.5, grain=0.1, smooth=0.1, steps=20");
        assertThat(result.white()).isCloseTo(1.0 / 3, within(1e-4));
        assertThat(result.mmse()).isCloseTo(1.0 / 3, within(1e-4));
        assertThat(result.swapped()).isCloseTo(4.0 / 9 + 0.5 / 9, within(1e-4));
    }

    /** 500 lines, eight samples each: twice and 9/8 of the posterior's variance within 5 %. */
    @ParameterizedTest
    @ValueSource(strings = {"mixed=0", "mixed=0.6", "mixed=0.95, haze=2"})
    void samplesAreOfThePosterior(String changes) {
        Result result = run(changes + ", lines=500, sampled=500");
        assertThat(result.error() / result.sampledMmse()).isCloseTo(2, within(0.1));
        assertThat(result.average() / result.sampledMmse()).isCloseTo(1.125, within(0.05));
        assertThat(result.sampledMmse()).isCloseTo(result.mmse(), within(0.25 * result.mmse()));
        assertThat(result.mmse()).isLessThan(1.001 * result.coloured());
    }

    /** Projection misses the posterior by more than its steps: finer ladders do not repair it. */
    @Test
    void projectionStaysBiased() {
        String setting = "data=projected, mixed=0, grain=1, ";
        double coarse = run(setting + "steps=200").error();
        Result fine = run(setting + "steps=800");
        assertThat(fine.error()).isCloseTo(coarse, within(0.25 * coarse));
        assertThat(Math.abs(fine.error() / fine.mmse() - 2)).isGreaterThan(0.02);
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> run("mixed=1")).hasMessageContaining("mixed must be in [0, 0.99], got 1");
        assertThatThrownBy(() -> run("lines=10, sampled=11"))
                .hasMessageContaining("sampled must be in [2, lines=10], got 11");
    }
}
