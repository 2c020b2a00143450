package org.noisebook.papers.gppde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.papers.gppde.PoissonLines.Result;

/** Numbers of independent code, exact cases of series, and the alias law, at settings that no figure uses. */
class PoissonLinesTest {
    private static Result run(String changes) {
        return new PoissonLines().run(changes, 3);
    }

    /** Errors computed in NumPy. */
    @Test
    void errorsAreThoseOfIndependentCode() {
        Result r = run("");
        assertThat(r.error()).isCloseTo(2.95e-6, within(2e-7));
        assertThat(r.equal()).isCloseTo(0.0426, within(1e-3));
        assertThat(r.sines()).isCloseTo(0.044, within(1e-3));
        assertThat(r.chebyshev()).isCloseTo(0.72, within(0.01));
    }

    /** A wave with nodes at both ends is a term of the sine series; at 20 Chebyshev points a wave collocation is exact to rounding. */
    @ParameterizedTest
    @CsvSource({"2.5, 12", "4, 30", "6.5, 15"})
    void seriesAreExactWhereTheoryIs(double frequency, int points) {
        assertThat(run("frequency=" + frequency + ", points=" + points).sines()).isLessThan(1e-11);
        assertThat(run("second=1.3, updates=1, amplitude=2, frequency=" + frequency + ", points="
                                + (int) (20 * frequency))
                        .chebyshev())
                .isLessThan(1e-9);
    }

    /** u″ of μ and of μ′ = n − 1 ± μ agree on the grid, so that the fit adds (μ/μ′)² of the alias to the error. */
    @ParameterizedTest
    @CsvSource({"7, 26, 40", "5, 21, 30", "12, 40, 70"})
    void linesAboveNyquistFitAnAlias(int frequency, int points, int highest) {
        String problem = "frequency=" + frequency + ", points=" + points;
        Result r = run(problem + ", limit=" + highest);
        assertThat(r.strongest()).isIn((double) (points - 1 - frequency), (double) (points - 1 + frequency));
        assertThat(r.error()).isCloseTo(Math.sqrt(1 + Math.pow(frequency / r.strongest(), 4)), within(0.01));
        assertThat(run(problem).error()).isLessThan(1e-3);
        assertThatThrownBy(() -> run(problem + ", highest=" + highest))
                .hasMessageContaining("highest must be in [0, limit=" + (points - 1) / 2.0)
                .hasMessageContaining("got " + highest);
    }

    /** Two waves are four exponentials, so that 2 · 4 values and one more hold them; noise leaves an error of its own size, divided by some √n. */
    @Test
    void thePencilFindsWaves() {
        assertThat(run("frequency=3.3, second=2.1, points=9, updates=1").pencil())
                .isLessThan(1e-9);
        assertThat(run("").pencil()).isLessThan(1e-13);
        assertThat(run("frequency=8.7, points=60, noise=0.02").pencil()).isBetween(1e-4, 0.02);
        assertThat(run("shape=bump, points=60, updates=1").pencil()).isLessThan(0.05);
        assertThatThrownBy(() -> run("frequency=3, second=24, points=48"))
                .hasMessageContaining("must be in [0, 23.5]")
                .hasMessageContaining("got 24");
    }

    /** Two amplitudes are fitted to n values, so noise of 2 % leaves an error of some 0.02 √(2/n) or, as lines have a width, a few times that. */
    @Test
    void noiseIsAveraged() {
        Result r = run("frequency=8.7, points=60, noise=0.02");
        assertThat(r.error()).isBetween(5e-4, 0.02);
        assertThat(r.mass()).isGreaterThan(0.9);
        assertThat(run("shape=bump, points=40").length()).isBetween(0.04, 0.15);
    }
}
