package org.noisebook.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * The Java peer of the speed test of the U-Net (README.md): 28 × 28 pictures, 16, 32 and 64 channels, batch 64, float32.
 *
 * <p>The argument is fastest or plain. For "train" on standard input it prints training steps a CPU second, for
 * "evaluate" forward passes a CPU second.
 */
final class UNetBenchmark {
    private static final UNet.Shape SHAPE = new UNet.Shape(28, 3, 16, 128, 19);
    private static final int BATCH = 64;
    private static final int SIZE = 28 * 28;

    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    private final double[][] x = new double[SIZE + SHAPE.others()][BATCH];
    private final double[][] scores = new double[SIZE][BATCH];
    private final UNet net;

    private UNetBenchmark(boolean fast) {
        MatrixKernels products = fast ? MatrixKernels.fastest() : MatrixKernels.plain();
        net = new UNet(SHAPE, Activation.SILU, BATCH, Precision.FLOAT32, products);
        net.initialise(Streams.of(1).at("init"), 1.68);
        Stream data = Streams.of(1).at("data");
        for (double[] row : x) {
            for (int k = 0; k < BATCH; k++) {
                row[k] = data.nextGaussian();
            }
        }
    }

    private double rate(boolean train, int steps) {
        long start = thread.getCurrentThreadCpuTime();
        for (int step = 0; step < steps; step++) {
            net.begin(BATCH);
            net.setInputs(0, x);
            if (train) {
                net.forward();
                net.copyScores(scores);
                for (int j = 0; j < SIZE; j++) {
                    for (int k = 0; k < BATCH; k++) {
                        scores[j][k] = 2.0 / (SIZE * BATCH) * (scores[j][k] - x[j][(k + 1) % BATCH]);
                    }
                }
                net.setSlopes(scores);
                net.backward();
                net.adam(1e-3);
                net.average(0.999);
            } else {
                net.evaluate();
                net.copyScores(scores);
            }
        }
        return steps * 1e9 / (thread.getCurrentThreadCpuTime() - start);
    }

    public static void main(String[] arguments) throws IOException {
        UNetBenchmark run = new UNetBenchmark(!arguments[0].equals("plain"));
        run.rate(true, 12);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(String.format(Locale.ROOT, "%.6g", run.rate(line.equals("train"), 8)));
            System.out.flush();
        }
    }
}
