package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;

class MixtureInterpolantTest {
    /** The map of the probability flow is the quantile map, whatever the schedule. */
    @Test
    void theFlowIsTheQuantileMap() {
        GaussianMixture start =
                GaussianMixture.onLine(new double[] {0.5, 0.5}, new double[] {-3, 3}, new double[] {0.25, 0.25});
        double third = 1.0 / 3;
        GaussianMixture end = GaussianMixture.onLine(
                new double[] {third, third, third}, new double[] {-6, 0, 6}, new double[] {0.5, 0.33, 0.5});
        double[][] x = {{-3.5, -2.6, 0.05, 2.7, 3.9}};
        double[] times =
                IntStream.rangeClosed(0, 500).mapToDouble(i -> i / 500.0).toArray();

        Ensemble.run(
                OdeMethod.RK4.sampler(new MixtureInterpolant(start, end, new StandardSchedule(2)).velocity()),
                times,
                x,
                Noise.NONE,
                1,
                Ensemble.Observer.NONE);

        assertThat(x[0]).containsExactly(new double[] {-6.50403, -0.52100, 0, 0.77511, 7.13717}, within(1e-3));
    }
}
