package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class FalseDiscoveryTest {
    @Test
    void theReferenceExample() {
        double[] p = {.001, .008, .039, .041, .042, .06, .074, .205, .212, .216};
        double[] q = {.01, .04, .084, .084, .084, .1, .105714, .216, .216, .216};
        assertThat(FalseDiscovery.benjaminiHochberg(p)).containsExactly(q, within(1e-6));
    }
}
