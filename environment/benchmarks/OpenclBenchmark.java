package org.noisebook.opencl;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.noisebook.data.Points;
import org.noisebook.interpolant.MixtureInterpolant;
import org.noisebook.interpolant.MixtureVelocity;
import org.noisebook.interpolant.PathSchedule;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.GaussianMixture;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.InvertedResidual;
import org.noisebook.model.Network;
import org.noisebook.model.ParticleReplicas;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.solver.Method;
import org.noisebook.solver.Noise;
import org.noisebook.solver.OdeMethod;
import org.noisebook.solver.SdeMethod;

/** Trains networks of five hidden layers and convolutional ones and moves particles, on the exact engine and on OpenCL in turns; prints a line a round. */
final class OpenclBenchmark {
    static final int INPUTS = 784;
    private static final int POINTS = 512;
    private static final int REPLICAS = 4;
    private static final int DEPTH = 5;
    private static final int STEPS = 1000;
    static final int PARTICLES = 4096;
    static final int MODES = 8;
    private static final int PATH = 200;
    /** Every point of a batch is unfitted. */
    private static final double MARGIN = 1e30;

    private static final double NANOS = 1e9;

    private OpenclBenchmark() {}

    private static final Map<Integer, Points> DRAWN_POINTS = new ConcurrentHashMap<>();
    private static final Map<Integer, double[]> DRAWN_WEIGHTS = new ConcurrentHashMap<>();

    private static Points points(int size) {
        Stream data = Streams.of(1).at("data");
        float[] x = new float[size * INPUTS];
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) data.nextGaussian();
        }
        byte[] label = new byte[size];
        for (int i = 0; i < size; i++) {
            label[i] = (byte) (x[i * INPUTS] < 0 ? -1 : 1);
        }
        return Points.of(size, INPUTS, x, label);
    }

    private static double[] weights(int count) {
        Stream init = Streams.of(1).at("init");
        double[] weights = new double[count];
        Arrays.setAll(weights, k -> init.nextGaussian());
        return weights;
    }

    /** Replicas that share points and first weights, both drawn once, and draw batches of their own. */
    static HingeReplicas replicas(Network network, int size, int batch, int replicas, long steps) {
        Points points = DRAWN_POINTS.computeIfAbsent(size, OpenclBenchmark::points);
        int count = Arrays.stream(network.blockSizes(INPUTS)).sum();
        double[] weights = DRAWN_WEIGHTS.computeIfAbsent(count, OpenclBenchmark::weights);
        HingeSgd rule = new HingeSgd(MARGIN, 1e-3, batch, steps * batch);
        List<Supplier<HingeReplicas.Job>> jobs = new ArrayList<>();
        for (int r = 0; r < replicas; r++) {
            Streams streams = Streams.of(1).withReplica(r);
            jobs.add(() -> new HingeReplicas.Job(points, points.first(0), 0, weights, rule, streams.at("order")));
        }
        return new HingeReplicas(network, INPUTS, size, batch, Precision.FLOAT32, jobs);
    }

    /** Between a normal law in the plane and eight modes, in so many steps. */
    static ParticleReplicas particles(Method method, int replicas, int steps) {
        double[] weights = new double[MODES];
        double[][] means = new double[MODES][];
        double[][][] covariances = new double[MODES][][];
        for (int k = 0; k < MODES; k++) {
            weights[k] = 1.0 / MODES;
            means[k] = new double[] {3 * StrictMath.cos(k), 3 * StrictMath.sin(k)};
            covariances[k] = new double[][] {{0.3, 0}, {0, 0.3}};
        }
        MixtureInterpolant path = new MixtureInterpolant(
                GaussianMixture.standard(2), new GaussianMixture(weights, means, covariances), PathSchedule.linear(2));
        MixtureVelocity drift = method instanceof SdeMethod ? path.forwardDrift(t -> 0.5) : path.velocity();
        double[] times = new double[steps + 1];
        Arrays.setAll(times, i -> (double) i / steps);
        List<Supplier<ParticleReplicas.Job>> jobs = new ArrayList<>();
        for (int r = 0; r < replicas; r++) {
            Streams streams = Streams.of(1).withReplica(r);
            jobs.add(() -> new ParticleReplicas.Job(
                    path.marginal(0).sample(streams.at("start"), PARTICLES), Noise.independent(streams.at("path"))));
        }
        return new ParticleReplicas(2, drift::mixture, method, 0.5, times, jobs);
    }

    /** A name and what it is: fills a number for each of the replicas, whose steps are so many in all. */
    private record Work(String name, double steps, BiConsumer<ReplicaEngine, double[]> task) {
        /** All points of batches unfitted. */
        static Work network(Network network, int batch, Precision precision, int steps) {
            HingeReplicas one = replicas(network, POINTS, batch, REPLICAS, steps);
            HingeReplicas all = new HingeReplicas(network, INPUTS, POINTS, batch, precision, one.jobs());
            String kind = network instanceof InvertedResidual ? "convolutional " : "";
            return new Work(
                    kind + network.activation() + " " + network.width() + " " + batch + " " + precision,
                    REPLICAS * steps,
                    (engine, sums) -> engine.train(
                            all, (job, end) -> sums[job] = Arrays.stream(end.weights()).sum()));
        }

        static Work connected(int width, Activation activation, int batch, Precision precision) {
            return network(new FullyConnected(DEPTH, width, activation), batch, precision, STEPS);
        }

        /** On pictures of 28 × 28 pixels. */
        static Work convolutional(int width, Activation activation) {
            return network(new InvertedResidual(1, width, activation), 16, Precision.FLOAT32, STEPS / 10);
        }

        static Work particles(Method method) {
            ParticleReplicas all = OpenclBenchmark.particles(method, REPLICAS, PATH);
            return new Work(
                    method.card().id() + " " + PARTICLES + " particles",
                    REPLICAS * PATH,
                    (engine, sums) -> engine.move(all, (job, end) -> sums[job] = end.energy()));
        }

        /** CPU seconds of the whole process. */
        double seconds(ReplicaEngine engine, double[] sums) {
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            long start = system.getProcessCpuTime();
            task.accept(engine, sums);
            return (system.getProcessCpuTime() - start) / NANOS;
        }
    }

    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        ReplicaEngine opencl =
                ReplicaEngine.Source.named("opencl").orElseThrow().open(arguments[1], System.err::println);
        System.out.println(opencl.describe());
        System.out.println("work,round,exactStepsPerCpuSecond,openclStepsPerCpuSecond,ratio,sameBits");
        for (Work work : List.of(
                Work.connected(128, Activation.RELU, 16, Precision.FLOAT32),
                Work.connected(128, Activation.GELU, 16, Precision.FLOAT32),
                Work.connected(32, Activation.GELU, 3, Precision.FLOAT32),
                Work.connected(32, Activation.GELU, 3, Precision.FLOAT64),
                Work.convolutional(4, Activation.RELU),
                Work.convolutional(16, Activation.GELU),
                Work.particles(OdeMethod.RK4),
                Work.particles(SdeMethod.HEUN))) {
            // The round 0 compiles.
            for (int round = 0; round <= rounds; round++) {
                double[] first = new double[REPLICAS];
                double[] second = new double[REPLICAS];
                double exact = work.seconds(ReplicaEngine.plain(), first);
                double other = work.seconds(opencl, second);
                if (round > 0) {
                    System.out.printf(
                            Locale.ROOT,
                            "%s,%d,%.0f,%.0f,%.2f,%b%n",
                            work.name(),
                            round,
                            work.steps() / exact,
                            work.steps() / other,
                            exact / other,
                            Arrays.equals(first, second));
                }
            }
        }
    }
}
