package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Streams;

class OrnsteinUhlenbeckTest {
    private static final OrnsteinUhlenbeck DRIFTING = new OrnsteinUhlenbeck(0.5, 1, 0.2, 0.3, 0.9);

    private static double[] path(OrnsteinUhlenbeck process, int n, int replica) {
        return process.sample(n, Streams.of(5).withReplica(replica).at("noise"));
    }

    /** Three values by hand: a = e^{−λΔ}, v = s²(1 − a²)/(2λ), the drift from the first interval to the last. */
    @Test
    void likelihoodIsThatOfTheSteps() {
        double[] x = {0.4, 0.1, -0.3};
        double expected = 0;
        double[] rates = {1, 0.2};
        double[] noises = {0.3, 0.9};
        for (int k = 0; k < 2; k++) {
            double a = Math.exp(-rates[k] / 2);
            double v = noises[k] * noises[k] * (1 - a * a) / (2 * rates[k]);
            double off = x[k + 1] - a * x[k];
            expected -= 0.5 * (Math.log(2 * Math.PI * v) + off * off / v);
        }
        assertThat(DRIFTING.logLikelihood(x)).isCloseTo(expected, within(1e-12));
    }

    /** s²/2λ and e^{−λΔ} without drift; 4,000 samples within four standard errors of the recursion with drift (false alarms 2e-4). */
    @Test
    void variancesAreExact() {
        double[] constant = new OrnsteinUhlenbeck(0.5, 2, 2, 0.3, 0.3).variances(50);
        assertThat(constant).containsOnly(new double[] {constant[0]}, within(1e-15));
        assertThat(constant[49]).isCloseTo(0.3 * 0.3 / 4, within(1e-15));
        int n = 4_000;
        double[] variances = DRIFTING.variances(30);
        for (int k : new int[] {0, 15, 29}) {
            double square = 0;
            for (int r = 0; r < n; r++) {
                double x = path(DRIFTING, 30, r)[k];
                square += x * x / n;
            }
            assertThat(square).isCloseTo(variances[k], within(4 * variances[k] * Math.sqrt(2.0 / n)));
        }
    }

    /** No neighbour of the fit has a larger likelihood, with and without drift; with a mean of 0 the data's scale only moves s. */
    @Test
    void fitsMaximiseTheLikelihood() {
        double[] x = path(DRIFTING, 200, 1);
        for (int drifts = 0; drifts < 4; drifts++) {
            boolean rate = drifts % 2 == 1;
            boolean noise = drifts > 1;
            OrnsteinUhlenbeck best = OrnsteinUhlenbeck.fit(x, 0.5, -1, rate, noise);
            double top = best.logLikelihood(x);
            for (double f : new double[] {0.98, 1.02}) {
                double g = rate ? 1 : f;
                double h = noise ? 1 : f;
                assertThat(changed(best, f, g, 1, 1).logLikelihood(x)).isLessThan(top);
                assertThat(changed(best, 1, 1, f, h).logLikelihood(x)).isLessThan(top);
            }
        }
        OrnsteinUhlenbeck one = OrnsteinUhlenbeck.fit(x, 0.5, 1, true, true);
        double[] scaled = Arrays.stream(x).map(value -> 7 + 100 * value).toArray();
        OrnsteinUhlenbeck other = OrnsteinUhlenbeck.fit(scaled, 0.5, 1, true, true);
        assertThat(other.rateLast()).isCloseTo(one.rateLast(), within(1e-4));
        assertThat(other.noiseFirst()).isCloseTo(100 * one.noiseFirst(), within(1e-2));
    }

    private static OrnsteinUhlenbeck changed(OrnsteinUhlenbeck p, double a, double b, double c, double d) {
        return new OrnsteinUhlenbeck(
                p.spacing(), a * p.rateFirst(), b * p.rateLast(), c * p.noiseFirst(), d * p.noiseLast());
    }

    /** Twice the gain of likelihood, with the sign of the fall: a planted swap of first and last would fail. */
    @Test
    void slowingIsTheSignedRoot() {
        double[] x = path(new OrnsteinUhlenbeck(1, 1, 0.1, 1, 1), 300, 2);
        double with = OrnsteinUhlenbeck.fit(x, 1, -1, true, true).logLikelihood(x);
        double without = OrnsteinUhlenbeck.fit(x, 1, -1, false, true).logLikelihood(x);
        double root = OrnsteinUhlenbeck.slowing(x, 1, -1, true);
        assertThat(root)
                .isCloseTo(Math.sqrt(2 * (with - without)), within(1e-4))
                .isGreaterThan(2);
        double[] back = new double[x.length];
        Arrays.setAll(back, k -> x[x.length - 1 - k]);
        assertThat(OrnsteinUhlenbeck.slowing(back, 1, -1, true)).isLessThan(-2);
    }

    /**
     * Of 400 series of 300 values without slowing at most 40 exceed the 95 % point (expected 26 at a level of 0.065, false alarms 4e-3 per
     * case, fixed streams); noise that doubles fools the test with constant noise.
     */
    @Test
    void noiseThatDriftsDoesNotCount() {
        for (OrnsteinUhlenbeck process :
                new OrnsteinUhlenbeck[] {new OrnsteinUhlenbeck(1, 1, 1, 1, 1), new OrnsteinUhlenbeck(1, 1, 1, 1, 2)}) {
            int free = 0;
            int fixed = 0;
            for (int r = 0; r < 400; r++) {
                double[] x = path(process, 300, r);
                free += OrnsteinUhlenbeck.slowing(x, 1, 1, true) > 1.645 ? 1 : 0;
                fixed += r < 100 && OrnsteinUhlenbeck.slowing(x, 1, 1, false) > 1.645 ? 1 : 0;
            }
            assertThat(free).isBetween(8, 40);
            assertThat(fixed > 50).isEqualTo(process.noiseLast() == 2);
        }
    }

    @Test
    void badInputIsNamed() {
        assertThatThrownBy(() -> new OrnsteinUhlenbeck(1, 0, 1, 1, 1)).hasMessageContaining("got 0");
        assertThatThrownBy(() -> OrnsteinUhlenbeck.fit(new double[] {1, 2, 3}, 1, 0, true, true))
                .hasMessageContaining("at least 8");
        assertThatThrownBy(() -> OrnsteinUhlenbeck.fit(new double[20], 1, 0, true, true))
                .hasMessageContaining("not all equal");
    }
}
