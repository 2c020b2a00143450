package org.noisebook.interpolant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.noisebook.interpolant.PathSchedule.Path;
import org.noisebook.model.GaussianMixture;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Field;
import org.noisebook.solver.TimeGrid;
import org.noisebook.solver.VelocityField;

class MixtureInterpolantTest {
    /** Half a unit of the last digit of the reference values, and rounding. */
    private static final double PRINTED = 5.1e-9;

    private static final double STEP = 1e-4;

    private static Schedule schedule(String name) {
        return switch (name) {
            case "linear 0" -> PathSchedule.linear(0);
            case "linear 1" -> PathSchedule.linear(1);
            case "linear 2" -> PathSchedule.linear(2);
            case "exact 2" -> new PathSchedule(Path.VARIANCE_EXACT, new Latent.Root(2));
            case "trig 0" -> PathSchedule.of(Path.TRIGONOMETRIC);
            case "enc-dec" -> new PathSchedule(Path.ENCODING_DECODING, new Latent.SineSquared());
            default -> throw new IllegalArgumentException(name);
        };
    }

    private static void assertFields(
            MixtureInterpolant law, double t, double x, double rho, double b, double s, double div) {
        assertThat(Math.exp(Exact.at(law.logDensity(), t, x)[0])).as("rho").isCloseTo(rho, within(PRINTED));
        assertThat(Exact.at(law.velocity(), t, x)[0]).as("b").isCloseTo(b, within(PRINTED));
        assertThat(Exact.at(law.score(), t, x)[0]).as("s").isCloseTo(s, within(PRINTED));
        assertThat(Exact.divergence(law.velocity(), t, x)).as("div b").isCloseTo(div, within(PRINTED));
    }

    /** A mean and a variance that neither the start nor a standard normal has, within four standard errors. */
    @ParameterizedTest
    @CsvSource({"0, 100", "0.5, 1000"})
    void samplesFollowTheEnd(double diffusion, int steps) {
        GaussianMixture end = GaussianMixture.of(new double[] {3, -1}, new double[][] {{0.25, 0}, {0, 4}});
        MixtureInterpolant law =
                new MixtureInterpolant(GaussianMixture.standard(2), end, PathSchedule.of(Path.TRIGONOMETRIC));
        double[][] x = law.sample(4000, steps, diffusion, Streams.of(3));
        for (int j = 0; j < 2; j++) {
            double variance = end.covariance()[j][j];
            double mean = Arrays.stream(x[j]).average().orElseThrow();
            double spread = Arrays.stream(x[j])
                    .map(v -> (v - mean) * (v - mean))
                    .average()
                    .orElseThrow();
            assertThat(mean).isCloseTo(end.mean()[j], within(4 * Math.sqrt(variance / 4000)));
            assertThat(spread / variance).isCloseTo(1, within(4 * Math.sqrt(2.0 / 4000)));
        }
        assertThat(law.sample(4000, steps, diffusion, Streams.of(3))).isDeepEqualTo(x);
    }

    /** Computed independently, in double precision, from the formulas of the mixture on the line. */
    @ParameterizedTest
    @CsvSource({
        "linear 0, .25, -1, .13504244, 9.02149518, 1.36713003, .21633500",
        "linear 0, .50, .7, .04708022, 3.69663216, 4.77692409, -3.02191474",
        "linear 0, .75, 2, .00375682, -.16719212, -3.94859325, 17.51775196",
        "linear 2, .25, -1, .11163179, 6.92678453, .05902359, .07937481",
        "linear 2, .50, .7, .10507640, 2.64342163, 1.01734062, .97925282",
        "linear 2, .75, 2, .03103648, -.13050094, -.89512745, 11.82389678",
        "linear 2, .90, -5.5, .15954736, -5.79288142, .14416026, -2.06869793",
        "linear 1, .50, .7, .09606071, 2.88087908, 1.87873807, -.06600250",
        "exact 2, .25, -1, .10333986, 4.36480337, .55347468, -1.96027424",
        "exact 2, .50, .7, .10507640, 2.07613850, 1.01734062, .76910336",
        "trig 0, .25, -1, .07996956, 9.47598571, 1.91060022, -1.65153073",
        "enc-dec, .25, -1, .23920303, 11.30769104, -1.59934985, 3.75030439",
        "enc-dec, .75, 2, .05780499, 20.67825511, 2.58209303, .17939592"
    })
    void fieldsOnTheLine(String name, double t, double x, double rho, double b, double s, double div) {
        assertFields(new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule(name)), t, x, rho, b, s, div);
    }

    @ParameterizedTest
    @CsvSource({
        "linear 0, .43610912, 3.53398058, -.97087379, 1.06796117",
        "linear 2, .36094705, 3.50802139, -.53475936, 1.01604278",
        "trig 0, .36833362, 4.11159248, -.37726527, 1.56461198"
    })
    void oneGaussianOnTheLine(String name, double rho, double b, double s, double div) {
        GaussianMixture start = GaussianMixture.onLine(new double[] {1}, new double[] {-1}, new double[] {0.5});
        GaussianMixture end = GaussianMixture.onLine(new double[] {1}, new double[] {2}, new double[] {3});
        assertFields(new MixtureInterpolant(start, end, schedule(name)), 0.3, 0.4, rho, b, s, div);
    }

    @Test
    void covariancesThatDoNotCommute() {
        MixtureInterpolant pair = new MixtureInterpolant(Exact.START, Exact.END, PathSchedule.linear(1));
        assertPlane(pair, 0.14122709, new double[] {2.08957952, -1.22486289}, new double[] {-0.08043876, -0.33272395});
        assertThat(Exact.divergence(pair.velocity(), 0.4, 1, 0)).isCloseTo(-0.03656307, within(PRINTED));
        double curl = Exact.along(pair.velocity(), 0.4, new double[] {1, 0}, 1, 0)[1]
                - Exact.along(pair.velocity(), 0.4, new double[] {1, 0}, 0, 1)[0];
        assertThat(curl).isCloseTo(0.438757, within(5.1e-7));

        MixtureInterpolant mixture = new MixtureInterpolant(Exact.PLANE_START, Exact.PLANE_END, PathSchedule.linear(1));
        assertPlane(mixture, 0.08653955, new double[] {1.16366845, -1.77970017}, new double[] {0.01858072, 0.22707414});
        assertThat(Exact.divergence(mixture.velocity(), 0.4, 1, 0)).isCloseTo(0.82273956, within(PRINTED));
    }

    private static void assertPlane(MixtureInterpolant law, double rho, double[] b, double[] s) {
        assertThat(Math.exp(Exact.at(law.logDensity(), 0.4, 1, 0)[0])).isCloseTo(rho, within(PRINTED));
        assertThat(Exact.at(law.velocity(), 0.4, 1, 0)).containsExactly(b, within(PRINTED));
        assertThat(Exact.at(law.score(), 0.4, 1, 0)).containsExactly(s, within(PRINTED));
    }

    /** ∂ρ/∂t + ∇·(bρ) = 0 by central differences, in one and two dimensions, coupled too. */
    @Test
    void massIsConserved() {
        for (String name : List.of("linear 0", "linear 1", "linear 2", "exact 2", "trig 0", "enc-dec")) {
            MixtureInterpolant line = new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule(name));
            MixtureInterpolant plane = new MixtureInterpolant(Exact.PLANE_START, Exact.PLANE_END, schedule(name));
            for (double t : new double[] {0.2, 0.45, 0.7}) {
                assertConserved(line, t, -1.2);
                assertConserved(plane, t, 0.3, 0.6);
            }
        }
        assertConserved(MixtureInterpolant.coupled(joint(), PathSchedule.linear(1)), 0.4, 0.3, -0.2);
        assertConserved(MixtureInterpolant.mirror(Exact.PLANE_START, new Latent.Root(1)), 0.4, 0.3, -0.2);
    }

    private static GaussianMixture joint() {
        double[][] first = {{1, 0.2, 0.5, -0.3}, {0.2, 0.8, 0.1, 0.2}, {0.5, 0.1, 1.5, 0}, {-0.3, 0.2, 0, 0.7}};
        double[][] second = {{0.5, 0, 0.1, 0.3}, {0, 0.6, -0.2, 0}, {0.1, -0.2, 1, 0.3}, {0.3, 0, 0.3, 2}};
        return new GaussianMixture(
                new double[] {0.35, 0.65},
                new double[][] {{0, 1, 2, -1}, {-1, 0, 0.5, 1}},
                new double[][][] {first, second});
    }

    private static void assertConserved(MixtureInterpolant law, double t, double... x) {
        double rate = (density(law, t + STEP, x) - density(law, t - STEP, x)) / (2 * STEP);
        double flux = 0;
        for (int j = 0; j < x.length; j++) {
            double[] up = x.clone();
            double[] down = x.clone();
            up[j] += STEP;
            down[j] -= STEP;
            flux += (density(law, t, up) * Exact.at(law.velocity(), t, up)[j]
                            - density(law, t, down) * Exact.at(law.velocity(), t, down)[j])
                    / (2 * STEP);
        }
        assertThat(rate + flux).as("%s at %s", law.schedule(), t).isCloseTo(0, within(2e-5));
    }

    private static double density(MixtureInterpolant law, double t, double... x) {
        return Math.exp(Exact.at(law.logDensity(), t, x)[0]);
    }

    /** α η_0 + β η_1 + γ η_z = x, b = v − γγ̇ s, s = −η_z/γ, drifts, and the marginal as a mixture of its own. */
    @Test
    void fieldsAgreeWithEachOther() {
        for (MixtureInterpolant law : List.of(
                new MixtureInterpolant(Exact.PLANE_START, Exact.PLANE_END, PathSchedule.linear(1)),
                new MixtureInterpolant(
                        Exact.PLANE_START,
                        Exact.PLANE_END,
                        new PathSchedule(Path.TRIGONOMETRIC, new Latent.Quadratic())),
                MixtureInterpolant.coupled(joint(), PathSchedule.linear(1)))) {
            double t = 0.3;
            double[] x = {0.7, -1.1};
            Schedule schedule = law.schedule();
            double[] b = Exact.at(law.velocity(), t, x);
            double[] v = Exact.at(law.interpolantVelocity(), t, x);
            double[] s = Exact.at(law.score(), t, x);
            double[] start = Exact.at(law.startMean(), t, x);
            double[] end = Exact.at(law.endMean(), t, x);
            double[] noise = Exact.at(law.noiseMean(), t, x);
            double[] forward = Exact.at(law.forwardDrift(u -> 0.5 + u), t, x);
            double[] backward = Exact.at(law.backwardDrift(u -> 0.5 + u), t, x);
            GaussianMixture marginal = law.marginal(t);
            assertThat(Exact.at(law.logDensity(), t, x)[0]).isCloseTo(marginal.logDensity(x), within(1e-13));
            assertThat(Exact.at(law.responsibilities(), t, x))
                    .containsExactly(marginal.responsibilities(x), within(1e-13));
            assertThat(s).containsExactly(marginal.score(x), within(1e-13));
            for (int j = 0; j < 2; j++) {
                double sum = schedule.alpha(t) * start[j] + schedule.beta(t) * end[j] + schedule.gamma(t) * noise[j];
                assertThat(sum).isCloseTo(x[j], within(1e-13));
                assertThat(b[j]).isCloseTo(v[j] - schedule.gammaGammaDot(t) * s[j], within(1e-13));
                assertThat(s[j]).isCloseTo(-noise[j] / schedule.gamma(t), within(1e-13));
                assertThat(v[j])
                        .isCloseTo(schedule.alphaDot(t) * start[j] + schedule.betaDot(t) * end[j], within(1e-13));
                assertThat(forward[j]).isCloseTo(b[j] + 0.8 * s[j], within(1e-13));
                assertThat(backward[j]).isCloseTo(b[j] - 0.8 * s[j], within(1e-13));
            }
        }
    }

    /** Along and divergence against differences, in 1, 2 and 4 dimensions. */
    @Test
    void derivativesAgreeWithDifferences() {
        assertDerivatives(new MixtureInterpolant(Exact.TWO, Exact.THREE, PathSchedule.linear(1)), 0.7);
        assertDerivatives(
                new MixtureInterpolant(Exact.PLANE_START, Exact.PLANE_END, PathSchedule.linear(1)), 0.7, -0.4);
        assertDerivatives(MixtureInterpolant.coupled(joint(), PathSchedule.linear(1)), 0.7, -0.4);
        assertDerivatives(
                new MixtureInterpolant(joint(), joint().affine(-0.5, 1), PathSchedule.linear(1)), 0.7, -0.4, 0.2, 1);
    }

    private static void assertDerivatives(MixtureInterpolant law, double... x) {
        double t = 0.6;
        double[] u = {0.3, -1.2, 0.5, 0.1, 1};
        u = Arrays.copyOf(u, x.length);
        for (Field field : List.of(law.velocity(), law.score(), law.endMean(), law.forwardDrift(v -> 2))) {
            Field rough = VelocityField.of(x.length, field.evaluator(1)::at);
            assertThat(Exact.along(field, t, x, u)).containsExactly(Exact.along(rough, t, x, u), within(1e-8));
            assertThat(Exact.divergence(field, t, x)).isCloseTo(Exact.divergence(rough, t, x), within(1e-8));
        }
    }

    /** The map of the probability flow is the quantile map, whatever the schedule. */
    @ParameterizedTest
    @CsvSource({"linear 0", "linear 2", "exact 2", "enc-dec"})
    void theFlowIsTheQuantileMap(String name) {
        double[][] x = {{-3.5, -2.6, 0.05, 2.7, 3.9}};
        Exact.flow(
                new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule(name)).velocity(),
                x,
                TimeGrid.UNIFORM.times(0, 1, 2000));
        assertThat(x[0]).containsExactly(new double[] {-6.50403, -0.52100, 0, 0.77511, 7.13717}, within(2.6e-5));
    }

    /** Halfway, all that is left is the latent noise. */
    @Test
    void encodingGoesThroughTheStandardNormal() {
        MixtureInterpolant law = new MixtureInterpolant(Exact.TWO, Exact.THREE, schedule("enc-dec"));
        assertThat(Exact.at(law.velocity(), 0.5, 1.3)[0]).isZero();
        assertThat(Exact.at(law.score(), 0.5, 1.3)[0]).isCloseTo(-1.3, within(1e-15));
    }

    /** The values of b at the ends by formulas of their own: γγ̇ there is ± a/2, and one-sided b(0, x) is α̇ x + β̇ E x_1. */
    @Test
    void endsAreTimesAsAnyOther() {
        MixtureInterpolant law = new MixtureInterpolant(Exact.TWO, Exact.THREE, PathSchedule.linear(2));
        double x = -2.5;
        double startScore = Exact.TWO.score(x)[0];
        assertThat(Exact.at(law.velocity(), 0, x)[0]).isCloseTo(0 - x - startScore, within(1e-12));
        assertThat(Exact.at(law.velocity(), 1, x)[0]).isCloseTo(x + Exact.THREE.score(x)[0], within(1e-12));
        for (Path path : List.of(Path.LINEAR, Path.TRIGONOMETRIC, Path.VARIANCE_PRESERVING)) {
            Schedule one = PathSchedule.of(path);
            MixtureInterpolant side = new MixtureInterpolant(GaussianMixture.standard(1), Exact.TARGET, one);
            assertThat(Exact.at(side.velocity(), 0, x)[0])
                    .as("%s", path)
                    .isCloseTo(one.alphaDot(0) * x + one.betaDot(0) * 0.1, within(1e-14));
            assertThat(Exact.at(side.velocity(), 1, 0.4)[0]).as("%s", path).isFinite();
        }
        // SBDM: b = t s + η_1 = (x + s)/t, also at t = 1
        MixtureInterpolant sbdm = new MixtureInterpolant(
                GaussianMixture.standard(1), Exact.TARGET, PathSchedule.of(Path.VARIANCE_PRESERVING));
        assertThat(Exact.at(sbdm.velocity(), 1, 0.4)[0])
                .isCloseTo(0.4 + Exact.TARGET.score(0.4)[0], within(1e-13));
        assertThat(Exact.at(sbdm.velocity(), 0.6, 0.4)[0]).isCloseTo(0.80748376, within(PRINTED));
        assertThat(Exact.at(sbdm.velocity(), 0.6, -1.1)[0]).isCloseTo(-1.07261849, within(PRINTED));
    }

    @Test
    void theMirrorGivesBackWhatItGot() {
        MixtureInterpolant mirror = MixtureInterpolant.mirror(Exact.PLANE_END, new Latent.Root(1));
        double[][] x = {{0.4, -2.1, 3}, {1.7, 0.2, -1}};
        double[][] before = {x[0].clone(), x[1].clone()};
        double[][] halfway = {x[0].clone(), x[1].clone()};
        Exact.flow(mirror.velocity(), halfway, TimeGrid.UNIFORM.times(0, 0.5, 200));
        assertThat(Math.abs(halfway[0][0] - x[0][0])).isGreaterThan(0.01);
        assertThat(Exact.at(mirror.startMean(), 0.5, 0.4, 1.7))
                .as("x_0 is x_1")
                .containsExactly(Exact.at(mirror.endMean(), 0.5, 0.4, 1.7), within(1e-13));
        Exact.flow(mirror.velocity(), x, TimeGrid.UNIFORM.times(0, 1, 400));
        for (int j = 0; j < 2; j++) {
            assertThat(x[j]).containsExactly(before[j], within(1e-9));
        }
    }

    /**
     * An SDE, not an ODE, takes a point to a density: with γ² = 2a t (1 − t) the drift b + a s is not singular. Mean, variance and share above
     * 0 of 8000 particles within 4.5 standard errors and the bias of 400 steps: false alarm below 3e-5.
     */
    @Test
    void aPointBecomesAMixture() {
        double a = 1;
        int n = 8000;
        MixtureInterpolant law =
                new MixtureInterpolant(GaussianMixture.point(0.5), Exact.TARGET, PathSchedule.linear(2 * a));
        double[][] x = new double[1][n];
        Arrays.fill(x[0], 0.5);
        VelocityField drift = law.forwardDrift(t -> a);
        assertThat(Exact.at(drift, 0, 0.5)[0]).isCloseTo(0.1 - 0.5, within(1e-15));
        assertThat(Exact.at(drift, 1e-9, 0.5)[0]).isCloseTo(0.1 - 0.5, within(1e-6));
        Exact.diffuse(drift, t -> a, x, Streams.of(1).at("noise"), TimeGrid.UNIFORM.times(0, 1, 400));
        double bias = 0.02;
        assertThat(Exact.mean(x[0])).isCloseTo(0.1, within(4.5 * Math.sqrt(2.19 / n) + bias));
        assertThat(Exact.covariance(x[0], x[0])).isCloseTo(2.19, within(4.5 * Math.sqrt(2.6 / n) + bias));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exact.at(law.score(), 0, 0.5))
                .withMessage("x_t must have a positive definite covariance in every component"
                        + " (a start that is a point has none at t=0), got t=0.0");
    }

    @Test
    void badInputIsNamed() {
        MixtureInterpolant law = new MixtureInterpolant(Exact.TWO, Exact.THREE, PathSchedule.linear(1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exact.at(law.velocity(), 1.2, 0))
                .withMessage("t must be in [0, 1], got 1.2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exact.at(law.velocity(), 0.2, 0, 1))
                .withMessage("x must have dimension=1 and at most 1 particles, got 2 and 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MixtureInterpolant(Exact.TWO, Exact.END, PathSchedule.linear(1)))
                .withMessage("start and end must have the same dimension, got 1 and 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MixtureInterpolant.coupled(Exact.TWO, PathSchedule.linear(1)))
                .withMessage("joint must have an even dimension, got 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Exact.at(law.forwardDrift(t -> -1), 0.25, 0))
                .withMessage("diffusion must be in [0, inf), got -1.0 at t=0.25");
        assertThat(Exact.at(law.velocity(), 0.5, Double.NaN)[0]).isNaN();
        assertThat(Exact.divergence(law.score(), 0.5, Double.NaN)).isNaN();
    }
}
