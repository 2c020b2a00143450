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
 * The Java peer of the speed test of learned fields (README.md): a 3-128-128-128-2 network in float32 at batch 512.
 *
 * <p>The argument is fastest or plain. For a line "train ACTIVATION" on standard input it prints steps a CPU second, for
 * "evaluate ACTIVATION" forward passes a CPU second.
 */
final class FieldBenchmark {
    private static final int[] WIDTHS = {3, 128, 128, 128, 2};
    private static final int BATCH = 512;
    private static final int STEPS = 500;
    private static final int POINTS = 1 << 16;
    private static final int BLOCKS_TO_COMPILE = 6;
    private static final double RATE = 1e-3;
    private static final double DECAY = 0.999;

    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();
    private final MatrixKernels products;
    private final double[][] x = new double[WIDTHS[0]][POINTS];
    private final double[][] target = new double[2][POINTS];
    private final double[][] input = new double[WIDTHS[0]][BATCH];
    private final double[][] scores = new double[2][BATCH];

    private FieldBenchmark(boolean fast) {
        products = fast ? MatrixKernels.fastest() : MatrixKernels.plain();
        Stream data = Streams.of(1).at("data");
        for (int k = 0; k < POINTS; k++) {
            for (double[] row : x) {
                row[k] = data.nextGaussian();
            }
            target[0][k] = x[1][k];
            target[1][k] = -x[0][k];
        }
    }

    private Mlp network(Activation activation) {
        Mlp network = Mlp.of(WIDTHS, activation, BATCH, Precision.FLOAT32, products);
        network.initialiseUniformly(Streams.of(1).at("init"));
        return network;
    }

    private void load(Mlp network, int step) {
        int from = step * BATCH % POINTS;
        for (int j = 0; j < input.length; j++) {
            System.arraycopy(x[j], from, input[j], 0, BATCH);
        }
        network.begin(BATCH);
        network.setInputs(0, input);
    }

    private double train(Activation activation, int steps) {
        Mlp network = network(activation);
        long start = thread.getCurrentThreadCpuTime();
        for (int step = 0; step < steps; step++) {
            load(network, step);
            network.forward();
            network.copyScores(scores);
            int from = step * BATCH % POINTS;
            for (int j = 0; j < scores.length; j++) {
                for (int k = 0; k < BATCH; k++) {
                    scores[j][k] = 2.0 / (scores.length * BATCH) * (scores[j][k] - target[j][from + k]);
                }
            }
            network.setSlopes(scores);
            network.backward();
            network.adam(RATE);
            network.average(DECAY);
        }
        return steps * 1e9 / (thread.getCurrentThreadCpuTime() - start);
    }

    private double evaluate(Activation activation, int steps) {
        Mlp network = network(activation);
        long start = thread.getCurrentThreadCpuTime();
        for (int step = 0; step < steps; step++) {
            load(network, step);
            network.evaluate();
            network.copyScores(scores);
        }
        return steps * 1e9 / (thread.getCurrentThreadCpuTime() - start);
    }

    private double answer(String[] words) {
        Activation activation = Activation.valueOf(words[1]);
        return words[0].equals("train") ? train(activation, STEPS) : evaluate(activation, 2 * STEPS);
    }

    public static void main(String[] arguments) throws IOException {
        FieldBenchmark run = new FieldBenchmark(!arguments[0].equals("plain"));
        for (int k = 0; k < BLOCKS_TO_COMPILE; k++) {
            for (Activation activation : new Activation[] {Activation.RELU, Activation.SILU}) {
                run.train(activation, STEPS);
                run.evaluate(activation, STEPS);
            }
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(String.format(Locale.ROOT, "%.6g", run.answer(line.split(" "))));
            System.out.flush();
        }
    }
}
