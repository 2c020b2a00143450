package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.apache.commons.math3.ode.FirstOrderDifferentialEquations;
import org.apache.commons.math3.ode.nonstiff.AdaptiveStepsizeIntegrator;
import org.apache.commons.math3.ode.nonstiff.DormandPrince54Integrator;
import org.apache.commons.math3.ode.nonstiff.DormandPrince853Integrator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DormandPrinceTest {
    private static final double[][][] NO_NOISE = {};

    /** So loose that a step of the sampler is one step of the method. */
    private static final DormandPrince FIXED = new DormandPrince(0, 1e300);

    static Stream<OdeProblem> problems() {
        return OdeProblem.smooth().stream();
    }

    /** Where the leading term of the error shows: on the others it is so small that slopes near 5.3 meet round-off. */
    static Stream<OdeProblem> problemsOfFullError() {
        return Stream.of(OdeProblem.rotating(), OdeProblem.forced());
    }

    @ParameterizedTest
    @MethodSource("problemsOfFullError")
    void slopeIsTheOrder(OdeProblem problem) {
        int[] steps = {24, 32, 40, 48, 64, 80};
        double[] errors = Arrays.stream(steps)
                .mapToDouble(n -> problem.error(FIXED.sampler(problem.velocity()), n, true))
                .toArray();

        assertThat(errors[errors.length - 1]).isGreaterThan(1e-13);
        assertThat(OrderFit.slope(steps, errors))
                .as("errors %s", Arrays.toString(errors))
                .isEqualTo(FIXED.order(), within(OrderFit.ODE_TOLERANCE));
    }

    @Test
    void anAbsurdToleranceFails() {
        OdeProblem stiff = OdeProblem.stiff();

        assertThat(stiff.error(FIXED.sampler(stiff.velocity()), 50, true)).isGreaterThan(1e6);
        assertThat(stiff.error(new DormandPrince(1e-6, 1e-6).sampler(stiff.velocity()), 1, true))
                .isLessThan(1e-4);
    }

    @ParameterizedTest
    @MethodSource("problems")
    void errorFollowsTheTolerance(OdeProblem problem) {
        for (double tolerance : new double[] {1e-4, 1e-6, 1e-8, 1e-10}) {
            DormandPrince method = new DormandPrince(tolerance, tolerance);
            for (boolean forward : new boolean[] {true, false}) {
                assertThat(problem.error(method.sampler(problem.velocity()), 1, forward))
                        .as("tolerance %s, forward %s", tolerance, forward)
                        .isLessThan(50 * tolerance);
            }
        }
    }

    /** A block of one against Commons Math: the same solution, and about as many evaluations as its twin. */
    @Test
    void agreesWithCommonsMath() {
        OdeProblem problem = OdeProblem.rotating();
        double tolerance = 1e-9;
        double[] start = {1, 0};
        double[] precise = commons(problem, new DormandPrince853Integrator(1e-12, 10, 1e-14, 1e-14), start, new int[1]);
        int[] twinEvaluations = new int[1];
        commons(problem, new DormandPrince54Integrator(1e-12, 10, tolerance, tolerance), start, twinEvaluations);
        Sampler.Stepper stepper = new DormandPrince(tolerance, tolerance)
                .sampler(problem.velocity())
                .begin(1);
        double[][] x = {{1}, {0}};

        stepper.step(0, 10, x, 1, NO_NOISE);

        assertThat(new double[] {x[0][0], x[1][0]}).containsExactly(precise, within(1e-7));
        assertThat((double) stepper.evaluations()).isBetween(0.7 * twinEvaluations[0], 1.3 * twinEvaluations[0]);
    }

    private static double[] commons(
            OdeProblem problem, AdaptiveStepsizeIntegrator integrator, double[] start, int[] evaluations) {
        Field.Evaluator field = problem.velocity().evaluator(1);
        double[] end = new double[start.length];
        integrator.integrate(
                new FirstOrderDifferentialEquations() {
                    @Override
                    public int getDimension() {
                        return start.length;
                    }

                    @Override
                    public void computeDerivatives(double t, double[] x, double[] slope) {
                        evaluations[0]++;
                        double[][] out = new double[x.length][1];
                        field.at(
                                t,
                                Arrays.stream(x).mapToObj(v -> new double[] {v}).toArray(double[][]::new),
                                1,
                                out);
                        Arrays.setAll(slope, j -> out[j][0]);
                    }
                },
                0,
                start,
                10,
                end);
        return end;
    }

    /** ẋ = x² reaches infinity at 1/x_0: the particle that meets it is lost, the others arrive. */
    @Test
    void aParticleThatDivergesIsLostAlone() {
        VelocityField square = VelocityField.of(1, (t, x, count, out) -> {
            for (int k = 0; k < count; k++) {
                out[0][k] = x[0][k] * x[0][k];
            }
        });
        double[][] x = {{2, 0.5, Double.NaN, -1}};

        long evaluations = Ensemble.run(
                new DormandPrince(1e-8, 1e-8).sampler(square),
                new double[] {0, 1},
                x,
                Noise.NONE,
                1,
                Ensemble.Observer.NONE);

        assertThat(Ensemble.diverged(x)).isEqualTo(2);
        assertThat(x[0][0]).isNaN();
        assertThat(x[0][2]).isNaN();
        assertThat(x[0][1]).isEqualTo(1, within(1e-6));
        assertThat(x[0][3]).isEqualTo(-0.5, within(1e-6));
        assertThat(evaluations).isLessThan(50_000);
    }

    /** A velocity that no step resolves ends as an outcome, not as an endless loop. */
    @Test
    void nonsenseEnds() {
        VelocityField nonsense = VelocityField.of(1, (t, x, count, out) -> {
            for (int k = 0; k < count; k++) {
                out[0][k] = StrictMath.sin(1e17 * t) * 1e9;
            }
        });
        double[][] x = {{0.5}};

        new DormandPrince(1e-12, 1e-12).sampler(nonsense).begin(1).step(0, 1, x, 1, NO_NOISE);

        assertThat(x[0][0]).isNaN();
    }

    @Test
    void theEndIsHitExactly() {
        double[] latest = {0};
        VelocityField watched = VelocityField.of(1, (t, x, count, out) -> {
            latest[0] = Math.max(latest[0], t);
            out[0][0] = StrictMath.cos(t);
        });
        double[][] x = {{0}};
        Sampler.Stepper stepper =
                new DormandPrince(1e-10, 1e-10).sampler(watched).begin(1);

        for (int i = 0; i < 10; i++) {
            double to = (i + 1) / 3.0;
            stepper.step(i / 3.0, to, x, 1, NO_NOISE);
            assertThat(latest[0]).isEqualTo(to);
            assertThat(x[0][0]).isEqualTo(StrictMath.sin(to), within(1e-8));
        }
    }

    @Test
    void interruptionEndsAStep() {
        Sampler.Stepper stepper = new DormandPrince(1e-6, 1e-6)
                .sampler(OdeProblem.logistic().velocity())
                .begin(1);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> stepper.step(0, 1, new double[][] {{0.5}}, 1, NO_NOISE))
                .isInstanceOf(CancellationException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void badInputGivesOneClearLine() {
        assertThatThrownBy(() -> new DormandPrince(-1, 1)).hasMessage("relativeTolerance must be in [0, 1], got -1.0");
        assertThatThrownBy(() -> new DormandPrince(0, 0)).hasMessage("absoluteTolerance must be in (0, inf), got 0.0");
        assertThatThrownBy(() -> new DormandPrince(Double.NaN, 1))
                .hasMessage("relativeTolerance must be in [0, 1], got NaN");
        assertThatThrownBy(() -> FIXED.sampler(OdeProblem.logistic().velocity())
                        .begin(1)
                        .step(0, Double.POSITIVE_INFINITY, new double[1][1], 1, NO_NOISE))
                .hasMessage("from and to must be finite times, got 0.0 and Infinity");
    }
}
