package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class KullbackLeiblerTest {

    /** log ρ̂/ρ at points of ρ = N(0, 1), ρ̂ = N(m, v). */
    private static double[] logRatios(double m, double v, int n) {
        Stream stream = Streams.of(1).at("data");
        double[] logs = new double[n];
        Arrays.setAll(logs, k -> {
            double x = stream.nextGaussian();
            return x * x / 2 - (x - m) * (x - m) / (2 * v) - Math.log(v) / 2;
        });
        return logs;
    }

    private static double exact(double m, double v) {
        return (1 / v - 1 + m * m / v + Math.log(v)) / 2;
    }

    @Test
    void bothEstimatorsAreUnbiased() {
        double[] logs = logRatios(0.1, 0.9, 20_000);
        Estimate plain = KullbackLeibler.plain(logs);
        Estimate controlled = KullbackLeibler.controlled(logs);

        assertThat(plain.mean())
                .as("4 standard errors, a false alarm of 6e-5")
                .isCloseTo(exact(0.1, 0.9), within(4 * plain.stdError()));
        assertThat(controlled.mean())
                .as("4 standard errors, a false alarm of 6e-5")
                .isCloseTo(exact(0.1, 0.9), within(4 * controlled.stdError()));
        assertThat(controlled.stdError()).as("for close laws").isLessThan(plain.stdError() / 5);
    }

    /** Where ρ̂ is wider than twice ρ, y has no variance and the control costs more than it saves. */
    @Test
    void theControlLosesInHeavyTails() {
        double[] logs = logRatios(1.5, 1, 20_000);

        assertThat(KullbackLeibler.controlled(logs).stdError())
                .isGreaterThan(KullbackLeibler.plain(logs).stdError());
    }

    /** The sign as printed, −log y − (y − 1), is negative at some points and has the same mean only. */
    @Test
    void pointwiseSign() {
        boolean printedGoesBelow = false;
        for (double l : logRatios(0.5, 1.2, 1000)) {
            assertThat(KullbackLeibler.excess(l)).isGreaterThanOrEqualTo(0);
            printedGoesBelow |= -l - StrictMath.expm1(l) < 0;
        }
        assertThat(printedGoesBelow).isTrue();
    }

    @Test
    void excessWithoutCancellation() {
        assertThat(KullbackLeibler.excess(1e-8)).isCloseTo(0.5e-16, within(1e-24));
        assertThat(KullbackLeibler.excess(0)).isZero();
        double edge = 0x1p-10;
        assertThat(KullbackLeibler.excess(Math.nextDown(edge)) / KullbackLeibler.excess(edge))
                .isCloseTo(1, within(1e-9));
        assertThat(KullbackLeibler.excess(Double.NEGATIVE_INFINITY)).isEqualTo(Double.POSITIVE_INFINITY);
    }
}
