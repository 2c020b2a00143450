package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OdeMethodTest {
    /** Errors of the smallest step stay above this, far above round-off. */
    private static final double ABOVE_ROUND_OFF = 1e-13;

    static Stream<Arguments> methodsAndProblems() {
        return Arrays.stream(OdeMethod.values())
                .flatMap(method -> OdeProblem.smooth().stream().map(problem -> Arguments.of(method, problem)));
    }

    @ParameterizedTest
    @MethodSource("methodsAndProblems")
    void slopeIsTheOrder(OdeMethod method, OdeProblem problem) {
        int[] steps =
                method == OdeMethod.RK4 ? new int[] {16, 32, 64, 128, 256} : new int[] {64, 128, 256, 512, 1024, 2048};
        for (boolean forward : new boolean[] {true, false}) {
            double[] errors = Arrays.stream(steps)
                    .mapToDouble(n -> problem.error(method.sampler(problem.velocity()), n, forward))
                    .toArray();

            assertThat(errors[errors.length - 1]).isGreaterThan(ABOVE_ROUND_OFF);
            assertThat(OrderFit.slope(steps, errors))
                    .as("%s on %s, forward %s, errors %s", method, problem, forward, Arrays.toString(errors))
                    .isEqualTo(method.order(), within(OrderFit.ODE_TOLERANCE));
        }
    }

    /** h λ = 20, far above the stability limit of every method; h λ = 1 is well below it. */
    @ParameterizedTest
    @EnumSource
    void anAbsurdStepFails(OdeMethod method) {
        OdeProblem stiff = OdeProblem.stiff();
        Sampler sampler = method.sampler(stiff.velocity());

        assertThat(stiff.error(sampler, 1000, true)).isLessThan(0.01);
        assertThat(stiff.error(sampler, 50, true)).isGreaterThan(1e6);
    }

    /** Inverting a flow outside: the same grid backward returns up to the error of the method. */
    @Test
    void backwardUndoesForward() {
        OdeProblem problem = OdeProblem.rotating();
        Sampler sampler = OdeMethod.RK4.sampler(problem.velocity());
        double[][] x = problem.at(0);

        Ensemble.run(sampler, TimeGrid.UNIFORM.times(0, 1.5, 300), x, Noise.NONE, 1, Ensemble.Observer.NONE);
        Ensemble.run(sampler, TimeGrid.UNIFORM.times(1.5, 0, 300), x, Noise.NONE, 1, Ensemble.Observer.NONE);

        assertThat(OdeProblem.distance(x, problem.at(0))).isLessThan(1e-9);
    }

    @ParameterizedTest
    @EnumSource
    void countsAsItsCardSaysAndKeepsOtherParticles(OdeMethod method) {
        OdeProblem problem = OdeProblem.logistic();
        Sampler.Stepper stepper = method.sampler(problem.velocity()).begin(3);
        double[][] x = {{0.5, 0.25, 7}};

        stepper.step(0, 0.1, x, 2, new double[0][][]);
        stepper.step(0.1, 0.2, x, 2, new double[0][][]);

        assertThat(stepper.evaluations()).isEqualTo(2L * method.card().evaluations());
        assertThat(x[0][2]).isEqualTo(7);
        assertThat(x[0][0]).isEqualTo(1 / (1 + StrictMath.exp(-0.2)), within(0.01));
    }

    @ParameterizedTest
    @EnumSource
    void aStepOfLengthZeroAndNoParticlesChangeNothing(OdeMethod method) {
        Sampler.Stepper stepper =
                method.sampler(OdeProblem.logistic().velocity()).begin(1);
        double[][] x = {{0.5}};

        stepper.step(0.3, 0.3, x, 1, new double[0][][]);
        stepper.step(0.3, 0.4, x, 0, new double[0][][]);

        assertThat(x[0][0]).isEqualTo(0.5);
    }

    @Test
    void oneParticleDivergesAlone() {
        Sampler.Stepper stepper =
                OdeMethod.RK4.sampler(OdeProblem.logistic().velocity()).begin(2);
        double[][] x = {{0.5, Double.NaN}};

        stepper.step(0, 0.1, x, 2, new double[0][][]);

        assertThat(x[0][0]).isFinite();
        assertThat(Ensemble.diverged(x)).isEqualTo(1);
    }

    @Test
    void badInputGivesOneClearLine() {
        Sampler sampler = OdeMethod.HEUN.sampler(OdeProblem.logistic().velocity());
        Sampler.Stepper stepper = sampler.begin(2);
        double[][] x = {{0.5, 0.25, 0.1}};

        assertThatThrownBy(() -> stepper.step(Double.NaN, 1, x, 2, new double[0][][]))
                .hasMessage("from and to must be finite times, got NaN and 1.0");
        assertThatThrownBy(() -> stepper.step(0, 1, x, 3, new double[0][][]))
                .hasMessage("count must be in [0, capacity=2], got 3");
        assertThatThrownBy(() -> stepper.step(0, 1, new double[2][3], 2, new double[0][][]))
                .hasMessage("particles must have the sampler's dimension=1, got 2");
        assertThatThrownBy(() -> sampler.begin(0)).hasMessage("capacity must be at least 1, got 0");
    }
}
