package org.noisebook.papers.cdrl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.papers.cdrl.RecoveryEnergies.Result;

class RecoveryEnergiesTest {
    private static Result run(String changes) {
        return new RecoveryEnergies().run(changes, 1);
    }

    /** Settings that no figure uses: the learned law is normal with the variance of the recursion. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "steps=8, variance=0.7, noise=0.4",
                "steps=20, step=0.2, variance=1.2, noise=1",
                "steps=5, start=linear, noise=0.3, step=0.3",
                "steps=4, start=exact, variance=0.8"
            })
    void normalDataFollowTheRecursion(String changes) {
        Result r = run(changes);
        assertThat(r.left()).isLessThan(1e-4);
        assertThat(r.modelVariance()).isCloseTo(r.fixedPoint(), within(0.01 * r.fixedPoint()));
        double u = r.fixedPoint();
        assertThat(r.drawnVariance()).isCloseTo(u, within(5 * u * Math.sqrt(2e-3)));
        double v = new RecoveryEnergies().config(changes).variance();
        assertThat(r.slope()).isCloseTo(v / u, within(0.02 * v / u));
        assertThat(r.divergence()).isCloseTo((v / u - 1 - StrictMath.log(v / u)) / 2, within(0.01));
    }

    /** By independent code. */
    @ParameterizedTest
    @CsvSource({"3, 0.28079", "15, 0.69734", "30, 0.87905", "100, 0.97645"})
    void theRecursionHasItsRoots(int steps, double variance) {
        assertThat(run("updates=1, steps=" + steps).fixedPoint()).isCloseTo(variance, within(1e-5));
    }

    /** The exact start leaves the error of the step alone, which shrinks with it. */
    @Test
    void exactStartsLeaveTheErrorOfTheStep() {
        String modes = "law=mixture, noise=0.3, mode=1.2, start=exact, steps=6, step=";
        double large = Math.abs(run(modes + "0.2").slope() - 1);
        double small = Math.abs(run(modes + "0.1").slope() - 1);
        assertThat(small).isLessThan(0.75 * large);
        assertThat(run(modes + "0.1").fixedPoint()).isNaN();
        assertThatThrownBy(() -> run("step=0")).hasMessageContaining("step must be in [0.02, 0.5], got 0");
    }
}
