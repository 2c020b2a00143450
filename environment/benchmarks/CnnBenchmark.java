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
import org.noisebook.data.Points;
import org.noisebook.linalg.Activation;
import org.noisebook.linalg.Precision;
import org.noisebook.rng.Stream;
import org.noisebook.rng.Streams;

/** The Java peer of the speed test of convolutional networks: the kit's own engine and steps. */
final class CnnBenchmark {
    private static final int POINTS = 512;
    /** Points that go forward at once where nothing goes back, as in a study. */
    private static final int BLOCK = 128;

    private static final double RATE = 1e-3;
    private static final double MARGIN = 1e30;

    private final boolean fast;
    private final Path folder;
    private final ThreadMXBean thread = ManagementFactory.getThreadMXBean();

    private CnnBenchmark(boolean fast, Path folder) {
        this.fast = fast;
        this.folder = folder;
    }

    private NetworkEngine engine(int width, int side, int capacity) {
        NetworkEngine engine = new InvertedResidual(1, width, Activation.RELU).engine(
                side * side, capacity, Precision.FLOAT32, fast ? NetworkKernels.fastest() : NetworkKernels.plain());
        engine.initialise(Streams.of(1).at("init"));
        return engine;
    }

    private static Points points(int side) {
        Streams streams = Streams.of(1);
        Stream data = streams.at("data");
        float[] x = new float[POINTS * side * side];
        byte[] label = new byte[POINTS];
        for (int i = 0; i < x.length; i++) {
            x[i] = (float) data.nextGaussian();
        }
        for (int i = 0; i < label.length; i++) {
            label[i] = (byte) (data.nextGaussian() < 0 ? -1 : 1);
        }
        return Points.of(POINTS, side * side, x, label);
    }

    /** What the others read. */
    private String write(int width, int side) throws IOException {
        Points points = points(side);
        float[] x = new float[POINTS * side * side];
        int[] all = new int[POINTS];
        for (int i = 0; i < POINTS; i++) {
            all[i] = i;
        }
        points.gather(all, POINTS, 1f, x, 0, side * side);
        double[] weights = engine(width, side, 1).weights();
        String name = "-" + width + "-" + side;
        write(folder.resolve("points" + name), x.length, i -> x[i]);
        write(folder.resolve("labels" + name), POINTS, points::label);
        write(folder.resolve("weights" + name), weights.length, i -> weights[i]);
        return "0";
    }

    private static void write(Path file, int count, IntToDoubleFunction value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            bytes.putFloat((float) value.applyAsDouble(i));
        }
        Files.write(file, bytes.array());
    }

    private double stepsPerSecond(int width, int side, int batch, long steps) {
        NetworkEngine engine = engine(width, side, batch);
        HingeSgd rule = new HingeSgd(MARGIN, RATE, batch, steps * batch);
        Points points = points(side);
        Stream order = Streams.of(1).at("order");
        long start = thread.getCurrentThreadCpuTime();
        HingeSgd.Outcome outcome = rule.run(engine, points, order);
        double nanos = thread.getCurrentThreadCpuTime() - start;
        return outcome.activeUpdates() * 1e9 / nanos;
    }

    private double pointsPerSecond(int width, int side, int repeats) {
        NetworkEngine engine = engine(width, side, BLOCK);
        Points points = points(side);
        double finite = engine.outputs(points)[0];
        long start = thread.getCurrentThreadCpuTime();
        for (int k = 0; k < repeats; k++) {
            finite += engine.outputs(points)[0];
        }
        double nanos = thread.getCurrentThreadCpuTime() - start;
        return Double.isFinite(finite) ? (double) repeats * POINTS * 1e9 / nanos : Double.NaN;
    }

    /** Mean of label · F after steps on the points in their order. */
    private double progress(int width, int side, int batch, int steps, double rate) {
        NetworkEngine engine = engine(width, side, batch);
        Points points = points(side);
        double[] before = engine.outputs(points);
        int[] index = new int[batch];
        int[] place = new int[batch];
        double[] factor = new double[batch];
        double[] out = new double[batch];
        for (int s = 0; s < steps; s++) {
            for (int k = 0; k < batch; k++) {
                index[k] = (s * batch + k) % POINTS;
                place[k] = k;
                factor[k] = rate / batch * points.label(index[k]);
            }
            engine.forward(points, index, batch, out);
            engine.update(place, factor, batch);
        }
        double[] after = engine.outputs(points);
        double sum = 0;
        for (int i = 0; i < POINTS; i++) {
            sum += points.label(i) * (after[i] - before[i]);
        }
        return sum / POINTS;
    }

    private String answer(String[] words) throws IOException {
        int width = Integer.parseInt(words[1]);
        int side = Integer.parseInt(words[2]);
        if (words[0].equals("write")) {
            return write(width, side);
        }
        int batch = Integer.parseInt(words[3]);
        int count = Integer.parseInt(words[4]);
        return String.format(
                Locale.ROOT,
                "%.9g",
                switch (words[0]) {
                    case "step" -> stepsPerSecond(width, side, batch, count);
                    case "evaluate" -> pointsPerSecond(width, side, count);
                    default -> progress(width, side, batch, count, Double.parseDouble(words[5]));
                });
    }

    public static void main(String[] arguments) throws IOException {
        CnnBenchmark run = new CnnBenchmark(!arguments[0].equals("plain"), Path.of(arguments[1]));
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            System.out.println(run.answer(line.split(" ")));
            System.out.flush();
        }
    }
}
