package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.apache.commons.math3.stat.descriptive.moment.Variance;
import org.apache.commons.math3.stat.regression.SimpleRegression;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.diffusion.DiffusionMethod.Ancestral;
import org.noisebook.diffusion.DiffusionMethod.Ddim;
import org.noisebook.diffusion.DiffusionMethod.ExponentialMultistep;
import org.noisebook.diffusion.DiffusionMethod.OneStep;
import org.noisebook.diffusion.DiffusionMethod.PredictorCorrector;
import org.noisebook.diffusion.DiffusionMethod.ProbabilityFlow;
import org.noisebook.diffusion.DiffusionMethod.ReverseDiffusion;
import org.noisebook.diffusion.DiffusionMethod.ReverseEquation;
import org.noisebook.diffusion.DiffusionMethod.StepVariance;
import org.noisebook.diffusion.DiffusionMethod.TimeFlow;
import org.noisebook.experiment.Parameter;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.Exact;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.QuantileMap;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Field;
import org.noisebook.solver.GaussianSampler;
import org.noisebook.solver.MethodCard;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.Score;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.stats.KolmogorovSmirnov;

@Tag("long")
class DiffusionMethodTest {
    private static final Diffusion VE = DiffusionTest.VE;
    private static final Diffusion VP = DiffusionTest.VP;
    private static final Diffusion SUB_VP = DiffusionTest.SUB_VP;
    private static final LineMixture DATA = LineMixture.reference();
    private static final OneStep POSTERIOR = new Ancestral(StepVariance.POSTERIOR);
    private static final OneStep FORWARD = new Ancestral(StepVariance.FORWARD);
    private static final OneStep REVERSE = new ReverseDiffusion();
    /** Where convergence is measured: close to the data, at a log-SNR that is not infinite. */
    private static final double LAST = 1e-3;

    static List<DiffusionMethod> methods() {
        return List.of(
                POSTERIOR,
                FORWARD,
                new Ddim(0),
                new Ddim(0.5),
                new Ddim(1),
                REVERSE,
                new PredictorCorrector(REVERSE, 0.16, 1),
                new PredictorCorrector(new Ddim(0), 0.16, 2),
                new DiffusionMethod.AnnealedLangevin(0.2, 8),
                new ExponentialMultistep(),
                DiffusionMethod.Edict.standard(),
                DiffusionMethod.Bdia.standard(),
                new DiffusionMethod.Bdia(0.5),
                new ProbabilityFlow(OdeMethod.EULER),
                new ProbabilityFlow(OdeMethod.HEUN),
                new ProbabilityFlow(OdeMethod.RK4),
                DiffusionMethod.DpmSolver.standard(),
                new DiffusionMethod.DpmSolver(2, 1),
                new DiffusionMethod.DpmSolver(3, 1),
                new DiffusionMethod.UniPc(2),
                DiffusionMethod.UniPc.standard(),
                new DiffusionMethod.Churn(OdeMethod.HEUN, 0.05, 0, 1e9, 1),
                new DiffusionMethod.Repaint(POSTERIOR, 2));
    }

    static List<OneStep> stochastic() {
        return List.of(POSTERIOR, FORWARD, new Ddim(0.5), new Ddim(1), REVERSE);
    }

    private static double[] uniform(int steps, double last) {
        return TimeGrid.UNIFORM.times(1, last, steps);
    }

    private static double[] logSnr(Diffusion diffusion, int steps, double last) {
        return TimeGrid.LOG_SNR.times(1, last, steps, diffusion::sigma);
    }

    private static double last(Diffusion diffusion) {
        return diffusion == VE ? 0 : LAST;
    }

    private static double[] reversed(double[] times) {
        return IntStream.range(0, times.length)
                .mapToDouble(i -> times[times.length - 1 - i])
                .toArray();
    }

    private static double[][] start(Diffusion diffusion, int count) {
        return diffusion.prior(1).sample(Streams.of(1).at("start"), count);
    }

    private static Noise noise() {
        return Noise.independent(Streams.of(1).at("noise"));
    }

    private static long run(Sampler sampler, double[] times, double[][] x) {
        return Ensemble.run(sampler, times, x, noise(), 1, Ensemble.Observer.NONE);
    }

    private static double[] samples(DiffusionMethod method, Diffusion diffusion, double[] times, int count) {
        return samples(method, diffusion, times, count, DATA);
    }

    private static double[] samples(
            DiffusionMethod method, Diffusion diffusion, double[] times, int count, LineMixture data) {
        double[][] x = start(diffusion, count);
        run(method.sampler(diffusion, data.score(diffusion)), times, x);
        return x[0];
    }

    private static double distance(double[] x, double[] y) {
        return Math.sqrt(IntStream.range(0, x.length)
                .mapToDouble(k -> (x[k] - y[k]) * (x[k] - y[k]))
                .average()
                .orElseThrow());
    }

    // Algebra of one step.

    /** One step of a chain of β_i against the formulas of DDPM. */
    @Test
    void ancestralIsTheChainOfDdpm() {
        Diffusion chain = new Diffusion.Ddpm(50, new Diffusion.LinearBetas(0.001, 0.2));
        double beta = new Diffusion.LinearBetas(0.001, 0.2).beta(20, 50);
        double left = 1 - chain.variance(20 / 50.0);
        double leftBefore = 1 - chain.variance(19 / 50.0);
        Field noiseMean = Prediction.SCORE.to(Prediction.NOISE, chain, DATA.score(chain));
        double[][] e = new double[1][1];
        noiseMean.evaluator(1).at(0.4, new double[][] {{0.7}}, 1, e);
        double mean = (0.7 - beta / Math.sqrt(1 - left) * e[0][0]) / Math.sqrt(1 - beta);

        double[][] out = new double[1][1];
        GaussianSampler.Step step =
                POSTERIOR.sampler(chain, Prediction.NOISE, noiseMean).begin(1);
        step.mean(0.4, 0.38, new double[][] {{0.7}}, 1, out);

        assertThat(out[0][0]).isCloseTo(mean, within(1e-12));
        assertThat(Math.pow(step.stdDev(0.4, 0.38), 2)).isCloseTo(beta * (1 - leftBefore) / (1 - left), within(1e-12));
        double forward = FORWARD.sampler(chain, DATA.score(chain)).begin(1).stdDev(0.4, 0.38);
        assertThat(forward * forward).isCloseTo(beta, within(1e-12));
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void ddimAtOneIsTheAncestralSampler(Diffusion diffusion) {
        double[] times = uniform(20, 0);
        assertThat(samples(new Ddim(1), diffusion, times, 50))
                .containsExactly(samples(POSTERIOR, diffusion, times, 50), within(1e-11));
    }

    /** x/a moves by (σ_j − σ_i) e. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void ddimIsEulerInSigma(Diffusion diffusion) {
        double[] times = uniform(20, 0);
        assertThat(samples(new Ddim(0), diffusion, times, 50))
                .containsExactly(samples(new ProbabilityFlow(OdeMethod.EULER), diffusion, times, 50), within(1e-10));
    }

    /**
     * Data at 0: x ← (1 − ε) x + √(2ε V) z, whose stationary variance is V/(1 − ε/2). Four standard errors of 40 000 particles: false
     * alarms 6e-5; a step of half the size, or noise √(ε V), is seen.
     */
    @Test
    void langevinStepsOfALevelSettle() {
        double[] x = samples(
                new DiffusionMethod.AnnealedLangevin(0.2, 60),
                VP,
                new double[] {1, 0.3},
                40_000,
                LineMixture.normal(0, 0));
        double variance = Arrays.stream(x).map(v -> v * v).average().orElseThrow() / VP.variance(0.3);
        assertThat(variance).isCloseTo(1 / 0.9, within(4 * Math.sqrt(2 / 40_000.0) / 0.9));
    }

    /** At no noise nothing but the scale is left. */
    @Test
    void langevinStepsEndWhereNoiseDoes() {
        double[] x = samples(new DiffusionMethod.AnnealedLangevin(0.2, 5), VP, new double[] {0.5, 0}, 20, DATA);
        double[][] start = start(VP, 20);
        assertThat(x)
                .containsExactly(
                        Arrays.stream(start[0])
                                .map(v -> v / VP.meanCoefficient(0.5))
                                .toArray(),
                        within(1e-12));
    }

    /** Data at one point: the noise mean is (x − a m)/√V along a whole path. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void deterministicMethodsAreExactForAPoint(Diffusion diffusion) {
        Score score = LineMixture.normal(0.7, 0).score(diffusion);
        double ratio = diffusion.stdDev(0.2) / diffusion.stdDev(1);
        double exact = ratio * (1.5 - 0.7 * diffusion.meanCoefficient(1)) + 0.7 * diffusion.meanCoefficient(0.2);
        for (DiffusionMethod method : List.of(
                new Ddim(0),
                new ExponentialMultistep(),
                new ProbabilityFlow(OdeMethod.HEUN),
                new ProbabilityFlow(OdeMethod.RK4))) {
            double[][] x = {{1.5}};
            run(method.sampler(diffusion, score), new double[] {1, 0.6, 0.2}, x);
            assertThat(x[0][0]).as(method.card().id()).isCloseTo(exact, within(1e-11));
        }
    }

    @Test
    void exponentialStepsBeginAsDdim() {
        double[] one = {1, 0.5};
        double[] first = samples(new ExponentialMultistep(), VP, one, 20);
        assertThat(first).containsExactly(samples(new Ddim(0), VP, one, 20), within(1e-13));

        Sampler sampler = new ExponentialMultistep().sampler(VP, DATA.score(VP));
        double[][] gap = {first.clone()};
        double[][] fresh = {first.clone()};
        double[][] path = start(VP, 20);
        Sampler.Stepper stepper = sampler.begin(20);
        stepper.step(1, 0.5, path, 20, new double[0][][]);
        stepper.step(0.5, 0.3, path, 20, new double[0][][]);
        stepper = sampler.begin(20);
        stepper.step(1, 0.9, start(VP, 20), 20, new double[0][][]);
        stepper.step(0.5, 0.3, gap, 20, new double[0][][]);
        sampler.begin(20).step(0.5, 0.3, fresh, 20, new double[0][][]);
        assertThat(gap[0]).containsExactly(fresh[0]);
        assertThat(distance(path[0], fresh[0])).isGreaterThan(1e-3);
    }

    /** Any prediction of the same field gives the same samples. */
    @ParameterizedTest
    @MethodSource("methods")
    void predictionsAreEquivalent(DiffusionMethod method) {
        double[] times = uniform(10, LAST);
        double[] expected = samples(method, SUB_VP, times, 20);
        for (Prediction prediction : Prediction.values()) {
            double[][] x = start(SUB_VP, 20);
            Field field = Prediction.SCORE.to(prediction, SUB_VP, DATA.score(SUB_VP));
            run(method.sampler(SUB_VP, prediction, field), times, x);
            assertThat(x[0]).as("%s", prediction).containsExactly(expected, within(1e-8));
        }
    }

    // Orders.

    private static double order(DiffusionMethod method, Diffusion diffusion, int first, int doublings) {
        double[][] exact = start(diffusion, 32);
        run(
                new ProbabilityFlow(OdeMethod.RK4).sampler(diffusion, DATA.score(diffusion)),
                logSnr(diffusion, 1500, last(diffusion)),
                exact);
        SimpleRegression line = new SimpleRegression();
        for (int steps = first; steps <= first << doublings; steps *= 2) {
            double[] x = samples(method, diffusion, logSnr(diffusion, steps, last(diffusion)), 32);
            line.addData(-Math.log(steps), Math.log(distance(x, exact[0])));
        }
        return line.getSlope();
    }

    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void ordersOfTheDeterministicMethods(Diffusion diffusion) {
        for (DiffusionMethod method : List.of(
                new Ddim(0),
                new ExponentialMultistep(),
                new ProbabilityFlow(OdeMethod.HEUN),
                new ProbabilityFlow(OdeMethod.RK4))) {
            int first = method.card().strongOrder() == 4 ? 32 : 128;
            assertThat(order(method, diffusion, first, 4))
                    .as("%s of %s", method.card().id(), diffusion)
                    .isCloseTo(method.card().strongOrder(), within(0.15));
        }
    }

    /**
     * Gaussian data: a step is a line, so mean and variance of the samples follow exactly from where 0 and 1 go and from the
     * standard deviation.
     */
    private static double[] moments(OneStep method, Diffusion diffusion, double[] times) {
        GaussianSampler.Step step = method.sampler(
                        diffusion, LineMixture.normal(0.5, 0.3).score(diffusion))
                .begin(2);
        double mean = diffusion.meanCoefficient(1) * 0.5;
        double variance = diffusion.variance(1) + Math.pow(diffusion.meanCoefficient(1), 2) * 0.3;
        for (int i = 1; i < times.length; i++) {
            double[][] x = {{0, 1}};
            step.mean(times[i - 1], times[i], x, 2, x);
            double slope = x[0][1] - x[0][0];
            double stdDev = step.stdDev(times[i - 1], times[i]);
            mean = slope * mean + x[0][0];
            variance = slope * slope * variance + stdDev * stdDev;
        }
        return new double[] {mean, variance};
    }

    @ParameterizedTest
    @MethodSource("stochastic")
    void weakOrderOfTheStochasticMethods(OneStep method) {
        for (Diffusion diffusion : List.of(VE, VP, SUB_VP)) {
            double end = 0.05;
            double exact = diffusion.variance(end) + Math.pow(diffusion.meanCoefficient(end), 2) * 0.3;
            SimpleRegression line = new SimpleRegression();
            for (int steps = 512; steps <= 512 << 5; steps *= 2) {
                double variance = moments(method, diffusion, logSnr(diffusion, steps, end))[1];
                line.addData(-Math.log(steps), Math.log(Math.abs(variance - exact)));
            }
            assertThat(line.getSlope())
                    .as("%s of %s", method.card().id(), diffusion)
                    .isCloseTo(method.card().weakOrder(), within(0.15));
            double mean = moments(method, diffusion, logSnr(diffusion, 4096, end))[0];
            assertThat(mean).isCloseTo(0.5 * diffusion.meanCoefficient(end), within(2e-3));
        }
    }

    /** DDPM's two variances: exact for N(0, 1) and for a point, whatever the steps. */
    @Test
    void theVariancesOfAncestralStepsAreExactWhereTheyShouldBe() {
        double[] times = {1, 0.7, 0.3, 0.1};
        GaussianSampler.Step step =
                FORWARD.sampler(VP, LineMixture.normal(0, 1).score(VP)).begin(2);
        GaussianSampler.Step point =
                POSTERIOR.sampler(VP, LineMixture.normal(0, 0).score(VP)).begin(2);
        for (int i = 1; i < times.length; i++) {
            double[][] x = {{0, 1}};
            step.mean(times[i - 1], times[i], x, 2, x);
            assertThat(x[0][1] * x[0][1] + Math.pow(step.stdDev(times[i - 1], times[i]), 2))
                    .isCloseTo(1, within(1e-12));
            double[][] y = {{0, 1}};
            point.mean(times[i - 1], times[i], y, 2, y);
            assertThat(y[0][1] * y[0][1] * VP.variance(times[i - 1])
                            + Math.pow(point.stdDev(times[i - 1], times[i]), 2))
                    .isCloseTo(VP.variance(times[i]), within(1e-12));
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void anAbsurdStepFails(DiffusionMethod method) {
        double[] x = samples(method, VE, logSnr(VE, 2, 0), 4096);
        assertThat(DATA.distance(VE, 0, x)).as("KS distance after 2 steps").isGreaterThan(0.1);
    }

    // Laws.

    /** c(p)/√n is passed with probability p by samples of the very density (Massart 1990). */
    private static double criticalDistance(double falseAlarm, int count) {
        return Math.sqrt(Math.log(2 / falseAlarm) / 2 / count);
    }

    @ParameterizedTest
    @Tag("statistical")
    @MethodSource("methods")
    void allMethodsHaveTheMarginalsOfTheDiffusion(DiffusionMethod method) {
        int count = 4096;
        double falseAlarm = 2e-5;
        for (Diffusion diffusion : List.of(VE, VP, SUB_VP)) {
            double last = last(diffusion);
            double[] x = samples(method, diffusion, logSnr(diffusion, 150, last), count);
            assertThat(DATA.distance(diffusion, last, x))
                    .as(
                            "KS distance of %s samples of %s; false alarm below %s each, 1.4e-3 for all 69; a mode that is off by"
                                    + " a fifth of its standard deviation is caught in most cases",
                            count, diffusion, falseAlarm)
                    .isLessThan(criticalDistance(falseAlarm, count));
        }
    }

    /** Two correlated modes in the plane, seen from four sides. */
    @ParameterizedTest
    @Tag("statistical")
    @MethodSource("flows")
    void inThePlane(DiffusionMethod method) {
        int count = 4096;
        double falseAlarm = 2e-5;
        double[][] directions = {{1, 0}, {0, 1}, {1, 1}, {1, -2}};
        for (Diffusion diffusion : List.of(VE, VP, SUB_VP)) {
            MixtureInterpolant law = diffusion.marginals(Exact.PLANE_END);
            double last = last(diffusion);
            double[][] x = diffusion.prior(2).sample(Streams.of(1).at("start"), count);
            run(method.sampler(diffusion, law.score()), logSnr(diffusion, 150, last), x);
            for (double[] u : directions) {
                DoubleUnaryOperator cdf =
                        QuantileMap.below(law.marginal(last).image(new double[][] {u}, new double[1]));
                double[] seen = IntStream.range(0, count)
                        .mapToDouble(k -> u[0] * x[0][k] + u[1] * x[1][k])
                        .toArray();
                assertThat(KolmogorovSmirnov.oneSample(seen, cdf).statistic())
                        .as(
                                "KS distance of %s samples of %s; false alarm below %s each, 4.8e-4 for all 24; a covariance"
                                        + " of the wrong sign is caught",
                                count, diffusion, falseAlarm)
                        .isLessThan(criticalDistance(falseAlarm, count));
            }
        }
    }

    static List<DiffusionMethod> flows() {
        return List.of(new Ddim(0), new ExponentialMultistep());
    }

    private static double[] eulerMaruyama(Diffusion diffusion, double lambda, double[] times, int count) {
        double[][] x = start(diffusion, count);
        Sampler sampler = SdeMethod.EULER_MARUYAMA.sampler(
                diffusion.reverseDrift(DATA.score(diffusion), lambda),
                tau -> lambda * lambda * diffusion.noiseRate(tau));
        run(sampler, times, x);
        return x[0];
    }

    private static double variance(double[] x) {
        return new Variance().evaluate(x);
    }

    /**
     * The samples of section 7.4. The variance of 20 000 has a standard error of √((9.08 − 2.19²)/20 000) = 0.0146, both there
     * and here, so 3.3 combined ones are 0.068.
     */
    @Test
    @Tag("statistical")
    void samplesOfTheNotes() {
        int count = 20_000;
        String alarm = "3.3 standard errors of the difference: false alarm 1e-3; an error of 5 % in variance is caught";
        double[] reverse = eulerMaruyama(VP, 1, uniform(100, 1e-5), count);
        assertThat(variance(reverse)).as(alarm).isCloseTo(2.230, within(0.068));
        assertThat(DATA.distance(VP, 0, reverse)).isLessThan(criticalDistance(1e-4, count));
        assertThat(variance(eulerMaruyama(VP, 0, uniform(50, 1e-5), count)))
                .as(alarm)
                .isCloseTo(2.180, within(0.068));
        assertThat(variance(eulerMaruyama(VE, 0, uniform(50, 0), count)))
                .as(alarm)
                .isCloseTo(1.42, within(0.068));
        assertThat(variance(eulerMaruyama(VE, 0, uniform(100, 0), count)))
                .as(alarm)
                .isCloseTo(1.78, within(0.068));
        assertThat(variance(eulerMaruyama(VE, 0, uniform(500, 0), count)))
                .as(alarm)
                .isCloseTo(2.08, within(0.068));
        DiffusionMethod corrected = new PredictorCorrector(REVERSE, 0.16, 1);
        assertThat(variance(samples(corrected, VE, uniform(50, 0), count)))
                .as(alarm)
                .isCloseTo(2.194, within(0.068));
    }

    /**
     * VE in steps uniform in τ is uniform in log σ already: what makes Euler poor is that it takes log σ for the time. In σ itself, where
     * paths far from the data are straight, the same steps do.
     */
    @Test
    void eulerForVeWantsSigmaAsItsTime() {
        double[] times = uniform(50, 0);
        double inTime = variance(eulerMaruyama(VE, 0, times, 4096));
        double inSigma = variance(samples(new Ddim(0), VE, times, 4096));
        double exponential = variance(samples(new ExponentialMultistep(), VE, times, 4096));
        assertThat(inTime).isLessThan(1.6);
        assertThat(inSigma).isBetween(1.9, 2.3);
        assertThat(Math.abs(exponential - 2.19)).isLessThan(0.1);
    }

    /** Corrections lower the error of the same predictor in 20 steps. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void correctionsHelp(Diffusion diffusion) {
        double[] times = logSnr(diffusion, 20, last(diffusion));
        for (OneStep predictor : List.of(REVERSE, POSTERIOR)) {
            double plain = DATA.distance(diffusion, last(diffusion), samples(predictor, diffusion, times, 8192));
            double corrected = DATA.distance(
                    diffusion,
                    last(diffusion),
                    samples(new PredictorCorrector(predictor, 0.16, 1), diffusion, times, 8192));
            assertThat(corrected).isLessThan(0.85 * plain);
        }
    }

    /** The methods in τ are those of the equations, by hand. */
    @ParameterizedTest
    @MethodSource("org.noisebook.diffusion.DiffusionTest#continuous")
    void methodsInTimeAreThoseOfTheEquations(Diffusion diffusion) {
        double[] times = uniform(20, 1e-3);
        assertThat(samples(new ReverseEquation(SdeMethod.EULER_MARUYAMA, 0.7), diffusion, times, 50))
                .containsExactly(eulerMaruyama(diffusion, 0.7, times, 50), within(1e-12));
        assertThat(samples(new TimeFlow(OdeMethod.EULER), diffusion, times, 50))
                .containsExactly(eulerMaruyama(diffusion, 0, times, 50), within(1e-12));
        for (DiffusionMethod method : List.of(new TimeFlow(OdeMethod.HEUN), ReverseEquation.standard())) {
            Sampler sampler = method.sampler(
                    diffusion,
                    Prediction.DENOISER,
                    Prediction.SCORE.to(Prediction.DENOISER, diffusion, DATA.score(diffusion)));
            double[][] x = start(diffusion, 50);
            assertThat(run(sampler, times, x)).isEqualTo(20L * method.card().evaluations());
            assertThat(x[0]).containsExactly(samples(method, diffusion, times, 50), within(1e-7));
            Schema<Config> schema = Schema.of(Config.class);
            assertThat(schema.parse(schema.format(new Config(method)), new Config(REVERSE)))
                    .isEqualTo(new Config(method));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ReverseEquation(SdeMethod.HEUN, -1))
                .withMessage("lambda must be in [0, 100], got -1");
    }

    // Counting, noise and threads.

    @ParameterizedTest
    @MethodSource("methods")
    void cardsCountWhatIsDone(DiffusionMethod method) {
        Sampler sampler = method.sampler(VP, DATA.score(VP));
        MethodCard card = method.card();
        assertThat(card.kind()).isEqualTo(MethodCard.Kind.DIFFUSION);
        assertThat(sampler.noises()).isEqualTo(card.noises());
        assertThat(run(sampler, uniform(10, LAST), start(VP, 600))).isEqualTo(10L * card.evaluations());
        assertThat(sampler.dimension()).isEqualTo(1);
    }

    /** A config. */
    record Config(@Parameter("method") DiffusionMethod method) {}

    @ParameterizedTest
    @MethodSource("methods")
    void textOfConfigs(DiffusionMethod method) {
        Schema<Config> schema = Schema.of(Config.class);
        Config config = new Config(method);
        assertThat(schema.parse(schema.format(config), new Config(REVERSE))).isEqualTo(config);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> schema.parse("method=oneStep", config))
                .withMessageStartingWith(
                        "method must be one of ancestral, ddim, reverseDiffusion, predictorCorrector,");
    }

    /** Bytes of this thread, over steps after a first that may load classes. */
    @ParameterizedTest
    @MethodSource("methods")
    void stepsAllocateNothing(DiffusionMethod method) {
        Sampler sampler = method.sampler(VP, Prediction.SCORE, DATA.score(VP));
        double[][] x = start(VP, 64);
        double[][][] noise = new double[sampler.noises()][1][64];
        Sampler.Stepper stepper = sampler.begin(64);
        stepper.step(1, 0.9, x, 64, noise);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < 100; i++) {
            stepper.step(0.9 - i * 0.005, 0.9 - (i + 1) * 0.005, x, 64, noise);
        }
        long bytes = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(bytes)
                .as("bytes of 100 steps; one row of 64 particles a step is 51 200")
                .isLessThan(20_000);
    }

    @Test
    void everyMethodHasItsOwnName() {
        assertThat(methods().stream().map(method -> method.card().id())).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("methods")
    void sameBytesForAnyThreads(DiffusionMethod method) {
        double[][] first = start(VP, 1300);
        Ensemble.run(method.sampler(VP, DATA.score(VP)), uniform(6, 0), first, noise(), 1, Ensemble.Observer.NONE);
        for (int threads : new int[] {2, 8}) {
            double[][] x = start(VP, 1300);
            Ensemble.run(
                    method.sampler(VP, DATA.score(VP)), uniform(6, 0), x, noise(), threads, Ensemble.Observer.NONE);
            assertThat(x[0]).containsExactly(first[0]);
        }
    }

    @Test
    void aLastStepToTheDataIsTheMean() {
        for (OneStep method : List.of(POSTERIOR, FORWARD, REVERSE)) {
            GaussianSampler.Step step = method.sampler(VP, DATA.score(VP)).begin(1);
            assertThat(step.stdDev(0.1, 0)).isZero();
            assertThat(step.stdDev(0.1, 0.05)).isPositive();
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void aLostParticleIsAlone(DiffusionMethod method) {
        double[][] x = start(VP, 8);
        x[0][3] = Double.NaN;
        run(method.sampler(VP, DATA.score(VP)), uniform(5, 0), x);
        for (int k = 0; k < 8; k++) {
            assertThat(Double.isNaN(x[0][k])).isEqualTo(k == 3);
        }
    }

    /** The norms of a correction are those of the particles that are left. */
    @Test
    void aLostParticleStopsNoCorrection() {
        Sampler sampler = new PredictorCorrector(REVERSE, 0.16, 1).sampler(VP, DATA.score(VP));
        double[][][] noise = {{{0.8, 0.8}}, {{-0.5, -0.5}}};
        double[][] alone = {{1.2}};
        double[][] beside = {{1.2, Double.NaN}};
        sampler.begin(2).step(0.5, 0.45, alone, 1, noise);
        sampler.begin(2).step(0.5, 0.45, beside, 2, noise);
        assertThat(beside[0][0]).isEqualTo(alone[0][0]);
    }

    /** A denoiser gives no noise mean where there is no noise; nobody asks it there. */
    @Test
    void theFlowAsksNothingOfTheDataItself() {
        Field denoiser = Prediction.SCORE.to(Prediction.DENOISER, VP, DATA.score(VP));
        for (DiffusionMethod method : methods()) {
            double[][] x = start(VP, 16);
            run(method.sampler(VP, Prediction.DENOISER, denoiser), uniform(10, 0), x);
            assertThat(Ensemble.diverged(x)).as(method.card().id()).isZero();
        }
    }

    @Test
    void badInputIsNamed() {
        for (OneStep method : stochastic()) {
            Sampler.Stepper stepper = method.sampler(VP, DATA.score(VP)).begin(4);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stepper.step(0.2, 0.3, new double[1][4], 4, new double[1][1][4]))
                    .withMessage("a stochastic step must go down to tau <= 0.2, got 0.3");
        }
        for (DiffusionMethod method : methods()) {
            Sampler.Stepper stepper = method.sampler(VP, DATA.score(VP)).begin(4);
            double[][][] noise = new double[3][1][9];
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stepper.step(0.3, 0.2, new double[1][9], 9, noise))
                    .withMessage("count must be in [0, capacity=4], got 9");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stepper.step(0.3, 0.2, new double[2][4], 4, noise))
                    .withMessage("particles must have the sampler's dimension=1, got 2");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> stepper.step(Double.NaN, 0.2, new double[1][4], 4, noise))
                    .withMessage("tau must be in [0, 1], got NaN");
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ExponentialMultistep()
                        .sampler(VP, DATA.score(VP))
                        .begin(1)
                        .step(0, 0.1, new double[1][1], 1, new double[0][][]))
                .withMessage("an exponential step must start at noise, got tau=0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Ddim(1.5))
                .withMessage("eta must be in [0, 1], got 1.5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PredictorCorrector(REVERSE, 0.16, 0))
                .withMessage("corrections must be in [1, 1000], got 0");
    }

    // What later studies write outside.

    /** DDIM back from the data to noise and forth again: the error falls as 1/steps. */
    @Test
    void inversionBySteppingBack() {
        SimpleRegression line = new SimpleRegression();
        Sampler sampler = new Ddim(0).sampler(VP, DATA.score(VP));
        for (int steps = 100; steps <= 3200; steps *= 2) {
            double[] times = uniform(steps, 0);
            double[][] x = {{-2.2, -1, 0.4, 1.7}};
            double[] before = x[0].clone();
            Ensemble.run(sampler, reversed(times), x, Noise.NONE, 1, Ensemble.Observer.NONE);
            Ensemble.run(sampler, times, x, Noise.NONE, 1, Ensemble.Observer.NONE);
            line.addData(-Math.log(steps), Math.log(distance(x[0], before)));
        }
        assertThat(line.getSlope()).isCloseTo(1, within(0.15));
    }

    /** Edit-friendly noise: any sequence of places is a path of the sampler under z = (x' − mean)/stdDev. */
    @Test
    void theNoiseOfAGivenPath() {
        double[] times = uniform(100, 0);
        int last = times.length - 2;
        Stream stream = Streams.of(1).at("edit");
        double[][] path = new double[times.length][];
        for (int i = 0; i < times.length; i++) {
            double a = VP.meanCoefficient(times[i]);
            double root = VP.stdDev(times[i]);
            path[i] = DoubleStream.of(-2.1, 0.3, 1.4)
                    .map(x -> a * x + root * stream.nextGaussian())
                    .toArray();
        }
        GaussianSampler sampler = POSTERIOR.sampler(VP, DATA.score(VP));
        GaussianSampler.Step step = sampler.begin(3);
        double[][] noises = new double[last][3];
        for (int i = 0; i < last; i++) {
            double[][] mean = new double[1][3];
            step.mean(times[i], times[i + 1], new double[][] {path[i]}, 3, mean);
            double stdDev = step.stdDev(times[i], times[i + 1]);
            for (int k = 0; k < 3; k++) {
                noises[i][k] = (path[i + 1][k] - mean[0][k]) / stdDev;
            }
        }
        double[][] x = {path[0].clone()};
        Noise noise = block -> (i, from, to, count, out) -> out[0][0] = noises[i];
        Ensemble.run(sampler, Arrays.copyOf(times, times.length - 1), x, noise, 1, Ensemble.Observer.NONE);
        assertThat(x[0]).containsExactly(path[last], within(1e-10));
        assertThat(step.evaluations()).isEqualTo(last);
    }

    /** Replacement: an observer re-imposes a coordinate at its noise between steps, and the other one follows. */
    @Test
    @Tag("statistical")
    void replacementOfACoordinate() {
        double correlation = 0.9;
        double given = 1.5;
        Score score = Score.of(2, (tau, x, count, out) -> {
            double a = VP.meanCoefficient(tau);
            double own = a * a + VP.variance(tau);
            double cross = a * a * correlation;
            double determinant = own * own - cross * cross;
            for (int k = 0; k < count; k++) {
                out[0][k] = -(own * x[0][k] - cross * x[1][k]) / determinant;
                out[1][k] = -(own * x[1][k] - cross * x[0][k]) / determinant;
            }
        });
        double[][] x = VP.prior(2).sample(Streams.of(1).at("start"), 512);
        Stream imposed = Streams.of(1).at("imposed");
        double[] times = uniform(200, 0);
        Ensemble.run(POSTERIOR.sampler(VP, score), times, x, noise(), 1, (first, step, tau, block, count) -> {
            for (int k = 0; k < count; k++) {
                block[0][k] = VP.meanCoefficient(tau) * given + VP.stdDev(tau) * imposed.nextGaussian();
            }
        });
        assertThat(x[0]).containsOnly(given);
        double mean = Arrays.stream(x[1]).average().orElseThrow();
        assertThat(mean)
                .as("drawn far from 0, its mean without replacement: 20 standard errors")
                .isGreaterThan(0.9);
    }
}
