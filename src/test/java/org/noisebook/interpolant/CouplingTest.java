package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

class CouplingTest {
    private static final Coupling FREE = Coupling.independent(Exact.PLANE_START::sample, Exact.PLANE_END::sample);

    private static Stream stream() {
        return Streams.of(1).at("data");
    }

    /** Covariances of 40 000 pairs within 4.5 standard errors below 0.01 each: false alarm below 1e-5. */
    @Test
    void independentAndJoint() {
        int n = 40_000;
        double[][][] free = FREE.draw(stream(), n);
        assertThat(Exact.covariance(free[0][0], free[1][0])).isCloseTo(0, within(4.5 * 2.6 / Math.sqrt(n)));
        GaussianMixture joint = GaussianMixture.of(new double[] {-1, 2}, new double[][] {{1, 1.2}, {1.2, 2}});
        double[][][] tied = Coupling.joint(joint).draw(stream(), n);
        assertThat(Exact.covariance(tied[0][0], tied[1][0])).isCloseTo(1.2, within(4.5 * 1.9 / Math.sqrt(n)));
        assertThat(Exact.mean(tied[1][0])).isCloseTo(2, within(4.5 * 1.5 / Math.sqrt(n)));
        assertThat(Coupling.joint(joint).draw(stream(), 7)[1][0]).containsExactly(Arrays.copyOf(tied[1][0], 7));
    }

    @Test
    void transportExchangesWithinBatches() {
        double[][][] before = FREE.draw(stream(), 100);
        double[][][] after = Coupling.transported(FREE, 32).draw(stream(), 100);
        for (int j = 0; j < 2; j++) {
            assertThat(after[0][j]).containsExactly(before[0][j]);
            for (int first = 0; first < 100; first += 32) {
                int end = Math.min(100, first + 32);
                assertThat(Arrays.copyOfRange(after[1][j], first, end))
                        .containsExactlyInAnyOrder(Arrays.copyOfRange(before[1][j], first, end));
            }
        }
        assertThat(cost(after)).isLessThan(0.8 * cost(before));
        assertThat(Coupling.transported(FREE, 1).draw(stream(), 9)[1][0])
                .containsExactly(Arrays.copyOf(before[1][0], 9));
        // larger batches come nearer to W_2
        assertThat(cost(Coupling.transported(FREE, 512).draw(stream(), 512)))
                .isLessThan(cost(Coupling.transported(FREE, 8).draw(stream(), 512)));
    }

    private static double cost(double[][][] pairs) {
        double sum = 0;
        for (int j = 0; j < pairs[0].length; j++) {
            for (int k = 0; k < pairs[0][j].length; k++) {
                sum += (pairs[1][j][k] - pairs[0][j][k]) * (pairs[1][j][k] - pairs[0][j][k]);
            }
        }
        return sum;
    }

    @Test
    void whatIsNoPointIsRefused() {
        Coupling bad = Coupling.independent(Exact.TWO::sample, (s, n) -> new double[][] {{0, Double.NaN}});
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Coupling.transported(bad, 2).draw(stream(), 2))
                .withMessage("cost must be finite, got NaN");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Coupling.transported(bad, 513))
                .withMessage("batch must be in [1, 512], got 513");
    }
}
