package org.noisebook.solver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.noisebook.rng.Streams;

class EnsembleTest {
    private static final int PARTICLES = 5 * Ensemble.BLOCK + 77;
    private static final VelocityField VELOCITY = OdeProblem.rotating().velocity();
    private static final double[] TIMES = TimeGrid.UNIFORM.times(0, 1, 12);

    private static double[][] start(int particles) {
        double[][] x = new double[2][particles];
        for (int k = 0; k < particles; k++) {
            x[0][k] = StrictMath.sin(k);
            x[1][k] = StrictMath.cos(3 * k);
        }
        return x;
    }

    private static Noise independent() {
        return Noise.independent(Streams.of(1).at("noise"));
    }

    private static Sampler maruyama() {
        return SdeMethod.EULER_MARUYAMA.sampler(VELOCITY, t -> 1 + t);
    }

    static Stream<Sampler> samplers() {
        return Stream.of(
                OdeMethod.RK4.sampler(VELOCITY),
                new DormandPrince(1e-6, 1e-6).sampler(VELOCITY),
                SdeMethod.HEUN.sampler(VELOCITY, t -> 1));
    }

    @ParameterizedTest
    @MethodSource("samplers")
    void anyNumberOfThreadsGivesTheSameBytes(Sampler sampler) {
        for (Noise noise :
                new Noise[] {independent(), new Brownian(Streams.of(1).at("noise"), 0, 1, 5)}) {
            double[][] once = start(PARTICLES);
            long evaluations = Ensemble.run(sampler, TIMES, once, noise, 1, Ensemble.Observer.NONE);
            for (int threads : new int[] {2, 8}) {
                double[][] again = start(PARTICLES);
                assertThat(Ensemble.run(sampler, TIMES, again, noise, threads, Ensemble.Observer.NONE))
                        .isEqualTo(evaluations);
                assertThat(again).isDeepEqualTo(once);
            }
        }
    }

    /** Blocks of a method of fixed steps are nothing but blocks: more particles do not change the first. */
    @Test
    void fewerParticlesAreAPrefix() {
        double[][] many = start(PARTICLES);
        double[][] few = start(Ensemble.BLOCK + 3);
        Ensemble.run(maruyama(), TIMES, many, independent(), 1, Ensemble.Observer.NONE);
        Ensemble.run(maruyama(), TIMES, few, independent(), 1, Ensemble.Observer.NONE);

        assertThat(few[1]).containsExactly(Arrays.copyOf(many[1], few[1].length));
    }

    /** The noise that an observer sees, kept and replayed, gives the same bytes. */
    @Test
    void anObserverSeesParticlesAndNoiseOfEachStep() {
        double[][][][] kept = new double[TIMES.length - 1][1][2][PARTICLES];
        double[][][] seen = new double[TIMES.length][2][PARTICLES];
        Ensemble.Observer keeper = new Ensemble.Observer() {
            @Override
            public void before(
                    int first, int step, double from, double to, double[][] x, int count, double[][][] noise) {
                for (int j = 0; j < 2; j++) {
                    System.arraycopy(noise[0][j], 0, kept[step - 1][0][j], first, count);
                }
                assertThat(new double[] {from, to}).containsExactly(TIMES[step - 1], TIMES[step]);
                assertThat(x[0][count - 1]).isEqualTo(seen[step - 1][0][first + count - 1]);
            }

            @Override
            public void after(int first, int step, double t, double[][] x, int count) {
                for (int j = 0; j < 2; j++) {
                    System.arraycopy(x[j], 0, seen[step][j], first, count);
                }
            }
        };
        double[][] x = start(PARTICLES);
        Ensemble.run(maruyama(), TIMES, x, independent(), 2, keeper);
        double[][] replayed = start(PARTICLES);
        Noise again = block -> (step, from, to, count, out) -> {
            for (int j = 0; j < 2; j++) {
                System.arraycopy(kept[step][0][j], (int) block * Ensemble.BLOCK, out[0][j], 0, count);
            }
        };
        Ensemble.run(maruyama(), TIMES, replayed, again, 1, Ensemble.Observer.NONE);

        assertThat(seen[0]).isDeepEqualTo(start(PARTICLES));
        assertThat(seen[TIMES.length - 1]).isDeepEqualTo(x);
        assertThat(replayed).isDeepEqualTo(x);
    }

    /** Replacement and noise design: what an observer changes is what the next step starts from and takes. */
    @Test
    void anObserverMayChangeParticlesAndNoise() {
        Ensemble.Observer holder = new Ensemble.Observer() {
            @Override
            public void before(
                    int first, int step, double from, double to, double[][] x, int count, double[][][] noise) {
                Arrays.fill(noise[0][0], 0, count, 0);
                Arrays.fill(noise[0][1], 0, count, 0);
            }

            @Override
            public void after(int first, int step, double t, double[][] x, int count) {
                Arrays.fill(x[0], 0, count, t);
            }
        };
        double[][] x = start(600);
        Ensemble.run(maruyama(), TIMES, x, independent(), 2, holder);

        double[][] expected = start(600);
        Arrays.fill(expected[0], 0);
        Sampler.Stepper euler = OdeMethod.EULER.sampler(VELOCITY).begin(600);
        for (int i = 1; i < TIMES.length; i++) {
            euler.step(TIMES[i - 1], TIMES[i], expected, 600, new double[0][][]);
            Arrays.fill(expected[0], TIMES[i]);
        }
        assertThat(x).isDeepEqualTo(expected);
    }

    /**
     * Path likelihoods need the place and the noise of each step: reweighting paths of dX = dW by exp(Σ u z √h − u² h/2)
     * gives the mean under dX = u dt + dW.
     */
    @Test
    @Tag("statistical")
    void anObserverCanWeighPaths() {
        int particles = 20 * Ensemble.BLOCK;
        double drift = 0.5;
        double[] logWeight = new double[particles];
        VelocityField still = VelocityField.of(1, (t, x, count, out) -> Arrays.fill(out[0], 0, count, 0));
        Ensemble.Observer scale = new Ensemble.Observer() {
            @Override
            public void before(
                    int first, int step, double from, double to, double[][] x, int count, double[][][] noise) {
                double h = to - from;
                for (int k = 0; k < count; k++) {
                    logWeight[first + k] += drift * noise[0][0][k] * Math.sqrt(h) - drift * drift * h / 2;
                }
            }

            @Override
            public void after(int first, int step, double t, double[][] x, int count) {}
        };
        double[][] x = new double[1][particles];
        Ensemble.run(SdeMethod.EULER_MARUYAMA.sampler(still, t -> 1), TIMES, x, independent(), 2, scale);

        double mean = 0;
        for (int k = 0; k < particles; k++) {
            mean += x[0][k] * StrictMath.exp(logWeight[k]) / particles;
        }
        // Standard error √((1 + 4u²) e^(u²) − u²)/√n = 0.0151; 4.5 of them, false alarm below 1e-5.
        assertThat(mean)
                .as("reweighted mean, false-alarm probability below 1e-5")
                .isEqualTo(drift, within(0.068));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void interruptionEndsARun(int threads) throws InterruptedException {
        AtomicLong steps = new AtomicLong();
        CountDownLatch running = new CountDownLatch(1);
        AtomicReference<Throwable> thrown = new AtomicReference<>(new AssertionError("nothing was thrown"));
        double[] endless = TimeGrid.UNIFORM.times(0, 1, 1_000_000);
        Thread runner = new Thread(() -> {
            try {
                Ensemble.run(
                        maruyama(), endless, start(PARTICLES), independent(), threads, (first, step, t, x, count) -> {
                            steps.incrementAndGet();
                            running.countDown();
                        });
            } catch (CancellationException e) {
                thrown.set(e);
            }
        });
        runner.start();
        running.await();
        runner.interrupt();
        runner.join();

        assertThat(thrown.get()).hasMessage("sampling interrupted");
        long atReturn = steps.get();
        Thread.sleep(20);
        assertThat(steps.get()).as("steps after the run has returned").isEqualTo(atReturn);
    }

    @Test
    void whatAFieldThrowsComesOut() {
        VelocityField broken = VelocityField.of(2, (t, x, count, out) -> {
            throw new IllegalStateException("broken field");
        });
        for (int threads : new int[] {1, 2}) {
            assertThatThrownBy(() -> Ensemble.run(
                            OdeMethod.EULER.sampler(broken),
                            TIMES,
                            start(PARTICLES),
                            Noise.NONE,
                            threads,
                            Ensemble.Observer.NONE))
                    .hasMessage("broken field");
        }
    }

    @Test
    void emptyRunsAndSingleTimesMoveNothing() {
        double[][] none = new double[2][0];
        assertThat(Ensemble.run(maruyama(), TIMES, none, independent(), 2, Ensemble.Observer.NONE))
                .isZero();
        double[][] x = start(3);
        assertThat(Ensemble.run(maruyama(), new double[] {0.5}, x, independent(), 1, Ensemble.Observer.NONE))
                .isZero();
        assertThat(x).isDeepEqualTo(start(3));
    }

    @Test
    void badInputGivesOneClearLine() {
        assertThatThrownBy(() -> run(maruyama(), TIMES, new double[3][4], independent(), 1))
                .hasMessage("particles must have the sampler's dimension=2, got 3");
        assertThatThrownBy(() -> run(maruyama(), TIMES, new double[][] {{1}, {1, 2}}, independent(), 1))
                .hasMessage("coordinates must have as many particles each, got 1 and 2");
        assertThatThrownBy(() -> run(maruyama(), TIMES, start(3), independent(), 0))
                .hasMessage("threads must be at least 1, got 0");
        assertThatThrownBy(() -> run(maruyama(), new double[0], start(3), independent(), 1))
                .hasMessage("times must hold at least one, got none");
        assertThatThrownBy(() -> run(maruyama(), new double[] {0, 0.7, 0.5, 1}, start(3), independent(), 1))
                .hasMessage("times must be finite and ascend or descend, got 0.7 then 0.5 at index 2");
        assertThatThrownBy(() -> run(maruyama(), new double[] {0, Double.NaN, 1}, start(3), independent(), 1))
                .hasMessage("times must be finite and ascend or descend, got 0.0 then NaN at index 1");
        assertThatThrownBy(
                        () -> run(maruyama(), new double[] {0, Double.POSITIVE_INFINITY}, start(3), independent(), 1))
                .hasMessage("times must be finite and ascend or descend, got 0.0 then Infinity at index 1");
        assertThatThrownBy(() -> run(maruyama(), TIMES, start(3), Noise.NONE, 1))
                .hasMessage("a sampler that takes noise was given none");
    }

    private static void run(Sampler sampler, double[] times, double[][] x, Noise noise, int threads) {
        Ensemble.run(sampler, times, x, noise, threads, Ensemble.Observer.NONE);
    }
}
