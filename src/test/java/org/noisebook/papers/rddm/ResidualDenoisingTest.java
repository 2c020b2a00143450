package org.noisebook.papers.rddm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.papers.rddm.ResidualDenoising.Result;

/** Settings that no figure uses, against identities and the exact law. */
class ResidualDenoisingTest {
    private static Result run(String changes) {
        return new ResidualDenoising().run(changes, 5);
    }

    /** In one step every order is the mean, whatever the noise; so is noise first in any number of steps. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "steps=1, variance=0.6",
                "steps=1, order=residualFirst, added=0.3",
                "steps=7, order=noiseFirst, variance=2",
                "steps=1, order=noiseFirst, floor=0.2"
            })
    void theMeanIsExact(String changes) {
        Result result = run("digits=9, " + changes);
        assertThat(result.fromMean()).isLessThan(1e-10);
        assertThat(result.error()).isCloseTo(result.mmse(), within(1e-12));
    }

    /** Twice the MMSE in 400 steps: 200 digits, error of the ratio 2 √(2/(200 · 20)) = 4.5 %, three of them. */
    @Test
    void manyStepsSampleThePosterior() {
        Result result = run("variance=0.6, added=0.5, steps=300, digits=200");
        assertThat(result.error() / result.mmse()).isCloseTo(2, within(0.13));
        assertThat(result.fromJoint()).isZero();
        Result line = run("prior=gaussian, variance=0.6, added=0.5, steps=3000");
        assertThat(line.error() / line.mmse()).isCloseTo(2, within(5e-3));
        assertThat(line.divergence()).isLessThan(1e-4);
        assertThat(line.transport()).isBetween(0.0, 1e-4);
    }

    /** Of Gaussian lines both orders have one law in the limit, at first order in the steps. */
    @Test
    void ordersOfEqualRatiosAgree() {
        double[] gap = new double[2];
        for (int k = 0; k < 2; k++) {
            String steps = "prior=gaussian, variance=1, added=2, steps=" + (200 << k);
            gap[k] = run(steps).error() - run(steps + ", order=residualFirst").error();
        }
        assertThat(gap[0] / gap[1]).isCloseTo(2, within(0.1));
        assertThat(run("steps=30, digits=5, order=residualFirst").fromJoint()).isBetween(1e-4, 0.1);
        assertThat(run("steps=30, digits=5, order=noiseFirst").fromJoint()).isGreaterThan(0.1);
    }

    @Test
    void theirUpdateIsDdim() {
        assertThat(run("steps=13, digits=3").ddimGap()).isLessThan(1e-12);
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> run("variance=0")).hasMessageContaining("variance must be in [0.0001, 100], got 0");
        assertThatThrownBy(() -> run("floor=0.1")).hasMessageContaining("floor must be 0 unless order=noiseFirst");
        assertThatThrownBy(() -> run("order=noiseFirst, floor=2")).hasMessageContaining("floor must be in [0, added=1");
    }
}
