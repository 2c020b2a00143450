package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.analysis.integration.IterativeLegendreGaussIntegrator;
import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.ArrayRealVector;
import org.apache.commons.math3.linear.LUDecomposition;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.diffusion.DiffusionMethod.Ancestral;
import org.noisebook.diffusion.DiffusionMethod.Churn;
import org.noisebook.diffusion.DiffusionMethod.DpmSolver;
import org.noisebook.diffusion.DiffusionMethod.ExponentialMultistep;
import org.noisebook.diffusion.DiffusionMethod.ProbabilityFlow;
import org.noisebook.diffusion.DiffusionMethod.Repaint;
import org.noisebook.diffusion.DiffusionMethod.UniPc;
import org.noisebook.experiment.Schema;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.TimeGrid;

/** DPM-Solver++ and UniPC of order 3, EDM's churn and RePaint against formulas written out for one particle. */
@Tag("long")
class HistoryMethodsTest {
    private static final Diffusion VE = DiffusionTest.VE;
    private static final Diffusion VP = DiffusionTest.VP;
    private static final LineMixture DATA = LineMixture.reference();
    private static final double LAST = 1e-3;
    private static final Noise ZERO = block -> (i, from, to, count, out) -> {};

    private static double[] logSnr(Diffusion diffusion, int steps) {
        return TimeGrid.LOG_SNR.times(1, diffusion == VE ? 0 : LAST, steps, diffusion::sigma);
    }

    private static double moved(
            DiffusionMethod method, Diffusion diffusion, double[] times, double start, Noise noise) {
        double[][] x = {{start}};
        Ensemble.run(method.sampler(diffusion, DATA.score(diffusion)), times, x, noise, 1, Ensemble.Observer.NONE);
        return x[0][0];
    }

    /** A path of one particle with its denoisers, by formulas in λ = log a/√V. */
    private abstract static class ByHand {
        final Diffusion diffusion;
        final List<Double> lambda = new ArrayList<>();
        final List<Double> clean = new ArrayList<>();

        ByHand(Diffusion diffusion) {
            this.diffusion = diffusion;
        }

        static double lambda(Diffusion diffusion, double tau) {
            return Math.log(diffusion.meanCoefficient(tau) / diffusion.stdDev(tau));
        }

        double denoiser(double tau, double x) {
            double score = DATA.score(diffusion).at(tau, new double[][] {{x}})[0][0];
            return (x + diffusion.variance(tau) * score) / diffusion.meanCoefficient(tau);
        }

        double run(double[] times, double start) {
            double x = start;
            for (int i = 1; i < times.length; i++) {
                lambda.add(0, lambda(diffusion, times[i - 1]));
                clean.add(0, denoiser(times[i - 1], x));
                x = step(times[i - 1], times[i], x, lambda(diffusion, times[i]) - lambda.get(0), i - 1);
            }
            return x;
        }

        abstract double step(double from, double to, double x, double h, int before);
    }

    /** Taylor's series with divided differences; {@code curvature} 1 is right, ½ is that of common programs. */
    private static final class Taylor extends ByHand {
        private final double curvature;
        private final double eta;
        private final double[] noise;

        Taylor(Diffusion diffusion, double curvature, double eta, double... noise) {
            super(diffusion);
            this.curvature = curvature;
            this.eta = eta;
            this.noise = noise;
        }

        @Override
        double step(double from, double to, double x, double h, int before) {
            double k = 1 + eta;
            double whole = 1 - Math.exp(-k * h);
            double rest = whole * clean.get(0);
            if (before == 1) {
                rest += whole / 2 * h * slope(0);
            } else if (before > 1) {
                double second = (slope(0) - slope(1)) / (lambda.get(0) - lambda.get(2));
                double first = slope(0) + second * (lambda.get(0) - lambda.get(1));
                double linear = h - whole / k;
                double square = h * h - 2 * linear / k;
                rest += first * linear + curvature * second * square;
            }
            double ratio = diffusion.stdDev(to) / diffusion.stdDev(from);
            double spread = diffusion.stdDev(to) * Math.sqrt(1 - Math.exp(-2 * eta * h));
            return ratio * Math.exp(-eta * h) * x
                    + diffusion.meanCoefficient(to) * rest
                    + (eta == 0 ? 0 : spread * noise[before]);
        }

        private double slope(int i) {
            return (clean.get(i) - clean.get(i + 1)) / (lambda.get(i) - lambda.get(i + 1));
        }
    }

    /** UniPC as its paper has it: R_p a B = φ, with B_2 = e^(−h) − 1 for denoisers. */
    private static final class Unified extends ByHand {
        private final int order;
        private double before;
        private double from;

        Unified(Diffusion diffusion, int order) {
            super(diffusion);
            this.order = order;
        }

        @Override
        double step(double start, double to, double x, double h, int past) {
            double at = x;
            if (past > 0) {
                double width = lambda.get(0) - lambda.get(1);
                at = solved(before, from, start, width, 1, Math.min(past, order), true);
            }
            before = at;
            from = start;
            return solved(at, start, to, h, 0, Math.min(past + 1, order), false);
        }

        /** From the place of denoiser {@code base}, with {@code nodes} denoisers there and before. */
        private double solved(double x, double start, double to, double h, int base, int nodes, boolean corrects) {
            List<Double> r = new ArrayList<>();
            List<Double> differences = new ArrayList<>();
            for (int i = 1; i < nodes; i++) {
                r.add((lambda.get(base + i) - lambda.get(base)) / h);
                differences.add(clean.get(base + i) - clean.get(base));
            }
            if (corrects) {
                r.add(1.0);
                differences.add(clean.get(0) - clean.get(base));
            }
            int p = r.size();
            double b = Math.exp(-h) - 1;
            double sum = 0;
            if (p > 0) {
                double[][] matrix = new double[p][p];
                double[] right = new double[p];
                double phi = b / -h;
                double factorial = 1;
                for (int n = 0; n < p; n++) {
                    factorial *= n + 1;
                    phi = (phi - 1 / factorial) / -h;
                    right[n] = -h * phi * factorial / b;
                    for (int i = 0; i < p; i++) {
                        matrix[n][i] = Math.pow(r.get(i), n);
                    }
                }
                double[] a = p == 1
                        ? new double[] {0.5}
                        : new LUDecomposition(new Array2DRowRealMatrix(matrix))
                                .getSolver()
                                .solve(new ArrayRealVector(right))
                                .toArray();
                for (int i = 0; i < p; i++) {
                    sum += a[i] * differences.get(i) / r.get(i);
                }
            }
            double mean = diffusion.meanCoefficient(to);
            return diffusion.stdDev(to) / diffusion.stdDev(start) * x - mean * b * clean.get(base) - mean * b * sum;
        }
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void pathsAreThoseWrittenByHand(Diffusion diffusion) {
        double[] times = {1, 0.93, 0.8, 0.74, 0.5, 0.41, 0.2, 0.08, 0.03};
        double[] z = {0.3, -1.2, 0.4, 0.9, -0.1, 1.7, -0.6, 0.2};
        Noise given = block -> (i, from, to, count, out) -> {
            if (out.length > 0) {
                out[0][0][0] = z[i];
            }
        };
        double start = 0.7 * Math.sqrt(diffusion.priorVariance());
        for (double eta : new double[] {0, 0.4, 1}) {
            assertThat(moved(new DpmSolver(3, eta), diffusion, times, start, given))
                    .as("eta %s", eta)
                    .isCloseTo(new Taylor(diffusion, 1, eta, z).run(times, start), within(1e-9));
        }
        for (int order = 2; order <= 3; order++) {
            assertThat(moved(new UniPc(order), diffusion, times, start, ZERO))
                    .as("order %s", order)
                    .isCloseTo(new Unified(diffusion, order).run(times, start), within(1e-9));
        }
        assertThat(moved(new DpmSolver(2, 0), diffusion, times, start, ZERO))
                .isCloseTo(moved(new ExponentialMultistep(), diffusion, times, start, ZERO), within(1e-11));
    }

    @Test
    void momentsAreIntegrals() {
        for (double h : new double[] {-0.7, 1e-9, 1e-3, 0.3, 0.999, 1.001, 4}) {
            for (int n = 0; n < 4; n++) {
                int power = n;
                double exact = new IterativeLegendreGaussIntegrator(20, 1e-14, 1e-16)
                        .integrate(1000, r -> h * Math.exp(-h * (1 - r)) * Math.pow(r, power), 0, 1);
                assertThat(HistorySteps.moment(n, h, -Math.expm1(-h)))
                        .as("n %s, h %s", n, h)
                        .isCloseTo(exact, within(1e-13 * Math.abs(h)));
            }
        }
    }

    // Orders.

    private static double slope(int first, int doublings, IntToDoubleFunction error) {
        SimpleRegression line = new SimpleRegression();
        for (int steps = first; steps <= first << doublings; steps *= 2) {
            line.addData(-Math.log(steps), Math.log(error.applyAsDouble(steps)));
        }
        return line.getSlope();
    }

    private static double[] starts(Diffusion diffusion) {
        return DoubleStream.of(-1.7, -0.6, 0.2, 0.9, 1.5)
                .map(v -> v * Math.sqrt(diffusion.priorVariance()))
                .toArray();
    }

    private static double[] exact(Diffusion diffusion) {
        double[][] x = {starts(diffusion)};
        Ensemble.run(
                new ProbabilityFlow(OdeMethod.RK4).sampler(diffusion, DATA.score(diffusion)),
                logSnr(diffusion, 6000),
                x,
                Noise.NONE,
                1,
                Ensemble.Observer.NONE);
        return x[0];
    }

    private static double distance(double[] x, double[] y) {
        return Math.sqrt(IntStream.range(0, x.length)
                .mapToDouble(k -> (x[k] - y[k]) * (x[k] - y[k]))
                .sum());
    }

    /** Uniform in λ but for a first step of h², which has order 1 and so must be short. */
    private static double[] gently(Diffusion diffusion, int steps) {
        double[] even = logSnr(diffusion, steps);
        double h = Math.log(diffusion.sigma(even[0]) / diffusion.sigma(even[1]));
        double[] times = new double[even.length + 1];
        System.arraycopy(even, 1, times, 2, steps);
        times[0] = even[0];
        times[1] = diffusion.timeOfSigma(diffusion.sigma(even[0]) * Math.exp(-h * h));
        return times;
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void ordersAreThoseOfTheCards(Diffusion diffusion) {
        double[] exact = exact(diffusion);
        for (DiffusionMethod method : List.of(new DpmSolver(2, 0), new DpmSolver(3, 0), new UniPc(2), new UniPc(3))) {
            double order = slope(256, 3, steps -> {
                double[][] x = {starts(diffusion)};
                Ensemble.run(
                        method.sampler(diffusion, DATA.score(diffusion)),
                        gently(diffusion, steps),
                        x,
                        Noise.NONE,
                        1,
                        Ensemble.Observer.NONE);
                return distance(x[0], exact);
            });
            assertThat(order)
                    .as("%s of %s", method.card().id(), diffusion)
                    .isCloseTo(method.card().strongOrder(), within(0.15));
        }
    }

    /** Half the curvature, as common programs have it, is of order 2. */
    @Test
    void halfTheCurvatureHasOrderTwo() {
        double[] exact = exact(VP);
        double order = slope(
                512,
                3,
                steps -> distance(
                        DoubleStream.of(starts(VP))
                                .map(start -> new Taylor(VP, 0.5, 0).run(gently(VP, steps), start))
                                .toArray(),
                        exact));
        assertThat(order).isCloseTo(2, within(0.15));
    }

    // Moments on Gaussians: with linear denoisers the last x is c + S x_0 + Σ N z, read off by unit vectors.

    private static double[] moments(
            DiffusionMethod method, Diffusion diffusion, double[] times, double mean, double variance) {
        Sampler sampler =
                method.sampler(diffusion, LineMixture.normal(mean, variance).score(diffusion));
        int noises = sampler.noises();
        int steps = times.length - 1;
        double[][] x = new double[1][2 + noises * steps];
        x[0][1] = 1;
        Sampler.Stepper stepper = sampler.begin(x[0].length);
        for (int i = 0; i < steps; i++) {
            double[][][] z = new double[noises][1][x[0].length];
            for (int m = 0; m < noises; m++) {
                z[m][0][2 + i * noises + m] = 1;
            }
            stepper.step(times[i], times[i + 1], x, x[0].length, z);
        }
        double a = diffusion.meanCoefficient(1);
        double slope = x[0][1] - x[0][0];
        double spread = slope * slope * (a * a * variance + diffusion.variance(1));
        for (int n = 2; n < x[0].length; n++) {
            spread += (x[0][n] - x[0][0]) * (x[0][n] - x[0][0]);
        }
        return new double[] {x[0][0] + slope * a * mean, spread};
    }

    private static double[] law(Diffusion diffusion, double tau, double mean, double variance) {
        double a = diffusion.meanCoefficient(tau);
        return new double[] {a * mean, a * a * variance + diffusion.variance(tau)};
    }

    /** Data at a point: one denoiser for all x, so any number of steps is exact in law. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void pointsAreExactForAnySteps(Diffusion diffusion) {
        double[] times = {1, 0.8, 0.5, 0.3, 0.1};
        for (DiffusionMethod method : List.of(
                new DpmSolver(2, 1),
                new DpmSolver(3, 0.5),
                new DpmSolver(3, 0),
                new UniPc(2),
                new UniPc(3),
                new Churn(OdeMethod.HEUN, 0.3, 0, 1e9, 1),
                new Repaint(Ancestral.standard(), 3))) {
            assertThat(moments(method, diffusion, times, 0.6, 0))
                    .as(method.card().id())
                    .containsExactly(law(diffusion, 0.1, 0.6, 0), within(1e-10));
        }
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void momentsConvergeToTheLaw(Diffusion diffusion) {
        double end = 0.05;
        double[] law = law(diffusion, end, 0.5, 0.3);
        for (DiffusionMethod method : List.of(
                new DpmSolver(2, 0),
                new DpmSolver(3, 0),
                new DpmSolver(2, 1),
                new DpmSolver(3, 1),
                new UniPc(2),
                new UniPc(3))) {
            double order = slope(
                    64,
                    3,
                    steps -> Math.abs(moments(
                                    method,
                                    diffusion,
                                    TimeGrid.LOG_SNR.times(1, end, steps, diffusion::sigma),
                                    0.5,
                                    0.3)[1]
                            - law[1]));
            assertThat(order)
                    .as("%s of %s", method.card().id(), diffusion)
                    .isGreaterThan(method.card().weakOrder() - 0.3);
        }
        double churn = slope(
                64,
                3,
                steps -> Math.abs(moments(
                                new Churn(OdeMethod.HEUN, 8.0 / steps, 0, 1e9, 1),
                                diffusion,
                                TimeGrid.LOG_SNR.times(1, end, steps, diffusion::sigma),
                                0.5,
                                0.3)[1]
                        - law[1]));
        assertThat(churn).isCloseTo(2, within(0.3));
    }

    /** One step of algorithm 2 of EDM by hand, on N(0.5, 0.3) under VE. */
    @Test
    void churnIsTheAlgorithmOfEdm() {
        double sigma = VE.sigma(0.6);
        double to = VE.sigma(0.5);
        double raised = 1.2 * sigma;
        double x = 0.9 + Math.sqrt(raised * raised - sigma * sigma) * 1.01 * -0.7;
        double slope = (x - mean(x, raised)) / raised;
        double next = x + (to - raised) * slope;
        double exact = x + (to - raised) * (slope + (next - mean(next, to)) / to) / 2;
        Score score = LineMixture.normal(0.5, 0.3).score(VE);
        double[][] at = {{0.9}};
        new Churn(OdeMethod.HEUN, 0.2, 0, 1e9, 1.01)
                .sampler(VE, score)
                .begin(1)
                .step(0.6, 0.5, at, 1, new double[][][] {{{-0.7}}});
        assertThat(at[0][0]).isCloseTo(exact, within(1e-10));
        for (double[] outside : new double[][] {{2 * sigma, 1e9}, {0, sigma / 2}}) {
            double[][] calm = {{0.9}};
            double[][] plain = {{0.9}};
            new Churn(OdeMethod.HEUN, 0.2, outside[0], outside[1], 1)
                    .sampler(VE, score)
                    .begin(1)
                    .step(0.6, 0.5, calm, 1, new double[][][] {{{-0.7}}});
            new ProbabilityFlow(OdeMethod.HEUN).sampler(VE, score).begin(1).step(0.6, 0.5, plain, 1, null);
            assertThat(calm[0][0]).isEqualTo(plain[0][0]);
        }
    }

    private static double mean(double x, double sigma) {
        return (0.3 * x + sigma * sigma * 0.5) / (0.3 + sigma * sigma);
    }

    /** Two variables of correlation 0.9, the first known to be 1.5: without noise the second moves to its mean. */
    @Test
    void resamplingBringsTheRestToItsConditionalMean() {
        Score score = Score.of(2, (tau, x, count, out) -> {
            double a = VP.meanCoefficient(tau);
            double own = a * a + VP.variance(tau);
            double cross = a * a * 0.9;
            double determinant = own * own - cross * cross;
            for (int k = 0; k < count; k++) {
                out[0][k] = -(own * x[0][k] - cross * x[1][k]) / determinant;
                out[1][k] = -(own * x[1][k] - cross * x[0][k]) / determinant;
            }
        });
        double[] off = IntStream.of(1, 4, 16)
                .mapToDouble(u -> {
                    double[][] x = {{0}, {0}};
                    Sampler sampler = new Repaint(Ancestral.standard(), u).knowing(VP, Prediction.SCORE, score, 1.5);
                    Ensemble.run(sampler, TimeGrid.UNIFORM.times(1, 0, 200), x, ZERO, 1, Ensemble.Observer.NONE);
                    assertThat(x[0][0]).isEqualTo(1.5);
                    return Math.abs(x[1][0] - 0.9 * 1.5);
                })
                .toArray();
        assertThat(off[1]).isLessThan(0.6 * off[0]);
        assertThat(off[2]).isLessThan(0.6 * off[1]);
    }

    /** The study hands the known coordinates over. */
    @Test
    void theStudyResamplesAroundWhatIsKnown() {
        DiffusionConfig config = Schema.with(
                DiffusionConfig.ofSamples(),
                "target=triangle, condition=known(coordinates=1, filling=replacement), particles=64, steps=20,"
                        + " method=repaint(predictor=ancestral(variance=posterior), resamplings=3)");
        double[][] x = DiffusionStudy.samples(config, Streams.of(1));
        double known = DiffusionStudy.observed(config, Streams.of(1))[0];
        double a = config.diffusion().meanCoefficient(config.end());
        for (double v : x[0]) {
            assertThat(v).isCloseTo(a * known, within(0.2));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"dpmSolver(order=3, eta=0)", "uniPc(order=3)", "uniPc(order=2)", "dpmSolver(order=3, eta=1)"})
    void aPathGoesOnFromItsMemory(String text) {
        DiffusionMethod method =
                Schema.with(DiffusionConfig.ofSamples(), "method=" + text).method();
        Sampler sampler = method.sampler(VP, DATA.score(VP));
        double[][][] noise = {{{0.3, -0.4}}};
        double[] times = {1, 0.8, 0.6, 0.5, 0.3, 0.2};
        double[][] x = {{0.4, -1.1}};
        double[][] y = {{0.4, -1.1}};
        Sampler.Stepper whole = sampler.begin(2);
        Sampler.Stepper part = sampler.begin(2);
        assertThat(part.memory()).isEmpty();
        for (int i = 1; i < times.length; i++) {
            whole.step(times[i - 1], times[i], x, 2, noise);
            part.step(times[i - 1], times[i], y, 2, noise);
            Sampler.Stepper next = sampler.begin(2);
            next.memory(part.memory().orElseThrow());
            part = next;
        }
        assertThat(y[0]).containsExactly(x[0]);
    }

    @Test
    void badInputIsNamed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DpmSolver(4, 0))
                .withMessage("order must be in [2, 3], got 4");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Churn(OdeMethod.HEUN, 0.5, 0, 1, 1))
                .withMessageStartingWith("gamma must be in [0, 0.414");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        StepMoments.of(Schema.with(DiffusionConfig.ofSamples(), "method=dpmSolver(order=2, eta=1)")))
                .withMessageStartingWith("method must take one noise a step and keep no memory");
        assertThat(new UniPc(2).stepsBothWays()).isFalse();
        assertThat(DiffusionMethod.Bdia.standard().stepsBothWays()).isTrue();
    }
}
