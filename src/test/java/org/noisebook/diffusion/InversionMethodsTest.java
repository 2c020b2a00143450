package org.noisebook.diffusion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.diffusion.DiffusionMethod.Bdia;
import org.noisebook.diffusion.DiffusionMethod.Ddim;
import org.noisebook.diffusion.DiffusionMethod.Edict;
import org.noisebook.solver.Field;
import org.noisebook.solver.Sampler;
import org.noisebook.solver.TimeGrid;

/** EDICT and BDIA: their formulas, what comes back with the memory and without it, and their orders. */
class InversionMethodsTest {
    private static final Diffusion VP = DiffusionTest.VP;
    private static final LineMixture DATA = LineMixture.reference();
    /** What mixes nothing, and what divides by γ at every step. */
    private static final List<DiffusionMethod> GROWING = List.of(new Edict(1), new Bdia(0.5));

    private static final double[] POINTS = {-2.2, -1, 0.4, 1.7};

    static List<DiffusionMethod> invertible() {
        return List.of(Edict.standard(), new Edict(0.93, false), new Edict(1), Bdia.standard(), new Bdia(0.5));
    }

    static List<DiffusionMethod> remembering() {
        return List.of(Edict.standard(), Bdia.standard(), new Bdia(0.5), new DiffusionMethod.ExponentialMultistep());
    }

    private static Sampler.Stepper begin(DiffusionMethod method) {
        return method.sampler(VP, DATA.score(VP)).begin(POINTS.length);
    }

    private static double[] down(int steps) {
        return TimeGrid.UNIFORM.times(1, 0, steps);
    }

    private static double[] reversed(double[] times) {
        return IntStream.range(0, times.length)
                .mapToDouble(i -> times[times.length - 1 - i])
                .toArray();
    }

    private static void go(Sampler.Stepper stepper, double[] times, double[][] x) {
        for (int i = 1; i < times.length; i++) {
            stepper.step(times[i - 1], times[i], x, x[0].length, new double[0][][]);
        }
    }

    private static double noise(double tau, double x) {
        Field.Evaluator field =
                Prediction.SCORE.to(Prediction.NOISE, VP, DATA.score(VP)).evaluator(1);
        double[][] out = new double[1][1];
        field.at(tau, new double[][] {{x}}, 1, out);
        return out[0][0];
    }

    /** The DDIM step between two places, from a noise mean. */
    private static double ddim(double from, double to, double x, double noise) {
        double shift = VP.meanCoefficient(to) * (VP.sigma(to) - VP.sigma(from));
        return x * VP.meanCoefficient(to) / VP.meanCoefficient(from) + shift * noise;
    }

    /** Both ways by the equations of the paper, written here. */
    @Test
    void edictIsTwoCoupledPaths() {
        double p = 0.93;
        double[] times = down(50);
        double[][] x = {{0.4, -1}};
        Sampler.Stepper stepper = Edict.standard().sampler(VP, DATA.score(VP)).begin(2);
        go(stepper, reversed(times), x);
        double[] pair = {0.4, 0.4};
        for (int i = times.length - 1; i > 0; i--) {
            double back = VP.meanCoefficient(times[i - 1]) / VP.meanCoefficient(times[i]);
            double shift = ddim(times[i - 1], times[i], 0, 1);
            pair[1] = (pair[1] - (1 - p) * pair[0]) / p;
            pair[0] = (pair[0] - (1 - p) * pair[1]) / p;
            int one = (i - 1) % 2;
            int two = 1 - one;
            pair[two] = back * (pair[two] - shift * noise(times[i - 1], pair[one]));
            pair[one] = back * (pair[one] - shift * noise(times[i - 1], pair[two]));
        }
        assertThat(Math.abs(pair[0] - 0.4)).isGreaterThan(0.1);
        assertThat(x[0][0]).isCloseTo(pair[0], within(1e-11));
        assertThat(stepper.memory().orElseThrow().state()[0][0]).isCloseTo(pair[1], within(1e-11));
        for (int i = 1; i < times.length; i++) {
            int one = (i - 1) % 2;
            int two = 1 - one;
            pair[one] = ddim(times[i - 1], times[i], pair[one], noise(times[i - 1], pair[two]));
            pair[two] = ddim(times[i - 1], times[i], pair[two], noise(times[i - 1], pair[one]));
            pair[0] = p * pair[0] + (1 - p) * pair[1];
            pair[1] = p * pair[1] + (1 - p) * pair[0];
        }
        assertThat(pair).containsExactly(new double[] {0.4, 0.4}, within(1e-10));
    }

    /** Each step is DDIM's, less what DDIM would have changed on the way back to where the path came from. */
    @Test
    void bdiaLooksBothWays() {
        double gamma = 0.7;
        double[] times = down(12);
        double[][] x = {POINTS.clone()};
        Sampler.Stepper stepper = begin(new Bdia(gamma));
        go(stepper, times, x);
        double before = POINTS[0];
        double now = ddim(times[0], times[1], before, noise(times[0], before));
        for (int i = 1; i < times.length - 1; i++) {
            double e = noise(times[i], now);
            double next =
                    ddim(times[i], times[i + 1], now, e) + gamma * (before - ddim(times[i], times[i - 1], now, e));
            before = now;
            now = next;
        }
        assertThat(x[0][0]).isCloseTo(now, within(1e-12));
        assertThat(stepper.memory().orElseThrow().state()[0][0]).isCloseTo(before, within(1e-12));
        assertThat(stepper.evaluations()).isEqualTo(12);
    }

    /** To rounding, which p = 1 and γ = ½ let grow; a memory that is lost is caught, and one step back of BDIA is free. */
    @ParameterizedTest
    @MethodSource("invertible")
    void whatGoesOutComesBackWithTheMemoryOnly(DiffusionMethod method) {
        for (double[] out : List.of(down(20), reversed(down(20)))) {
            double[][] x = {POINTS.clone()};
            Sampler.Stepper away = begin(method);
            go(away, out, x);
            double[][] forgotten = {x[0].clone()};
            assertThat(x[0][0]).isNotCloseTo(POINTS[0], within(0.1));
            Sampler.Stepper home = begin(method);
            home.memory(away.memory().orElseThrow());
            go(home, reversed(out), x);
            assertThat(x[0]).containsExactly(POINTS, within(GROWING.contains(method) ? 1e-8 : 1e-12));
            assertThat(home.evaluations()).isEqualTo(method instanceof Bdia ? 19 : 40);
            go(begin(method), reversed(out), forgotten);
            assertThat(IntStream.range(0, POINTS.length)
                            .mapToDouble(k -> Math.abs(forgotten[0][k] - POINTS[k]))
                            .max()
                            .orElseThrow())
                    .as("%s without its memory", method.card().id())
                    .isGreaterThan(1e-3);
        }
    }

    /** A path goes on from what was saved as if it had not stopped. */
    @ParameterizedTest
    @MethodSource("remembering")
    void memoryIsAllThatAPathGoesOnFrom(DiffusionMethod method) {
        double[] times = TimeGrid.UNIFORM.times(1, 0.1, 9);
        double[][] x = {POINTS.clone()};
        go(begin(method), times, x);
        double[][] y = {POINTS.clone()};
        Sampler.Stepper first = begin(method);
        assertThat(first.memory()).isEmpty();
        go(first, IntStream.range(0, 5).mapToDouble(i -> times[i]).toArray(), y);
        Sampler.Memory saved = first.memory().orElseThrow();
        double[][] elsewhere = {y[0].clone()};
        double[] rest = IntStream.range(4, 10).mapToDouble(i -> times[i]).toArray();
        go(first, rest, elsewhere);
        Sampler.Stepper second = begin(method);
        second.memory(saved);
        go(second, rest, y);
        assertThat(elsewhere[0]).containsExactly(x[0]);
        assertThat(y[0]).containsExactly(x[0]);
        double[] far = {0.05, 0.04};
        go(second, far, y);
        go(begin(method), far, x);
        assertThat(y[0]).as("a step from elsewhere forgets").containsExactly(x[0]);
    }

    /** Gaussian data: where the flow ends is known, √(v/v') about the mean. */
    private static double[] errors(DiffusionMethod method, int... steps) {
        double end = 0.05;
        Sampler sampler = method.sampler(VP, LineMixture.normal(0.5, 0.3).score(VP));
        double a = VP.meanCoefficient(1);
        double b = VP.meanCoefficient(end);
        double exact = 0.5 * b
                + (1.3 - 0.5 * a) * Math.sqrt((0.3 * b * b + VP.variance(end)) / (0.3 * a * a + VP.variance(1)));
        return IntStream.of(steps)
                .mapToDouble(n -> {
                    double[][] x = {{1.3}};
                    go(sampler.begin(1), TimeGrid.LOG_SNR.times(1, end, n, VP::sigma), x);
                    return Math.abs(x[0][0] - exact);
                })
                .toArray();
    }

    private static double order(DiffusionMethod method) {
        double[] errors = errors(method, 256, 1024);
        return Math.log(errors[0] / errors[1]) / Math.log(4);
    }

    @Test
    void ordersOnGaussianData() {
        assertThat(order(Bdia.standard())).isCloseTo(2, within(0.15));
        assertThat(order(new Bdia(0.5))).isCloseTo(1, within(0.1));
        assertThat(order(Edict.standard())).isCloseTo(1, within(0.15));
        assertThat(errors(new Bdia(0.5), 1024)[0] / errors(new Ddim(0), 1024)[0])
                .as("(1 - γ)/(1 + γ)")
                .isCloseTo(1.0 / 3, within(0.02));
    }

    @Test
    void whatCannotBeUndoneIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Edict(0))
                .withMessage("mixing must be in (0, 1], got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Edict(1.01));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bdia(0))
                .withMessage("gamma must be in (0, 1], got 0");
        assertThatIllegalArgumentException().isThrownBy(() -> new Bdia(Double.NaN));
        Sampler.Stepper stepper = begin(Bdia.standard());
        double[][] x = {POINTS.clone()};
        go(stepper, new double[] {1, 0.7, 0.4}, x);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> go(stepper, new double[] {0.4, 0.8}, x))
                .withMessage("a path that turns back at tau=0.4 must go to tau=0.7, where it started, got 0.8");
        Sampler.Memory memory = stepper.memory().orElseThrow();
        Sampler.Stepper plain = begin(new Ddim(0));
        assertThat(plain.memory()).isEqualTo(Optional.empty());
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plain.memory(memory))
                .withMessage("a method without memory cannot take one");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stepper.memory(new Sampler.Memory(0.4, 0.7, new double[2][4])))
                .withMessage("particles must have the sampler's dimension=1, got 2");
    }
}
