package org.noisebook.field;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.interpolant.Exact;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.PathSchedule.Path;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.TimeGrid;

class OneSidedTest {
    private static final int POINTS = 20_001;

    @ParameterizedTest
    @EnumSource(names = {"LINEAR", "TRIGONOMETRIC", "VARIANCE_PRESERVING"})
    void oneFieldGivesTheOthers(Path path) {
        Schedule schedule = PathSchedule.of(path);
        MixtureInterpolant law = new MixtureInterpolant(GaussianMixture.standard(2), Exact.PLANE_END, schedule);
        OneSided side = new OneSided(schedule, Exact.PLANE_END.mean());
        // x_0 is the noise
        Field noise = law.startMean();
        for (double t : new double[] {0, 0.3, 0.9}) {
            same(side.velocity(noise), law.velocity(), t);
            same(side.endMean(noise), law.endMean(), t);
            same(side.score(noise), law.score(), t);
            same(side.noiseMean(law.score()), noise, t);
            same(side.noiseMean(law.velocity()), noise, t);
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OneSided(schedule, 0).velocity(noise))
                .withMessage("field must have the dimension of the mean=1, got 2");
    }

    private static void same(Field found, Field wanted, double t) {
        double[] x = {0.4, -1.2};
        double[] u = {1, 0.5};
        assertThat(Exact.at(found, t, x)).containsExactly(Exact.at(wanted, t, x), within(1e-12));
        assertThat(Exact.along(found, t, x, u)).containsExactly(Exact.along(wanted, t, x, u), within(1e-12));
        assertThat(Exact.divergence(found, t, x)).isCloseTo(Exact.divergence(wanted, t, x), within(1e-12));
    }

    /**
     * Variance at the end of N steps; the target has 2.19 and mean 0.1. The reference values were drawn (100 000 points, standard error
     * 0.007); here the start is a grid of quantiles.
     */
    @ParameterizedTest
    @CsvSource({"20, 2.002", "50, 2.111", "200, 2.167"})
    void denoiserIteration(int steps, double variance) {
        MixtureInterpolant law =
                new MixtureInterpolant(GaussianMixture.standard(1), Exact.TARGET, PathSchedule.linear(0));
        double[][] x = new double[1][POINTS];
        QuantileMap normal = new QuantileMap(
                p -> p,
                p -> 1 - p,
                QuantileMap.below(GaussianMixture.standard(1)),
                QuantileMap.above(GaussianMixture.standard(1)));
        for (int k = 0; k < POINTS; k++) {
            x[0][k] = normal.at((k + 0.5) / POINTS);
        }
        long evaluations = Ensemble.run(
                new DenoiserIteration(law.endMean(), law.schedule()),
                TimeGrid.UNIFORM.times(0, 1, steps),
                x,
                Noise.NONE,
                1,
                Ensemble.Observer.NONE);
        assertThat(evaluations).isEqualTo(steps);
        assertThat(Exact.covariance(x[0], x[0])).isCloseTo(variance, within(4.5 * 0.007));
        assertThat(Exact.mean(x[0])).isCloseTo(0.1, within(0.02));
    }

    /** The formula in terms of the noise is the same step. */
    @Test
    void denoiserIterationByTheNoise() {
        Schedule s = PathSchedule.of(Path.TRIGONOMETRIC);
        MixtureInterpolant law = new MixtureInterpolant(GaussianMixture.standard(1), Exact.TARGET, s);
        double from = 0.3;
        double to = 0.4;
        double noise = Exact.at(law.startMean(), from, 0.7)[0];
        double rate = s.beta(to) / s.beta(from);
        double[][] x = {{0.7}};
        new DenoiserIteration(law.endMean(), s).begin(1).step(from, to, x, 1, new double[0][][]);
        assertThat(x[0][0]).isCloseTo(rate * 0.7 + (s.alpha(to) - s.alpha(from) * rate) * noise, within(1e-14));
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> new DenoiserIteration(law.endMean(), s).begin(1).step(1, 0.5, x, 1, new double[0][][]))
                .withMessage("a step must begin where alpha is not 0, got t=1.0");
    }
}
