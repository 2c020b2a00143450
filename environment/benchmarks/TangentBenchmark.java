package org.noisebook.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The Java peer of the speed test of tangent kernels (README.md): 512 points, 784-256-256-256-1, ReLU, float64.
 *
 * <p>The arguments are cpu or wall and a folder. For a line "kernel" on standard input it prints the median milliseconds of a
 * kernel from points and weights to n² numbers, for "check" it writes points and weights there and prints the norm.
 */
final class TangentBenchmark {
    private static final int POINTS = 512;
    private static final int INPUTS = 784;
    private static final int KERNELS = 9;
    private static final FullyConnected NETWORK = new FullyConnected(3, 256, Activation.RELU);

    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    private final boolean wall;
    private final float[] x = new float[POINTS * INPUTS];
    private final Points points;
    private final double[] weights;

    private TangentBenchmark(boolean wall) {
        this.wall = wall;
        Stream data = Streams.of(1).at("data");
        for (int k = 0; k < x.length; k++) {
            x[k] = (float) data.nextGaussian();
        }
        byte[] labels = new byte[POINTS];
        Arrays.fill(labels, (byte) 1);
        points = Points.of(POINTS, INPUTS, x, labels);
        NetworkEngine engine = NETWORK.engine(INPUTS, 1, Precision.FLOAT64);
        engine.initialise(Streams.of(1).at("init"));
        weights = engine.weights();
    }

    private double[] kernel() {
        return ProbeKernel.tangent(NETWORK, weights, points).matrix();
    }

    private double milliseconds() {
        double[] times = new double[KERNELS];
        for (int k = 0; k < KERNELS; k++) {
            long start = wall ? System.nanoTime() : thread.getCurrentThreadCpuTime();
            kernel();
            times[k] = 1e-6 * ((wall ? System.nanoTime() : thread.getCurrentThreadCpuTime()) - start);
        }
        Arrays.sort(times);
        return times[KERNELS / 2];
    }

    private double check(Path folder) throws IOException {
        ByteBuffer numbers = ByteBuffer.allocate(Double.BYTES * (x.length + weights.length))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (float value : x) {
            numbers.putDouble(value);
        }
        for (double value : weights) {
            numbers.putDouble(value);
        }
        Files.write(folder.resolve("tangent.f64"), numbers.array());
        return Math.sqrt(Arrays.stream(kernel()).map(value -> value * value).sum());
    }

    public static void main(String[] arguments) throws IOException {
        TangentBenchmark run = new TangentBenchmark(arguments[0].equals("wall"));
        Path folder = Path.of(arguments[1]);
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                double answer = line.equals("check") ? run.check(folder) : run.milliseconds();
                System.out.printf(Locale.ROOT, "%.15g%n", answer);
            }
        }
    }
}
