package org.noisebook.opencl;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.model.FullyConnected;
import org.noisebook.model.HingeReplicas;
import org.noisebook.model.HingeSgd;
import org.noisebook.model.ReplicaEngine;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** Trains networks 784-128-128-128-128-128-1 at B = 16 on the exact engine and on OpenCL in turns; prints a line a round. */
final class OpenclBenchmark {
    static final int INPUTS = 784;
    private static final int POINTS = 512;
    private static final int BATCH = 16;
    private static final int REPLICAS = 4;
    private static final int STEPS = 1000;
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
    static HingeReplicas replicas(FullyConnected network, int size, int batch, int replicas, long steps) {
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

    /** CPU seconds of the whole process; the weights at the ends go to {@code sums}. */
    private static double seconds(ReplicaEngine engine, HingeReplicas replicas, double[] sums) {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        long start = system.getProcessCpuTime();
        engine.train(replicas, (job, end) -> sums[job] = Arrays.stream(end.weights()).sum());
        return (system.getProcessCpuTime() - start) / NANOS;
    }

    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        ReplicaEngine opencl =
                ReplicaEngine.Source.named("opencl").orElseThrow().open(arguments[1], System.err::println);
        System.out.println(opencl.describe());
        System.out.println("activation,round,exactStepsPerCpuSecond,openclStepsPerCpuSecond,ratio,sameBits");
        for (Activation activation : List.of(Activation.RELU, Activation.GELU)) {
            HingeReplicas replicas =
                    replicas(new FullyConnected(5, 128, activation), POINTS, BATCH, REPLICAS, STEPS);
            // The round 0 compiles.
            for (int round = 0; round <= rounds; round++) {
                double[] first = new double[REPLICAS];
                double[] second = new double[REPLICAS];
                double exact = seconds(ReplicaEngine.plain(), replicas, first);
                double other = seconds(opencl, replicas, second);
                if (round > 0) {
                    double steps = REPLICAS * STEPS;
                    System.out.printf(
                            Locale.ROOT,
                            "%s,%d,%.0f,%.0f,%.2f,%b%n",
                            activation,
                            round,
                            steps / exact,
                            steps / other,
                            exact / other,
                            Arrays.equals(first, second));
                }
            }
        }
    }
}
