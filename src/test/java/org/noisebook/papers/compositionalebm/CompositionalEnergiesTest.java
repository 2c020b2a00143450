package org.noisebook.papers.compositionalebm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.paper.Runs;
import org.noisebook.papers.compositionalebm.CompositionalEnergies.Result;
import org.noisebook.stats.Estimate;

class CompositionalEnergiesTest {
    private static Result run(String changes) {
        return new CompositionalEnergies().run(changes, 3);
    }

    /** At R = 6, the numbers of independent code: eigenvalue, variance over Cramér and Rao's, E w². */
    @ParameterizedTest
    @CsvSource({"1, 3.81585e-5, 2577.21, 4.31123e15", "4, 0.114762, 3.87895, 9.17870"})
    void narrowAndWideNoiseAreThoseOfIndependentCode(double tau, double flatness, double law, double weight) {
        Result r = run("separation=6, batch=50, updates=1, tau=" + tau);
        assertThat(r.flatness()).isCloseTo(flatness, within(1e-5 * flatness));
        assertThat(r.law()).isCloseTo(law, within(1e-5 * law));
        assertThat(r.weight()).isCloseTo(weight, within(1e-5 * weight));
    }

    /** m_k = e^{−R²/8} E[Z^k/(2 cosh(RZ/2))] at τ = 1: the variance is 1/m₂. */
    @Test
    void theHessianIsThatOfTwoNormalLaws() {
        double[] h = CompositionalEnergies.hessian(new CompositionalEnergies().config("separation=3, tau=1"));
        double m0 = 0;
        double m2 = 0;
        for (double z = -12; z <= 12; z += 0.01) {
            double w = 0.01
                    * StrictMath.exp(-9.0 / 8 - z * z / 2)
                    / Math.sqrt(2 * Math.PI)
                    / (2 * StrictMath.cosh(1.5 * z));
            m0 += w;
            m2 += w * z * z;
        }
        assertThat(h[0]).isCloseTo(m2 + 9 * m0 / 4, within(1e-12));
        assertThat(h[1]).isCloseTo(1.5 * m0, within(1e-12));
        assertThat(h[2]).isCloseTo(m0, within(1e-12));
    }

    /** The width of least E w², from its closed form. */
    @Test
    void theBestWidthIsThatOfTheFormula() {
        for (double r : new double[] {0.5, 2, 6}) {
            double s = 3 + 2 * r * r;
            double best = Math.sqrt((s + Math.sqrt(s * s - 8)) / 4);
            double least = CompositionalEnergies.weight(r, best);
            assertThat(least).isLessThan(CompositionalEnergies.weight(r, 1.01 * best));
            assertThat(least).isLessThan(CompositionalEnergies.weight(r, 0.99 * best));
        }
    }

    /** Settings that no figure uses: n times the mean square error is the law, within three standard errors. */
    @ParameterizedTest
    @Tag("statistical")
    @ValueSource(
            strings = {
                "separation=1.5, tau=2, samples=300",
                "separation=5, tau=4, samples=600, ratio=3",
                "separation=2, tau=1.2, samples=400",
                "separation=2.5, tau=3, samples=600, ratio=2, method=compositional",
                "separation=0.5, tau=1.4, samples=400, method=compositional"
            })
    void errorsAreThoseOfTheory(String changes) {
        var config = new CompositionalEnergies().config(changes);
        Estimate mean = Runs.of(new CompositionalEnergies(), 400, changes).mean(r -> config.samples() * r.square());
        assertThat(mean.mean()).isCloseTo(run(changes).law(), within(3 * mean.stdError()));
    }

    /** With many points the compositional error is R (1 − rate)^t: 2.9/2⁷ is the first below 2/√4096 and 0.7 of it; slow updates never arrive. */
    @Test
    void arrivalIsTheUpdateFromWhichTheErrorStaysSmall() {
        assertThat(arrival("method=compositional, separation=2.9, tau=4, rate=0.5, batch=4096, updates=30, repeats=20"))
                .isEqualTo(7);
        assertThat(arrival("separation=8, tau=1, rate=0.05, updates=30, repeats=5"))
                .isEqualTo(30);
        assertThat(arrival("separation=4, rate=1, updates=60, repeats=50, mass=2.5066282746310002"))
                .isEqualTo(1);
        assertThat(arrival("separation=4, rate=0.7, updates=60, repeats=50")).isBetween(6, 8);
    }

    private static int arrival(String changes) {
        return CompositionalEnergies.arrival(new CompositionalEnergies().config(changes), List.of(run(changes)));
    }

    @Test
    void badSettingsAreNamedAndNarrowNoiseFindsNoOptimum() {
        assertThat(run("separation=9, tau=1, method=compositional").error()).isGreaterThan(9);
        assertThatThrownBy(() -> run("tau=0.5")).hasMessageContaining("tau must be in [0.75, 100], got 0.5");
    }
}
