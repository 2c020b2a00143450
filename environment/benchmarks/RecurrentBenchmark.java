package org.noisebook.model;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Locale;
import org.noisebook.linalg.MatrixKernels;
import org.noisebook.model.RecurrentNetwork.Block;
import org.noisebook.model.RecurrentNetwork.LossSteps;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/**
 * Speed of back-propagation through time: CPU seconds of one core for 4000 steps of SGD at a few widths, sequence lengths
 * and batches, and for a tangent kernel on 16 probes. {@code regime.sh} runs it; README.md explains it.
 */
final class RecurrentBenchmark {
    private static final int STEPS = 4000;
    private static final int PROBES = 16;
    /** Width, inputs, classes, length of a sequence, batch. */
    private static final int[][] CASES = {
        {100, 3, 3, 8, 32}, {100, 8, 10, 8, 32}, {300, 3, 3, 8, 32}, {100, 28, 10, 28, 200}
    };

    private static final ThreadMXBean THREAD = ManagementFactory.getThreadMXBean();

    private RecurrentBenchmark() {}

    /** Rounds; {@code plain} after them leaves the vector module out. */
    public static void main(String[] arguments) {
        int rounds = Integer.parseInt(arguments[0]);
        MatrixKernels products = arguments.length > 1 ? MatrixKernels.plain() : MatrixKernels.fastest();
        for (int[] c : CASES) {
            measure(new RecurrentNetwork(c[1], c[0], c[2], 1), c[3], c[4], products, rounds);
        }
    }

    private static void measure(RecurrentNetwork network, int length, int batch, MatrixKernels products, int rounds) {
        LossSteps loss = network.classes() == 3 ? LossSteps.EVERY : LossSteps.LAST;
        RecurrentEngine engine = network.engine(length, loss, batch, products);
        Stream init = Streams.of(1).at("init");
        double[] start = new double[network.size(Block.RECURRENT)];
        for (int k = 0; k < start.length; k++) {
            start[k] = 1.25 * init.nextGaussian() / StrictMath.sqrt(network.width());
        }
        engine.initialise(start, init.part(0), init.part(1));
        Stream data = Streams.of(1).at("data");
        Trials trials = Trials.of(batch, length, network.inputs());
        for (int i = 0; i < batch; i++) {
            for (int t = 0; t < length; t++) {
                for (int k = 0; k < network.inputs(); k++) {
                    trials.putInput(i, t, k, data.nextGaussian());
                }
                trials.putLabel(i, t, data.nextIndex(network.classes()));
            }
        }
        int steps = network.width() > 100 || length > 8 ? STEPS / 20 : STEPS;
        double[] training = new double[rounds];
        double[] kernel = new double[rounds];
        for (int round = -1; round < rounds; round++) {
            long from = THREAD.getCurrentThreadCpuTime();
            for (int step = 0; step < steps; step++) {
                engine.step(trials, 1e-4, 0.9);
            }
            double seconds = 1e-9 * (THREAD.getCurrentThreadCpuTime() - from) * STEPS / steps;
            from = THREAD.getCurrentThreadCpuTime();
            engine.tangentKernel(trials.first(PROBES), Block.RECURRENT);
            if (round >= 0) {
                training[round] = seconds;
                kernel[round] = 1e-9 * (THREAD.getCurrentThreadCpuTime() - from);
            }
        }
        String name = String.format(Locale.ROOT, "RNN, N = %d, T = %d, batch %d: ", network.width(), length, batch);
        print(name + STEPS + " steps", training, hasTarget(network, length) ? 6 : Double.NaN);
        print(name + "tangent kernel of " + PROBES + " trials", kernel, Double.NaN);
    }

    private static boolean hasTarget(RecurrentNetwork network, int length) {
        return network.width() == 100 && length == 8;
    }

    private static void print(String name, double[] seconds, double target) {
        Arrays.sort(seconds);
        double median = seconds[seconds.length / 2];
        String goal = Double.isNaN(target) ? " |  |" : String.format(Locale.ROOT, "%.2g | %.2f |", target, target / median);
        System.out.printf(
                Locale.ROOT, "| %s | %.3g | %.3g | %s%n", name, median, seconds[seconds.length - 1], goal);
    }
}
