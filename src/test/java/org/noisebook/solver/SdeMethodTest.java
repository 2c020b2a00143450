package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.rng.Streams;

class SdeMethodTest {
    private static final int DEPTH = 10;
    private static final int FINEST = 1 << DEPTH;
    private static final int WEAK_DEPTH = 6;
    private static final int WEAK_BLOCKS = 64;
    private static final int BATCHES = 16;

    /** Standard errors that the tolerance of a slope must hold, so that a true order fails with probability below 7e-5. */
    private static final double SURE = 4;

    private static final List<SdeProblem> PROBLEMS =
            List.of(SdeProblem.spreading(), SdeProblem.ornsteinUhlenbeck(), SdeProblem.hyperbolic());

    static Stream<Arguments> methodsAndProblems() {
        return Arrays.stream(SdeMethod.values())
                .flatMap(method -> PROBLEMS.stream().map(problem -> Arguments.of(method, problem)));
    }

    private static Noise noise(int depth) {
        return new Brownian(Streams.of(1).at("noise"), 0, 1, depth);
    }

    /** The strong solution at 1: from W(1), or on a grid 16 times finer than the finest that is measured. */
    private static double[] truth(SdeProblem problem, int paths, boolean forward) {
        if (!problem.endIsKnown()) {
            return problem.run(SdeMethod.HEUN, FINEST, paths, noise(DEPTH), forward);
        }
        return ends(problem, paths, noise(DEPTH), forward ? 0 : 1, forward ? 1 : 0);
    }

    /** The ends that follow from the whole path's one normal number. */
    private static double[] ends(SdeProblem problem, int paths, Noise noise, double from, double to) {
        double[] end = new double[paths];
        double[][][] part = new double[1][1][Ensemble.BLOCK];
        for (int k = 0; k < paths; k++) {
            if (k % Ensemble.BLOCK == 0) {
                noise.block(k / Ensemble.BLOCK).fill(0, from, to, Math.min(Ensemble.BLOCK, paths - k), part);
            }
            end[k] = problem.end().applyAsDouble(part[0][0][k % Ensemble.BLOCK]);
        }
        return end;
    }

    @ParameterizedTest
    @MethodSource("methodsAndProblems")
    @Tag("statistical")
    void strongSlopeIsTheOrder(SdeMethod method, SdeProblem problem) {
        int[] steps = {4, 8, 16, 32, 64};
        int paths = 4 * Ensemble.BLOCK;
        for (boolean forward : new boolean[] {true, false}) {
            double[] truth = truth(problem, paths, forward);
            double[][] distances = new double[steps.length][paths];
            for (int i = 0; i < steps.length; i++) {
                double[] x = problem.run(method, steps[i], paths, noise(DEPTH), forward);
                Arrays.setAll(distances[i], k -> Math.abs(x[k] - truth[k]));
            }
            // Heun misses ∫W ds only, which the paths of the first problem do not contain.
            double order = method == SdeMethod.HEUN && problem.endIsKnown() ? 2 : method.strongOrder();
            assertSlope(method + " strong on " + problem + ", forward " + forward, steps, distances, order);
        }
    }

    /**
     * The error of E X², each path paired with the true one on the same noise, so that only their difference is noisy; and
     * each noise is met with both signs.
     */
    @ParameterizedTest
    @MethodSource("methodsAndProblems")
    @Tag("statistical")
    void weakSlopeIsTheOrder(SdeMethod method, SdeProblem problem) {
        int[] steps = method == SdeMethod.HEUN ? new int[] {2, 3, 4, 6, 8, 12} : new int[] {4, 6, 8, 12, 16, 24};
        int paths = WEAK_BLOCKS * Ensemble.BLOCK;
        double[][] differences = new double[steps.length][paths];
        double[] mean = new double[1];
        for (int sign = -1; sign <= 1; sign += 2) {
            Noise noise = signed(sign, WEAK_DEPTH);
            double[] truth = weakTruth(problem, paths, noise);
            mean[0] += Arrays.stream(truth).map(x -> x * x).average().orElseThrow() / 2;
            for (int i = 0; i < steps.length; i++) {
                double[] x = problem.run(method, steps[i], paths, noise, true);
                double[] row = differences[i];
                for (int k = 0; k < paths; k++) {
                    row[k] += (x[k] * x[k] - truth[k] * truth[k]) / 2;
                }
            }
        }
        // Pairs of one sign each: standard error below 2/√paths = 0.011; false alarm below 1e-5.
        assertThat(mean[0])
                .as("E X² of %s, false-alarm probability below 1e-5", problem)
                .isEqualTo(problem.secondMoment(), within(0.05));
        assertSlope(method + " weak on " + problem, steps, differences, method.weakOrder());
    }

    private static Noise signed(int sign, int depth) {
        Noise noise = noise(depth);
        return block -> {
            Noise.Block source = noise.block(block);
            return (step, from, to, count, out) -> {
                source.fill(step, from, to, count, out);
                for (int k = 0; k < count; k++) {
                    out[0][0][k] *= sign;
                }
            };
        };
    }

    private static double[] weakTruth(SdeProblem problem, int paths, Noise noise) {
        if (!problem.endIsKnown()) {
            return problem.run(SdeMethod.HEUN, 1 << WEAK_DEPTH, paths, noise, true);
        }
        return ends(problem, paths, noise, 0, 1);
    }

    /** Slope of all paths, with the standard error from batches of paths small enough to say what it says. */
    private static void assertSlope(String what, int[] steps, double[][] values, double order) {
        int paths = values[0].length;
        double[] slopes = new double[BATCHES];
        for (int b = 0; b < BATCHES; b++) {
            slopes[b] = slope(steps, values, b * paths / BATCHES, (b + 1) * paths / BATCHES);
        }
        double centre = Arrays.stream(slopes).average().orElseThrow();
        double spread =
                Arrays.stream(slopes).map(s -> (s - centre) * (s - centre)).sum() / (BATCHES - 1);
        double stdError = Math.sqrt(spread / BATCHES);
        double slope = slope(steps, values, 0, paths);

        assertThat(slope)
                .as("%s: slope %.3f ± %.3f", what, slope, stdError)
                .isEqualTo(order, within(OrderFit.SDE_TOLERANCE));
        assertThat(stdError)
                .as("%s: standard error of the slope %.3f", what, slope)
                .isLessThan(OrderFit.SDE_TOLERANCE / SURE);
    }

    private static double slope(int[] steps, double[][] values, int from, int to) {
        double[] errors = Arrays.stream(values)
                .mapToDouble(
                        row -> Math.abs(Arrays.stream(row, from, to).average().orElseThrow()))
                .toArray();
        return OrderFit.slope(steps, errors);
    }

    /** h λ = 20: the stationary variance of dX = −λX dt + √(2λ) dW is 1, and none is left. */
    @ParameterizedTest
    @EnumSource
    void anAbsurdStepFails(SdeMethod method) {
        assertThat(stationary(method, 0.05)).isBetween(0.5, 2.0);
        assertThat(stationary(method, 20)).isGreaterThan(1e6);
    }

    /**
     * The stationary variance of the scheme itself, not of the equation: 1/(1 − hλ/2) of Euler–Maruyama. A factor √2 or a
     * time step in the wrong place in the noise would show.
     */
    @ParameterizedTest
    @EnumSource
    @Tag("statistical")
    void stationaryVarianceIsThatOfTheScheme(SdeMethod method) {
        double step = 0.5;
        double kept = 1 - step + (method == SdeMethod.HEUN ? step * step / 2 : 0);
        double noise = method == SdeMethod.HEUN ? 1 - step / 2 : 1;
        double expected = 2 * step * noise * noise / (1 - kept * kept);

        // Sample variance of 65 536 normal numbers: 4.5 standard errors, false alarm below 1e-5; it would catch 3 %.
        assertThat(stationary(method, step))
                .as("stationary variance of %s, false-alarm probability below 1e-5", method)
                .isEqualTo(expected, within(4.5 * expected * Math.sqrt(2.0 / (128 * Ensemble.BLOCK))));
    }

    /** Variance after 40 steps from 0 of dX = −X dt + √2 dW. */
    private static double stationary(SdeMethod method, double step) {
        double[][] x = new double[1][128 * Ensemble.BLOCK];
        int steps = (int) Math.max(40, Math.min(200, 8 / step));
        Ensemble.run(
                method.sampler(decay(), t -> 2),
                TimeGrid.UNIFORM.times(0, steps * step, steps),
                x,
                Noise.independent(Streams.of(1).at("noise")),
                1,
                Ensemble.Observer.NONE);
        return Arrays.stream(x[0]).map(v -> v * v).average().orElseThrow();
    }

    private static VelocityField decay() {
        return VelocityField.of(1, (t, x, count, out) -> {
            for (int k = 0; k < count; k++) {
                out[0][k] = -x[0][k];
            }
        });
    }

    /** Drift at both ends, the far one at a predictor with the noise in it; rate where the card says; both directions. */
    @Test
    void stagesAreAtTheRightTimes() {
        VelocityField clock = VelocityField.of(1, (t, x, count, out) -> out[0][0] = 100 * t + x[0][0]);
        double[][][] noise = {{{0.5}}};
        for (int sign = -1; sign <= 1; sign += 2) {
            double h = sign * 0.25;
            double[][] euler = {{1}};
            SdeMethod.EULER_MARUYAMA.sampler(clock, t -> t).begin(1).step(1, 1 + h, euler, 1, noise);
            double[][] heun = {{1}};
            SdeMethod.HEUN.sampler(clock, t -> t).begin(1).step(1, 1 + h, heun, 1, noise);

            assertThat(euler[0][0]).isEqualTo(1 + h * 101 + 0.5 * 0.5, within(1e-12));
            double spread = 0.5 * Math.sqrt((1 + h / 2) * 0.25);
            double there = 100 * (1 + h) + (1 + h * 101 + spread);
            assertThat(heun[0][0]).isEqualTo(1 + h / 2 * (101 + there) + spread, within(1e-12));
        }
        assertThat(noise[0][0][0]).isEqualTo(0.5);
    }

    @ParameterizedTest
    @EnumSource
    void withoutNoiseTheMethodIsThatOfTheOde(SdeMethod method) {
        OdeProblem problem = OdeProblem.rotating();
        OdeMethod twin = method == SdeMethod.HEUN ? OdeMethod.HEUN : OdeMethod.EULER;

        assertThat(problem.error(quiet(method.sampler(problem.velocity(), t -> 0)), 100, true))
                .isEqualTo(problem.error(twin.sampler(problem.velocity()), 100, true));
    }

    private static Sampler quiet(Sampler sampler) {
        double[][][] zero = new double[1][sampler.dimension()][2];
        return new Sampler() {
            @Override
            public int dimension() {
                return sampler.dimension();
            }

            @Override
            public int noises() {
                return 0;
            }

            @Override
            public Stepper begin(int capacity) {
                Stepper stepper = sampler.begin(capacity);
                return new Stepper() {
                    @Override
                    public void step(double from, double to, double[][] x, int count, double[][][] noise) {
                        stepper.step(from, to, x, count, zero);
                    }

                    @Override
                    public long evaluations() {
                        return stepper.evaluations();
                    }
                };
            }
        };
    }

    @ParameterizedTest
    @EnumSource
    void badInputGivesOneClearLine(SdeMethod method) {
        double[][][] noise = new double[1][1][1];
        double[][] x = new double[1][1];
        Sampler.Stepper falling = method.sampler(decay(), t -> -1).begin(1);
        assertThatThrownBy(() -> falling.step(1, 1, x, 1, noise)).hasMessage("rate(1.0) must be in [0, inf), got -1.0");
        Sampler.Stepper stepper = method.sampler(decay(), t -> 1).begin(1);
        assertThatThrownBy(() -> stepper.step(0, 1, x, 1, new double[0][][]))
                .hasMessage("noise must hold 1 vectors of dimension=1, got 0");
        assertThatThrownBy(() -> stepper.step(0, 1, x, 1, new double[1][2][1]))
                .hasMessage("noise must hold 1 vectors of dimension=1, got 1 of 2");
        assertThatThrownBy(() -> stepper.step(0, 1, x, 2, noise)).hasMessage("count must be in [0, capacity=1], got 2");
    }
}
