package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AnscombeTest {
    /** Exact means and variances of the roots of Poisson counts. */
    @Test
    void inverseIsUnbiased() {
        for (double mean : new double[] {0.2, 1, 2, 5, 30}) {
            double p = StrictMath.exp(-mean);
            double first = 0;
            double second = 0;
            for (int k = 0; k < 200; k++) {
                first += p * Anscombe.root(k);
                second += p * Anscombe.root(k) * Anscombe.root(k);
                p *= mean / (k + 1);
            }
            assertThat(Anscombe.mean(first)).as("mean %s", mean).isCloseTo(mean, within(0.03));
            double variance = second - first * first;
            assertThat(variance).isBetween(mean < 1 ? 0.1 : mean < 2 ? 0.7 : 0.9, 1.06);
        }
        assertThat(Anscombe.mean(0)).isZero();
    }
}
