package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.GaussianLaw;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.TimeGrid;

/** The carrier against closed forms of one coordinate and against sampled restorations; the batch against the posterior. */
class GaussianRestorationTest {
    private static final double ROUNDING = 1e-11;
    private static final Diffusion OUVE = Diffusion.Ouve.standard();
    private static final Diffusion VP = Diffusion.VariancePreserving.standard();
    private static final Diffusion JOINT = new Diffusion.Residual(Diffusion.Removal.JOINT, 0.6, 0);
    private static final double[][] S = {{1, 0.6, 0.1}, {0.6, 0.8, -0.2}, {0.1, -0.2, 0.5}};
    private static final double[][] N = {{0.3, 0.1, 0}, {0.1, 0.4, 0}, {0, 0, 0.2}};

    /** S = 2, N = ½, τ = 0.7 of every path: c, q and all measures by hand. */
    @Test
    void oneCoordinateIsAClosedForm() {
        GaussianRestoration one = new GaussianRestoration(new double[][] {{2}}, new double[][] {{0.5}});
        assertThat(one.mmse()).isCloseTo(0.4, within(ROUNDING));
        assertThat(one.errorOf(new double[][] {{1}})).isCloseTo(0.5, within(ROUNDING));
        for (Diffusion path : new Diffusion[] {OUVE, VP, JOINT}) {
            double a = path.meanCoefficient(0.7);
            double b = path.observedCoefficient(0.7);
            GaussianLaw law = one.end(one.start(ObservedMixture.Start.OBSERVED, path, 0.7), path, 0.7);
            double c = a + b - 0.8;
            double q = path.variance(0.7);
            assertThat(law.response()[0][0]).isCloseTo(c, within(ROUNDING));
            assertThat(one.error(law)).isCloseTo(0.4 + 2.5 * c * c + q, within(ROUNDING));
            assertThat(one.divergence(law))
                    .isCloseTo(((q + 2.5 * c * c) / 0.4 - 1 + Math.log(0.4 / q)) / 2, within(ROUNDING));
            double gap = Math.sqrt(q) - Math.sqrt(0.4);
            assertThat(one.transport(law)).isCloseTo(2.5 * c * c + gap * gap, within(ROUNDING));
            GaussianLaw blind = one.end(one.start(ObservedMixture.Start.NOISE, path, 0.7), path, 0.7);
            assertThat(blind.response()[0][0]).isCloseTo(-0.8, within(ROUNDING));
        }
    }

    /** Fine steps from the exact start end in the posterior: error 2 MMSE, KL and W_2² at 0; a noisier start does not. */
    @Test
    void exactStartsEndInThePosterior() {
        GaussianRestoration three = new GaussianRestoration(S, N);
        double[] times = TimeGrid.UNIFORM.times(1, 0, 800);
        for (Diffusion path : new Diffusion[] {OUVE, VP}) {
            Sampler flow = new DiffusionMethod.ExponentialMultistep().sampler(path, three.score(path));
            GaussianLaw law = three.restored(ObservedMixture.Start.EXACT, path, flow, times);
            assertThat(three.error(law) / three.mmse()).isCloseTo(2, within(1e-3));
            assertThat(three.divergence(law)).isBetween(0.0, 1e-6);
            assertThat(three.transport(law)).isBetween(-1e-12, 1e-6);
        }
        Sampler flow = new DiffusionMethod.ExponentialMultistep().sampler(OUVE, three.score(OUVE));
        GaussianLaw late = three.restored(ObservedMixture.Start.OBSERVED, OUVE, flow, times);
        assertThat(three.transport(late)).isGreaterThan(1e-3);
    }

    /** DDIM of the kit and the flow agree where there is signal; 40,000 sampled pairs have the error of the law. */
    @ParameterizedTest
    @EnumSource(ObservedMixture.Start.class)
    void lawsAreThoseOfSampledRestorations(ObservedMixture.Start start) {
        double[][] white = {{0.4, 0, 0}, {0, 0.4, 0}, {0, 0, 0.4}};
        GaussianRestoration three = new GaussianRestoration(S, white);
        GaussianMixture data = GaussianMixture.of(new double[3], S);
        double[] times = TimeGrid.UNIFORM.times(0.9, 0, 7);
        int n = 40_000;
        for (Diffusion path : new Diffusion[] {OUVE, VP, JOINT}) {
            GaussianLaw law = three.restored(start, path, three.flow(path), times);
            Sampler ddim = DiffusionMethod.Ddim.standard().sampler(path, three.score(path));
            GaussianLaw same = three.restored(start, path, ddim, times);
            assertThat(GaussianLaw.error(same.covariance(), law.covariance())).isLessThan(ROUNDING);
            double[][] x = data.sample(Streams.of(3).at("x"), n);
            double[][] y = GaussianMixture.standard(3).sample(Streams.of(3).at("y"), n);
            Blocks.combine(1, x, Math.sqrt(0.4), y, n, y);
            double[][] z = GaussianMixture.standard(3).sample(Streams.of(3).at("z"), n);
            ObservedMixture seen = new ObservedMixture(data, 0.4);
            double[][] u = seen.restored(start, path, times, x, y, z);
            // An exact start is drawn with the data themselves, so its restorations are compared with other draws.
            double[][] truth = start == ObservedMixture.Start.EXACT ? seen.mean(y) : x;
            double error = 0;
            for (int j = 0; j < 3; j++) {
                for (int k = 0; k < n; k++) {
                    error += (u[j][k] - truth[j][k]) * (u[j][k] - truth[j][k]) / n / 3;
                }
            }
            double expected = three.error(law) - (start == ObservedMixture.Start.EXACT ? three.mmse() : 0);
            assertThat(error).as("%s %s", path, start).isCloseTo(expected, within(3 * expected * Math.sqrt(2.0 / n)));
        }
    }

    /** In one step from no signal, the flow gives E[x | y] of a mixture, that of {@link GaussianMixture#given}. */
    @Test
    void oneStepIsThePosteriorMean() {
        GaussianMixture data = new GaussianMixture(
                new double[] {0.3, 0.7}, new double[][] {{1, 0, 2}, {-1, 0.5, 0}}, new double[][][] {S, N});
        double[][] y = {{0.2}, {0.4}, {1}};
        ObservedMixture seen = new ObservedMixture(data, 0.3);
        double[] mean = data.given(new double[][] {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, new double[] {0.2, 0.4, 1}, 0.3)
                .mean();
        for (Diffusion.Removal order : Diffusion.Removal.values()) {
            Diffusion path = new Diffusion.Residual(order, 1, 0);
            double[][] u = {{9}, {-9}, {3}};
            Sampler.Stepper stepper = seen.flow(path, y).begin(1);
            stepper.step(1, 0, u, 1, new double[0][][]);
            for (int j = 0; j < 3; j++) {
                assertThat(u[j][0]).isCloseTo(mean[j], within(ROUNDING));
                assertThat(seen.mean(y)[j][0]).isCloseTo(mean[j], within(ROUNDING));
            }
            assertThat(stepper.evaluations()).isOne();
        }
        Sampler tiny = seen.flow(new Diffusion.Residual(Diffusion.Removal.JOINT, 1e-6, 0), y);
        double[][] u = {{0}, {0}, {0}};
        for (double[] step : new double[][] {{1, 1e-5}, {1e-5, 1e-6}, {1e-6, 0}}) {
            tiny.begin(1).step(step[0], step[1], u, 1, new double[0][][]);
        }
        assertThat(u[0][0]).isCloseTo(mean[0], within(1e-4));
        double[][] bare = new ObservedMixture(data, Double.POSITIVE_INFINITY).mean(y);
        assertThat(bare[0][0]).isCloseTo(-0.4, within(ROUNDING));
    }
}
