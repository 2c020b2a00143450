package org.noisebook.papers.cyclic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.papers.cyclic.CyclicOneWay.Result;

/** Errors under cycles, against numbers of independent code. */
class CyclicOneWayTest {
    private static Result run(String changes) {
        return new CyclicOneWay().run(changes, 1);
    }

    /** Independent code in NumPy gave these errors of map and covariance. */
    @Test
    void errorsAreThoseOfIndependentCode() {
        Result none = run("cycles=0");
        assertThat(none.mapError()).isCloseTo(0.7552, within(5e-5));
        assertThat(none.covarianceError()).isCloseTo(0.1143, within(5e-5));
        Result three = run("cycles=3");
        assertThat(three.mapError()).isCloseTo(0.6229, within(5e-5));
        Result high = run("cycles=3, noisy=0.8, clean=0.2");
        assertThat(high.mapError()).isCloseTo(0.7543, within(5e-5));
        Result free = run("cycles=3, imposed=false");
        assertThat(free.mapError()).isCloseTo(0.779, within(5e-4));
        assertThat(none.knownError()).isEqualTo(0);
        assertThat(none.regressionGap()).isLessThan(1e-6);
        assertThat(none.peakSigma()).isBetween(3.0, 4.0);
    }

    /** The known half of a digit comes back as it was. */
    @Test
    void digitsKeepTheirKnownHalf() {
        double[] pictures = new CyclicDigits()
                .run("steps=5, cycles=1, halves=2, samples=3", 1)
                .pictures()
                .toArray();
        for (int h = 0; h < 2; h++) {
            for (int pixel = 0; pixel < 64; pixel++) {
                double other = pictures[128 + 64 * h + pixel];
                assertThat(other == pictures[64 * h + pixel]).isEqualTo(pixel < 32);
            }
        }
    }

    /** The baseline without cycles takes as many steps as the path with them. */
    @Test
    void theBaselineCostsAsMuch() {
        for (String band : new String[] {"noisy=0.7, clean=0.5", "noisy=0.2, clean=0.02", "noisy=0.37, clean=0.264"}) {
            var c = new CyclicOneWay().config(band);
            int[] downs = {0};
            new Cycles(c.steps(), c.cycles(), c.noisy(), c.clean(), true).run(new Cycles.State() {
                @Override
                public void down(double from, double to) {
                    downs[0]++;
                }

                @Override
                public void up(double from, double to) {
                    // costs nothing
                }

                @Override
                public void impose(double t) {
                    // costs nothing
                }
            });
            assertThat(downs[0]).as(band).isEqualTo((int) CyclicOneWay.spent(c));
        }
    }

    @Test
    void somethingMustBeUnknown() {
        assertThatThrownBy(() -> new CyclicOneWay().config("known=24"))
                .hasMessageContaining("known must be below points=24, got 24");
    }
}
