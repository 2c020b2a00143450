package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.diffusion.Diffusion;
import org.noisebook.interpolant.Likelihood.Probe;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.DormandPrince;
import org.noisebook.solver.Field;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;
import org.noisebook.stats.Estimate;

class LikelihoodTest {
    private static final double[] POINTS = {-6.5, -3, 0, 1.5, 3.2, 6};
    private static final double[] EXACT = {-1.920977, -10.659117, -1.463220, -4.872310, -9.510406, -1.670977};

    /** Digits of the reference. */
    private static final double PRINTED = 1e-6;

    private static double largestError(double[] logs, double[] exact) {
        return IntStream.range(0, logs.length)
                .mapToDouble(k -> Math.abs(logs[k] - exact[k]))
                .max()
                .orElseThrow();
    }

    private static final Schedule ENCODING_DECODING =
            new PathSchedule(PathSchedule.Path.ENCODING_DECODING, new Latent.SineSquared());

    private static double[] along(Schedule schedule, double[] times, Field end) {
        MixtureInterpolant pair = new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule);
        return Likelihood.logDensity(OdeMethod.RK4::sampler, pair.velocity(), times, new double[][] {POINTS}, end, 1);
    }

    private static Field density(Schedule schedule) {
        return new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule).logDensity();
    }

    /** The base in place of ρ(t_0, ·). */
    private static Field base() {
        Field exact = density(PathSchedule.linear(0));
        return new Output(1, (t, x, count, out) -> exact.evaluator(count).at(0, x, count, out));
    }

    /** A field of one output. */
    private record Output(int dimension, Field.Evaluator function) implements Field {
        @Override
        public int outputs() {
            return 1;
        }

        @Override
        public Evaluator evaluator(int capacity) {
            return function;
        }
    }

    /** 400 steps of RK4 from 1 − 1e-5 to 1e-5; the reference states the largest error of each schedule. */
    @Test
    void theReferencePair() {
        double[] times = TimeGrid.UNIFORM.times(1 - 1e-5, 1e-5, 400);

        assertThat(largestError(along(PathSchedule.linear(0), times, base()), EXACT))
                .as("linear, gamma = 0: 1.6e-4 in the reference")
                .isBetween(1.4e-4, 1.8e-4);
        assertThat(largestError(along(ENCODING_DECODING, times, base()), EXACT))
                .as("encoding-decoding: 8e-7 in the reference, to the printed digits")
                .isLessThan(1.5e-6);
        assertThat(largestError(along(PathSchedule.linear(2), times, base()), EXACT))
                .as("linear, a = 2: 1.4e-3 in the reference")
                .isBetween(1.2e-3, 1.6e-3);
    }

    /** The density of the last time takes the error of ending early away; what is left is that of starting early. */
    @Test
    void endTruncation() {
        double[] times = TimeGrid.UNIFORM.times(1 - 1e-5, 1e-5, 400);
        Schedule schedule = PathSchedule.linear(2);
        double[] atStart = new double[POINTS.length];
        double[][] out = {atStart};
        density(schedule).evaluator(6).at(1 - 1e-5, new double[][] {POINTS}, 6, out);

        double withBase = largestError(along(schedule, times, base()), atStart);
        double withDensity = largestError(along(schedule, times, density(schedule)), atStart);
        assertThat(withDensity).as("was %s with the base", withBase).isLessThan(2e-6);
        assertThat(withBase).isGreaterThan(1e-4);
    }

    /** Adaptive steps: the density is one of the coordinates whose error is held below the tolerance. */
    @Test
    void adaptiveSteps() {
        MixtureInterpolant pair = new MixtureInterpolant(Exact.TWO, Exact.THREE, PathSchedule.linear(0));
        double[][] x = {POINTS};
        double[] found = Likelihood.logDensity(
                new DormandPrince(1e-9, 1e-9)::sampler, pair.velocity(), new double[] {1, 0}, x, pair.logDensity(), 1);
        double[] coarse = Likelihood.logDensity(
                new DormandPrince(1e-2, 1e-2)::sampler, pair.velocity(), new double[] {1, 0}, x, pair.logDensity(), 1);

        assertThat(found).containsExactly(EXACT, within(PRINTED));
        assertThat(largestError(coarse, EXACT))
                .as("a tolerance that is too loose")
                .isGreaterThan(0.01);
    }

    @Test
    void entropyOfTheEnd() {
        Field log = density(PathSchedule.linear(0));
        double[][] x = {TimeGrid.UNIFORM.times(-15, 15, 3000)};
        double[][] out = new double[1][3001];
        log.evaluator(3001).at(1, x, 3001, out);
        double entropy = 0;
        for (double value : out[0]) {
            entropy -= StrictMath.exp(value) * value * 0.01;
        }

        assertThat(entropy).isCloseTo(2.101719, within(PRINTED));
        double[][] at = new double[1][6];
        log.evaluator(6).at(1, new double[][] {POINTS}, 6, at);
        assertThat(at[0]).containsExactly(EXACT, within(PRINTED));
    }

    /** b = A x, A not symmetric: div b = tr A, exact for every method and probe law in the mean. */
    private static VelocityField linear(double[][] a) {
        return new VelocityField() {
            @Override
            public int dimension() {
                return a.length;
            }

            @Override
            public Evaluator evaluator(int capacity) {
                return new Evaluator() {
                    @Override
                    public void at(double t, double[][] x, int count, double[][] out) {
                        for (int i = 0; i < a.length; i++) {
                            for (int k = 0; k < count; k++) {
                                out[i][k] = 0;
                                for (int j = 0; j < a.length; j++) {
                                    out[i][k] += a[i][j] * x[j][k];
                                }
                            }
                        }
                    }

                    @Override
                    public void along(double t, double[][] x, double[][] direction, int count, double[][] out) {
                        at(t, direction, count, out);
                    }
                };
            }
        };
    }

    private static final double[][] JACOBIAN = {{0.3, -1.2, 0.5}, {0.4, -0.7, 0.9}, {1.1, 0.2, 0.1}};

    /** Over a time of 1, J constant: the log density varies by e·J e, of which the variance is known. */
    @ParameterizedTest
    @CsvSource({"RADEMACHER, 1", "RADEMACHER, 3", "GAUSSIAN, 1", "GAUSSIAN, 4"})
    void varianceOfHutchinson(Probe probe, int probes) {
        double offDiagonal = 0;
        double all = 0;
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double s = (JACOBIAN[i][j] + JACOBIAN[j][i]) / 2;
                all += s * s;
                offDiagonal += i == j ? 0 : s * s;
            }
        }
        double expected = 2 * (probe == Probe.RADEMACHER ? offDiagonal : all) / probes;
        int n = 40_000;
        // Still points: the velocity A (x − 0) at x = 0 is 0, so only the divergence counts.
        double[] logs = Likelihood.logDensity(
                OdeMethod.EULER::sampler,
                linear(JACOBIAN),
                new double[] {1, 0},
                new double[3][n],
                new Output(3, (t, y, count, out) -> Arrays.fill(out[0], 0, count, 0)),
                probe,
                probes,
                Streams.of(1).at("probes"),
                1);
        Estimate mean = Estimate.ofMean(logs);
        double[] squares = Arrays.stream(logs)
                .map(v -> (v - mean.mean()) * (v - mean.mean()))
                .toArray();
        Estimate variance = Estimate.ofMean(squares);

        assertThat(mean.mean())
                .as("unbiased: minus the trace, since time runs down; 4 standard errors, a false alarm of 6e-5")
                .isCloseTo(0.3, within(4 * mean.stdError()));
        assertThat(variance.mean())
                .as("4 standard errors, a false alarm of 6e-5")
                .isCloseTo(expected, within(4 * variance.stdError()));
        assertThat(variance.stdError()).as("power").isLessThan(0.05 * expected);
    }

    /** In one dimension e² = 1, so Rademacher probes are exact; nonlinear, over a whole path. */
    @Test
    void rademacherIsExactOnTheLine() {
        MixtureInterpolant pair = new MixtureInterpolant(Exact.TWO, Exact.THREE, PathSchedule.linear(2));
        double[] times = TimeGrid.UNIFORM.times(1, 0, 50);
        double[][] x = {POINTS};
        double[] exact = Likelihood.logDensity(OdeMethod.RK4::sampler, pair.velocity(), times, x, pair.logDensity(), 1);
        double[] probed = Likelihood.logDensity(
                OdeMethod.RK4::sampler,
                pair.velocity(),
                times,
                x,
                pair.logDensity(),
                Probe.RADEMACHER,
                2,
                Streams.of(1).at("probes"),
                1);

        assertThat(probed).containsExactly(exact, within(1e-7));
    }

    /** Probes are prefix-stable and bytes do not depend on threads. */
    @Test
    void deterministic() {
        double[][] x = new double[3][1500];
        double[][] few = new double[3][700];
        Stream stream = Streams.of(2).at("data");
        for (int k = 0; k < 1500; k++) {
            for (int j = 0; j < 3; j++) {
                x[j][k] = stream.nextGaussian();
            }
        }
        for (int j = 0; j < 3; j++) {
            System.arraycopy(x[j], 0, few[j], 0, 700);
        }
        double[] one = probed(x, 1);

        assertThat(probed(x, 8)).isEqualTo(one);
        assertThat(probed(few, 2)).isEqualTo(Arrays.copyOf(one, 700));
    }

    private static double[] probed(double[][] x, int threads) {
        return Likelihood.logDensity(
                OdeMethod.RK4::sampler,
                linear(JACOBIAN),
                TimeGrid.UNIFORM.times(1, 0, 5),
                x,
                Likelihood.normal(3, 1),
                Probe.GAUSSIAN,
                2,
                Streams.of(1).at("probes"),
                threads);
    }

    /** X_0 = e^−A x: log density of the image of N(0, 2 I) under e^A at 0. */
    @Test
    void linearFlow() {
        double[] logs = Likelihood.logDensity(
                OdeMethod.RK4::sampler,
                linear(JACOBIAN),
                TimeGrid.UNIFORM.times(1, 0, 20),
                new double[3][1],
                Likelihood.normal(3, 2),
                1);

        assertThat(logs[0]).isCloseTo(-1.5 * Math.log(4 * Math.PI) + 0.3, within(1e-9));
    }

    private static Estimate feynmanKac(double x, int paths, double diffusion) {
        MixtureInterpolant pair = new MixtureInterpolant(
                GaussianMixture.onLine(new double[] {1}, new double[] {-1}, new double[] {0.5}),
                GaussianMixture.onLine(new double[] {1}, new double[] {2}, new double[] {3}),
                PathSchedule.linear(2));
        return Likelihood.feynmanKac(
                v -> SdeMethod.HEUN.sampler(v, t -> 2 * diffusion),
                pair.forwardDrift(t -> diffusion),
                TimeGrid.UNIFORM.times(1, 0, 50),
                new double[] {x},
                pair.logDensity(),
                paths,
                Noise.independent(Streams.of(1).at("noise")),
                1);
    }

    /** N(−1, .5) to N(2, 3), ε = .3: exact densities at 0, 2, 4. */
    @ParameterizedTest
    @CsvSource({"0, 0.118255, 0.11818", "2, 0.230329, 0.23044", "4, 0.118255, 0.11867"})
    void feynmanKac(double x, double exact, double reference) {
        Estimate log = feynmanKac(x, 20_000, 0.3);

        assertThat(log.mean())
                .as(
                        "4 standard errors, a false alarm of 6e-5, and 1e-3 of 50 steps; simulated in the reference: %s",
                        reference)
                .isCloseTo(Math.log(exact), within(4 * log.stdError() + 1e-3));
        assertThat(log.stdError()).as("power").isLessThan(0.01);
        assertThat(Math.log(reference)).isCloseTo(Math.log(exact), within(0.004));
    }

    /** Without noise all paths are the ODE's. */
    @Test
    void feynmanKacWithoutNoiseIsTheOde() {
        Estimate log = feynmanKac(1, 2, 0);

        assertThat(log.stdError()).isZero();
        assertThat(log.mean()).isCloseTo(-0.5 * Math.log(2 * Math.PI * 3) - 1.0 / 6, within(1e-3));
    }

    private static final double[] DATA = {-2.5, -2, -0.5, 0.3, 1, 1.8};
    private static final double[] LOG_DATA = {-1.987870, -1.206615, -3.876939, -1.445343, -0.764788, -1.653677};

    /** Errors of 100 steps of RK4 from τ = 1e-5 to 1, the largest of the six points, with prior and with exact end. */
    @ParameterizedTest
    @CsvSource({"VP, 1.2e-3, 9e-6", "SUB_VP, 1.2e-3, 3.4e-6", "VE, 3.5e-3, 7.7e-4"})
    void diffusions(String name, double withPrior, double withExact) {
        Diffusion sde = switch (name) {
            case "VP" -> new Diffusion.VariancePreserving(0.1, 20);
            case "SUB_VP" -> new Diffusion.SubVariancePreserving(0.1, 20);
            default -> new Diffusion.VarianceExploding(0.01, 50);
        };
        MixtureInterpolant diffusion =
                new MixtureInterpolant(GaussianMixture.standard(1), Exact.TARGET, sde.schedule());
        VelocityField flow = sde.probabilityFlow(diffusion.score());
        double[] times = TimeGrid.UNIFORM.times(1e-5, 1, 100);
        double[] prior = Likelihood.logDensity(
                OdeMethod.RK4::sampler,
                flow,
                times,
                new double[][] {DATA},
                Likelihood.normal(1, sde.priorVariance()),
                1);
        double[] exact = Likelihood.logDensity(
                OdeMethod.RK4::sampler, flow, times, new double[][] {DATA}, diffusion.logDensity(), 1);

        assertThat(largestError(exact, LOG_DATA))
                .as("exact end, %s in the reference", withExact)
                .isBetween(0.5 * withExact, 1.25 * withExact);
        assertThat(largestError(prior, LOG_DATA))
                .as("prior, %s in the reference", withPrior)
                .isBetween(0.85 * withPrior, 1.15 * withPrior);
    }

    @Test
    void badInputIsRefused() {
        VelocityField velocity = linear(JACOBIAN);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Likelihood.logDensity(
                        OdeMethod.RK4::sampler,
                        velocity,
                        TimeGrid.UNIFORM.times(1, 0, 2),
                        new double[2][1],
                        Likelihood.normal(3, 1),
                        1))
                .withMessage("points must have the velocity's dimension=3, got 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Likelihood.logDensity(
                        OdeMethod.RK4::sampler,
                        velocity,
                        TimeGrid.UNIFORM.times(1, 0, 2),
                        new double[3][1],
                        Likelihood.normal(2, 1),
                        1))
                .withMessage("log density must take dimension=3 to 1 output, got 2 to 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Likelihood.logDensity(
                        OdeMethod.RK4::sampler, velocity, new double[1], new double[3][1], Likelihood.normal(3, 1), 1))
                .withMessage("times must be at least 2, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Likelihood.withLogDensity(velocity, 0))
                .withMessage("probes must be in [1, 2147483647], got 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Likelihood.normal(1, 0))
                .withMessage("variance must be in (0, inf), got 0.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> feynmanKac(0, 1, 0.3))
                .withMessage("paths must be in [2, 2147483647], got 1");
    }
}
