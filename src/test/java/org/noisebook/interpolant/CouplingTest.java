package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;

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

    /** Rectified pairs are joined by straight lines that do not cross, so the new flow ends where the old one did. */
    @Test
    void rectifiedPathsAreStraightAndEndAtTheSamePlace() {
        MixtureInterpolant law = new MixtureInterpolant(
                GaussianMixture.standard(1), Exact.TARGET, PathSchedule.of(PathSchedule.Path.TRIGONOMETRIC));
        int n = 2001;
        Coupling.Source grid = (s, count) -> {
            double[] x = new double[count];
            Arrays.setAll(x, k -> -4 + 8.0 * k / (count - 1));
            return new double[][] {x};
        };
        double[][][] pairs = Coupling.rectified(
                        grid, OdeMethod.RK4.sampler(law.velocity()), TimeGrid.UNIFORM.times(0, 1, 200))
                .draw(stream(), n);
        double[] z = pairs[0][0];
        double[] end = pairs[1][0];
        QuantileMap map = QuantileMap.of(GaussianMixture.standard(1), Exact.TARGET);
        assertThat(end[1500]).isCloseTo(map.at(z[1500]), within(1e-6));

        // b(t, x) = X_1(z) − z at the z whose line passes x
        VelocityField straight = VelocityField.of(1, (t, x, count, out) -> {
            for (int k = 0; k < count; k++) {
                int i = 0;
                while (i < n - 2 && (1 - t) * z[i + 1] + t * end[i + 1] <= x[0][k]) {
                    i++;
                }
                double low = (1 - t) * z[i] + t * end[i];
                double high = (1 - t) * z[i + 1] + t * end[i + 1];
                double share = (x[0][k] - low) / (high - low);
                out[0][k] = (1 - share) * (end[i] - z[i]) + share * (end[i + 1] - z[i + 1]);
            }
        });
        double[][] x = {{-1.3, 0.2, 1.9}};
        Exact.flow(straight, x, TimeGrid.UNIFORM.times(0, 0.5, 4));
        double[] from = {-1.3, 0.2, 1.9};
        for (int k = 0; k < 3; k++) {
            assertThat(x[0][k]).isCloseTo(0.5 * (from[k] + map.at(from[k])), within(1e-4));
        }
        Exact.flow(straight, x, TimeGrid.UNIFORM.times(0.5, 1, 4));
        for (int k = 0; k < 3; k++) {
            assertThat(x[0][k]).isCloseTo(map.at(from[k]), within(1e-4));
        }
    }
}
