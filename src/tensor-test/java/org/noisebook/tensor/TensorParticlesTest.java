package org.noisebook.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.DoubleFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.noisebook.experiment.Run;
import org.noisebook.experiment.Schema;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.MixtureVelocity;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.linalg.AffineMixture;
import org.noisebook.model.Device;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.model.StopReason;
import org.noisebook.papers.interpolants.InterpolantStudy;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Brownian;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Method;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

@EnabledIf("org.noisebook.tensor.TensorTrial#passed")
@Tag("long")
class TensorParticlesTest {
    /** A step of length 1 looks where exponents are some thousand: their rounding, 10⁻¹³, times how fast weights turn the drift. */
    private static final double STEP = 1e-11;
    /** What 64 steps make of it where paths part between modes; most particles stay a thousand times nearer. */
    private static final double PATH = 1e-8;
    /** Sums of some thousand squares. */
    private static final double SUM = 1e-11;

    private static final double DIFFUSION = 0.7;

    private static Stream<Method> methods() {
        return Stream.concat(Arrays.stream(OdeMethod.values()), Arrays.stream(SdeMethod.values()));
    }

    private static GaussianMixture target(int dimension, int components) {
        double[] weights = new double[components];
        double[][] means = new double[components][dimension];
        double[][][] covariances = new double[components][dimension][dimension];
        for (int k = 0; k < components; k++) {
            weights[k] = (1 + k) / (0.5 * components * (components + 1));
            for (int j = 0; j < dimension; j++) {
                means[k][j] = 4 * StrictMath.cos(2.1 * k + 1.3 * j);
                Arrays.fill(covariances[k][j], 0.05);
                covariances[k][j][j] = 0.3 + 0.1 * k + 0.05 * j;
            }
        }
        return new GaussianMixture(weights, means, covariances);
    }

    /** Replicas of 600 particles, one more than a block, from the exact law at the first time. */
    private static ParticleReplicas replicas(
            Method method, int dimension, int components, boolean forward, int steps, int count) {
        MixtureInterpolant interpolant = new MixtureInterpolant(
                GaussianMixture.standard(dimension), target(dimension, components), PathSchedule.linear(2));
        MixtureVelocity drift = interpolant.velocity();
        if (method instanceof SdeMethod) {
            drift = forward ? interpolant.forwardDrift(t -> DIFFUSION) : interpolant.backwardDrift(t -> DIFFUSION);
        }
        double[] times = times(forward, steps);
        List<Supplier<ParticleReplicas.Job>> jobs = new ArrayList<>();
        for (int r = 0; r < count; r++) {
            Streams streams = Streams.of(1).withReplica(r);
            jobs.add(() -> new ParticleReplicas.Job(
                    interpolant.marginal(times[0]).sample(streams.at("start"), 600),
                    new Brownian(streams.at("path"), 0, 1, 6)));
        }
        return new ParticleReplicas(dimension, drift::mixture, method, DIFFUSION, times, jobs);
    }

    private static double[] times(boolean forward, int steps) {
        return IntStream.rangeClosed(0, steps)
                .mapToDouble(i -> (double) (forward ? i : steps - i) / steps)
                .toArray();
    }

    private static ParticleReplicas with(ParticleReplicas all, List<Supplier<ParticleReplicas.Job>> jobs) {
        return new ParticleReplicas(all.dimension(), all.drift(), all.method(), all.diffusion(), all.times(), jobs);
    }

    private static List<ParticleReplicas.FinalState> tensor(ParticleReplicas replicas) {
        ParticleReplicas.FinalState[] ends =
                new ParticleReplicas.FinalState[replicas.jobs().size()];
        new TensorParticles().move(replicas, (job, end) -> ends[job] = end);
        return List.of(ends);
    }

    private static List<ParticleReplicas.FinalState> plain(ParticleReplicas replicas) {
        ParticleReplicas.FinalState[] ends =
                new ParticleReplicas.FinalState[replicas.jobs().size()];
        ReplicaEngine.plain().move(replicas, (job, end) -> ends[job] = end);
        return List.of(ends);
    }

    private static void assertAgree(ParticleReplicas replicas, double tolerance) {
        List<ParticleReplicas.FinalState> expected = plain(replicas);
        List<ParticleReplicas.FinalState> found = tensor(replicas);
        for (int r = 0; r < expected.size(); r++) {
            assertClose(found.get(r), expected.get(r), tolerance);
        }
    }

    private static void assertClose(
            ParticleReplicas.FinalState found, ParticleReplicas.FinalState expected, double tolerance) {
        assertThat(found.evaluations()).isEqualTo(expected.evaluations());
        assertThat(found.energy()).isCloseTo(expected.energy(), within(SUM * expected.energy()));
        assertThat(found.x()).hasSameDimensionsAs(expected.x());
        for (int j = 0; j < expected.x().length; j++) {
            for (int k = 0; k < expected.x()[j].length; k++) {
                double x = expected.x()[j][k];
                assertThat(found.x()[j][k]).isCloseTo(x, within(tolerance * Math.max(1, Math.abs(x))));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("methods")
    void stepsAgreeWithThePrimitiveEngine(Method method) {
        int[][] shapes = {{1, 1}, {1, 6}, {2, 1}, {2, 6}, {3, 3}, {5, 2}};
        for (int[] shape : shapes) {
            for (boolean forward : new boolean[] {true, false}) {
                assertAgree(replicas(method, shape[0], shape[1], forward, 1, 2), STEP);
                assertAgree(replicas(method, shape[0], shape[1], forward, 2, 2), STEP);
                assertAgree(replicas(method, shape[0], shape[1], forward, 64, 2), PATH);
            }
        }
    }

    /** Batches of one block, of two and of all; noise and coefficients for all steps at once or for some. */
    @Test
    void howParticlesAreGatheredDoesNotMatter() {
        ParticleReplicas replicas = replicas(SdeMethod.HEUN, 2, 3, true, 64, 3);
        List<ParticleReplicas.FinalState> all = tensor(replicas);
        for (int numbers : new int[] {1, 2 * Ensemble.BLOCK * TensorMixture.rows(2, 3)}) {
            new TensorParticles(numbers).move(replicas, (job, end) -> assertClose(end, all.get(job), PATH));
        }
    }

    /** The same bits alone, with one other, among all of several batches, and from the last to the first. */
    @ParameterizedTest
    @CsvSource({"1, 1", "2, 3", "2, 6", "3, 3", "5, 2", "2, 40"})
    void numberAndOrderDoNotMatter(int dimension, int components) {
        for (Method method : new Method[] {OdeMethod.RK4, SdeMethod.HEUN}) {
            // 2¹⁷ numbers are 256 rows of a block: with two blocks a replica always more than a batch.
            int count = 3 + 128 / TensorMixture.rows(dimension, components);
            ParticleReplicas replicas = replicas(method, dimension, components, true, 16, count);
            List<ParticleReplicas.FinalState> all = tensor(replicas);
            List<Supplier<ParticleReplicas.Job>> reversed = new ArrayList<>(replicas.jobs());
            Collections.reverse(reversed);
            List<ParticleReplicas.FinalState> backwards = tensor(with(replicas, reversed));
            for (int r = 0; r < count; r++) {
                assertSameBits(backwards.get(count - 1 - r), all.get(r));
            }
            for (int r : new int[] {0, count - 2}) {
                assertSameBits(
                        tensor(with(replicas, replicas.jobs().subList(r, r + 1)))
                                .get(0),
                        all.get(r));
                assertSameBits(
                        tensor(with(replicas, replicas.jobs().subList(r, r + 2)))
                                .get(0),
                        all.get(r));
            }
        }
    }

    private static void assertSameBits(ParticleReplicas.FinalState found, ParticleReplicas.FinalState expected) {
        assertThat(found.x()).isDeepEqualTo(expected.x());
        assertThat(found.energy()).isEqualTo(expected.energy());
        assertThat(found.evaluations()).isEqualTo(expected.evaluations());
    }

    /** The same bits beside others, one of which diverges. */
    @Test
    void neighboursDoNotMatter() {
        ParticleReplicas replicas = replicas(SdeMethod.HEUN, 2, 3, false, 64, 4);
        List<ParticleReplicas.FinalState> together = tensor(replicas);
        List<Supplier<ParticleReplicas.Job>> turned = new ArrayList<>(replicas.jobs());
        turned.add(turned.remove(0));
        ParticleReplicas.Job broken = turned.get(1).get();
        Arrays.fill(broken.start()[1], Double.NaN);
        turned.set(1, () -> broken);
        List<ParticleReplicas.FinalState> others = tensor(with(replicas, turned));
        assertSameBits(others.get(0), together.get(1));
        assertSameBits(others.get(2), together.get(3));
        assertSameBits(others.get(3), together.get(0));
        assertThat(Ensemble.diverged(others.get(1).x())).isEqualTo(600);
    }

    private static ParticleReplicas fixed(DoubleFunction<AffineMixture> drift, Method method, double[][]... starts) {
        List<Supplier<ParticleReplicas.Job>> jobs = Arrays.stream(starts)
                .<Supplier<ParticleReplicas.Job>>map(start -> () -> new ParticleReplicas.Job(start, Noise.NONE))
                .toList();
        return new ParticleReplicas(starts[0].length, drift, method, 0, times(true, 20), jobs);
    }

    private static AffineMixture line(double[] means, double[] logs, double root, double slope) {
        int n = means.length;
        double[] roots = new double[n];
        double[] slopes = new double[n];
        double[] offsets = new double[n];
        Arrays.fill(roots, root);
        Arrays.fill(slopes, slope);
        Arrays.setAll(offsets, k -> means[k] / 10);
        return new AffineMixture(1, means, roots, logs, offsets, slopes);
    }

    @Test
    void aComponentWithoutWeightCountsNothing() {
        double none = Double.NEGATIVE_INFINITY;
        AffineMixture three = line(new double[] {-1, 0.1, 2}, new double[] {-1, none, -3}, 1, -1);
        AffineMixture two = line(new double[] {-1, 2}, new double[] {-1, -3}, 1, -1);
        double[][] start = {{-3, -1, 0, 0.1, 2, 5}};
        ParticleReplicas replicas = fixed(t -> three, OdeMethod.RK4, start);
        assertAgree(replicas, STEP);
        assertThat(tensor(replicas).get(0).x()[0])
                .containsExactly(
                        tensor(fixed(t -> two, OdeMethod.RK4, start)).get(0).x()[0], within(STEP));
    }

    /** Densities at these places are below 10⁻³⁰⁰ of that at the means, up to 10⁻⁵·¹⁰⁹: their ratios count. */
    @Test
    void farParticlesSeeTheNearestComponent() {
        AffineMixture f = line(new double[] {-1, 0.1, 2}, new double[] {-1, 900, -900}, 1, -0.1);
        double[][] start = {{-1e5, -1e3, -50, 50, 1e3, 1e5}};
        assertAgree(fixed(t -> f, OdeMethod.HEUN, start), STEP);
        assertThat(tensor(fixed(t -> f, OdeMethod.HEUN, start)).get(0).x()[0]).doesNotContain(Double.NaN);
    }

    /** A particle at rest stays where it is beside others that leave the numbers. */
    @Test
    void absurdStepsDivergeParticleByParticle() {
        AffineMixture f = line(new double[] {0}, new double[] {0}, 1, -1e30);
        ParticleReplicas replicas =
                fixed(t -> f, OdeMethod.RK4, new double[][] {{0, 1e-3, 0, -7}}, new double[][] {{0}});
        List<ParticleReplicas.FinalState> ends = tensor(replicas);
        assertThat(Ensemble.diverged(ends.get(0).x())).isEqualTo(2);
        assertThat(ends.get(0).x()[0][0]).isZero();
        assertThat(ends.get(0).x()[0][2]).isZero();
        assertThat(ends.get(1).x()[0]).containsExactly(0);
        assertThat(Ensemble.diverged(plain(replicas).get(0).x())).isEqualTo(2);
    }

    /** Nothing of a batch that diverged is left in the next that uses its memory. */
    @Test
    void memoryOfParticlesThatDivergedIsUsedAgain() {
        AffineMixture f = line(new double[] {0, 1}, new double[] {0, 0}, 1, -1);
        ParticleReplicas replicas = fixed(t -> f, OdeMethod.RK4, new double[][] {{Double.NaN}}, new double[][] {{0.5}});
        List<double[][]> ends = new ArrayList<>();
        new TensorParticles(1).move(replicas, (job, end) -> ends.add(end.x()));
        assertThat(ends.get(0)[0][0]).isNaN();
        assertThat(ends.get(1)[0][0]).isCloseTo(plain(replicas).get(1).x()[0][0], within(STEP));
    }

    @Test
    void startsAreKeptAndEmptyOnesEnd() {
        AffineMixture f = line(new double[] {0}, new double[] {0}, 1, -1);
        double[][] start = {{1, 2}};
        List<ParticleReplicas.FinalState> ends = tensor(fixed(t -> f, OdeMethod.EULER, start, new double[][] {{}}));
        assertThat(start).isDeepEqualTo(new double[][] {{1, 2}});
        assertThat(ends.get(1).x()).hasDimensions(1, 0);
        assertThat(tensor(with(fixed(t -> f, OdeMethod.EULER, start), List.of())))
                .isEmpty();
    }

    @Test
    void whatCannotBeMovedIsRefused() {
        AffineMixture one = line(new double[] {0}, new double[] {0}, 1, -1);
        AffineMixture two = line(new double[] {0, 1}, new double[] {0, 0}, 1, -1);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(fixed(t -> t < 0.5 ? one : two, OdeMethod.EULER, new double[][] {{1}})))
                .withMessage("drift must have dimension=1 and components=1 at all times, got 1 and 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> tensor(fixed(t -> one, OdeMethod.EULER, new double[][] {{1}}, new double[2][1])))
                .withMessage("particles must have the sampler's dimension=1, got 2");
        ParticleReplicas still =
                new ParticleReplicas(1, t -> one, OdeMethod.EULER, 0, new double[] {0, 0}, List.of(() -> null));
        assertThatIllegalArgumentException().isThrownBy(() -> tensor(still)).withMessageStartingWith("times must be");
    }

    @Test
    void interruptionStopsIt() {
        ParticleReplicas replicas = replicas(OdeMethod.EULER, 1, 1, true, 2, 1);
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> tensor(replicas));
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    /** On the same seeds laws are the same, and more: every number of a result agrees to rounding, so no test of laws could be sharper. */
    @ParameterizedTest
    @CsvSource({
        "'motion=ode(method=rk4), steps=16'",
        "'motion=ode(method=midpoint), pair=noiseTo, from=1, to=0, steps=32, grid=quadratic'",
        "'motion=sde(method=heun, diffusion=1), steps=32, fineSteps=64'",
        "'motion=sde(method=eulerMaruyama, diffusion=0.5), pair=plane, from=1, to=0.1, steps=20, fineSteps=40'"
    })
    void theStudyFindsTheSame(String text) {
        InterpolantStudy study = new InterpolantStudy();
        InterpolantStudy.Config config = Schema.of(InterpolantStudy.Config.class)
                .parse(text, Schema.with(new InterpolantStudy().defaults(), "particles", 2000));
        List<Run<InterpolantStudy.Config, InterpolantStudy.Result>> runs = IntStream.range(0, 3)
                .mapToObj(r -> new Run<>(study, config, Streams.of(1).withReplica(r)))
                .toList();
        InterpolantStudy.Result[] results = new InterpolantStudy.Result[3];
        study.run(runs, TensorEngine.open(Device.CPU, line -> {}), (run, result) -> results[run] = result);
        for (int r = 0; r < 3; r++) {
            InterpolantStudy.Result exact = runs.get(r).execute();
            assertThat(results[r].stopReason()).isEqualTo(StopReason.COMPLETED);
            assertThat(results[r].distance()).isCloseTo(exact.distance(), within(PATH));
            assertThat(results[r].mean().toArray()).containsExactly(exact.mean().toArray(), within(PATH));
            assertThat(results[r].variance().toArray())
                    .containsExactly(exact.variance().toArray(), within(100 * PATH));
            assertThat(results[r].startCovariance().toArray())
                    .containsExactly(exact.startCovariance().toArray(), within(100 * PATH));
            assertThat(results[r].energy()).isCloseTo(exact.energy(), within(SUM * exact.energy()));
            assertThat(results[r].evaluations()).isEqualTo(exact.evaluations());
            if (config.fineSteps() > 0) {
                assertThat(results[r].pathError()).isCloseTo(exact.pathError(), within(PATH));
                assertThat(results[r].momentError()).isCloseTo(exact.momentError(), within(100 * PATH));
            }
        }
        assertThat(results[0].mean()).isNotEqualTo(results[1].mean());
    }
}
