package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.interpolant.Exact;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.interpolant.Schedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;

class DiffusionInterpolantTest {
    private static final Schedule ROOT = PathSchedule.of(PathSchedule.Path.VARIANCE_PRESERVING);
    private static final Schedule STRAIGHT = PathSchedule.linear(0);
    /** Where a path ends: short of the data, where the rates of τ and t differ without bound. */
    private static final double LAST = 0.02;

    private static final LineMixture DATA = LineMixture.reference();

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#all")
    void timesGoOverAndBack(Diffusion diffusion) {
        for (Schedule schedule : List.of(ROOT, STRAIGHT)) {
            DiffusionInterpolant view = new DiffusionInterpolant(diffusion, schedule);
            // OUVE stops at an observation with less noise than signal.
            assertThat(view.start()).isBetween(0.0, Math.max(0.2, 1 / diffusion.sigma(1)));
            assertThat(view.end()).isBetween(0.98, 1.0);
            for (double tau : new double[] {0.1, 0.35, 0.7, 1}) {
                double t = view.interpolantTime(tau);
                assertThat(view.diffusionTime(t)).isCloseTo(tau, within(1e-11));
                assertThat(schedule.alpha(t) / schedule.beta(t))
                        .isCloseTo(diffusion.sigma(tau), within(1e-10 * diffusion.sigma(tau)));
            }
        }
    }

    /** VP by t = a without rescaling; VE by 1/√(1 + σ²); and the same for the rest. */
    @Test
    void theVariancePreservingForm() {
        DiffusionInterpolant vp = new DiffusionInterpolant(DiffusionTest.VP, ROOT);
        DiffusionInterpolant ve = new DiffusionInterpolant(DiffusionTest.VE, ROOT);
        for (double tau : new double[] {0.1, 0.5, 0.9}) {
            double t = vp.interpolantTime(tau);
            assertThat(t).isCloseTo(DiffusionTest.VP.meanCoefficient(tau), within(1e-14));
            assertThat(vp.scale(t)).isCloseTo(1, within(1e-12));
            double sigma = DiffusionTest.VE.sigma(tau);
            double u = ve.interpolantTime(tau);
            assertThat(u).isCloseTo(1 / Math.sqrt(1 + sigma * sigma), within(1e-14));
            assertThat(ve.scale(u)).isCloseTo(u, within(1e-14));
        }
    }

    /** ε = ½ c² g² |dτ/dt|, and 1/t for the variance-preserving form; g²/2 in the time of the diffusion. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void theNoiseOfTheStochasticEquation(Diffusion diffusion) {
        double h = 1e-6;
        for (Schedule schedule : List.of(ROOT, STRAIGHT)) {
            DiffusionInterpolant view = new DiffusionInterpolant(diffusion, schedule);
            for (double t : new double[] {0.1, 0.4, 0.8}) {
                double c = view.scale(t);
                double speed = (view.diffusionTime(t + h) - view.diffusionTime(t - h)) / (2 * h);
                double expected = -c * c * diffusion.noiseRate(view.diffusionTime(t)) * speed / 2;
                assertThat(view.diffusion(t)).isCloseTo(expected, within(1e-6 * expected));
            }
        }
        assertThat(new DiffusionInterpolant(diffusion, ROOT).diffusion(0.4)).isCloseTo(2.5, within(1e-14));
        Schedule own = diffusion.schedule();
        double a = own.alpha(0.6);
        double epsilon = own.alphaAlphaDot(0.6) - a * a * own.betaDot(0.6) / own.beta(0.6);
        assertThat(epsilon).isCloseTo(diffusion.noiseRate(0.6) / 2, within(1e-12 * epsilon));
    }

    /** The identity of section 7.4: b = (x + s)/t. */
    @Test
    void theVelocityOfTheVariancePreservingForm() {
        MixtureInterpolant direct = new MixtureInterpolant(GaussianMixture.standard(1), DATA.data(), ROOT);
        double[][] x = {{0.4, -1.1}};
        double[][] score = new double[1][2];
        double[][] exact = new double[1][2];
        direct.score().evaluator(2).at(0.6, x, 2, score);
        direct.velocity().evaluator(2).at(0.6, x, 2, exact);
        double[] expected = {0.80748376, -1.07261849};
        assertThat(exact[0]).containsExactly(expected, within(5.1e-9));
        for (Diffusion diffusion : DiffusionTest.all()) {
            DiffusionInterpolant view = new DiffusionInterpolant(diffusion, ROOT);
            if (0.6 < view.start()) {
                continue;
            }
            double[][] velocity = new double[1][2];
            double[][] again = new double[1][2];
            view.velocity(DATA.score(diffusion)).evaluator(2).at(0.6, x, 2, velocity);
            view.score(DATA.score(diffusion)).evaluator(2).at(0.6, x, 2, again);
            assertThat(velocity[0]).containsExactly(expected, within(5.1e-9));
            for (int k = 0; k < 2; k++) {
                assertThat(velocity[0][k]).isCloseTo((x[0][k] + again[0][k]) / 0.6, within(1e-9));
                assertThat(again[0][k]).isCloseTo(score[0][k], within(1e-9));
                double tau = view.diffusionTime(0.6);
                double clean = DATA.denoised(diffusion, tau, x[0][k] / view.scale(0.6));
                assertThat(velocity[0][k]).isCloseTo(0.6 * again[0][k] + clean, within(1e-9));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void scoresGoOverAndBack(Diffusion diffusion) {
        DiffusionInterpolant view = new DiffusionInterpolant(diffusion, STRAIGHT);
        Score score = DATA.score(diffusion);
        Score back = view.diffusionScore(view.score(score));
        double[][] x = {{-1, 0.2, 2}};
        double[][] expected = new double[1][3];
        double[][] out = new double[1][3];
        double[] slope = new double[3];
        double[] slopeBack = new double[3];
        score.evaluator(3).at(0.4, x, 3, expected);
        score.evaluator(3).divergence(0.4, x, 3, slope);
        Field.Evaluator evaluator = back.evaluator(3);
        evaluator.at(0.4, x, 3, out);
        evaluator.divergence(0.4, x, 3, slopeBack);
        assertThat(out[0]).containsExactly(expected[0], within(1e-9));
        assertThat(slopeBack).containsExactly(slope, within(1e-6));

        double t = view.interpolantTime(0.4);
        double c = view.scale(t);
        view.score(score).evaluator(3).divergence(t, new double[][] {{-c, 0.2 * c, 2 * c}}, 3, slopeBack);
        for (int k = 0; k < 3; k++) {
            assertThat(slopeBack[k] * c * c).isCloseTo(slope[k], within(1e-6));
        }
    }

    /** Same starts, then the flow in τ and in both times t: the same paths but for the factor. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void flowsHaveTheSamePaths(Diffusion diffusion) {
        Score score = DATA.score(diffusion);
        double[] times = grid(diffusion, 400);
        double[][] x = start(diffusion, 40);
        Exact.flow(diffusion.probabilityFlow(score), x, times);
        for (Schedule schedule : List.of(ROOT, STRAIGHT)) {
            DiffusionInterpolant view = new DiffusionInterpolant(diffusion, schedule);
            double[][] y = start(diffusion, 40);
            Blocks.scale(view.scale(view.start()), y, y[0].length);
            Exact.flow(view.velocity(score), y, over(view, times));
            Blocks.scale(1 / view.scale(view.interpolantTime(LAST)), y, y[0].length);
            assertThat(y[0]).containsExactly(x[0], within(1e-6));
        }
    }

    /**
     * The reverse equation in τ and the forward one in t with the same starts and the same normal numbers of each step: they
     * are different sums for one path, so they draw together as steps shrink.
     */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void stochasticEquationsHaveTheSamePaths(Diffusion diffusion) {
        Score score = DATA.score(diffusion);
        for (Schedule schedule : List.of(ROOT, STRAIGHT)) {
            DiffusionInterpolant view = new DiffusionInterpolant(diffusion, schedule);
            SimpleRegression slope = new SimpleRegression();
            double distance = Double.NaN;
            for (int steps = 256; steps <= 4096; steps *= 2) {
                double[] times = grid(diffusion, steps);
                double[][] x = start(diffusion, 100);
                double[][] y = start(diffusion, 100);
                eulerMaruyama(diffusion.reverseDrift(score, 1), diffusion::noiseRate, times, x);
                Blocks.scale(view.scale(view.start()), y, y[0].length);
                eulerMaruyama(view.forwardDrift(score), t -> 2 * view.diffusion(t), over(view, times), y);
                Blocks.scale(1 / view.scale(view.interpolantTime(LAST)), y, y[0].length);
                distance = IntStream.range(0, 100)
                        .mapToDouble(k -> Math.abs(x[0][k] - y[0][k]))
                        .average()
                        .orElseThrow();
                slope.addData(Math.log(steps), Math.log(distance));
            }
            assertThat(slope.getSlope()).as("%s", diffusion).isLessThan(-0.7);
            assertThat(distance).isLessThan(0.02);
        }
    }

    /** Two one-sided schedules of equal α/β, neither of a diffusion: the same paths after the change of time. */
    @Test
    void schedulesOfEqualRatioHaveTheSamePaths() {
        VelocityField root = new MixtureInterpolant(GaussianMixture.standard(1), DATA.data(), ROOT).velocity();
        VelocityField straight = new MixtureInterpolant(GaussianMixture.standard(1), DATA.data(), STRAIGHT).velocity();
        double[] times =
                IntStream.rangeClosed(0, 400).mapToDouble(i -> 0.99 * i / 400).toArray();
        double[] others = IntStream.rangeClosed(0, 400)
                .mapToDouble(i -> times[i] / Math.hypot(times[i], 1 - times[i]))
                .toArray();
        double[][] x = {{-1.5, -0.4, 0.1, 2}};
        double[][] y = {x[0].clone()};
        Exact.flow(straight, x, times);
        Exact.flow(root, y, others);
        Blocks.scale(times[400] / others[400], y, y[0].length);
        assertThat(y[0]).containsExactly(x[0], within(1e-7));
    }

    @Test
    void aLatentVariableIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DiffusionInterpolant(DiffusionTest.VP, PathSchedule.linear(1)))
                .withMessage("schedule must be one-sided with gamma = 0, got gamma(0.5)^2=0.25");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DiffusionInterpolant(DiffusionTest.VE, ROOT).diffusionTime(0.001))
                .withMessageContaining("logSnr must be in");
    }

    /** From τ = 1 to LAST, uniform in log-SNR. */
    private static double[] grid(Diffusion diffusion, int steps) {
        return TimeGrid.LOG_SNR.times(1, LAST, steps, diffusion::sigma);
    }

    private static double[] over(DiffusionInterpolant view, double[] times) {
        return Arrays.stream(times).map(view::interpolantTime).toArray();
    }

    private static double[][] start(Diffusion diffusion, int count) {
        return diffusion.prior(1).sample(Streams.of(1).at("start"), count);
    }

    private static void eulerMaruyama(VelocityField drift, DoubleUnaryOperator rate, double[] times, double[][] x) {
        Noise noise = Noise.independent(Streams.of(1).at("noise"));
        Sampler sampler = SdeMethod.EULER_MARUYAMA.sampler(drift, rate);
        Ensemble.run(sampler, times, x, noise, 1, Ensemble.Observer.NONE);
    }
}
