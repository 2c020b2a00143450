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
import java.util.Locale;
import java.util.function.IntToDoubleFunction;
import org.noisebook.data.DataSource;
import org.noisebook.data.Points;
import org.noisebook.data.Split;
import org.noisebook.data.Task;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** The Java peer of the speed test of networks: the kit's own engine and training. */
final class NetworkBenchmark {
    private static final int INPUTS = 784;
    private static final int WIDTH = 128;
    private static final int STEP_POINTS = 2048;
    private static final int STEP_DEPTH = 3;
    private static final double STEP_RATE = 1e-3;
    private static final double STEP_MARGIN = 1e30;
    private static final int TRAIN_POINTS = 1024;
    private static final int TRAIN_DEPTH = 5;
    private static final int TRAIN_BATCH = 16;
    /** Points that go forward at once where nothing goes back, as in a study. */
    private static final int BLOCK = 128;
    /** In a block of steps. */
    private static final long SAMPLES = 1 << 17;

    private static final long MOST_SAMPLES = 1L << 24;
    private static final int BLOCKS_TO_COMPILE = 4;

    private final boolean fast;
    private final Points drawn;
    private final Points images;
    private final double[] stepWeights;
    private final double[] trainWeights;
    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();

    private NetworkBenchmark(boolean fast) {
        this.fast = fast;
        Streams streams = Streams.of(1);
        Stream data = streams.at("data");
        float[] x = new float[STEP_POINTS * INPUTS];
        byte[] label = new byte[STEP_POINTS];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) data.nextGaussian();
        }
        for (int i = 0; i < label.length; i++) {
            label[i] = (byte) (data.nextGaussian() < 0 ? -1 : 1);
        }
        drawn = Points.of(STEP_POINTS, INPUTS, x, label);
        images = Split.of(DataSource.FASHION_TEST, new Task.Parity(), TRAIN_POINTS, 0, 0, streams).train();
        stepWeights = initialWeights(STEP_DEPTH);
        trainWeights = initialWeights(TRAIN_DEPTH);
    }

    private NetworkEngine engine(int depth, int batch) {
        return new FullyConnected(depth, WIDTH, Activation.RELU).engine(
                INPUTS, Math.max(batch, BLOCK), Precision.FLOAT32,
                fast ? NetworkKernels.fastest() : NetworkKernels.plain());
    }

    private double[] initialWeights(int depth) {
        NetworkEngine engine = engine(depth, 1);
        engine.initialise(Streams.of(1).at("init"));
        return engine.weights();
    }

    private void write(Path folder) throws IOException {
        writeFloats(folder.resolve("points"), TRAIN_POINTS * INPUTS, i -> images.x(i / INPUTS, i % INPUTS));
        writeFloats(folder.resolve("labels"), TRAIN_POINTS, images::label);
        writeFloats(folder.resolve("weights"), trainWeights.length, i -> trainWeights[i]);
    }

    private static void writeFloats(Path file, int count, IntToDoubleFunction value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat((float) value.applyAsDouble(i));
        }
        Files.write(file, bytes.array());
    }

    private String stepsPerSecond(int batch) {
        NetworkEngine engine = engine(STEP_DEPTH, batch);
        engine.set(stepWeights);
        HingeSgd rule = new HingeSgd(STEP_MARGIN, STEP_RATE, batch, SAMPLES);
        Stream order = Streams.of(1).at("order");
        long start = thread.getCurrentThreadCpuTime();
        HingeSgd.Outcome outcome = rule.run(engine, drawn, order);
        double nanos = thread.getCurrentThreadCpuTime() - start;
        return String.format(Locale.ROOT, "%.6g", outcome.activeUpdates() * 1e9 / nanos);
    }

    private String train(double margin, double temperature, long seed) {
        NetworkEngine engine = engine(TRAIN_DEPTH, TRAIN_BATCH);
        engine.set(trainWeights);
        HingeSgd rule = new HingeSgd(margin, temperature * TRAIN_BATCH, TRAIN_BATCH, MOST_SAMPLES);
        Stream order = Streams.of(seed).at("order");
        long start = thread.getCurrentThreadCpuTime();
        HingeSgd.Outcome outcome = rule.run(engine, images, order);
        double seconds = 1e-9 * (thread.getCurrentThreadCpuTime() - start);
        return outcome.stopReason() == StopReason.FITTED
                ? String.format(Locale.ROOT, "%.6g %d %d", seconds, outcome.steps(), outcome.activeUpdates())
                : "never fitted";
    }

    private String answer(String[] words) {
        return words[0].equals("step")
                ? stepsPerSecond(Integer.parseInt(words[1]))
                : train(Double.parseDouble(words[1]), Double.parseDouble(words[2]), Long.parseLong(words[3]));
    }

    public static void main(String[] arguments) throws IOException {
        NetworkBenchmark run = new NetworkBenchmark(!arguments[0].equals("plain"));
        if (arguments.length > 1) {
            run.write(Path.of(arguments[1]));
        }
        for (int k = 0; k < BLOCKS_TO_COMPILE; k++) {
            run.stepsPerSecond(TRAIN_BATCH);
        }
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(run.answer(line.split(" ")));
            System.out.flush();
        }
    }
}
