package org.noisebook.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Normal laws on a grid: moments and divergence have closed forms. */
class GridLawTest {
    private static GridLaw normal(double mean, double sd) {
        return GridLaw.of(-12, 14, 400, x -> 7 - (x - mean) * (x - mean) / (2 * sd * sd));
    }

    @Test
    void normalLawsHaveTheirMoments() {
        GridLaw law = normal(1.3, 0.8);
        assertThat(law.mean(x -> x)).isCloseTo(1.3, within(1e-13));
        assertThat(law.variance()).isCloseTo(0.64, within(1e-13));
        assertThat(law.mean(x -> StrictMath.exp(0.5 * x))).isCloseTo(StrictMath.exp(0.65 + 0.08), within(1e-12));
        double z = (law.point(200) - 1.3) / 0.8;
        assertThat(law.logDensity(200)).isCloseTo(StrictMath.log(LogPhi.density(z) / 0.8), within(1e-12));
    }

    @Test
    void divergenceAndDistanceAreThoseOfNormalLaws() {
        GridLaw a = normal(0, 1);
        GridLaw b = normal(0.7, 1.5);
        double exact = StrictMath.log(1.5) + (1 + 0.49) / (2 * 2.25) - 0.5;
        assertThat(a.divergence(b)).isCloseTo(exact, within(1e-12));
        assertThat(a.divergence(a)).isZero();
    }

    @Test
    void badWeightsAreNamed() {
        GridLaw law = normal(0, 1);
        assertThatThrownBy(() -> law.weighing(new double[3])).hasMessageContaining("400 weights", "got 3");
        assertThatThrownBy(() -> GridLaw.of(1, 1, 5, x -> 0)).hasMessageContaining("from < to");
    }
}
