package org.noisebook.opencl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.noisebook.experiment.ResultListener;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.MixtureVelocity;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Brownian;
import org.noisebook.solver.Ensemble;
import org.noisebook.solver.Method;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

/** Where particles end, and the energy of their paths, bit by bit against the exact engine. */
@Tag("long")
class OpenclParticlesTest extends OnOpencl {
    private static final int SETTINGS = 100;
    private static final Method[] METHODS = {
        OdeMethod.EULER, OdeMethod.MIDPOINT, OdeMethod.HEUN, OdeMethod.RK4, SdeMethod.EULER_MARUYAMA, SdeMethod.HEUN
    };
    /** Few enough that kernels, one a dimension and method, are not too many to compile. */
    private static final int[] DIMENSIONS = {1, 2, 2, 17};

    private static OpenclParticles oneItem;
    private static OpenclParticles manyItems;

    /** What is moved; where stretched, times are so far apart that paths diverge. */
    private record Setting(
            Method method,
            int dimension,
            int components,
            boolean forward,
            boolean stretched,
            int steps,
            int particles,
            double diffusion,
            int replicas) {
        static Setting draw(Stream stream) {
            return new Setting(
                    METHODS[stream.nextIndex(METHODS.length)],
                    DIMENSIONS[stream.nextIndex(DIMENSIONS.length)],
                    1 + stream.nextIndex(6),
                    stream.nextIndex(2) == 0,
                    stream.nextIndex(5) == 0,
                    stream.nextIndex(30),
                    stream.nextIndex(8) == 0 ? stream.nextIndex(1300) : stream.nextIndex(40),
                    stream.nextIndex(4) == 0 ? 0 : StrictMath.exp(stream.nextGaussian()),
                    1 + stream.nextIndex(3));
        }

        ParticleReplicas replicas(long seed) {
            Stream stream = Streams.of(seed).at("law");
            double[] weights = new double[components];
            double[][] means = new double[components][dimension];
            double[][][] covariances = new double[components][dimension][dimension];
            Arrays.fill(weights, 1.0 / components);
            for (int k = 0; k < components; k++) {
                double correlation = 0.1 * stream.nextDouble();
                for (int j = 0; j < dimension; j++) {
                    means[k][j] = 3 * stream.nextGaussian();
                    Arrays.fill(covariances[k][j], correlation);
                    covariances[k][j][j] = 0.2 + stream.nextDouble();
                }
            }
            MixtureInterpolant interpolant = new MixtureInterpolant(
                    GaussianMixture.standard(dimension),
                    new GaussianMixture(weights, means, covariances),
                    PathSchedule.linear(2));
            MixtureVelocity drift = interpolant.velocity();
            if (method instanceof SdeMethod) {
                drift = forward ? interpolant.forwardDrift(t -> diffusion) : interpolant.backwardDrift(t -> diffusion);
            }
            MixtureVelocity along = drift;
            double[] times = new double[steps + 1];
            for (int i = 0; i <= steps; i++) {
                double share = steps == 0 ? 0 : (double) i / steps;
                times[i] = (stretched ? 0x1p40 : 1) * (forward ? share : 1 - share);
            }
            List<Supplier<ParticleReplicas.Job>> jobs = new ArrayList<>();
            for (int r = 0; r < replicas; r++) {
                Streams streams = Streams.of(seed).withReplica(r);
                jobs.add(() -> new ParticleReplicas.Job(
                        interpolant.marginal(forward ? 0 : 1).sample(streams.at("start"), particles),
                        new Brownian(streams.at("path"), 0, stretched ? 0x1p40 : 1, 4)));
            }
            return new ParticleReplicas(
                    dimension,
                    t -> along.mixture(Math.min(1, t / (stretched ? 0x1p40 : 1))),
                    method,
                    diffusion,
                    times,
                    jobs);
        }
    }

    @BeforeAll
    static void open() {
        oneItem = new OpenclParticles(queue, 1, 16);
        manyItems = new OpenclParticles(queue, 16, 1, 2);
    }

    private static ParticleReplicas.FinalState[] ends(
            ParticleReplicas replicas,
            BiConsumer<ParticleReplicas, ResultListener<ParticleReplicas.FinalState>> engine) {
        ParticleReplicas.FinalState[] ends =
                new ParticleReplicas.FinalState[replicas.jobs().size()];
        engine.accept(replicas, (job, end) -> ends[job] = end);
        return ends;
    }

    static int assertSameBits(ParticleReplicas replicas, OpenclParticles particles, String what) {
        ParticleReplicas.FinalState[] exact = ends(replicas, ReplicaEngine.plain()::move);
        ParticleReplicas.FinalState[] ends = ends(replicas, particles::move);
        int diverged = 0;
        for (int r = 0; r < exact.length; r++) {
            assertThat(ends[r].evaluations()).as(what).isEqualTo(exact[r].evaluations());
            for (int j = 0; j < replicas.dimension(); j++) {
                assertThat(Arrays.mismatch(exact[r].x()[j], ends[r].x()[j]))
                        .as(what)
                        .isEqualTo(-1);
            }
            assertThat(Double.doubleToLongBits(ends[r].energy()))
                    .as(what)
                    .isEqualTo(Double.doubleToLongBits(exact[r].energy()));
            diverged += Ensemble.diverged(exact[r].x());
        }
        return diverged;
    }

    /**
     * A fixed stream draws the settings; half of them go through groups of one item, half through groups of many, two
     * blocks at once, so that a replica may end over several turns.
     */
    @Test
    void twoHundredSettingsHaveTheBitsOfTheExactEngine() {
        Stream stream = Streams.of(11).at("settings");
        int diverged = 0;
        for (int k = 0; k < SETTINGS; k++) {
            Setting one = Setting.draw(stream);
            Setting many = Setting.draw(stream);
            if (!isTried(k)) {
                continue;
            }
            diverged += assertSameBits(one.replicas(k), oneItem, k + ", one item: " + one);
            diverged += assertSameBits(many.replicas(k), manyItems, k + ", many items: " + many);
        }
        assertThat(diverged).as("settings must reach infinite ends").isPositive();
    }

    @Test
    void anInterruptEndsIt() {
        ParticleReplicas replicas = new Setting(OdeMethod.EULER, 2, 1, true, false, 9, 20, 1, 1).replicas(1);
        Thread.currentThread().interrupt();
        try {
            assertThatExceptionOfType(CancellationException.class)
                    .isThrownBy(() -> oneItem.move(replicas, (job, end) -> {}));
        } finally {
            Thread.interrupted();
        }
    }
}
