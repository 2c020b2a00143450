package org.noisebook.papers.fermi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.papers.fermi.FermiAcceleration.Result;
import org.noisebook.stats.Estimate;

/** Grid, law and simulation against closed forms and each other, at settings that no figure uses. */
class FermiAccelerationTest {
    private static Result grid(String changes) {
        return new FermiAcceleration().run("particles=2, longest=1, " + changes, 1);
    }

    /** Positions by SciPy's hyperu in double precision. */
    @Test
    void bumpsAreThoseOfIndependentCode() {
        assertThat(new MomentumLaw(0, 0.05, 10).bump()).isCloseTo(37.288, within(2e-3));
        assertThat(new MomentumLaw(0, 0.05, 100).bump()).isCloseTo(39.748, within(2e-3));
        for (double b : new double[] {0.005, 2}) {
            assertThat(new MomentumLaw(0, b, 2.9648 * 0.999).bump()).isZero();
            assertThat(new MomentumLaw(0, b, 2.9648 * 1.001).bump() * b).isBetween(1.0, 1.3);
            assertThat(new MomentumLaw(1, b, 1.6001 * 0.999).bump()).isZero();
            assertThat(new MomentumLaw(1, b, 1.6001 * 1.001).bump()).isPositive();
        }
    }

    @ParameterizedTest
    @CsvSource({"7, 0.2, 0", "0.5, 0.02, 0.5", "2, 0.1, -0.5", "40, 0.03, 2"})
    void theGridIsTheLaw(double tau, double loss, double gain) {
        Result r = grid("cells=800, high=5000, escape=" + tau + ", loss=" + loss + ", gain=" + gain);
        assertThat(r.lawGap()).isLessThan(1e-3);
        assertThat(r.balance()).isCloseTo(0, within(1e-10));
    }

    /** Without escape n ∝ x² exp(∫ A/D) for other D and A, and its peak is where 2D/x + A = 0. */
    @Test
    void withoutEscapeTheDensityIsThePotential() {
        for (String changes : new String[] {"exponent=1.5, gain=0.3", "exponent=1, loss=0.02", "gain=1.5"}) {
            Result r = grid("cells=800, escape=100000000, " + changes);
            assertThat(r.equilibriumGap()).as(changes).isLessThan(2e-3);
            double peak = FermiAcceleration.balance(new FermiAcceleration().config(changes));
            assertThat(r.bump()).as(changes).isCloseTo(peak, within(2e-3 * peak));
        }
    }

    /** Exponents of both equations with gains, (1 + a) and (a) in place of 1 and 0, within three standard errors of eight runs. */
    @Test
    @Tag("statistical")
    void simulationsHaveTheExponentOfTheirDrift() {
        for (double tau : new double[] {0.4, 0.9}) {
            double bare = -1 + (1.5 - Math.sqrt(2.25 + 4 / tau)) / 2;
            for (String drift : new String[] {"full", "bare"}) {
                double[] slopes = new double[8];
                Arrays.setAll(
                        slopes,
                        k -> new FermiAcceleration()
                                .run(
                                        "loss=0, gain=0.5, particles=8000, step=0.05, cells=50, drift=" + drift
                                                + ", escape=" + tau,
                                        k + 1)
                                .simulatedSlope());
                Estimate mean = Estimate.ofMean(slopes);
                double exact = drift.equals("full") ? MomentumLaw.slope(0.5, tau) : bare;
                assertThat(mean.mean()).as("%s, τ = %s", drift, tau).isCloseTo(exact, within(3 * mean.stdError()));
            }
        }
    }

    /** One simulated distribution at another D is the grid's: 1.9/√n has a false-alarm probability of 1.5e-3. */
    @Test
    @Tag("statistical")
    void simulatedParticlesFollowTheGrid() {
        String changes = "exponent=1.5, gain=0.5, loss=0.2, escape=2, particles=6000, step=0.005";
        assertThat(new FermiAcceleration().run(changes, 3).distance()).isLessThan(1.9 / Math.sqrt(6000));
        assertThat(new FermiAcceleration().run(changes + ", drift=bare", 3).distance())
                .isGreaterThan(0.1);
    }

    @Test
    void badConfigsAreNamed() {
        assertThatThrownBy(() -> grid("escape=0")).hasMessageContaining("escape must be in (0, 1000000000], got 0");
        assertThatThrownBy(() -> grid("exponent=3")).hasMessageContaining("exponent must be in [1, 2], got 3");
    }
}
