package org.noisebook.seeds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.seeds.FalseDiscovery.Correction;

class FalseDiscoveryTest {
    private static final double ROUNDING = 1e-8;

    @Test
    void theReferenceExample() {
        double[] p = {.001, .008, .039, .041, .042, .06, .074, .205, .212, .216};
        double[] q = {.01, .04, .084, .084, .084, .1, .105714, .216, .216, .216};
        assertThat(FalseDiscovery.benjaminiHochberg(p)).containsExactly(q, within(1e-6));
    }

    /** false_discovery_control of SciPy 1.17.1, in the order given and with ties. */
    @Test
    void keepsTheOrder() {
        double[] p = {.03, .9, .0004, .03, .2};
        assertThat(FalseDiscovery.benjaminiHochberg(p))
                .containsExactly(new double[] {.05, .9, .002, .05, .25}, within(ROUNDING));
        assertThat(FalseDiscovery.benjaminiYekutieli(p))
                .containsExactly(new double[] {.11416667, 1, .00456667, .11416667, .57083333}, within(ROUNDING));
        assertThat(p).containsExactly(.03, .9, .0004, .03, .2);
    }

    @Test
    void anyDependenceCostsMore() {
        Stream stream = Streams.of(1).at("test");
        double[] p = new double[200];
        for (int i = 0; i < p.length; i++) {
            p[i] = StrictMath.pow(stream.nextDouble(), 3);
        }
        double[] independent = Correction.BENJAMINI_HOCHBERG.adjusted(p);
        double[] any = Correction.BENJAMINI_YEKUTIELI.adjusted(p);
        for (int i = 0; i < p.length; i++) {
            assertThat(independent[i]).isBetween(p[i], 1.0);
            assertThat(any[i]).isBetween(independent[i], 1.0);
            for (int j = 0; j < p.length; j++) {
                assertThat(p[i] < p[j] && independent[i] > independent[j]).isFalse();
            }
        }
    }

    @Test
    void specialCases() {
        assertThat(FalseDiscovery.benjaminiHochberg(new double[0])).isEmpty();
        assertThat(FalseDiscovery.benjaminiYekutieli(new double[] {.3})).containsExactly(.3);
        assertThat(FalseDiscovery.benjaminiHochberg(new double[] {1, 0, 1})).containsExactly(1, 0, 1);
        assertThatThrownBy(() -> FalseDiscovery.benjaminiHochberg(new double[] {.1, Double.NaN}))
                .hasMessage("p must be in [0, 1], got NaN");
        assertThatThrownBy(() -> FalseDiscovery.benjaminiHochberg(new double[] {.1, -.1}))
                .hasMessageContaining("got -0.1");
    }
}
