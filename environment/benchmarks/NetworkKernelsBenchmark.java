package org.noisebook.linalg;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;
import org.noisebook.rng.SubsetSampler;

/** The Java peer of the speed test of network kernels: bare SGD steps and single products. */
final class NetworkKernelsBenchmark {
    private static final int POINTS = 2048;
    private static final int INPUTS = 784;
    private static final int WIDTH = 128;
    private static final int LARGEST_BATCH = 512;
    private static final int LEAD = Kernels.FLOAT_LEAD;
    private static final float RATE = 1e-4f;
    private static final float FACTOR = (float) (1 / Math.sqrt(WIDTH));
    private static final long BLOCK_NANOS = 300_000_000L;
    private static final long COMPILE_NANOS = 1_500_000_000L;

    private final MatrixKernels products;
    private final Kernels kernels;
    private final SubsetSampler sampler;
    private final float[] points = new float[LEAD + POINTS * INPUTS];
    private final float[] labels = new float[POINTS];
    private final float[][] initial = new float[4][];
    private final float[][] weights = new float[4][];
    private final int[] index = new int[LARGEST_BATCH];
    private final int[] rows = new int[LARGEST_BATCH];
    private final float[] input = new float[LEAD + LARGEST_BATCH * INPUTS];
    private final float[][] hidden = new float[3][LEAD + LARGEST_BATCH * WIDTH];
    private final float[][] slopes = new float[3][LEAD + LARGEST_BATCH * WIDTH];
    private final float[][] deltas = new float[3][LEAD + LARGEST_BATCH * WIDTH];
    private final float[] sums = new float[LEAD + LARGEST_BATCH * WIDTH];
    private final float[] outputs = new float[LARGEST_BATCH];
    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();

    private NetworkKernelsBenchmark(boolean fast) {
        products = fast ? MatrixKernels.fastest() : MatrixKernels.plain();
        kernels = fast ? Kernels.fastest() : Kernels.plain();
        Streams streams = Streams.of(1);
        sampler = new SubsetSampler(POINTS, streams.at("order"));
        Stream data = streams.at("data");
        for (int i = LEAD; i < points.length; i++) {
            points[i] = (float) (data.nextGaussian() / Math.sqrt(INPUTS));
        }
        for (int i = 0; i < POINTS; i++) {
            labels[i] = data.nextGaussian() < 0 ? -1 : 1;
        }
        Stream init = streams.at("init");
        int[] sizes = {INPUTS * WIDTH, WIDTH * WIDTH, WIDTH * WIDTH, WIDTH};
        for (int layer = 0; layer < sizes.length; layer++) {
            // The read-out is a vector of Kernels, which start at 0.
            int lead = layer == 3 ? 0 : LEAD;
            initial[layer] = new float[lead + sizes[layer]];
            for (int i = lead; i < initial[layer].length; i++) {
                initial[layer][i] = (float) init.nextGaussian();
            }
            weights[layer] = initial[layer].clone();
        }
        Arrays.setAll(rows, b -> b);
    }

    private void step(int batch) {
        sampler.draw(index, batch);
        for (int b = 0; b < batch; b++) {
            System.arraycopy(points, LEAD + index[b] * INPUTS, input, LEAD + b * INPUTS, INPUTS);
        }
        int length = batch * WIDTH;
        float[] a = input;
        int inputs = INPUTS;
        for (int layer = 0; layer < 3; layer++) {
            products.multiply(batch, inputs, WIDTH, a, LEAD, inputs, weights[layer], LEAD, WIDTH, sums, LEAD, WIDTH);
            products.activate(
                    Activation.RELU, FACTOR, sums, LEAD, hidden[layer], LEAD, slopes[layer], LEAD, length);
            a = hidden[layer];
            inputs = WIDTH;
        }
        kernels.dots(a, LEAD, WIDTH, rows, batch, weights[3], outputs);
        for (int b = 0; b < batch; b++) {
            float label = labels[index[b]];
            outputs[b] = label * outputs[b] < Float.MAX_VALUE ? label * RATE / batch : 0;
        }
        products.multiply(batch, 1, WIDTH, outputs, 0, 1, weights[3], 0, WIDTH, deltas[2], LEAD, WIDTH);
        products.multiplyElements(slopes[2], LEAD, deltas[2], LEAD, length);
        for (int layer = 2; layer > 0; layer--) {
            products.multiplyTransposed(
                    batch, WIDTH, WIDTH, deltas[layer], LEAD, WIDTH, weights[layer], LEAD, WIDTH, deltas[layer - 1], LEAD,
                    WIDTH);
            products.multiplyElements(slopes[layer - 1], LEAD, deltas[layer - 1], LEAD, length);
        }
        for (int b = 0; b < batch; b++) {
            kernels.addScaled(outputs[b], hidden[2], LEAD + b * WIDTH, WIDTH, weights[3]);
        }
        for (int layer = 2; layer >= 0; layer--) {
            boolean first = layer == 0;
            products.addOuter(
                    batch, first ? INPUTS : WIDTH, WIDTH, first ? input : hidden[layer - 1], LEAD, first ? INPUTS : WIDTH,
                    deltas[layer], LEAD, WIDTH, weights[layer], LEAD, WIDTH);
        }
    }

    private void work(String what, int batch) {
        switch (what) {
            case "step" -> step(batch);
            case "multiply" -> products.multiply(
                    batch, INPUTS, WIDTH, input, LEAD, INPUTS, weights[0], LEAD, WIDTH, sums, LEAD, WIDTH);
            case "transposed" -> products.multiplyTransposed(
                    batch, WIDTH, WIDTH, deltas[2], LEAD, WIDTH, weights[2], LEAD, WIDTH, sums, LEAD, WIDTH);
            case "outer" -> products.addOuter(
                    batch, INPUTS, WIDTH, input, LEAD, INPUTS, deltas[0], LEAD, WIDTH, weights[0], LEAD, WIDTH);
            default -> throw new IllegalArgumentException("what must be a step or a product, got " + what);
        }
    }

    /** Works for this long by CPU time; gives calls a second. */
    private double rate(String what, int batch, long nanos) {
        for (int layer = 0; layer < weights.length; layer++) {
            System.arraycopy(initial[layer], 0, weights[layer], 0, weights[layer].length);
        }
        long start = thread.getCurrentThreadCpuTime();
        long cpu = 0;
        long count = 0;
        while (cpu < nanos) {
            for (int k = 0; k < 8; k++) {
                work(what, batch);
            }
            count += 8;
            cpu = thread.getCurrentThreadCpuTime() - start;
        }
        return count * 1e9 / cpu;
    }

    public static void main(String[] arguments) throws IOException {
        NetworkKernelsBenchmark run = new NetworkKernelsBenchmark(!arguments[0].equals("plain"));
        for (String what : new String[] {"step", "multiply", "transposed", "outer"}) {
            run.rate(what, 16, COMPILE_NANOS);
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ");
            System.out.printf(
                    Locale.ROOT, "%.6g%n", run.rate(words[0], Integer.parseInt(words[1]), BLOCK_NANOS));
            System.out.flush();
        }
    }
}
